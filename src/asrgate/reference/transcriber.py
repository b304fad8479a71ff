"""From samples to partial and final results, without sockets and without a clock.

Two passes, as FunASR's two-pass servers have them: while a segment of speech lasts, a search without
hotwords gives deltas that are only ever added to; when it ends, a search with hotwords over the whole
segment gives the tokens of the sentence. All times are milliseconds of audio since the utterance began, and
nothing depends on how the audio was cut into messages or how fast it came.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from asrgate.reference.pcm import SAMPLE_RATE_HZ, Floats
from asrgate.reference.recogniser import Recogniser, Search, Slot, Token, text_of
from asrgate.reference.vad import ONSET_MS, Boundary, SpeechBegins, SpeechDetector, SpeechEnds, VadOptions

_SAMPLES_PER_MS = SAMPLE_RATE_HZ // 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Passes:
    """What is searched for: whether deltas are wanted and how often, and the hotwords of each pass.

    A delta is due after each `step_ms` of a segment.
    """

    partials: bool = True
    step_ms: int = 600
    hotwords: Mapping[str, float] = field(default_factory=dict)
    partial_hotwords: Mapping[str, float] = field(default_factory=dict)


class Delta(NamedTuple):
    """Text heard since the last delta, in the segment that began at `segment_start_ms`."""

    text: str
    segment_start_ms: int


class Segment(NamedTuple):
    """A stretch of speech that ended.

    `known_ms` is how much audio had been heard when the end was noticed, `rest` the text that no delta has
    shown yet; `complete` is false when speech went on and the segment was cut.
    """

    tokens: tuple[Token, ...]
    start_ms: int
    end_ms: int
    known_ms: int
    rest: str
    complete: bool


Heard = Delta | Segment


class Transcriber:
    """Hears one utterance: everything a client sends between two end frames."""

    def __init__(self, recogniser: Recogniser, vad: VadOptions | None = None) -> None:
        self._recogniser = recogniser
        self._vad = vad or VadOptions()
        self._detector = SpeechDetector(self._vad)
        self._open: _OpenSegment | None = None
        self._samples = np.zeros(0, np.float32)
        self._samples_start = 0

    @property
    def heard_ms(self) -> int:
        """Length of the audio so far, in whole frames of 10 ms."""
        return self._detector.heard_ms

    def accept(self, samples: Floats, passes: Passes) -> Iterator[Heard]:
        """Take any number of samples at 16 kHz; yield what was heard in them."""
        self._samples = np.concatenate([self._samples, samples])
        for boundary in self._detector.accept(samples):
            yield from self._cross(boundary, passes)
        if self._open:
            yield from self._listen(self._open, self._detector.heard_ms, passes)
        self._forget()

    def finish(self, passes: Passes) -> Iterator[Heard]:
        """End the utterance: yield the segment that was still open, if there was one."""
        for boundary in self._detector.finish():
            yield from self._cross(boundary, passes)

    def _cross(self, boundary: Boundary, passes: Passes) -> Iterator[Heard]:
        if isinstance(boundary, SpeechBegins):
            self._open = _OpenSegment(self._recogniser, boundary.at_ms)
        elif self._open:
            yield from self._listen(self._open, boundary.known_ms, passes)
            yield self._open.close(boundary, passes)
            self._open = None

    def _listen(self, segment: _OpenSegment, until_ms: int, passes: Passes) -> Iterator[Delta]:
        """Give the segment its audio up to a time, stopping at each step for a delta."""
        while segment.stepped_ms + passes.step_ms <= until_ms:
            step_ms = segment.stepped_ms + passes.step_ms
            segment.hear(self._between(segment.heard_ms, step_ms), step_ms)
            segment.stepped_ms = step_ms
            delta = segment.delta(passes) if passes.partials else ""
            if delta:
                yield Delta(delta, segment.start_ms)
        segment.hear(self._between(segment.heard_ms, until_ms), until_ms)

    def _between(self, start_ms: int, end_ms: int) -> Floats:
        start, end = (ms * _SAMPLES_PER_MS - self._samples_start for ms in (start_ms, end_ms))
        return self._samples[start:end]

    def _forget(self) -> None:
        """Drop the samples that not even a segment which is about to begin can ask for."""
        keep_ms = max(0, self._detector.heard_ms - self._vad.pre_roll_ms - ONSET_MS)
        dropped = keep_ms * _SAMPLES_PER_MS - self._samples_start
        if dropped > 0:
            self._samples = self._samples[dropped:]
            self._samples_start += dropped


class _OpenSegment:
    """A segment of speech while it lasts."""

    def __init__(self, recogniser: Recogniser, start_ms: int) -> None:
        self.start_ms = start_ms
        self.heard_ms = start_ms
        self.stepped_ms = start_ms
        self._recogniser = recogniser
        self._stream = recogniser.acoustic_stream()
        self._slots: list[Slot] = []
        self._follower: Search | None = None
        self._followed = 0
        self._shown: tuple[Token, ...] = ()

    def hear(self, samples: Floats, until_ms: int) -> None:
        if len(samples):
            self._slots += self._stream.accept(samples)
        self.heard_ms = max(self.heard_ms, until_ms)

    def delta(self, passes: Passes) -> str:
        """Return the text that is new since the last delta.

        The newest token waits for the next delta: until its word is complete, the search often takes it for
        another one.
        """
        return self._show(self._follow(passes).tokens()[:-1])

    def _show(self, tokens: tuple[Token, ...]) -> str:
        shown_ms = self._shown[-1].start_ms if self._shown else -1
        new = tuple(token for token in tokens if token.start_ms > shown_ms)
        before = text_of(self._shown)
        self._shown += new
        # Cut from the joined text, so that a word in Latin letters brings its space along.
        return text_of(self._shown)[len(before) :]

    def close(self, end: SpeechEnds, passes: Passes) -> Segment:
        self._slots += self._stream.finish()
        rest = self._show(self._follow(passes).tokens()) if passes.partials else ""
        if self._follower and passes.hotwords == passes.partial_hotwords:
            search = self._follow(passes)  # the same search over the same slots
        else:
            search = self._recogniser.search(passes.hotwords)
            search.accept(self._slots)
        tokens = tuple(self._in_utterance(token, end.at_ms) for token in search.tokens())
        return Segment(tokens, self.start_ms, end.at_ms, end.known_ms, rest, complete=not end.speech_goes_on)

    def _follow(self, passes: Passes) -> Search:
        if self._follower is None:
            self._follower = self._recogniser.search(passes.partial_hotwords)
        self._follower.accept(self._slots[self._followed :])
        self._followed = len(self._slots)
        return self._follower

    def _in_utterance(self, token: Token, end_ms: int) -> Token:
        start, end = (min(self.start_ms + ms, end_ms) for ms in (token.start_ms, token.end_ms))
        return Token(token.text, start, end)
