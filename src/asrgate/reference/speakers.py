"""Who speaks: pieces of speech between pauses, each with what its voice is like, grouped by likeness.

No model of speakers is trained. A voice is the median of its pitch and the mean of its cepstrum (the shape of
the spectrum without its fine structure), which tells a low voice from a high one well, and two voices of one
height badly. A piece ends where nobody spoke for `PAUSE_MS`: where one speaker follows another without a
pause, both are in one piece.
"""

from __future__ import annotations

import itertools
from collections import deque
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from asrgate.reference.features import LAGS, MELS, whole
from asrgate.reference.pcm import SAMPLE_RATE_HZ, Floats
from asrgate.reference.recogniser import Token
from asrgate.reference.transcriber import Segment

PAUSE_MS = 150
"""Between the end of a token and the start of the next; within a sentence tokens follow closer."""

PITCH_OCTAVES = 0.2
CEPSTRUM = 4.0
"""Differences of one unit: of the pitch in octaves (0.2 are 15 %), and of the cepstrum as a distance."""

SAME_SPEAKER = 1.6
"""Groups of pieces that are further apart than this on average, in these units, are different speakers."""

_SAMPLES_PER_MS = SAMPLE_RATE_HZ // 1000
_KEPT_MS = 70_000
_COEFFICIENTS = 20
_VOICED = 0.5
_FEWEST_FRAMES = 10


class Piece(NamedTuple):
    """Tokens between two pauses, and what the voice is like that said them."""

    tokens: tuple[Token, ...]
    voice: Floats
    complete: bool


class Turn(NamedTuple):
    """Tokens of one speaker; speakers are counted from 0 in the order of their first words."""

    speaker: int
    tokens: tuple[Token, ...]
    complete: bool


class SpeakerEar:
    """Hears one utterance beside its transcriber, and tells the voices apart when it is over."""

    def __init__(self) -> None:
        self._chunks: deque[tuple[int, Floats]] = deque()
        self._heard = 0
        self._segments: list[list[Piece]] = []

    def hear(self, samples: Floats) -> None:
        """Take the next samples at 16 kHz; what no segment can ask for any more is dropped."""
        self._chunks.append((self._heard, samples))
        self._heard += len(samples)
        while self._chunks[0][0] + len(self._chunks[0][1]) < self._heard - _KEPT_MS * _SAMPLES_PER_MS:
            self._chunks.popleft()

    def note(self, segment: Segment) -> None:
        """Take the tokens of a segment that just ended."""
        pieces = list(_between_pauses(segment.tokens))
        if pieces:
            last = len(pieces) - 1
            self._segments.append(
                [
                    Piece(tokens, self._voice(tokens), segment.complete or place < last)
                    for place, tokens in enumerate(pieces)
                ]
            )

    def turns(self) -> list[Turn]:
        """Return all that was said, in order; pieces in a row of one segment and speaker are one turn."""
        pieces = [piece for pieces in self._segments for piece in pieces]
        speakers = iter(_grouped([piece.voice for piece in pieces]))
        turns = []
        for pieces in self._segments:
            labelled = [(next(speakers), piece) for piece in pieces]
            for speaker, group in itertools.groupby(labelled, key=lambda pair: pair[0]):
                alike = [piece for _, piece in group]
                tokens = tuple(token for piece in alike for token in piece.tokens)
                turns.append(Turn(speaker, tokens, alike[-1].complete))
        return turns

    def _voice(self, tokens: Sequence[Token]) -> Floats:
        start, end = (ms * _SAMPLES_PER_MS for ms in (tokens[0].start_ms, tokens[-1].end_ms))
        parts = [
            samples[max(0, start - first) : max(0, end - first)]
            for first, samples in self._chunks
            if first < end and first + len(samples) > start
        ]
        return voice_of(np.concatenate(parts)) if parts else voice_of(np.zeros(0, np.float32))


def voice_of(samples: Floats) -> Floats:
    """Return what a voice is like: its pitch and its cepstrum, in units that can be compared."""
    # Imported here, as other parts of scipy are: it takes its time to load.
    from scipy.fft import dct

    frames = whole(samples)
    if not len(frames):
        return np.zeros(_COEFFICIENTS, np.float32)
    voicing = frames[:, MELS + LAGS] / 2
    voiced = voicing > _VOICED
    if voiced.sum() < _FEWEST_FRAMES:
        voiced = voicing >= np.median(voicing)
    octaves = frames[voiced, MELS + LAGS + 1] / 3 / np.maximum(voicing[voiced], 1e-3)
    cepstra = dct(frames[voiced, :MELS], norm="ortho", axis=1)[:, 1:_COEFFICIENTS]
    shape = cepstra.mean(axis=0) / CEPSTRUM
    return np.concatenate([[np.median(octaves) / PITCH_OCTAVES], shape]).astype(np.float32)


def _between_pauses(tokens: Sequence[Token]) -> Iterator[tuple[Token, ...]]:
    piece: list[Token] = []
    for token in tokens:
        if piece and token.start_ms - piece[-1].end_ms >= PAUSE_MS:
            yield tuple(piece)
            piece = []
        piece.append(token)
    if piece:
        yield tuple(piece)


def _grouped(voices: Sequence[Floats]) -> list[int]:
    """The speaker of each voice, by average linkage, numbered by first appearance."""
    from scipy.cluster.hierarchy import fcluster, linkage

    if len(voices) < 2:
        return [0] * len(voices)
    groups = fcluster(linkage(np.stack(voices), method="average"), SAME_SPEAKER, criterion="distance")
    numbers = {group: number for number, group in enumerate(dict.fromkeys(groups.tolist()))}
    return [numbers[group] for group in groups.tolist()]
