"""Callers that misbehave, on real sockets: what the server gets to see of each."""

import json
import random
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from websockets.asyncio.server import ServerConnection
from websockets.exceptions import ConnectionClosed

from asrgate.audio.clips import bundled_clips_directory, load_clips
from asrgate.errors import UsageError
from asrgate.load import abuse
from asrgate.load.abuse import INGREDIENTS, abuse_of
from asrgate.load.call import Call, Caller
from asrgate.load.metronome import Metronome
from asrgate.load.pulse import Activity
from asrgate.load.speech import Speech, speech_of
from asrgate.reference.embedded import embedded_endpoint
from asrgate.wire.dialects import FUNASR_2PASS
from asrgate.wire.endpoint import Endpoint
from asrgate.wire.messages import opening, parse_reply
from suite.servers import Parrot, serving

CLIPS = load_clips(bundled_clips_directory())


@pytest.fixture(scope="module")
def speech() -> Speech:
    """The shortest sentence, ready to be sent."""
    return speech_of(min(CLIPS.tagged("plain"), key=lambda clip: clip.duration_ms), CLIPS)


@pytest.fixture
def metronome() -> Iterator[Metronome]:
    """A metronome that ends with the test."""
    running = Metronome()
    yield running
    running.stop()


@dataclass
class Witness(Parrot):
    """Notes how each session ended and how much audio it brought."""

    closes: list[int] = field(default_factory=list)
    frames: int = 0
    ends_sessions: bool = False

    async def __call__(self, session: ServerConnection) -> None:
        """Serve one session."""
        try:
            await super().__call__(session)
        except ConnectionClosed:
            pass
        finally:
            self.closes.append(session.close_code or 0)

    async def on_audio(self, session: ServerConnection) -> None:
        """Count a frame."""
        self.frames += 1

    async def on_settings(self, session: ServerConnection, fields: dict[str, object]) -> None:
        """Hang up if sessions are not wanted."""
        if self.ends_sessions:
            await session.close(1013)


def misbehaved(name: str, url: str, speech: Speech, metronome: Metronome) -> Call:
    """Do it once."""
    caller = Caller(
        number=1,
        endpoint=Endpoint(url=url),
        dialect=FUNASR_2PASS,
        metronome=metronome,
        activity=Activity(),
    )
    done = INGREDIENTS[name].misbehave(caller, speech, opening(wav_name="x"), random.Random(1))
    assert caller.activity.sockets == 0
    return done


def test_who_abandons_goes_without_a_word(speech: Speech, metronome: Metronome) -> None:
    """After some of the audio, without an end frame and without a close frame."""
    with serving(witness := Witness()) as url:
        done = misbehaved("abandon", url, speech, metronome)
    assert done.error is None
    assert witness.names == []
    assert witness.closes == [1006]
    assert 0 < len(done.speech.frames) < len(speech.frames)


def test_who_reconnects_closes_at_once(speech: Speech, metronome: Metronome) -> None:
    """With a close frame, and without audio."""
    with serving(witness := Witness()) as url:
        for _ in range(3):
            assert misbehaved("reconnect", url, speech, metronome).error is None
    assert witness.closes == [1000, 1000, 1000]
    assert witness.frames == 0


def test_who_uploads_at_once_gets_a_final(speech: Speech, metronome: Metronome) -> None:
    """All frames arrive, and time counts from the upload."""
    with embedded_endpoint("funasr-2pass") as embedded:
        done = misbehaved("unpaced", embedded.url, speech, metronome)
    assert done.error is None
    assert done.speech.length_ns == 0
    assert parse_reply(done.replies[-1][1]).is_final is True
    assert any(json.loads(text)["text"] for _, text in done.replies)


def test_who_reads_late_gets_everything_then(
    speech: Speech, metronome: Metronome, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing while it speaks, the final in the end."""
    monkeypatch.setattr(abuse, "UNREAD_S", 0.2)
    with embedded_endpoint("funasr-2pass") as embedded:
        done = misbehaved("slow-reader", embedded.url, speech, metronome)
    assert done.error is None
    assert done.end_sent_ns is not None
    assert min(at_ns for at_ns, _ in done.replies) > done.end_sent_ns
    assert parse_reply(done.replies[-1][1]).is_final is True


def test_who_is_idle_sends_nothing(
    speech: Speech, metronome: Metronome, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And closes after a while."""
    monkeypatch.setattr(abuse, "IDLE_S", 0.2)
    with serving(witness := Witness()) as url:
        done = misbehaved("idle", url, speech, metronome)
    assert done.error is None
    assert (witness.frames, witness.closes) == (0, [1000])


def test_an_idle_session_that_the_server_ends_is_told(speech: Speech, metronome: Metronome) -> None:
    """With its code, and by whom."""
    with serving(Witness(ends_sessions=True)) as url:
        done = misbehaved("idle", url, speech, metronome)
    assert done.error == "closed early"
    assert done.hangup is not None
    assert (done.hangup.who, done.hangup.code) == ("server", 1013)


@pytest.mark.parametrize("name", INGREDIENTS)
def test_where_nobody_listens(name: str, speech: Speech, metronome: Metronome) -> None:
    """Each way is refused like any caller."""
    assert misbehaved(name, "ws://127.0.0.1:9", speech, metronome).error == "refused"


def test_ingredients_are_read_with_their_numbers() -> None:
    """What is none is told with what there is."""
    assert abuse_of(["abandon=3", "idle=10"]) == {"abandon": 3, "idle": 10}
    with pytest.raises(UsageError, match="no abuse 'shout'; expected one of abandon"):
        abuse_of(["shout=3"])
    with pytest.raises(UsageError, match="expected like idle=3"):
        abuse_of(["idle=many"])
