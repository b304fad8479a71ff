"""Make the second set of clips, pure tones: `python make_tones.py` writes its files beside itself.

A clip is a tune, its text the names of the notes. There is no number and no hotword in them, and they
are at 8 kHz and not at 16, as a folder of somebody's own may be.
"""

import json
from pathlib import Path

import numpy as np
import soundfile

from asrgate.audio.clips import MANIFEST_NAME, file_sha256
from asrgate.audio.manifest import ManifestEntry, WordEntry

SAMPLE_RATE_HZ = 8000
NOTE_MS, GAP_MS, MARGIN_MS = 250, 50, 200
NOTES_HZ = {"do": 523.25, "re": 587.33, "mi": 659.26, "fa": 698.46, "so": 783.99, "la": 880.00, "ti": 987.77}

# Name, notes with pauses in ms between them, tags.
TUNES: list[tuple[str, list[str | int], list[str]]] = [
    ("rise", ["do", "re", "mi"], ["plain", "distinct"]),
    ("fall", ["la", "so", "fa"], ["plain", "distinct", "speaker-2"]),
    ("call", ["ti"], ["plain", "short"]),
    ("rests", ["do", 1500, "mi", 2000, "so"], ["pauses"]),
    ("rest", [1500], ["silence"]),
]


def main() -> None:
    """Write the tunes and their manifest."""
    folder = Path(__file__).parent
    entries = [make_tune(folder, *tune) for tune in TUNES]
    lines = (json.dumps(entry.model_dump(), ensure_ascii=False) + "\n" for entry in entries)
    (folder / MANIFEST_NAME).write_text("".join(lines), encoding="utf-8")


def make_tune(folder: Path, name: str, notes: list[str | int], tags: list[str]) -> ManifestEntry:
    """Write one tune and return its line of the manifest."""
    pieces = [_silence(MARGIN_MS)]
    words = []
    at_ms = MARGIN_MS
    for note in notes:
        if isinstance(note, int):
            pieces.append(_silence(note))
            at_ms += note
            continue
        words.append(WordEntry(text=note, start_ms=at_ms, end_ms=at_ms + NOTE_MS))
        pieces += [_tone(NOTES_HZ[note]), _silence(GAP_MS)]
        at_ms += NOTE_MS + GAP_MS
    pieces.append(_silence(MARGIN_MS))
    samples = np.concatenate(pieces)
    file = folder / f"{name}.flac"
    soundfile.write(file, samples, SAMPLE_RATE_HZ, "PCM_16", format="FLAC")
    return ManifestEntry(
        id=name,
        file=file.name,
        text=" ".join(word.text for word in words),
        language="en" if words else "none",
        voice="sine" if words else "",
        sample_rate_hz=SAMPLE_RATE_HZ,
        duration_ms=round(len(samples) * 1000 / SAMPLE_RATE_HZ),
        speech_start_ms=words[0].start_ms if words else None,
        speech_end_ms=words[-1].end_ms if words else None,
        words=words,
        tags=tags,
        sha256=file_sha256(file),
    )


def _tone(frequency_hz: float) -> np.ndarray:
    seconds = np.arange(NOTE_MS * SAMPLE_RATE_HZ // 1000) / SAMPLE_RATE_HZ
    return np.rint(8000 * np.sin(2 * np.pi * frequency_hz * seconds)).astype(np.int16)


def _silence(duration_ms: int) -> np.ndarray:
    return np.zeros(duration_ms * SAMPLE_RATE_HZ // 1000, np.int16)


if __name__ == "__main__":
    main()
