"""The test sets that `asrgate fixtures fetch` knows."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from asrgate.audio.fetching.unpacking import aishell_test, fleurs_test, whole
from asrgate.audio.manifest import Language


@dataclass(frozen=True, slots=True)
class Archive:
    """A file to download. `checksum` is `algorithm:hexadecimal`; None where only the server states one."""

    url: str
    checksum: str | None
    size_bytes: int | None = None

    @property
    def name(self) -> str:
        """Its name without folders."""
        return self.url.rpartition("/")[2]


@dataclass(frozen=True, slots=True, kw_only=True)
class TestSet:
    """A public test set: its files, its licence, and how to make of them what `fixtures import` reads.

    `unpack` gets the files in the order of `archives` and a folder, and `form` is what it then holds.
    """

    title: str
    licence: str
    language: Language
    archives: tuple[Archive, ...]
    unpack: Callable[[tuple[Path, ...], Path], None]
    form: str

    @property
    def size_bytes(self) -> int | None:
        """How much there is to download, None when that is not known beforehand."""
        sizes = [archive.size_bytes for archive in self.archives]
        return None if None in sizes else sum(size for size in sizes if size is not None)


_FLEURS = "https://huggingface.co/datasets/google/fleurs/resolve/main/data"


def _fleurs(name: str, language: Language) -> TestSet:
    # The hub states a SHA-256 of each file that it keeps outside git.
    return TestSet(
        title=f"FLEURS {name}, test",
        licence="CC BY 4.0",
        language=language,
        archives=(
            Archive(f"{_FLEURS}/{name}/test.tsv", None),
            Archive(f"{_FLEURS}/{name}/audio/test.tar.gz", None),
        ),
        unpack=fleurs_test,
        form="table",
    )


TEST_SETS: Mapping[str, TestSet] = {
    "aishell-1": TestSet(
        title="AISHELL-1, test (20 speakers, 7176 utterances)",
        licence="Apache 2.0",
        language="zh",
        archives=(
            Archive(
                "https://www.openslr.org/resources/33/data_aishell.tgz",
                "md5:2f494334227864a8a8fec932999db9d8",
            ),
        ),
        unpack=aishell_test,
        form="aishell",
    ),
    "fleurs-zh": _fleurs("cmn_hans_cn", "zh"),
    "fleurs-en": _fleurs("en_us", "en"),
    "librispeech": TestSet(
        title="LibriSpeech test-clean (40 speakers, 2620 utterances)",
        licence="CC BY 4.0",
        language="en",
        archives=(
            Archive(
                "https://www.openslr.org/resources/12/test-clean.tar.gz",
                "sha256:39fde525e59672dc6d1551919b1478f724438a95aa55f874b576be21967e6c23",
                346_663_984,
            ),
        ),
        unpack=whole,
        form="librispeech",
    ),
}
