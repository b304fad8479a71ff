"""`asrgate accuracy --hotwords` on the embedded endpoint, plain and behind the fault that strips hotwords."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from asrgate.audio.clips import MANIFEST_NAME, bundled_clips_directory, manifest_lines
from asrgate.cli import main
from asrgate.faults.catalogue import fault_named
from asrgate.faults.proxy import proxied
from asrgate.reference.embedded import embedded_endpoint
from asrgate.wire.dialects import FUNASR_2PASS
from asrgate.wire.endpoint import Endpoint
from suite.runs import TONES, Ran, asrgate
from suite.servers import Parrot, serving

UNRELATED = 5
LEAST_P = 0.001


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The bundled clips with terms, and a few without."""
    bundled, folder = bundled_clips_directory(), tmp_path_factory.mktemp("terms")
    entries: list[dict[str, Any]] = [json.loads(line) for _, line in manifest_lines(bundled)]
    spoken = [entry for entry in entries if entry["hotwords"]]
    terms = [term for entry in spoken for term in entry["hotwords"]]
    plain = [entry for entry in entries if "plain" in entry["tags"]]
    kept = spoken + [entry for entry in plain if not any(term in entry["text"] for term in terms)][:UNRELATED]
    for entry in kept:
        (folder / entry["file"]).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(bundled / entry["file"], folder / entry["file"])
    lines = (json.dumps(entry, ensure_ascii=False) for entry in kept)
    (folder / MANIFEST_NAME).write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def endpoint() -> Iterator[Endpoint]:
    """The embedded endpoint."""
    with embedded_endpoint() as embedded:
        yield Endpoint(url=embedded.url)


@pytest.fixture(scope="module")
def stripping(endpoint: Endpoint) -> Iterator[str]:
    """The same endpoint, where hotwords are dropped on the way."""
    with proxied(endpoint, fault_named("hotwords-stripped").breaks(FUNASR_2PASS)) as url:
        yield url


def measured(url: str, clips: Path, folder: Path, *more: str) -> Ran:
    """Run the comparison with hotwords of the usual weight."""
    asked = ("--mode", "offline", "--hotword-weights", "20", *more)
    return asrgate("accuracy", url, "--fixtures", clips, *asked, folder=folder)


def test_hotwords_have_an_effect_beyond_chance(endpoint: Endpoint, folder: Path, tmp_path: Path) -> None:
    """Terms that are missed without them are heard; speech without the terms reads as before."""
    ran = measured(endpoint.url, folder, tmp_path)
    (effect,) = ran.run["accuracy"]["hotwords"]["effects"]
    assert effect["p"] < LEAST_P
    assert effect["recall_with"]["hits"] > effect["recall_without"]["hits"]
    assert effect["unrelated"]["clips"] >= UNRELATED
    assert "Hotwords raise recall from" in " ".join(ran.output.split())
    said = (ran.out / "summary.md").read_text(encoding="utf-8")
    assert "Hotwords raise recall from" in said


def test_without_hotwords_on_the_wire_there_is_no_effect(
    stripping: str, folder: Path, tmp_path: Path
) -> None:
    """Both passes read the same, and the comparison says so."""
    ran = measured(stripping, folder, tmp_path)
    (effect,) = ran.run["accuracy"]["hotwords"]["effects"]
    assert (effect["gained"], effect["lost"], effect["p"]) == (0, 0, 1.0)
    assert effect["recall_with"]["hits"] == effect["recall_without"]["hits"]
    assert "Hotwords show no effect" in " ".join(ran.output.split())


def test_the_check_of_hotwords_fails_there_and_not_without_the_fault(
    endpoint: Endpoint, stripping: str, folder: Path, tmp_path: Path
) -> None:
    """HOT-02 sees what the comparison sees."""
    asked = ("--select", "HOT-02", "--fixtures", folder, "--expect", "hotwords")
    assert asrgate("check", endpoint.url, *asked, folder=tmp_path).verdicts["HOT-02"] == "pass"
    assert asrgate("check", stripping, *asked, folder=tmp_path).verdicts["HOT-02"] == "fail"


def test_terms_of_a_file_and_numbers_of_hotwords(tmp_path: Path) -> None:
    """A file as FunASR's servers take it; latencies at the pace of speech, by number."""
    words = tmp_path / "hotwords.txt"
    words.write_text("菡萏 30\n\n你好\n", encoding="utf-8")
    asked = ("--hotword-file", str(words), "--hotword-counts", "40", "--mode", "2pass")
    with serving(Parrot()) as url:
        ran = asrgate("accuracy", url, "--fixtures", _two_tones(tmp_path / "clips"), *asked, folder=tmp_path)
    found = ran.run["accuracy"]["hotwords"]
    (effect,) = found["effects"]
    assert effect["weight"] is None
    assert [(term["term"], term["false_with"]) for term in effect["terms"]] == [("菡萏", 0), ("你好", 2)]
    assert [(latency["count"], latency["final"]["n"]) for latency in found["latencies"]] == [(0, 2), (40, 2)]
    assert found["latencies"][1]["final_rise"]["n"] == 2
    assert ran.run["environment"]["options"]["hotwords"]["terms"] == {"菡萏": 30, "你好": 20}
    assert "will open 8 sessions" in ran.output + ran.errors


def _two_tones(folder: Path) -> Path:
    """The tones rise and fall."""
    shutil.copytree(TONES, folder)
    manifest = folder / MANIFEST_NAME
    lines = manifest.read_text(encoding="utf-8").splitlines()
    kept = [line for line in lines if json.loads(line)["id"] in ("rise", "fall")]
    manifest.write_text("\n".join(kept) + "\n", encoding="utf-8")
    return folder


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("--hotword-weights", "0"), "expected whole numbers of 1 to 100"),
        (("--hotword-counts", "1,2000"), "expected whole numbers of 1 to 1000"),
        (("--hotword", "甲", "--hotword-weights", "20"), "yours have their own weights"),
        (("--hotword", "甲=x"), "expected WORD=WEIGHT"),
        (("--hotword-file", "none.txt"), "No such file"),
    ],
)
def test_wrong_use_is_one_sentence(arguments: tuple[str, ...], sentence: str) -> None:
    """What was expected, and status 2."""
    result = CliRunner().invoke(main, ["accuracy", "ws://127.0.0.1:9", *arguments])
    assert result.exit_code == 2
    assert sentence in result.stderr


def test_a_line_of_a_hotword_file_that_is_none_is_named(tmp_path: Path) -> None:
    """By its number, with what is expected."""
    words = tmp_path / "hotwords.txt"
    words.write_text("菡萏 30\n语音识别 heavy\n", encoding="utf-8")
    result = CliRunner().invoke(main, ["accuracy", "ws://127.0.0.1:9", "--hotword-file", str(words)])
    assert result.exit_code == 2
    assert "line 2: expected a word, a blank and a weight of 1 to 100, got '语音识别 heavy'" in result.stderr
