"""Acoustic features of 16 kHz audio: log-mel energies and pitch, one frame each 10 ms, nothing looks ahead.

A frame holds 64 log-mel energies (25 ms window), 64 normalised autocorrelation values of the 70-900 Hz band
on a logarithmic grid of lags, and voicing, log F0 and the slope of log F0.  Mel energies do not resolve the
harmonics of a low voice, and Mandarin tone is pitch, so pitch has features of its own.  Its band is limited
because the peak of a full-band autocorrelation is one or two samples wide and falls between the points of any
affordable grid.

Both windows of a frame end at the same sample, so the pitch adds no delay.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

SAMPLE_RATE = 16000
HOP = 160
MEL_WINDOW, MEL_FFT, MELS = 400, 512, 64
PITCH_RATE, PITCH_WINDOW, PITCH_FFT, LAGS = 8000, 384, 512, 64
SLOPE_FRAMES = 4
DIMENSION = MELS + LAGS + 3
HISTORY = 2 * PITCH_WINDOW - MEL_WINDOW + SLOPE_FRAMES * HOP
"""Samples needed before the first mel window of a block: the pitch window is longer, the slope looks back."""

MEL_FLOOR = 1e-6
"""Added to mel energies before the logarithm."""
SHORTEST_LAG, LONGEST_LAG = 17, 130


def _mel_matrix(low_hz: float = 40.0, high_hz: float = 7600.0) -> Floats:
    def mel(hz: NDArray[np.float64] | float) -> NDArray[np.float64]:
        return np.asarray(1127.0 * np.log1p(np.asarray(hz) / 700.0))

    edges = np.linspace(mel(low_hz), mel(high_hz), MELS + 2)
    bins = mel(np.arange(MEL_FFT // 2 + 1) * SAMPLE_RATE / MEL_FFT)
    rising = (bins[:, None] - edges[:-2]) / (edges[1:-1] - edges[:-2])
    falling = (edges[2:] - bins[:, None]) / (edges[2:] - edges[1:-1])
    return np.maximum(0.0, np.minimum(rising, falling)).astype(np.float32)


def _window(length: int) -> Floats:
    return np.hanning(length + 1)[:-1].astype(np.float32)


def _window_correction() -> Floats:
    """Undo the taper that the window puts on the autocorrelation, except where little is left of it."""
    taper = np.fft.irfft(np.abs(np.fft.rfft(_PITCH_TAPER, PITCH_FFT)) ** 2, PITCH_FFT)
    return np.asarray(taper[0] / np.maximum(taper[_LAG_RANGE], 0.25 * taper[0]), np.float32)


def _pitch_band() -> Floats:
    hz = np.arange(PITCH_FFT // 2 + 1) * PITCH_RATE / PITCH_FFT
    return np.asarray(np.clip((1000 - hz) / 200, 0, 1) * (hz > 65), np.float32)


_MEL = _mel_matrix()
_MEL_TAPER = _window(MEL_WINDOW)
_PITCH_TAPER = _window(PITCH_WINDOW)
_LAG_RANGE = np.arange(SHORTEST_LAG, LONGEST_LAG + 1)
_GRID = np.geomspace(SHORTEST_LAG, LONGEST_LAG - 1, LAGS)
_GRID_INDEX = np.floor(_GRID).astype(int) - SHORTEST_LAG
_GRID_FRACTION = (_GRID - np.floor(_GRID)).astype(np.float32)
_CORRECTION = _window_correction()
_BAND = _pitch_band()


def _frames(samples: Floats, count: int, length: int, hop: int) -> Floats:
    step = samples.strides[0]
    return np.lib.stride_tricks.as_strided(samples, (count, length), (hop * step, step), writeable=False)


def _log_mel(samples: Floats, count: int) -> Floats:
    spectrum = np.fft.rfft(_frames(samples, count, MEL_WINDOW, HOP) * _MEL_TAPER, MEL_FFT)
    power = (spectrum.real**2 + spectrum.imag**2).astype(np.float32)
    return np.asarray((np.log(power @ _MEL + MEL_FLOOR) + 4.0) * 0.3, np.float32)


def _autocorrelation(samples: Floats, count: int) -> Floats:
    even = samples[: len(samples) // 2 * 2]
    halved = np.ascontiguousarray(0.5 * (even[0::2] + even[1::2]))
    spectrum = np.fft.rfft(_frames(halved, count, PITCH_WINDOW, HOP // 2) * _PITCH_TAPER, PITCH_FFT)
    # The magnitude, not the power: it flattens the formants, and the peak at the period stands out.
    correlation = np.fft.irfft(np.abs(spectrum).astype(np.float32) * _BAND, PITCH_FFT)
    return np.asarray(correlation[:, _LAG_RANGE] / (correlation[:, :1] + 1e-3) * _CORRECTION, np.float32)


def _pitch_track(correlation: Floats) -> NDArray[np.float64]:
    """Voicing, log F0 and its slope for each row, from the highest peak with short lags favoured."""
    rows = np.arange(len(correlation))
    peak = np.clip((correlation - 0.001 * _LAG_RANGE).argmax(1), 1, len(_LAG_RANGE) - 2)
    left, top, right = correlation[rows, peak - 1], correlation[rows, peak], correlation[rows, peak + 1]
    bend = left - 2 * top + right
    usable = np.abs(bend) > 1e-6
    shift = np.where(usable, 0.5 * (left - right) / np.where(usable, bend, 1), 0)
    lag = _LAG_RANGE[peak] + np.clip(shift, -1, 1)
    voicing = np.clip(2 * (top - 0.2), 0, 1)
    log_f0 = np.log2(PITCH_RATE / lag) - 7.0
    slope = np.zeros(len(correlation))
    change = np.clip((log_f0[SLOPE_FRAMES:] - log_f0[:-SLOPE_FRAMES]) * 25, -3, 3)
    slope[SLOPE_FRAMES:] = change * np.minimum(voicing[SLOPE_FRAMES:], voicing[:-SLOPE_FRAMES])
    return np.stack([2 * voicing, 3 * log_f0 * voicing, slope], 1)


def features(samples: Floats) -> Floats:
    """Return frames, one row each, of samples that start HISTORY samples before the first mel window."""
    count = (len(samples) - HISTORY - MEL_WINDOW) // HOP + 1
    if count <= 0:
        return np.zeros((0, DIMENSION), np.float32)
    samples = np.ascontiguousarray(samples, np.float32)
    earlier = count + SLOPE_FRAMES
    mel = _log_mel(samples[HISTORY - SLOPE_FRAMES * HOP :], earlier)
    correlation = _autocorrelation(samples, earlier)
    grid = 2.0 * (
        correlation[:, _GRID_INDEX] * (1 - _GRID_FRACTION) + correlation[:, _GRID_INDEX + 1] * _GRID_FRACTION
    )
    both = np.concatenate([mel, grid, _pitch_track(correlation)], 1)
    return np.asarray(both[SLOPE_FRAMES:], np.float32)


def whole(samples: Floats) -> Floats:
    """Return the frames of a whole utterance, as if silence came before it."""
    return features(np.concatenate([np.zeros(HISTORY, np.float32), np.asarray(samples, np.float32)]))


class FeatureStream:
    """Features of a stream in blocks of a fixed number of frames.

    Blocks make the numbers independent of how the samples arrive: a matrix product may round differently for
    another number of rows, so equal blocks are the only way to equal bits.
    """

    def __init__(self, block_frames: int) -> None:
        self._block_frames = block_frames
        self._buffer = np.zeros(HISTORY, np.float32)

    def push(self, samples: Floats) -> list[Floats]:
        """Take any number of samples at 16 kHz; return the blocks that they complete."""
        self._buffer = np.concatenate([self._buffer, np.asarray(samples, np.float32)])
        needed = HISTORY + MEL_WINDOW + (self._block_frames - 1) * HOP
        blocks, start = [], 0
        while len(self._buffer) - start >= needed:
            blocks.append(features(self._buffer[start : start + needed]))
            start += self._block_frames * HOP
        self._buffer = self._buffer[start:]
        return blocks
