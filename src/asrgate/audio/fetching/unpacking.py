"""Archives of test sets as folders that `asrgate fixtures import` reads."""

import csv
import tarfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import IO

from asrgate.errors import AsrgateError

_FLEURS_COLUMNS = 7


def whole(archives: tuple[Path, ...], folder: Path) -> None:
    """Unpack everything."""
    for path in archives:
        with _opened(path) as archive:
            for member in archive:
                _extract(archive, member, folder)


def aishell_test(archives: tuple[Path, ...], folder: Path) -> None:
    """Of AISHELL-1 the transcript, and of the archives of speakers within it what lies in `test/`."""
    with _opened(archives[0]) as archive:
        for member in archive:
            path = PurePosixPath(member.name)
            if "transcript" in path.parts and member.isfile():
                _extract(archive, member, folder)
            elif path.name.endswith(".tar.gz") and (content := archive.extractfile(member)) is not None:
                with _opened(archives[0], content) as speaker:
                    for inner in speaker:
                        if "test" in PurePosixPath(inner.name).parts:
                            _extract(speaker, inner, folder / "wav")


def fleurs_test(archives: tuple[Path, ...], folder: Path) -> None:
    """Of FLEURS the sounds, and its list with names for its columns, as `list.tsv`."""
    rows, sounds = archives
    whole((sounds,), folder)
    with (
        rows.open(encoding="utf-8", newline="") as file,
        (folder / "list.tsv").open("w", encoding="utf-8") as listed,
    ):
        listed.write("id\tfile_name\ttext\n")
        seen: set[str] = set()
        for row in csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE):
            if len(row) < _FLEURS_COLUMNS:
                raise AsrgateError(f"{rows}: expected {_FLEURS_COLUMNS} columns, got {len(row)}: {row!r:.60}")
            name, text = row[1], " ".join(row[2].split())
            if name not in seen:
                seen.add(name)
                listed.write(f"{PurePosixPath(name).stem}\ttest/{name}\t{text}\n")


@contextmanager
def _opened(path: Path, content: IO[bytes] | None = None) -> Iterator[tarfile.TarFile]:
    """An archive, or one within it, that is read once from its beginning, whatever it is packed with."""
    try:
        with tarfile.open(path if content is None else None, mode="r|*", fileobj=content) as archive:
            yield archive
    except (tarfile.TarError, EOFError, zlib.error) as error:
        raise AsrgateError(f"{path} cannot be unpacked: {error}") from error


def _extract(archive: tarfile.TarFile, member: tarfile.TarInfo, folder: Path) -> None:
    """Write a member into a folder and nowhere else, as Python's filter `data` sees to (PEP 706)."""
    archive.extract(member, folder, filter="data")
