"""Voice activity by energy: which stretches of audio are speech, decided on a fixed grid of 10 ms frames.

The level of a frame is that of the band below 4 kHz without its mean, smoothed over 50 ms. Speech begins
when the level stays well above the noise floor and ends after enough silence; the floor is a low percentile
of the last 1.5 seconds, so that steady noise, hum and tones become floor and speech with its gaps does not.

Everything is decided per frame from the frames before it, so the segments do not depend on how the audio
arrives.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

FRAME_MS = 10
FRAME_SAMPLES = 160

_SMOOTHING_FRAMES = 5
_FLOOR_FRAMES = 150
_FLOOR_EVERY_FRAMES = 10
_FLOOR_RANK = _FLOOR_FRAMES // 10
_LOWEST_FLOOR_DB = -72.0
_ONSET_DB, _OFFSET_DB = 6.0, 4.0
_ONSET_FRAMES = 8
"""A smoothed click stays above the threshold for five frames; the shortest syllable is longer than eight."""


@dataclass(frozen=True, slots=True, kw_only=True)
class VadOptions:
    """When a segment of speech begins and ends; all times in milliseconds.

    `end_silences` lists (segment length, silence that ends it): the last entry whose length has been
    reached holds.
    """

    end_silences: tuple[tuple[int, int], ...] = ((0, 800), (14000, 60))
    max_segment_ms: int = 15000
    pre_roll_ms: int = 280
    post_roll_ms: int = 160

    def end_silence_ms(self, length_ms: int) -> int:
        """Return the silence that ends a segment which is length_ms long."""
        return next(silence for length, silence in reversed(self.end_silences) if length_ms >= length)


@dataclass(frozen=True, slots=True)
class SpeechBegins:
    """A segment starts at `at_ms`; the detector knew it once it had heard `known_ms` of audio."""

    at_ms: int
    known_ms: int


@dataclass(frozen=True, slots=True)
class SpeechEnds:
    """The open segment ends at `at_ms`; the detector knew it once it had heard `known_ms` of audio.

    `speech_goes_on` says that the segment was cut at its greatest length.
    """

    at_ms: int
    known_ms: int
    speech_goes_on: bool = False


Boundary = SpeechBegins | SpeechEnds

ONSET_MS = _ONSET_FRAMES * FRAME_MS
"""How long speech has lasted when its beginning is noticed."""


class SpeechDetector:
    """Finds the segments of speech in a stream of 16 kHz samples."""

    def __init__(self, options: VadOptions | None = None) -> None:
        self._options = options or VadOptions()
        self._rest = np.zeros(0, np.float32)
        self._powers = np.zeros(_SMOOTHING_FRAMES - 1)
        self._frames = 0
        self._levels_db = np.full(_FLOOR_FRAMES, _LOWEST_FLOOR_DB)
        self._floor_db = _LOWEST_FLOOR_DB
        self._loud_frames = 0
        self._segment_start: int | None = None
        self._previous_end = 0
        self._last_speech = 0

    @property
    def heard_ms(self) -> int:
        """Audio decided on so far, in whole frames."""
        return self._frames * FRAME_MS

    def accept(self, samples: Floats) -> list[Boundary]:
        """Take any number of samples; return the boundaries in the order in which they became known."""
        samples = np.concatenate([self._rest, samples])
        whole = len(samples) // FRAME_SAMPLES * FRAME_SAMPLES
        self._rest = samples[whole:]
        boundaries: list[Boundary] = []
        if not whole:
            return boundaries
        for level_db in self._levels(samples[:whole].reshape(-1, FRAME_SAMPLES)):
            boundaries += self._decide(level_db)
        return boundaries

    def finish(self) -> list[Boundary]:
        """End the stream: an open segment ends with the audio."""
        if self._segment_start is None:
            return []
        return [self._end(self._frames)]

    def _levels(self, frames: Floats) -> list[float]:
        """Return the smoothed level of each frame in dB below a full-scale square wave."""
        below_4_khz = (frames[:, 0::2] + frames[:, 1::2]).astype(np.float64)
        count = below_4_khz.shape[1]
        means = np.add.reduce(below_4_khz, axis=1) / count
        squares = np.add.reduce(below_4_khz * below_4_khz, axis=1) / count
        powers = np.concatenate([self._powers, np.maximum(squares - means * means, 0) / 4])
        self._powers = powers[len(frames) :]
        # Sums of slices: every frame is added up in the same order, however many come at once.
        smooth = sum(powers[lag : lag + len(frames)] for lag in range(_SMOOTHING_FRAMES)) / _SMOOTHING_FRAMES
        levels: list[float] = (10 * np.log10(smooth + 1e-10)).tolist()
        return levels

    def _decide(self, level_db: float) -> list[Boundary]:
        self._track_floor(level_db)
        self._frames += 1
        if self._segment_start is None:
            return self._seek_onset(level_db)
        return self._seek_end(level_db, self._segment_start)

    def _track_floor(self, level_db: float) -> None:
        self._levels_db[self._frames % _FLOOR_FRAMES] = level_db
        if self._frames % _FLOOR_EVERY_FRAMES == 0:
            low = float(np.partition(self._levels_db, _FLOOR_RANK)[_FLOOR_RANK])
            self._floor_db = max(low, _LOWEST_FLOOR_DB)

    def _seek_onset(self, level_db: float) -> list[Boundary]:
        self._loud_frames = self._loud_frames + 1 if level_db > self._floor_db + _ONSET_DB else 0
        if self._loud_frames < _ONSET_FRAMES:
            return []
        onset = self._frames - self._loud_frames
        self._loud_frames = 0
        return [self._begin(max(self._previous_end, onset - self._options.pre_roll_ms // FRAME_MS))]

    def _seek_end(self, level_db: float, start: int) -> list[Boundary]:
        if level_db > self._floor_db + _OFFSET_DB:
            self._last_speech = self._frames
        length_ms = (self._frames - start) * FRAME_MS
        silence_ms = (self._frames - self._last_speech) * FRAME_MS
        if silence_ms >= self._options.end_silence_ms(length_ms):
            return [self._end(min(self._frames, self._last_speech + self._options.post_roll_ms // FRAME_MS))]
        if length_ms >= self._options.max_segment_ms:
            # Speech goes on: the next segment begins where this one was cut, and no sample is lost.
            return [replace(self._end(self._frames), speech_goes_on=True), self._begin(self._frames)]
        return []

    def _begin(self, frame: int) -> SpeechBegins:
        self._segment_start = frame
        self._last_speech = self._frames
        return SpeechBegins(frame * FRAME_MS, self.heard_ms)

    def _end(self, frame: int) -> SpeechEnds:
        self._segment_start = None
        self._previous_end = frame
        return SpeechEnds(frame * FRAME_MS, self.heard_ms)
