"""`asrgate fixtures fetch`, from a web server on loopback that has small archives of the same form."""

import gzip
import hashlib
import io
import re
import tarfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np
import pytest
import soundfile
from click.testing import CliRunner, Result

from asrgate.audio.clips import load_clips
from asrgate.audio.fetching import catalogue, downloading
from asrgate.audio.verification import problems_in
from asrgate.cli import main

Files = dict[str, bytes]


def tone(pitch_hz: int, kind: str) -> bytes:
    """Two seconds of a tone."""
    samples = 0.3 * np.sin(2 * np.pi * pitch_hz * np.arange(32000) / 16000)
    written = io.BytesIO()
    soundfile.write(written, samples.astype(np.float32), 16000, format=kind)
    return written.getvalue()


def packed(files: Files) -> bytes:
    """A .tar.gz of some files, the same bytes each time."""
    written = io.BytesIO()
    with (
        gzip.GzipFile(fileobj=written, mode="wb", mtime=0) as zipped,
        tarfile.open(fileobj=zipped, mode="w") as archive,
    ):
        for name, content in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return written.getvalue()


def librispeech() -> Files:
    """Two utterances of one chapter."""
    folder = "LibriSpeech/test-clean/1089/134686"
    files = {f"{folder}/1089-134686-000{n}.flac": tone(300 + 50 * n, "FLAC") for n in range(2)}
    words = "1089-134686-0000 HE HOPED THERE WOULD BE STEW\n1089-134686-0001 STUFF IT INTO YOU\n"
    return {"test-clean.tar.gz": packed(files | {f"{folder}/1089-134686.trans.txt": words.encode()})}


def aishell() -> Files:
    """A speaker of the test part and one of the training part, each in an archive of its own."""
    inner = {
        "S0764": {"./test/S0764/BAC009S0764W0121.wav": tone(300, "WAV")},
        "S0002": {"./train/S0002/BAC009S0002W0122.wav": tone(350, "WAV")},
    }
    words = "BAC009S0764W0121 甚至 出现 交易 几乎 停滞 的 情况\nBAC009S0002W0122 而 对 楼市\n"
    outer = {f"data_aishell/wav/{speaker}.tar.gz": packed(files) for speaker, files in inner.items()}
    outer["data_aishell/transcript/aishell_transcript_v0.8.txt"] = words.encode()
    return {"data_aishell.tgz": packed(outer)}


def fleurs() -> Files:
    """A sentence that two people read, in a list without names of columns."""
    rows = "".join(
        f'1\t{n}.wav\t这并不是"告别"，\t这并不是告别\t这 并\t32000\tMALE\n' for n in (901, 902, 902)
    )
    return {
        "test.tsv": rows.encode(),
        "test.tar.gz": packed({f"test/{n}.wav": tone(n, "WAV") for n in (901, 902)}),
    }


class Web:
    """A web server with some files; its first `breaks` answers end in the middle."""

    def __init__(self, files: Files, *, breaks: int = 0, status: int = 200) -> None:
        self.files = files
        self.breaks = breaks
        self.status = status
        self.ranges: list[str | None] = []

    @contextmanager
    def serving(self) -> Iterator[str]:
        """Serve while the context lasts; gives the URL of its folder."""
        web = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                web.answer(self)

            def log_message(self, *_: object) -> None:
                return

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/mirror"
        finally:
            server.shutdown()
            thread.join()
            server.server_close()

    def answer(self, request: BaseHTTPRequestHandler) -> None:
        """Give a file, from where it is asked for."""
        content = self.files.get(request.path.rpartition("/")[2])
        wanted = request.headers.get("Range")
        self.ranges.append(wanted)
        if content is None or self.status != 200:
            request.send_error(404 if content is None else self.status)
            return
        match = re.fullmatch(r"bytes=(\d+)-", wanted or "")
        start = int(match[1]) if match else 0
        if start >= len(content):
            request.send_error(416)
            return
        request.send_response(206 if start else 200)
        request.send_header("Content-Length", str(len(content) - start))
        request.send_header("X-Linked-Etag", f'"{hashlib.sha256(content).hexdigest()}"')
        request.end_headers()
        sent = content[start:]
        if self.breaks > 0:
            self.breaks -= 1
            sent = sent[: len(sent) // 2]
        request.wfile.write(sent)
        request.close_connection = True


@pytest.fixture(autouse=True)
def known(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the checksums be those of the small archives, and no try wait for the next."""
    files = librispeech() | aishell()
    sets = dict(catalogue.TEST_SETS)
    for name, test_set in sets.items():
        archives = tuple(
            replace(archive, checksum=f"md5:{hashlib.md5(files[archive.name]).hexdigest()}")
            if archive.checksum
            else archive
            for archive in test_set.archives
        )
        monkeypatch.setitem(catalogue.TEST_SETS, name, replace(test_set, archives=archives))  # type: ignore[arg-type]
    monkeypatch.setattr(downloading, "PAUSE_S", 0.0)


def fetched(name: str, url: str, folder: Path, *options: str) -> Result:
    """Run the command; what it downloads is kept in `folder/cache`."""
    arguments = ["fixtures", "fetch", name, str(folder / "clips"), "--mirror", url]
    return CliRunner().invoke(main, [*arguments, "--cache", str(folder / "cache"), *options])


@pytest.mark.parametrize(
    ("name", "files", "texts"),
    [
        ("librispeech", librispeech(), ["HE HOPED THERE WOULD BE STEW", "STUFF IT INTO YOU"]),
        ("aishell-1", aishell(), ["甚至 出现 交易 几乎 停滞 的 情况"]),
        ("fleurs-zh", fleurs(), ['这并不是"告别"，', '这并不是"告别"，']),
    ],
)
def test_a_test_set_becomes_clips(name: str, files: Files, texts: list[str], tmp_path: Path) -> None:
    """Only its test part, each utterance once, with a folder that verifies."""
    with Web(files).serving() as url:
        result = fetched(name, url, tmp_path)
    assert result.exit_code == 0, result.output + result.stderr
    clips = load_clips(tmp_path / "clips")
    assert [clip.text for clip in clips.clips] == texts
    assert problems_in(tmp_path / "clips") == []


def test_the_first_few_are_enough_to_try(tmp_path: Path) -> None:
    """By --first."""
    with Web(librispeech()).serving() as url:
        result = fetched("librispeech", url, tmp_path, "--first", "1")
    assert result.exit_code == 0
    assert len(load_clips(tmp_path / "clips").clips) == 1


def test_a_broken_download_goes_on_where_it_ended(tmp_path: Path) -> None:
    """Three times, and every byte is asked for once."""
    web = Web(librispeech(), breaks=3)
    with web.serving() as url:
        result = fetched("librispeech", url, tmp_path)
    assert result.exit_code == 0, result.stderr
    starts = [int(asked.removeprefix("bytes=")[:-1]) for asked in web.ranges if asked]
    assert len(starts) == 3
    assert starts == sorted(set(starts))


def test_a_second_command_goes_on_as_well(tmp_path: Path) -> None:
    """What an earlier one left is not fetched again; what is whole is not asked for at all."""
    (content,) = librispeech().values()
    cache = tmp_path / "cache" / "librispeech"
    cache.mkdir(parents=True)
    (cache / "test-clean.tar.gz.part").write_bytes(content[:1000])
    web = Web(librispeech())
    with web.serving() as url:
        assert fetched("librispeech", url, tmp_path).exit_code == 0
        (tmp_path / "clips").rename(tmp_path / "first")
        assert fetched("librispeech", url, tmp_path).exit_code == 0
    assert web.ranges == ["bytes=1000-"]


def test_another_file_is_not_believed(tmp_path: Path) -> None:
    """The checksums are told, and what came is deleted."""
    with Web({"test-clean.tar.gz": b"something else"}).serving() as url:
        result = fetched("librispeech", url, tmp_path)
    assert result.exit_code != 0
    assert "expected" in result.stderr
    assert not list((tmp_path / "cache" / "librispeech").iterdir())


@pytest.mark.parametrize(("status", "tries"), [(404, 1), (503, downloading.TRIES)])
def test_a_server_that_has_nothing_is_told(status: int, tries: int, tmp_path: Path) -> None:
    """What cannot be had is not asked for again; what may come back is."""
    web = Web({} if status == 404 else librispeech(), status=status)
    with web.serving() as url:
        result = fetched("librispeech", url, tmp_path)
    assert result.exit_code != 0
    assert str(status) in result.stderr
    assert len(web.ranges) == tries


def test_an_archive_that_writes_elsewhere_is_refused(tmp_path: Path) -> None:
    """A name that leads out of the folder ends the command."""
    evil = packed({"test/901.wav": tone(901, "WAV"), "../../elsewhere.wav": b"x"})
    with Web(fleurs() | {"test.tar.gz": evil}).serving() as url:
        result = fetched("fleurs-zh", url, tmp_path)
    assert result.exit_code != 0
    assert "cannot be unpacked" in result.stderr
    assert not list(tmp_path.rglob("elsewhere.wav"))


def test_real_addresses_have_checksums() -> None:
    """Of what lies on openslr.org they are known beforehand; the Hugging Face hub states its own."""
    for test_set in catalogue.TEST_SETS.values():
        for archive in test_set.archives:
            assert archive.url.startswith("https://")
            assert (archive.checksum is None) == ("huggingface.co" in archive.url)
