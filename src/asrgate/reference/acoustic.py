"""The acoustic half of the recogniser: samples to slots.

A slot is one stretch of audio in which the model heard a unit (a tonal syllable or an English phone): the
units that it may be, each with its log probability, and how likely it is nothing at all.  There is about one
slot per syllable, so everything after this module works on a few slots per second instead of on a hundred
frames.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnxruntime  # type: ignore[import-untyped]
from numpy.typing import NDArray

from asrgate.reference import features

Floats = NDArray[np.float32]

FRAME_MS = 40
BLOCK_FRAMES = 8
"""Output frames that the encoder computes at once.  The grid of blocks is fixed, so that equal samples give
equal bits however they are cut into messages, and short, because a block is also how long a partial result
may wait."""

FRAMES_PER_OUTPUT = 4
BLOCK_SAMPLES = BLOCK_FRAMES * FRAMES_PER_OUTPUT * features.HOP
TAIL_SAMPLES = features.SAMPLE_RATE // 2
"""Silence heard after the last sample: the encoder answers up to 0.4 s late."""

ONSET_LEAD_MS, ONSET_SHARE, LONGEST_GAP_MS, RELEASE_LEAD_MS = 240, 0.4, 400, 74
"""How long before the model first names a unit it begins: a fixed lead and a share of the time since the
unit before, because it answers when most of a syllable is past, and syllables are longer in slow speech; and
how long before it the unit ends.  Fitted to the times at which espeak-ng says that it starts a syllable."""

LEAST_PROBABILITY = 0.08
ALTERNATIVES = 30
TONE_SHARE = 0.04
SKIP_PENALTY = 3.0
FAINTEST = 1e-4


@dataclass(frozen=True, slots=True)
class Slot:
    """One heard unit: alternatives as (unit number, log probability), best first, and how likely it is none.

    begin_ms and end_ms are in audio time relative to the stream's first sample and never past the samples
    given.
    """

    alternatives: tuple[tuple[int, float], ...]
    skip: float
    begin_ms: int
    end_ms: int


class AcousticModel:
    """The network, loaded once per process and shared by all streams."""

    def __init__(self, path: Path, units: Sequence[str]) -> None:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        self._session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
        self._cache_names = [item.name for item in self._session.get_inputs() if item.name != "x"]
        shapes = [item.shape for item in self._session.get_inputs() if item.name != "x"]
        self.initial_caches: tuple[Floats, ...] = tuple(np.zeros(shape, np.float32) for shape in shapes)
        self.base_of = _base_syllables(units)

    def run(self, frames: Floats, caches: Sequence[Floats]) -> tuple[Floats, Sequence[Floats]]:
        """Return log probabilities, one row per output frame, and the caches for the frames that follow."""
        inputs = dict(zip(self._cache_names, caches, strict=True))
        log_probabilities, *new = self._session.run(None, {"x": frames[None], **inputs})
        return log_probabilities[0], new


def _base_syllables(units: Sequence[str]) -> NDArray[np.int64]:
    """Number the units so that the five tones of a syllable share a number."""
    numbers: dict[str, int] = {}
    tonal = [unit[-1] in "12345" and unit[0] != "@" for unit in units]
    names = [unit[:-1] if has_tone else unit for unit, has_tone in zip(units, tonal, strict=True)]
    return np.array([numbers.setdefault(name, len(numbers)) for name in names])


class SlotFinder:
    """Cuts the frames of a stream into slots: runs of frames with the same best unit that is not blank."""

    def __init__(self, base_of: NDArray[np.int64]) -> None:
        self._base_of = base_of
        self._bases = int(base_of.max()) + 1
        self._run: list[Floats] = []
        self._unit = 0
        self._first = 0
        self._first_before = 0
        self._frame = 0

    def push(self, probabilities: Floats) -> list[Slot]:
        """Take frames, (frames, units); return the slots that they close."""
        best = probabilities[:, 1:].argmax(1) + 1
        peaks = probabilities[np.arange(len(best)), best]
        slots = []
        for unit, peak, row in zip(best.tolist(), peaks.tolist(), probabilities, strict=True):
            heard = peak > LEAST_PROBABILITY
            if self._run and (not heard or unit != self._unit):
                slots.append(self._close())
            if heard:
                if not self._run:
                    self._unit, self._first = unit, self._frame
                self._run.append(row)
            self._frame += 1
        return slots

    def finish(self) -> list[Slot]:
        """Return the slot that is still open, if there is one."""
        return [self._close()] if self._run else []

    def _close(self) -> Slot:
        rows = np.stack(self._run)
        self._run = []
        skip = float(np.log(rows[:, 0] + 1e-5).sum())
        heard = 1 - np.prod(1 - np.minimum(rows, 0.9999), 0)
        heard[0] = 0
        if heard.max() > 0.5:  # a clear unit: without this the language model swallows a plain final le5
            skip -= SKIP_PENALTY
        # A wrong tone is a likely error and a wrong syllable is not, so each unit gets a share of its sister
        # tones.
        of_base = np.bincount(self._base_of, heard, self._bases)
        scores = 0.85 * heard + TONE_SHARE * of_base[self._base_of]
        scores[0] = 0
        likely = np.argpartition(-scores, ALTERNATIVES)[:ALTERNATIVES]
        likely = likely[np.argsort(-scores[likely], kind="stable")]
        alternatives = tuple(
            (unit, float(np.log(score + 1e-6)))
            for unit, score in zip(likely.tolist(), scores[likely].tolist(), strict=True)
            if score > FAINTEST
        )
        return Slot(alternatives, skip, *self._times())

    def _times(self) -> tuple[int, int]:
        """Return when the unit that was heard just now began and ended, in ms."""
        heard_ms = self._first * FRAME_MS
        gap_ms = min(LONGEST_GAP_MS, (self._first - self._first_before) * FRAME_MS)
        self._first_before = self._first
        begin = max(0, heard_ms - ONSET_LEAD_MS - round(ONSET_SHARE * gap_ms))
        return begin, max(begin, heard_ms - RELEASE_LEAD_MS)


class AcousticStream:
    """Turns the samples of one segment into slots."""

    def __init__(self, model: AcousticModel) -> None:
        self._model = model
        self._caches: Sequence[Floats] = model.initial_caches
        self._features = features.FeatureStream(BLOCK_FRAMES * FRAMES_PER_OUTPUT)
        self._finder = SlotFinder(model.base_of)
        self._given = 0

    def accept(self, samples: Floats) -> list[Slot]:
        """Take any number of samples at 16 kHz in [-1, 1]; return the slots that they complete."""
        self._given += len(samples)
        return self._hear(samples)

    def finish(self) -> list[Slot]:
        """Return the slots that were waiting for more audio; the stream takes no samples after this."""
        slots = self._hear(np.zeros(TAIL_SAMPLES + BLOCK_SAMPLES, np.float32)) + self._finder.finish()
        last_ms = self._given * 1000 // features.SAMPLE_RATE
        return [
            Slot(slot.alternatives, slot.skip, min(slot.begin_ms, last_ms), min(slot.end_ms, last_ms))
            for slot in slots
        ]

    def _hear(self, samples: Floats) -> list[Slot]:
        slots = []
        for frames in self._features.push(samples):
            log_probabilities, self._caches = self._model.run(frames, self._caches)
            slots += self._finder.push(np.exp(log_probabilities))
        return slots
