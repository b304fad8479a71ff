"""Faults that show beside a load, after it, or in hours, on real sockets: each is found within seconds.

Callers speak to the embedded endpoint through a proxy with the fault, and what came is handed to the judges.
"""

import random
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace

import gevent
import pytest

from asrgate.audio.clips import bundled_clips_directory, load_clips
from asrgate.faults.families.load import DEADLY, MANY
from asrgate.judge.endurance import Course, LongSession, latency_stays_flat, session_lasts, stream_keeps_up
from asrgate.judge.finding import Finding, Verdict
from asrgate.judge.pressure import (
    Beside,
    canary_is_unchanged,
    connections_leave_nothing,
    uploads_hold_up_nobody,
)
from asrgate.load.abuse import INGREDIENTS
from asrgate.load.baseline import Alone
from asrgate.load.call import Caller, call
from asrgate.load.canary import compared
from asrgate.load.churn import churned
from asrgate.load.figures import Figures
from asrgate.load.heard import Heard
from asrgate.load.long_session import INGREDIENT, long_session, long_sessions_of, with_pause
from asrgate.load.metronome import Metronome
from asrgate.load.pulse import Activity
from asrgate.load.speech import Speech, own_speech, speech_of
from asrgate.load.trace import Trace, trace_of
from asrgate.reference.embedded import embedded_endpoint
from asrgate.wire.dialects import FUNASR_2PASS
from asrgate.wire.endpoint import Endpoint
from asrgate.wire.messages import opening

from .trial import CLIPS, broken, called

FASTER = 10
"""How many times as fast as people somebody speaks whose session is to be a long one soon."""


BUNDLED = load_clips(bundled_clips_directory())
HELLO = speech_of(BUNDLED.tagged("short")[0], BUNDLED)


@pytest.fixture(scope="module")
def good() -> Iterator[Endpoint]:
    """The embedded endpoint, which is in order."""
    with embedded_endpoint("funasr-2pass") as embedded:
        yield Endpoint(url=embedded.url)


def test_a_good_session_goes_on(good: Endpoint) -> None:
    """Nothing is blamed, and nothing is claimed that would take two hours."""
    session = spoken_for(good, 50.0)
    assert session.spoken_s > 50
    assert len(session.sentences) > 10
    assert session_lasts([session]).verdict is Verdict.INCONCLUSIVE
    assert session_lasts([session], needed_s=50).verdict is Verdict.PASS


def test_a_long_session_that_is_cut_is_told(good: Endpoint) -> None:
    """It took longer than any other call, and so no other call sees it."""
    with broken(good, "long-sessions-are-cut") as endpoint:
        assert {each.error for each in called(endpoint, 2)} == {None}
        session = spoken_for(endpoint, 50.0)
    assert session.spoken_s < 40
    finding = session_lasts([session])
    assert finding.verdict is Verdict.FAIL
    assert "ended the connection" in finding.reason


def test_stamps_that_begin_anew_are_told(good: Endpoint) -> None:
    """In a long session only, though its connection is kept."""
    with broken(good, "stamps-start-anew-in-long-sessions") as endpoint:
        assert {each.error for each in called(endpoint, 2)} == {None}
        session = spoken_for(endpoint, 50.0)
    assert session.cut is None
    finding = session_lasts([session])
    assert finding.verdict is Verdict.FAIL
    assert "into the session a sentence begins at" in finding.reason


def test_a_session_that_falls_behind_is_told(good: Endpoint) -> None:
    """Its sentences come later and later; on a clock that runs as fast as its caller speaks."""
    with broken(good, "falls-behind-in-long-sessions") as endpoint:
        session = spoken_for(endpoint, 150.0)
    finding = stream_keeps_up([session], needed_s=140.0)
    assert finding.verdict is Verdict.FAIL, finding.reason


def test_finals_that_take_longer_with_every_utterance_are_told(good: Endpoint) -> None:
    """By four ms each: no call alone shows it."""
    finals_ms: list[float] = []
    with broken(good, "slows-with-every-utterance") as endpoint:
        for _ in range(60):
            heard = Heard(greeted(endpoint), HELLO.clip)
            finals_ms += [heard.final_ms] if heard.final_ms is not None else []
    assert len(finals_ms) == 60
    course = Course(streams=1, at_s=[float(number) for number in range(60)], finals_ms=finals_ms)
    finding = latency_stays_flat([course], utterances=60, shortest_s=40)
    assert finding.verdict is Verdict.FAIL, finding.reason


def test_handshakes_that_take_longer_with_every_connection_are_told(good: Endpoint) -> None:
    """By a fifth of a ms each."""
    settings = opening(wav_name="churn")
    assert len(churned(good, FUNASR_2PASS, settings, cycles=30).handshakes_ms) == 30
    with broken(good, "slows-with-every-connection") as endpoint:
        churn = churned(endpoint, FUNASR_2PASS, settings, cycles=200)
    finding = connections_leave_nothing(churn, cycles=200)
    assert finding.verdict is Verdict.FAIL, finding.reason


def test_connections_that_are_refused_are_told() -> None:
    """Nobody listens; that is tried twice."""
    churn = churned(Endpoint(url="ws://127.0.0.1:1"), FUNASR_2PASS, {}, cycles=30)
    assert churn.handshakes_ms == []
    assert connections_leave_nothing(churn).verdict is Verdict.FAIL


def test_a_text_that_a_load_changed_is_told(good: Endpoint) -> None:
    """Under load all texts are right; afterwards that of one alone is not."""
    with broken(good, "last-word-lost-after-load") as endpoint:
        before = alone(endpoint)
        assert {each.mismatch for each in called(endpoint, MANY + 4)} == {False}
        finding = since(before, alone(endpoint))
    assert finding.verdict is Verdict.FAIL
    assert "before it" in finding.reason


def test_what_does_not_recover_is_told(good: Endpoint) -> None:
    """Twelve callers leave it as it was, twice as many do not."""
    with broken(good, "stays-slow-after-twenty-sessions") as endpoint:
        before = alone(endpoint)
        called(endpoint, MANY + 4)
        called(endpoint, DEADLY + 4)
        finding = since(before, alone(endpoint))
    assert finding.verdict is Verdict.FAIL
    assert "finals took" in finding.reason


def test_uploads_that_hold_up_the_others_are_told(good: Endpoint) -> None:
    """Of a few callers the largest final stands for the 95th percentile."""
    with broken(good, "uploads-hold-up-the-others") as endpoint:
        without = called(endpoint, 4)
        uploads = gevent.spawn(upload_again_and_again, endpoint)
        try:
            beside = called(endpoint, 4)
        finally:
            uploads.kill()
    assert {each.error for each in (*without, *beside)} == {None}
    finding = uploads_hold_up_nobody([largest(without, 0), largest(beside, 1)])
    assert finding.verdict is Verdict.FAIL, finding.reason


def spoken_for(endpoint: Endpoint, audio_s: float) -> LongSession:
    """A session in which somebody speaks so long, faster than people do; its clock runs as fast."""
    speech = quick(with_pause(HELLO))
    until_s = time.monotonic() + audio_s / FASTER
    metronome = Metronome()
    try:
        pieces = list(
            long_session(
                caller(endpoint, metronome),
                speech,
                opening(wav_name="long"),
                lambda: time.monotonic() > until_s,
            )
        )
    finally:
        metronome.stop()
    traces = [
        trace_of(each, worker="1", mode="2pass", dialect=FUNASR_2PASS.name, ingredient=INGREDIENT)
        for each in pieces
    ]
    (session,) = long_sessions_of(traces)
    return replace(
        session,
        spoken_s=session.spoken_s * FASTER,
        sentences=[(at_s * FASTER, stamps) for at_s, stamps in session.sentences],
    )


def quick(speech: Speech) -> Speech:
    """The same speech, spoken faster."""
    return replace(speech, due_ns=tuple(due // FASTER for due in speech.due_ns))


def greeted(endpoint: Endpoint) -> Trace:
    """A short call, spoken faster than people do."""
    metronome = Metronome()
    try:
        done = call(1, quick(HELLO), opening(), endpoint=endpoint, dialect=FUNASR_2PASS, metronome=metronome)
    finally:
        metronome.stop()
    return trace_of(done, worker="1", mode="2pass", dialect=FUNASR_2PASS.name)


def caller(endpoint: Endpoint, metronome: Metronome) -> Caller:
    """Somebody who calls."""
    return Caller(number=1, endpoint=endpoint, dialect=FUNASR_2PASS, metronome=metronome, activity=Activity())


def upload_again_and_again(endpoint: Endpoint) -> None:
    """Upload without pace, as the ingredient of abuse does."""
    chance, speech = random.Random(1), own_speech(9, long=True)
    uploader = caller(endpoint, Metronome())
    while True:
        INGREDIENTS["unpaced"].misbehave(uploader, speech, opening(wav_name="up"), chance)


def alone(endpoint: Endpoint) -> Alone:
    """What callers give who call one after another, and how long their finals take."""
    calls = [each for number in range(1, 6) for each in called(endpoint, 1, first=number, paced=False)]
    return Alone(
        texts={each.clip: each.heard for each in calls},
        finals_ms={each.clip: [each.final_ms] for each in calls if each.final_ms is not None},
    )


def since(before: Alone, after: Alone) -> Finding:
    """What the judge says of a canary."""
    return canary_is_unchanged(compared(before, after, CLIPS))


def largest(calls: Sequence[Figures], uploaders: int) -> Beside:
    """The largest final of some calls in the place of their 95th percentile."""
    finals_ms = [each.final_ms for each in calls if each.final_ms is not None]
    return Beside(streams=4, uploaders=uploaders, n=len(finals_ms), final_p95_ms=max(finals_ms))
