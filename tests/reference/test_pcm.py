"""PCM input: any cut of the bytes gives the same samples."""

import numpy as np
import pytest

from asrgate.reference.pcm import Floats, PcmStream

CUTS = (1, 2, 3, 160, 1921, 65536)


def noise(count: int) -> bytes:
    """Return random samples as PCM."""
    return np.random.default_rng(7).integers(-20000, 20000, count, np.int16).tobytes()


def samples_of(data: bytes, cut: int, rate_hz: int) -> Floats:
    """Return what a stream makes of bytes in pieces of one size."""
    stream = PcmStream(rate_hz)
    parts = [stream.accept(data[start : start + cut]) for start in range(0, len(data), cut)]
    return np.concatenate([*parts, stream.finish()])


@pytest.mark.parametrize("rate_hz", [8000, 11025, 16000, 44100, 48000])
def test_samples_do_not_depend_on_how_the_bytes_are_cut(rate_hz: int) -> None:
    """Every chunking gives the same bits, resampled or not, through the middle of samples too."""
    data = noise(rate_hz // 8)
    whole = samples_of(data, len(data), rate_hz)
    for cut in CUTS:
        assert np.array_equal(samples_of(data, cut, rate_hz), whole)


@pytest.mark.parametrize("rate_hz", [8000, 44100])
def test_a_second_stays_a_second(rate_hz: int) -> None:
    """Resampling keeps the duration."""
    assert len(samples_of(noise(rate_hz), 4096, rate_hz)) == 16000


def test_a_last_odd_byte_is_dropped() -> None:
    """Half a sample at the end is nothing."""
    stream = PcmStream()
    assert len(stream.accept(b"\x01\x02\x03")) == 1
    assert len(stream.finish()) == 0


def test_an_odd_byte_in_the_middle_shifts_what_follows() -> None:
    """Bytes are joined across messages, as in the C++ servers: an odd one turns the rest into noise."""
    stream = PcmStream()
    stream.accept(b"\x00")
    assert stream.accept(b"\x01\x02").tolist() == [256 / 32768]


@pytest.mark.parametrize("rate_hz", [0, -16000, 7, 2**31])
def test_an_impossible_rate_is_refused(rate_hz: int) -> None:
    """A rate that no microphone has is an error, not an hour of work."""
    with pytest.raises(ValueError, match="outside 4000 to 192000"):
        PcmStream(rate_hz)
