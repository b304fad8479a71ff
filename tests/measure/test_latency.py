"""Latencies of sessions and their distributions."""

import json
from dataclasses import replace

from asrgate.audio.clips import ClipSet
from asrgate.audio.source import audio_of
from asrgate.measure.latency import Distribution, distribution_of, latencies_of
from asrgate.wire.exchange import Exchange
from asrgate.wire.scenario import StreamAudio
from report.sample import MS, clip, exchange, reply

ONSET_AT_200_MS = clip("spoken", "今天天气很好")


def by_name(*exchanges: Exchange) -> dict[str, Distribution]:
    """The latencies of sessions by their name."""
    clips = ClipSet(ONSET_AT_200_MS.path.parent, (ONSET_AT_200_MS,))
    return {latency.name: latency for latency in latencies_of(exchanges, clips)}


def speaking(session: Exchange, *, pace: float | None = 1.0) -> Exchange:
    """The same session with a clip in place of the tone."""
    steps = tuple(
        replace(step, audio=audio_of(ONSET_AT_200_MS), pace=pace) if isinstance(step, StreamAudio) else step
        for step in session.scenario.steps
    )
    return replace(session, scenario=replace(session.scenario, steps=steps))


def test_percentiles_come_with_their_numbers_of_samples() -> None:
    """The median from 5 samples, p95 from 72, p99 from 368, and before that None."""
    given = [
        (d.median is not None, d.p95 is not None, d.p99 is not None)
        for n in (4, 5, 71, 72, 367, 368)
        for d in [distribution_of("connect", [float(k) for k in range(n)])]
    ]
    assert given == [
        (False, False, False),
        (True, False, False),
        (True, False, False),
        (True, True, False),
        (True, True, False),
        (True, True, True),
    ]


def test_what_is_withheld_has_a_reason() -> None:
    """The reason names what is missing and how many samples there are."""
    assert distribution_of("connect", [1.0]).reason == (
        "median needs 5, p95 needs 72, p99 needs 368 samples, there are 1"
    )
    assert distribution_of("connect", [float(n) for n in range(400)]).reason is None


def test_no_sample_gives_no_number() -> None:
    """Nothing measured is None, never 0."""
    empty = distribution_of("final", [])
    assert (empty.n, empty.median, empty.smallest, empty.largest) == (0, None, None, None)
    assert empty.reason == "no session gave this latency"


def test_the_final_counts_from_the_end_frame() -> None:
    """The end frame left at 1250 ms, its terminator came at 1385 ms."""
    session = exchange("s", reply("今"), reply("天"), reply("天"), reply("", is_final=True))
    assert by_name(session)["final"].samples == (135.0,)


def test_the_first_partial_counts_from_the_planned_onset() -> None:
    """The frame that holds the onset at 200 ms, the fourth of 60 ms, was planned for 220 ms."""
    session = speaking(exchange("s", reply("今天"), reply("", is_final=True)))
    assert by_name(session)["first-partial"].samples == (385.0,)


def test_an_update_is_a_partial_when_it_tells_one() -> None:
    """A realtime server says how much it heard while nobody speaks: that is no partial."""
    silent, speaking_, stopped = (
        json.dumps(message)
        for message in (
            {"sentences": [], "partial": ""},
            {"sentences": [], "partial": "今"},
            {"event": "stopped"},
        )
    )
    first = speaking(replace(exchange("s", speaking_, stopped), dialect="funasr-realtime"))
    second = speaking(replace(exchange("s", silent, speaking_, stopped), dialect="funasr-realtime"))
    assert by_name(first)["first-partial"].samples == (385.0,)
    assert by_name(second)["first-partial"].samples > (385.0,)


def test_a_late_client_does_not_hide_latency() -> None:
    """What counts is when a frame was due, not when it was sent."""
    session = speaking(exchange("s", reply("今天"), reply("", is_final=True)))
    late = replace(
        session,
        frames=tuple(
            replace(f, due_ns=f.at_ns - 20 * MS) if f.role == "audio" else f for f in session.frames
        ),
    )
    assert by_name(late)["first-partial"].samples == (405.0,)


def test_audio_sent_faster_than_real_time_gives_no_latency() -> None:
    """What a backlog takes is not a latency."""
    session = speaking(exchange("s", reply("今天"), *[reply("天")] * 3, reply("", is_final=True)), pace=None)
    latencies = by_name(session)
    assert latencies["first-partial"].n == latencies["final"].n == 0


def test_an_end_without_audio_is_told_apart() -> None:
    """A session that sends nothing but its configuration and its end has the empty final's latency."""
    session = exchange("s", *[reply("")] * 3, reply("", is_final=True))
    silent = replace(session, frames=tuple(f for f in session.frames if f.role != "audio"))
    latencies = by_name(silent)
    assert latencies["empty-final"].samples == (135.0,)
    assert latencies["final"].n == 0


def test_connecting_is_measured_where_it_worked() -> None:
    """The time of the whole handshake, name look-up and all."""
    assert by_name(exchange("s"), exchange("t"))["connect"].samples == (4.7, 4.7)
