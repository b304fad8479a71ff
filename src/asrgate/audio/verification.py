"""Hold a folder of clips against its manifest: every field, every file, every time."""

import json
from pathlib import Path

import numpy as np
from pydantic import ValidationError

from asrgate.audio.clips import MANIFEST_NAME, file_sha256, manifest_lines
from asrgate.audio.manifest import ManifestEntry, problems_of
from asrgate.audio.reading import Sound, read_sound
from asrgate.errors import UsageError


def problems_in(directory: Path) -> list[str]:
    """Return one sentence for each thing that is wrong in a folder of clips; an empty list when all holds.

    Raises:
        UsageError: there is no manifest, or it is not text.
    """
    problems = []
    entries: list[ManifestEntry] = []
    for number, line in manifest_lines(directory):
        where = f"{MANIFEST_NAME}, line {number}"
        try:
            entry = ManifestEntry.model_validate(json.loads(line))
        except json.JSONDecodeError as error:
            problems.append(f"{where}: not JSON ({error.msg} at column {error.colno})")
            continue
        except ValidationError as error:
            problems += [f"{where}: {problem}" for problem in problems_of(error)]
            continue
        where += f", clip {entry.id}"
        problems += [f"{where}: {problem}" for problem in _duplicates(entry, entries)]
        problems += [f"{where}: {problem}" for problem in _file_problems(entry, directory)]
        entries.append(entry)
    if not entries and not problems:
        problems.append(f"{MANIFEST_NAME}: lists no clip")
    return problems


def _duplicates(entry: ManifestEntry, earlier: list[ManifestEntry]) -> list[str]:
    return [
        f"field {field}: {getattr(entry, field)!r} is that of clip {other.id} too"
        for field in ("id", "file", "sha256")
        for other in earlier
        if getattr(entry, field) == getattr(other, field)
    ]


def _file_problems(entry: ManifestEntry, directory: Path) -> list[str]:
    path = directory / entry.file
    if not path.is_file():
        return [f"field file: {entry.file} does not exist"]
    problems = []
    actual = file_sha256(path)
    if actual != entry.sha256:
        problems.append(f"field sha256: expected {entry.sha256}, the file has {actual}")
    try:
        sound = read_sound(path)
    except UsageError as error:
        return [*problems, f"field file: {error}"]
    return problems + _sound_problems(entry, sound)


def _sound_problems(entry: ManifestEntry, sound: Sound) -> list[str]:
    problems = list(sound.remarks)
    if sound.sample_rate_hz != entry.sample_rate_hz:
        problems.append(
            f"field sample_rate_hz: expected {entry.sample_rate_hz}, the file has {sound.sample_rate_hz}"
        )
    duration_ms = sound.facts.duration_s * 1000
    if abs(duration_ms - entry.duration_ms) > 1:
        problems.append(f"field duration_ms: expected {entry.duration_ms}, the file has {duration_ms:.1f}")
    if entry.speech_start_ms is not None and entry.speech_end_ms is not None:
        start, end = (
            ms * sound.sample_rate_hz // 1000 for ms in (entry.speech_start_ms, entry.speech_end_ms)
        )
        if not np.any(sound.samples[start:end]):
            problems.append(
                f"field speech_start_ms: the file holds only silence from {entry.speech_start_ms} "
                f"to speech_end_ms {entry.speech_end_ms}"
            )
    return problems
