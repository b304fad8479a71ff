"""Emission latency and stamp error against the embedded endpoint's own log of when it said what.

How many ms lie between the two on a real machine is no matter for a test: `emission_agreement` measures it.
"""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from asrgate.audio.clips import bundled_clips_directory, load_clips
from asrgate.audio.framing import ByChunk
from asrgate.audio.source import AudioSource, audio_of, pcm_of
from asrgate.faults.catalogue import fault_named
from asrgate.faults.proxy import proxied
from asrgate.measure.emission import emissions
from asrgate.measure.stamp_error import stamp_errors
from asrgate.reference.embedded import embedded_endpoint
from asrgate.wire.dialects import FUNASR_2PASS
from asrgate.wire.endpoint import Endpoint
from asrgate.wire.exchange import Exchange
from asrgate.wire.messages import END_OF_INPUT, encode, opening
from asrgate.wire.scenario import AwaitTerminator, Close, Connect, Scenario, SendText, StreamAudio
from asrgate.wire.session import drive
from measure.endpoint_log import Logged, is_plain, logged, name_of, read_log
from measure.timed import MS, partial, sentence, session, timed_clip

CLIPS = load_clips(bundled_clips_directory())
WEATHER = timed_clip(
    ("今", 200, 400), ("天", 400, 600), ("天", 600, 800), ("气", 800, 1000), ("好", 1000, 1300)
)
STAMPS = [(210, 410), (410, 610), (610, 810), (790, 990), (1010, 1310)]


def as_the_endpoint_saw_it(
    exchange: Exchange, *, heard_after_ms: float, said_before_ms: float
) -> list[dict[str, Any]]:
    """The log of a session: the clock of another process, frames and replies each so long under way."""
    clock_ns = 7_000_000_000_000
    lines = []
    for frame, _ in exchange.replies():
        audio = [sent for sent in exchange.sent("audio") if sent.at_ns <= frame.at_ns]
        lines.append(
            {
                "at_ns": clock_ns + frame.at_ns - round(said_before_ms * MS),
                "audio_ms": 60.0 * len(audio),
                "audio_at_ns": clock_ns + audio[-1].at_ns + round(heard_after_ms * MS),
                "reply": frame.text,
            }
        )
    return lines


@pytest.mark.parametrize(
    ("heard_after_ms", "said_before_ms", "apart_ms"), [(0, 0, 0), (2, 3, 5), (15, 30, 45)]
)
def test_they_differ_by_what_messages_take_and_by_nothing_else(
    heard_after_ms: float, said_before_ms: float, apart_ms: float
) -> None:
    """On recorded instants: within 20 ms when the way takes 5, and not when it takes 45."""
    exchange = session(
        WEATHER, (700, partial("今天")), (1250, partial("天气")), (1900, sentence("今天天气好。", STAMPS))
    )
    lines = as_the_endpoint_saw_it(exchange, heard_after_ms=heard_after_ms, said_before_ms=said_before_ms)
    theirs = logged(WEATHER, lines)
    ours = emissions(WEATHER, exchange)
    assert theirs is not None
    assert [word.latency_ms for word in ours] == pytest.approx([ms + apart_ms for ms in theirs.latencies_ms])
    assert theirs.stamps_ms == ((10, 10), (10, 10), (10, 10), (-10, -10), (10, 10))
    assert (
        tuple((error.start_ms, error.end_ms) for error in stamp_errors(WEATHER, exchange)) == theirs.stamps_ms
    )


def test_a_session_that_the_log_cannot_tell_of_is_left_out() -> None:
    """A wrong character: which word a partial then holds is a matter of alignment."""
    exchange = session(WEATHER, (700, partial("今田")), (1900, sentence("今天天气好。", STAMPS)))
    assert logged(WEATHER, as_the_endpoint_saw_it(exchange, heard_after_ms=1, said_before_ms=1)) is None


def test_real_speech_in_real_time_reads_the_same_from_both_sides(tmp_path: Path) -> None:
    """The same replies brought the same words, and stamps have the same errors."""
    clip = CLIPS.get("fridge")
    assert is_plain(clip)
    file = tmp_path / "emissions.jsonl"
    with embedded_endpoint(workers=1, emissions=file) as endpoint:
        exchange = asyncio.run(_spoken(Endpoint(url=endpoint.url)))
    lines = read_log(file)[name_of(exchange)]
    replies = list(exchange.replies())
    assert [line["reply"] for line in lines] == [frame.text for frame, _ in replies]
    theirs = logged(clip, lines)
    ours = emissions(clip, exchange)
    assert theirs is not None
    assert len(ours) == len(theirs.latencies_ms) == len(clip.words)
    origin_ns = min(line["audio_at_ns"] - line["audio_ms"] * MS for line in lines)
    logged_at = [round((line["at_ns"] - origin_ns) / MS, 3) for line in lines]
    brought_by_ours = [
        _nearest([f.at_ns for f, _ in replies], word.latency_ms + word.end_ms, exchange) for word in ours
    ]
    brought_by_theirs = [
        logged_at.index(round(ms + word.end_ms, 3))
        for ms, word in zip(theirs.latencies_ms, clip.words, strict=True)
    ]
    assert brought_by_ours == brought_by_theirs
    assert tuple((error.start_ms, error.end_ms) for error in stamp_errors(clip, exchange)) == theirs.stamps_ms


def test_stamps_that_are_shifted_on_the_way_are_seen(tmp_path: Path) -> None:
    """What lies between client and endpoint makes all stamps 400 ms later than its log says."""
    theirs, exchange = _through("stamps-shifted-a-little", tmp_path / "emissions.jsonl")
    errors = [
        (error.start_ms - 400, error.end_ms - 400) for error in stamp_errors(CLIPS.get("fridge"), exchange)
    ]
    assert tuple(errors) == theirs.stamps_ms


def test_a_partial_that_is_held_back_is_seen(tmp_path: Path) -> None:
    """A proxy keeps the first for 2 s: no word of it can be there sooner, however quick the machine is."""
    theirs, exchange = _through("partials-slow", tmp_path / "emissions.jsonl")
    ours = emissions(CLIPS.get("fridge"), exchange)
    later = [word.latency_ms - ms for word, ms in zip(ours, theirs.latencies_ms, strict=True)]
    assert ours[0].by == "partial"
    assert later[0] >= 2000
    assert min(later) >= 0


def _through(fault: str, file: Path) -> tuple[Logged, Exchange]:
    """What the endpoint's log says of the clip, and the exchange of a client behind a fault."""
    opened = fault_named(fault).breaks(FUNASR_2PASS)
    with (
        embedded_endpoint(workers=1, emissions=file) as endpoint,
        proxied(Endpoint(url=endpoint.url), opened) as url,
    ):
        exchange = asyncio.run(_spoken(Endpoint(url=url)))
    theirs = logged(CLIPS.get("fridge"), read_log(file)[name_of(exchange)])
    assert theirs is not None
    return theirs, exchange


def _nearest(arrivals_ns: list[int], at_ms: float, exchange: Exchange) -> int:
    """Which reply came so many ms after the audio began."""
    first = exchange.sent("audio")[0]
    origin_ns = (first.due_ns or 0) - first.size // 32 * MS
    return min(range(len(arrivals_ns)), key=lambda n: abs(arrivals_ns[n] - origin_ns - at_ms * MS))


async def _spoken(endpoint: Endpoint) -> Exchange:
    """The clip at the pace of speech."""
    source: AudioSource = audio_of(CLIPS.get("fridge"))
    scenario = Scenario(
        name="fridge",
        steps=(
            Connect(),
            SendText(text=encode(opening(wav_name="fridge")), role="config"),
            StreamAudio(audio=source, framing=ByChunk(), pace=1.0),
            SendText(text=encode(END_OF_INPUT), role="end"),
            AwaitTerminator(timeout_s=30.0),
            Close(),
        ),
    )
    return await drive(scenario, endpoint=endpoint, dialect=FUNASR_2PASS, pcm=lambda one: pcm_of(one, CLIPS))
