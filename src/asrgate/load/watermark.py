"""Watermarks: every caller speaks digits of its own, so that foreign digits prove crossed sessions.

The clips are composed from one bundled clip that has all ten digits, cut at its word times: "my mobile number
is" and six digits. The digits are code words of which any two differ in at least four places, so that one
or two misheard digits make nobody somebody else (I. S. Reed and G. Solomon, *Polynomial codes over certain
finite fields*, 1960).
"""

import re
from collections.abc import Sequence
from functools import cache
from itertools import pairwise, product, zip_longest
from pathlib import Path

import numpy as np
import numpy.typing as npt
import soundfile  # type: ignore[import-untyped]

from asrgate.audio.clips import (
    MANIFEST_NAME,
    Clip,
    ClipSet,
    WordTime,
    bundled_clips_directory,
    file_sha256,
    load_clips,
)
from asrgate.audio.conversion import resampled, to_mono
from asrgate.audio.manifest import ManifestEntry, WordEntry
from asrgate.audio.reading import read_sound
from asrgate.errors import UsageError
from asrgate.measure.normalisation import TEXT

TAG = "own-digits"
LONG_TAG = "own-digits-long"
"""Tags of the composed clips: the digits said once (some 4 s), and said again and again (some 14 s)."""

LENGTH = 6
APART = 4
"""Digits in a code word, and in how many places at least two of them differ."""

SPOKEN = "零一二三四五六七八九"
SAMPLE_RATE_HZ = 16000

_SOURCE = "phone-number"
"""The bundled clip that has all ten digits at its end, each with its time."""

_READ = str.maketrans(SPOKEN + "〇幺", "0123456789" + "01")
_RUN = re.compile("[0-9]+")
_PER_MS = SAMPLE_RATE_HZ // 1000
_PRIME = 11
_MOST_MISHEARD = 1
_REPEATS = 3
_PAUSE_MS = 1000
_FADE_MS = 8
_BETWEEN_MS = 80
_TAIL_MS = 600

Samples = npt.NDArray[np.float32]


@cache
def code_words() -> tuple[str, ...]:
    """All code words, digits 0 to 9 without the same one twice in a row, which a recogniser may run together.

    Each is a polynomial of degree 2 modulo 11 at six places; two of them agree in two places at most.
    """
    values = (
        tuple((c0 + c1 * x + c2 * x * x) % _PRIME for x in range(1, LENGTH + 1))
        for c0, c1, c2 in product(range(_PRIME), range(_PRIME), range(1, _PRIME))
    )
    return tuple(
        "".join(map(str, word))
        for word in values
        if max(word) < _PRIME - 1 and all(one != next_ for one, next_ in pairwise(word))
    )


def clip_id(number: int, *, long: bool = False) -> str:
    """The name of the clip of the caller with this number, from 1; beyond the last code word they repeat."""
    place = (number - 1) % len(code_words()) + 1
    return f"digits-{place:03}-long" if long else f"digits-{place:03}"


def digits_of(clip: str) -> str | None:
    """The digits that a composed clip holds, by its name; None of any other clip."""
    name = clip.removesuffix("-long").removeprefix("digits-")
    if not clip.startswith("digits-") or not name.isdigit() or not 0 < int(name) <= len(code_words()):
        return None
    return code_words()[int(name) - 1]


def digits_in(text: str) -> tuple[str, ...]:
    """The runs of digits in a recognised text, spoken or written, as 0 to 9."""
    return tuple(_RUN.findall(TEXT(text).translate(_READ)))


def owner_of(text: str, own: str) -> str | None:
    """The digits of another caller that a text holds, misheard in one place at most; None without any.

    `own` are the digits that were really spoken: a run that is near them is nobody else's.
    """
    runs = (_parts(run) for run in digits_in(text))
    foreign = [parts for parts in runs if not _is_near(parts, own)]
    return next((word for word in code_words() for parts in foreign if _is_near(parts, word)), None)


def composed(count: int, directory: Path, *, long: bool = False) -> ClipSet:
    """Compose the clips of the first `count` callers into a folder, which is then like any other.

    The same call gives the same samples on every machine. Beyond the last code word there are no more clips.

    Raises:
        UsageError: the folder cannot be written.
    """
    source = load_clips(bundled_clips_directory()).get(_SOURCE)
    sound = read_sound(source.path)
    samples = resampled(to_mono(sound.samples), sound.sample_rate_hz, SAMPLE_RATE_HZ)
    try:
        (directory / "clips").mkdir(parents=True, exist_ok=True)
        entries = [
            _written(number, source, samples, directory, repeats=_REPEATS if long else 1)
            for number in range(1, min(count, len(code_words())) + 1)
        ]
        lines = [entry.model_dump_json() for entry in entries]
        (directory / MANIFEST_NAME).write_text("\n".join(lines) + "\n", encoding="utf-8")
    except OSError as error:
        raise UsageError(f"cannot write the callers' clips to {directory}: {error.strerror}") from error
    return load_clips(directory)


def _written(number: int, source: Clip, samples: Samples, directory: Path, *, repeats: int) -> ManifestEntry:
    id_ = clip_id(number, long=repeats > 1)
    digits = code_words()[number - 1]
    joined, words = _said(digits, source, samples, repeats)
    path = directory / "clips" / f"{id_}.flac"
    soundfile.write(path, joined, SAMPLE_RATE_HZ, subtype="PCM_16")
    carrier = source.text[: -_source_digits(source)]
    return ManifestEntry(
        id=id_,
        file=f"clips/{id_}.flac",
        text="".join(word.text for word in words),
        written=[repeats * (carrier + digits)],
        language="zh",
        voice=source.voice,
        sample_rate_hz=SAMPLE_RATE_HZ,
        duration_ms=round(len(joined) / _PER_MS),
        speech_start_ms=words[0].start_ms,
        speech_end_ms=words[-1].end_ms,
        words=words,
        tags=[LONG_TAG if repeats > 1 else TAG],
        sha256=file_sha256(path),
    )


def _said(digits: str, source: Clip, samples: Samples, repeats: int) -> tuple[Samples, list[WordEntry]]:
    """The carrier and the digits, as often as asked, with where each word then stands."""
    carrier = source.words[: -_source_digits(source)]
    pieces: list[Samples] = [samples[: _at(carrier[0].start_ms)]]
    words: list[WordEntry] = []
    for turn in range(repeats):
        if turn:
            pieces.append(_silence(_PAUSE_MS))
        begins_ms = _length_ms(pieces)
        pieces.append(_faded(samples[_at(carrier[0].start_ms) : _at(carrier[-1].end_ms)]))
        words += [
            WordEntry(
                text=word.text,
                start_ms=begins_ms + word.start_ms - carrier[0].start_ms,
                end_ms=begins_ms + word.end_ms - carrier[0].start_ms,
            )
            for word in carrier
        ]
        for digit in digits:
            pieces.append(_silence(_BETWEEN_MS))
            spoken = _digit(digit, source)
            start_ms = _length_ms(pieces)
            pieces.append(_faded(samples[_at(spoken.start_ms) : _at(spoken.end_ms)]))
            words.append(WordEntry(text=spoken.text, start_ms=start_ms, end_ms=_length_ms(pieces)))
    pieces.append(_silence(_TAIL_MS))
    return np.concatenate(pieces), words


def _digit(digit: str, source: Clip) -> WordTime:
    """Where the source says a digit."""
    return next(word for word in source.words if word.text == SPOKEN[int(digit)])


def _source_digits(source: Clip) -> int:
    """How many words at the end of the source are digits."""
    return sum(word.text in SPOKEN for word in source.words)


def _at(ms: int) -> int:
    return ms * _PER_MS


def _length_ms(pieces: Sequence[Samples]) -> int:
    return sum(map(len, pieces)) // _PER_MS


def _silence(ms: int) -> Samples:
    return np.zeros(_at(ms), np.float32)


def _faded(samples: Samples) -> Samples:
    """Samples that begin and end without a click."""
    edge = np.linspace(0, 1, _at(_FADE_MS), dtype=np.float32)
    shaped = samples.copy()
    shaped[: len(edge)] *= edge
    shaped[-len(edge) :] *= edge[::-1]
    return shaped


def _parts(run: str) -> set[str]:
    """The stretches of a run that are as long as a code word, or the whole of a short one."""
    return {run[start : start + LENGTH] for start in range(max(1, len(run) - LENGTH + 1))}


def _is_near(parts: set[str], word: str) -> bool:
    """Whether one of the parts is the code word, misheard in one place at most."""
    return any(
        sum(one != other for one, other in zip_longest(part, word)) <= _MOST_MISHEARD for part in parts
    )
