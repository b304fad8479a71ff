"""Watermarks: every caller speaks digits of its own, so that foreign digits prove crossed sessions.

The clips are composed from one bundled clip that has all ten digits, cut at its word times: "my mobile number
is" and six digits. The digits are code words of which any two differ in at least four places, so that one
or two misheard digits make nobody somebody else (I. S. Reed and G. Solomon, *Polynomial codes over certain
finite fields*, 1960). Nothing is written to a file: the same clip is the same samples on every machine.
"""

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import pairwise, product, zip_longest
from pathlib import Path

import numpy as np
import numpy.typing as npt

from asrgate.audio.clips import Clip, ClipSet, WordTime, bundled_clips_directory, load_clips
from asrgate.audio.conversion import resampled, to_mono
from asrgate.audio.reading import read_sound
from asrgate.measure.normalisation import TEXT

TAG = "own-digits"
LONG_TAG = "own-digits-long"
"""Tags of the composed clips: the digits said once (5 s), and three times, a sentence each (16 s)."""

SAMPLE_TAG = "own-digits-sample"
LONG_SAMPLE_TAG = "own-digits-long-sample"
"""Tags of the first few of them, from which it is known what all of them give alone."""

LENGTH = 6
"""Digits in a code word; two of them differ in all but two places at least."""

SAMPLE_RATE_HZ = 16000

_SOURCE = "phone-number"
"""The bundled clip that has all ten digits at its end, each with its time."""

_SAMPLED = 4
_SPOKEN = "零一二三四五六七八九"
_READ = str.maketrans(_SPOKEN + "〇幺", "0123456789" + "01")
_RUN = re.compile("[0-9]+")
_PRIME = 11
_MOST_MISHEARD = 1
_PER_MS = SAMPLE_RATE_HZ // 1000
_REPEATS = 3
_PAUSE_MS = 1040
"""Silence between two sentences: a server ends one after 800 ms (docs/protocol.md section 6.3)."""
_GRID_MS = 40
"""Sentences begin at the same place in a recogniser's grid, so that it hears them alike."""

_FADE_MS = 8
_BETWEEN_MS = 80
_TAIL_MS = 600

Samples = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class _Piece:
    """Some audio and the words in it, at ms since it begins."""

    samples: Samples
    words: tuple[WordTime, ...] = ()


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
    return f"{TAG}-{place:03}-long" if long else f"{TAG}-{place:03}"


def digits_of(clip: str) -> str | None:
    """The digits that a composed clip holds, by its name; None of any other clip."""
    place = clip.removesuffix("-long").removeprefix(f"{TAG}-")
    if not clip.startswith(TAG) or not place.isdecimal() or not 0 < int(place) <= len(code_words()):
        return None
    return code_words()[int(place) - 1]


def digits_in(text: str) -> tuple[str, ...]:
    """The runs of digits in a recognised text, spoken or written, as 0 to 9."""
    return tuple(_RUN.findall(in_digits(text)))


def in_digits(text: str) -> str:
    """The view of a text in which every number is read digit by digit, however it was written.

    Inverse text normalisation leaves 五一 as it is, a holiday, where it writes other digits as figures.
    """
    return TEXT(text).translate(_READ)


def owner_of(text: str, own: str) -> str | None:
    """The digits of another caller that a text holds, None when it holds nobody else's.

    `own` are the digits that were really spoken: a run that is like them but for one place is nobody else's.
    """
    runs = (_parts(run) for run in digits_in(text))
    foreign = {part for parts in runs if not any(_is_like(part, own) for part in parts) for part in parts}
    return next((word for word in code_words() if word in foreign), None)


@cache
def own_digits(*, long: bool = False) -> ClipSet:
    """The facts of all composed clips. Their audio lies in no file: `samples_of` makes it."""
    count = len(code_words())
    return ClipSet(Path("own-digits"), tuple(_clip(number, long=long) for number in range(1, count + 1)))


def samples_of(clip: str) -> Samples:
    """The audio of a composed clip.

    Raises:
        ValueError: there is no composed clip of that name.
    """
    digits = digits_of(clip)
    if digits is None:
        raise ValueError(f"no composed clip is named {clip!r}")
    return np.concatenate([piece.samples for piece in _pieces(digits, long=clip.endswith("-long"))])


def texts_of_all(alone: Mapping[str, str]) -> dict[str, str]:
    """What every composed clip gives alone, by what some of them gave: the same words around other digits.

    Where these differ in more than their digits, nothing is known of the others.
    """
    forms = {_form(text, digits_of(name) or "") for name, text in alone.items()}
    form = forms.pop() if len(forms) == 1 else None
    if form is None:
        return dict(alone)
    around, spoken = form
    long = any(name.endswith("-long") for name in alone)
    return {
        clip_id(number, long=long): (_spelt(word) if spoken else word).join(around)
        for number, word in enumerate(code_words(), 1)
    }


def _form(text: str, digits: str) -> tuple[tuple[str, ...], bool] | None:
    """What stands around the digits in a text, and whether they are words; None where they are not there."""
    for spoken, told in ((False, digits), (True, _spelt(digits))):
        if told and told in text:
            return tuple(text.split(told)), spoken
    return None


def _spelt(digits: str) -> str:
    return "".join(_SPOKEN[int(digit)] for digit in digits)


def _clip(number: int, *, long: bool) -> Clip:
    name, digits = clip_id(number, long=long), code_words()[number - 1]
    source, _ = _source()
    words: list[WordTime] = []
    length = 0
    for piece in _pieces(digits, long=long):
        at_ms = length // _PER_MS
        words += [WordTime(word.text, word.start_ms + at_ms, word.end_ms + at_ms) for word in piece.words]
        length += len(piece.samples)
    tag, sample = (LONG_TAG, LONG_SAMPLE_TAG) if long else (TAG, SAMPLE_TAG)
    text = "".join(word.text for word in words)
    return Clip(
        id=name,
        path=Path(f"{name}.flac"),
        text=text,
        written=(text.replace(_spelt(digits), digits),),
        language=source.language,
        voice=source.voice,
        words_per_minute=source.words_per_minute,
        sample_rate_hz=SAMPLE_RATE_HZ,
        duration_ms=length // _PER_MS,
        speech_start_ms=words[0].start_ms,
        speech_end_ms=words[-1].end_ms,
        words=tuple(words),
        hotwords=(),
        tags=(tag, sample) if number <= _SAMPLED else (tag,),
        sha256=hashlib.sha256(name.encode()).hexdigest(),
    )


def _pieces(digits: str, *, long: bool) -> Iterator[_Piece]:
    """The audio before the first word, the carrier and the digits, as often as they are said, and a tail."""
    source, samples = _source()
    carrier = [word for word in source.words if word.text not in _SPOKEN]
    spoken = {word.text: word for word in source.words if word.text in _SPOKEN}
    sentence = [_cut(samples, carrier)]
    for digit in digits:
        sentence += [_silence(_BETWEEN_MS), _cut(samples, [spoken[_SPOKEN[int(digit)]]])]
    length_ms = sum(len(piece.samples) for piece in sentence) // _PER_MS
    yield _Piece(samples[: carrier[0].start_ms * _PER_MS])
    for turn in range(_REPEATS if long else 1):
        if turn:
            yield _silence(_PAUSE_MS - length_ms % _GRID_MS)
        yield from sentence
    yield _silence(_TAIL_MS)


@cache
def _source() -> tuple[Clip, Samples]:
    clip = load_clips(bundled_clips_directory()).get(_SOURCE)
    sound = read_sound(clip.path)
    return clip, resampled(to_mono(sound.samples), sound.sample_rate_hz, SAMPLE_RATE_HZ)


def _cut(samples: Samples, words: list[WordTime]) -> _Piece:
    """The audio of some words that follow one another, faded so that it does not click."""
    begins_ms = words[0].start_ms
    cut = samples[begins_ms * _PER_MS : words[-1].end_ms * _PER_MS].copy()
    edge = np.linspace(0, 1, _FADE_MS * _PER_MS, dtype=np.float32)
    cut[: len(edge)] *= edge
    cut[-len(edge) :] *= edge[::-1]
    return _Piece(
        cut, tuple(WordTime(word.text, word.start_ms - begins_ms, word.end_ms - begins_ms) for word in words)
    )


def _silence(ms: int) -> _Piece:
    return _Piece(np.zeros(ms * _PER_MS, np.float32))


def _parts(run: str) -> set[str]:
    """The stretches of a run that are as long as a code word, or the whole of a short one."""
    return {run[start : start + LENGTH] for start in range(max(1, len(run) - LENGTH + 1))}


def _is_like(part: str, word: str) -> bool:
    """Whether a part is the code word, misheard in one place at most."""
    misheard = sum(one != other for one, other in zip_longest(part, word))
    return bool(misheard <= _MOST_MISHEARD)
