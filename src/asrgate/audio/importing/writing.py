"""From recordings to a folder of clips: mono FLAC at 8 or 16 kHz, and a manifest."""

import hashlib
import json
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import soundfile  # type: ignore[import-untyped]

from asrgate.audio.clips import MANIFEST_NAME, file_sha256
from asrgate.audio.conversion import Samples, resampled, to_mono
from asrgate.audio.importing.listing import Recording
from asrgate.audio.manifest import Language, ManifestEntry
from asrgate.audio.reading import read_sound
from asrgate.errors import UsageError

RATES_HZ = (8000, 16000)
"""Rates that a clip may keep; other ones are brought to 16 kHz, and those below 8 kHz are refused."""

SHORTEST_MS = 200
_PLAIN_MS = (1500, 20_000)
_LONG_MS = 30_000

_UNFIT = re.compile(r"[^A-Za-z0-9._-]+")
_CJK = re.compile(r"[\u3400-\u9fff]")
_LATIN = re.compile(r"[A-Za-z]")
_LANGUAGES: dict[str, Language] = {"zh": "zh", "cmn": "zh", "yue": "zh", "en": "en", "mixed": "mixed"}


@dataclass(frozen=True, slots=True)
class Imported:
    """How many clips were written, of how many seconds, and what was wrong with the others."""

    clips: int
    seconds: float
    problems: tuple[str, ...]


def problems_with(recordings: Sequence[Recording]) -> list[str]:
    """A sentence for each recording that cannot become a clip, without reading any sound."""
    problems = []
    seen: dict[str, str] = {}
    for recording in recordings:
        name = clip_id(recording.id)
        if name in seen:
            problems.append(f"{recording.where}: {recording.id} already stands in {seen[name]}")
        seen.setdefault(name, recording.where)
        if not recording.audio.is_file():
            problems.append(f"{recording.where}: {recording.id}: there is no sound file {recording.audio}")
        if not any(map(str.isalnum, recording.text)):
            problems.append(f"{recording.where}: {recording.id}: nothing is said to be spoken in it")
    return problems


def write_clips(
    recordings: Iterable[Recording], directory: Path, *, language: Language | None, tags: Sequence[str]
) -> Imported:
    """Write the recordings that can become clips; the manifest is written as they come.

    Raises:
        UsageError: the folder cannot be written.
    """
    problems: list[str] = []
    seen: set[str] = set()
    clips, seconds = 0, 0.0
    try:
        (directory / "clips").mkdir(parents=True, exist_ok=True)
        with (directory / MANIFEST_NAME).open("w", encoding="utf-8") as manifest:
            for recording in recordings:
                wrong = problems_with([recording])
                if not wrong and clip_id(recording.id) in seen:
                    wrong = [f"{recording.where}: {recording.id} is listed more than once"]
                entry = None if wrong else _written(recording, directory, language, tags, wrong)
                problems += wrong
                if entry is not None:
                    seen.add(entry.id)
                    manifest.write(json.dumps(entry.model_dump(), ensure_ascii=False) + "\n")
                    manifest.flush()
                    clips, seconds = clips + 1, seconds + entry.duration_ms / 1000
    except OSError as error:
        raise UsageError(f"{directory}: {error.strerror}; expected a folder that can be written") from error
    return Imported(clips, seconds, tuple(problems))


def clip_id(name: str) -> str:
    """The name of a clip as a manifest takes it."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    fallback = f"clip-{hashlib.sha256(name.encode()).hexdigest()[:8]}"
    return _UNFIT.sub("-", plain).strip("-._")[:80] or fallback


def language_of(text: str) -> Language:
    """The language of a text by its script."""
    chinese, latin = bool(_CJK.search(text)), bool(_LATIN.search(text))
    return "mixed" if chinese and latin else "zh" if chinese else "en"


def _written(
    recording: Recording,
    directory: Path,
    language: Language | None,
    tags: Sequence[str],
    problems: list[str],
) -> ManifestEntry | None:
    said = f"{recording.where}: {recording.id}"
    try:
        sound = read_sound(recording.audio)
    except UsageError as error:
        problems.append(f"{said}: {error}")
        return None
    claimed, real = recording.sample_rate_hz, sound.sample_rate_hz
    if claimed is not None and claimed != real:
        problems.append(f"{said}: the list says {claimed} Hz, {recording.audio.name} has {real} Hz")
        return None
    if real < RATES_HZ[0]:
        problems.append(f"{said}: {recording.audio.name} has {real} Hz, at least {RATES_HZ[0]} Hz are needed")
        return None
    end = None if recording.end_s is None else round(recording.end_s * real)
    samples = to_mono(sound.samples)[round(recording.start_s * real) : end]
    rate_hz = real if real in RATES_HZ else RATES_HZ[1]
    samples = resampled(samples, real, rate_hz)
    duration_ms = round(len(samples) * 1000 / rate_hz)
    if duration_ms < SHORTEST_MS:
        problems.append(f"{said}: {duration_ms} ms of sound are left, at least {SHORTEST_MS} ms are needed")
        return None
    return clip_written(recording, samples, rate_hz, directory, language=language, tags=tags)


def clip_written(
    recording: Recording,
    samples: Samples,
    rate_hz: int,
    directory: Path,
    *,
    language: Language | None,
    tags: Sequence[str],
    speech_ms: tuple[int, int] | None = None,
) -> ManifestEntry:
    """Write the samples [frames] of a recording into `clips/`, and return the line for the manifest.

    `speech_ms` are the first and the last sound of speech, None when they are not known.
    """
    duration_ms = round(len(samples) * 1000 / rate_hz)
    name = clip_id(recording.id)
    file = f"clips/{name}.flac"
    soundfile.write(directory / file, samples, rate_hz, subtype="PCM_16")
    listed = _LANGUAGES.get((recording.language or "").lower().replace("_", "-").split("-")[0])
    return ManifestEntry(
        id=name,
        file=file,
        text=recording.text,
        language=language or listed or language_of(recording.text),
        voice=recording.speaker,
        speaker=recording.speaker,
        sample_rate_hz=rate_hz,
        duration_ms=duration_ms,
        speech_start_ms=speech_ms[0] if speech_ms else None,
        speech_end_ms=speech_ms[1] if speech_ms else None,
        tags=list(dict.fromkeys([*_tags(recording.text, duration_ms), *tags])),
        sha256=file_sha256(directory / file),
    )


def _tags(text: str, duration_ms: int) -> list[str]:
    """Tags that can be told from text and length: checks that need others stay inconclusive."""
    if duration_ms >= _LONG_MS:
        return ["long"]
    shortest_ms, longest_ms = _PLAIN_MS
    plain = shortest_ms <= duration_ms <= longest_ms and not any(map(str.isdigit, text))
    return ["plain"] if plain else []
