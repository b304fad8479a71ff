"""Clips: sound files with their facts, read from a folder with a `manifest.jsonl` (docs/fixtures.md)."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from asrgate.audio.manifest import Language, ManifestEntry, problems_of
from asrgate.errors import UsageError

MANIFEST_NAME = "manifest.jsonl"


@dataclass(frozen=True, slots=True)
class WordTime:
    """One spoken word (one character of Chinese) and its place in the clip, in ms."""

    text: str
    start_ms: int
    end_ms: int


@dataclass(frozen=True, slots=True)
class SpeakerTurn:
    """A stretch of the clip in which one person speaks, in ms; turns of different people may overlap."""

    speaker: str
    start_ms: int
    end_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Clip:
    """One sound file and what is known about it; the fields are those of the manifest."""

    id: str
    path: Path
    text: str
    written: tuple[str, ...]
    language: Language
    voice: str
    words_per_minute: int | None
    sample_rate_hz: int
    duration_ms: int
    speech_start_ms: int | None
    speech_end_ms: int | None
    words: tuple[WordTime, ...]
    hotwords: tuple[str, ...]
    tags: tuple[str, ...]
    sha256: str
    speaker: str = ""
    punctuated: str = ""
    turns: tuple[SpeakerTurn, ...] = ()


@dataclass(frozen=True, slots=True)
class ClipSet:
    """The clips of one folder, in the order of its manifest."""

    directory: Path
    clips: tuple[Clip, ...]

    def tagged(self, *tags: str) -> tuple[Clip, ...]:
        """Return the clips that carry all of `tags`, in the order of the manifest; it may be empty."""
        return tuple(clip for clip in self.clips if set(tags) <= set(clip.tags))

    def get(self, clip_id: str) -> Clip:
        """Return the clip named `clip_id`.

        Raises:
            UsageError: the folder has no clip of that name.
        """
        for clip in self.clips:
            if clip.id == clip_id:
                return clip
        raise UsageError(
            f"No clip {clip_id!r} in {self.directory}: `asrgate fixtures list` shows those it has."
        )


def bundled_clips_directory() -> Path:
    """Return the folder of the clips that come with asrgate, in the installed package or in the checkout."""
    package = Path(__file__).resolve().parents[1]
    installed = package / "_suite" / "fixtures"
    return installed if installed.is_dir() else package.parents[1] / "fixtures"


def load_clips(directory: Path) -> ClipSet:
    """Read the clips of `directory` and check every line of its manifest and every file's SHA-256.

    Raises:
        UsageError: the folder or its manifest is missing or empty, or a line is wrong; the message names the
            file, the line, the field, what came and what is expected.
    """
    entries = []
    line_of: dict[str, int] = {}
    for number, line in manifest_lines(directory):
        where = f"{directory / MANIFEST_NAME}, line {number}"
        entry = _entry(line, where)
        if entry.id in line_of:
            raise UsageError(f"{where}: field id: {entry.id!r} already stands in line {line_of[entry.id]}.")
        line_of[entry.id] = number
        _verify_hash(entry, directory, where)
        entries.append(entry)
    if not entries:
        raise UsageError(f"{directory / MANIFEST_NAME} lists no clip: expected one JSON object per line.")
    return ClipSet(directory, tuple(_clip(entry, directory) for entry in entries))


def manifest_lines(directory: Path) -> Iterator[tuple[int, str]]:
    """Yield the number, counted from 1, and the text of every line of the manifest that is not blank.

    Raises:
        UsageError: there is no manifest in `directory`, or it is not UTF-8 text.
    """
    path = directory / MANIFEST_NAME
    if not path.is_file():
        raise UsageError(
            f"No {MANIFEST_NAME} in {directory}: a folder of clips needs one (docs/fixtures.md)."
        )
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise UsageError(f"{path}: byte {error.start} is not UTF-8 text.") from error
    for number, line in enumerate(text.splitlines(), 1):
        if line.strip():
            yield number, line


def file_sha256(path: Path) -> str:
    """Return the SHA-256 of a file as 64 hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _entry(line: str, where: str) -> ManifestEntry:
    try:
        return ManifestEntry.model_validate(json.loads(line))
    except json.JSONDecodeError as error:
        raise UsageError(
            f"{where}: not JSON ({error.msg} at column {error.colno}), got {line[:60]!r}."
        ) from error
    except ValidationError as error:
        raise UsageError(f"{where}: {'; '.join(problems_of(error))}.") from error


def _verify_hash(entry: ManifestEntry, directory: Path, where: str) -> None:
    path = directory / entry.file
    if not path.is_file():
        raise UsageError(f"{where}: clip {entry.id}: field file: {path} does not exist.")
    actual = file_sha256(path)
    if actual != entry.sha256:
        raise UsageError(
            f"{where}: clip {entry.id}: field sha256: {entry.file} has {actual}, expected {entry.sha256}; "
            f"the file is not the one that the manifest describes."
        )


def _clip(entry: ManifestEntry, directory: Path) -> Clip:
    return Clip(
        id=entry.id,
        path=directory / entry.file,
        text=entry.text,
        written=tuple(entry.written) or ((entry.text,) if entry.text else ()),
        language=entry.language,
        voice=entry.voice,
        words_per_minute=entry.words_per_minute,
        sample_rate_hz=entry.sample_rate_hz,
        duration_ms=entry.duration_ms,
        speech_start_ms=entry.speech_start_ms,
        speech_end_ms=entry.speech_end_ms,
        words=tuple(WordTime(word.text, word.start_ms, word.end_ms) for word in entry.words),
        hotwords=tuple(entry.hotwords),
        tags=tuple(entry.tags),
        sha256=entry.sha256,
        speaker=entry.speaker or entry.voice,
        punctuated=entry.punctuated,
        turns=tuple(SpeakerTurn(turn.speaker, turn.start_ms, turn.end_ms) for turn in entry.turns),
    )
