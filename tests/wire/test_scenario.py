"""Scenarios as data: compared, hashed, saved and read again."""

import pytest

from asrgate.audio.framing import ByChunk, OddCuts
from asrgate.audio.source import AudioRef, Noise, SyntheticTone
from asrgate.wire.scenario import (
    AwaitEnd,
    AwaitReply,
    AwaitTerminator,
    Close,
    Connect,
    Drop,
    Hold,
    Listen,
    OpenTransport,
    Ping,
    Scenario,
    SendBytes,
    SendFrame,
    SendRequest,
    SendText,
    StreamAudio,
)

EVERY_STEP = (
    Connect(subprotocols=("binary",), path="/wss/", compression=True),
    Connect(patience_s=60.0),
    Connect(origin="https://a.example", anonymous=True, idle_beside=3),
    OpenTransport(tls="other", newest_tls="TLSv1.1", timeout_s=1),
    SendRequest(version=99),
    SendFrame(opcode=3, payload_hex="00", fin=False, rsv1=True, masked=False),
    SendText(text='{"wav_name":"阿里"}', role="config", fragments=2),
    SendBytes(payload_hex="ff00", opcode="text"),
    SendBytes(payload_hex="00", times=3),
    StreamAudio(audio=AudioRef("a", "0" * 64, 8000, (Noise(10.0),)), framing=ByChunk((8, 8, 4)), pace=1.5),
    StreamAudio(audio=SyntheticTone(100), framing=OddCuts(seed=3)),
    AwaitReply(timeout_s=1),
    AwaitTerminator(timeout_s=2.5),
    AwaitEnd(timeout_s=3),
    Listen(seconds=0.5),
    Hold(),
    Ping(payload_hex="61"),
    Close(code=1001, reason="再见"),
    Drop(),
)


def test_goes_through_json_and_back() -> None:
    """Every kind of step survives, and so does the purpose."""
    scenario = Scenario(name="all", steps=EVERY_STEP, purpose="every step")
    read = Scenario.from_json(scenario.to_json())
    assert read == scenario
    assert read.purpose == "every step"
    assert read.fingerprint == scenario.fingerprint


def test_is_told_by_its_steps() -> None:
    """Name and purpose do not change the fingerprint; a step does."""
    one = Scenario(name="one", steps=EVERY_STEP, purpose="a")
    assert one.fingerprint == Scenario(name="two", steps=EVERY_STEP, purpose="b").fingerprint
    assert one.fingerprint != Scenario(name="one", steps=EVERY_STEP[:-1]).fingerprint
    assert len(one.fingerprint) == 12


def test_an_option_that_is_not_used_leaves_the_fingerprint() -> None:
    """Exchanges of releases that did not know the option are found again."""
    stream = StreamAudio(audio=SyntheticTone(100), framing=ByChunk())
    steps = (Connect(), SendText(text="x"), SendBytes(payload_hex="00"), stream, Close())
    assert Scenario(name="before", steps=steps).fingerprint == "358baea3d567"


def test_can_be_a_key() -> None:
    """Scenarios are hashable, so that each is driven once."""
    assert len({Scenario(name="s", steps=EVERY_STEP), Scenario(name="s", steps=EVERY_STEP)}) == 1


def test_refuses_an_unknown_step() -> None:
    """A saved scenario of another release is not half read."""
    with pytest.raises(ValueError, match="dance"):
        Scenario.from_json('{"name": "s", "steps": [{"kind": "dance"}]}')
