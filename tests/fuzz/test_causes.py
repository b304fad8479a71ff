"""What is told to be unusual about a session."""

import pytest

from asrgate.audio.framing import Bursts, ByBytes, ByChunk, EmptyFrames, Framing, OddCuts, Stalled, Whole
from asrgate.audio.source import SyntheticSilence
from asrgate.fuzz.causes import traits_of
from asrgate.wire.scenario import Connect, Scenario, StreamAudio

LONG, SHORT, CUT = "frames above 60 ms", "frames below 60 ms", "cuts through samples"


@pytest.mark.parametrize(
    ("framing", "traits"),
    [
        (ByChunk(), ()),
        (ByBytes(1920), ()),
        (Whole(), (LONG,)),
        (ByBytes(1922), (LONG,)),
        (ByBytes(640), (SHORT,)),
        (ByBytes(31), (SHORT, CUT)),
        (OddCuts(seed=1), (LONG, SHORT, CUT)),
        (Stalled(after_ms=10, stall_ms=10), ("a stall",)),
        (Bursts(frames=8, pause_ms=5), ("bursts",)),
        (EmptyFrames(every=2, cuts=Whole()), ("empty frames", LONG)),
    ],
    ids=repr,
)
def test_framings_that_look_alike_to_a_server_are_one_cause(
    framing: Framing, traits: tuple[str, ...]
) -> None:
    """A fault of long frames is not told once for each way to send some."""
    stream = StreamAudio(audio=SyntheticSilence(duration_ms=600), framing=framing)
    scenario = Scenario(name="fuzz", steps=(Connect(), stream))
    assert traits_of(scenario, "funasr-2pass") == {"audio", *traits}
