"""What a data set lists: recordings with their words, and a sentence for each line that is wrong."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

AUDIO_SUFFIXES = frozenset({".wav", ".flac", ".mp3", ".ogg", ".opus", ".aif", ".aiff", ".au", ".caf"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Recording:
    """One utterance: its sound, or a stretch of it, and what is said.

    `where` is the file and line that list it. `sample_rate_hz` is what the list claims, None when it claims
    nothing; `language` likewise.
    """

    id: str
    audio: Path
    text: str
    where: str
    speaker: str = ""
    language: str | None = None
    start_s: float = 0.0
    end_s: float | None = None
    sample_rate_hz: int | None = None


@dataclass(slots=True)
class Listing:
    """What was read from a data set."""

    recordings: list[Recording] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


def text_lines(path: Path, listing: Listing) -> Iterator[tuple[str, str]]:
    """Yield every line that is not blank, and where it stands; a line that is no UTF-8 is a problem."""
    try:
        content = path.read_bytes()
    except OSError as error:
        listing.problems.append(f"{path}: {error.strerror}")
        return
    for number, line in enumerate(content.removeprefix(b"\xef\xbb\xbf").splitlines(), 1):
        where = f"{path}, line {number}"
        try:
            text = line.decode("utf-8")
        except UnicodeDecodeError as error:
            wrong = line[error.start : error.start + 1].hex()
            listing.problems.append(
                f"{where}: byte {error.start + 1} (0x{wrong}) is not UTF-8; convert the file, "
                f"for example with `iconv -f GB18030 -t UTF-8`"
            )
            continue
        if text.strip():
            yield where, text


def number_in(text: object, name: str, where: str, listing: Listing) -> float | None:
    """A number of a list, None when there is none; what is no number is a problem."""
    if text is None or text == "":
        return None
    try:
        return float(str(text))
    except ValueError:
        listing.problems.append(f"{where}: {name}: expected a number, got {text!r}")
        return None
