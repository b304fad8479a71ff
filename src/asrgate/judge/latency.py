"""LAT: how long answers take, counted from the instant that was planned (docs/protocol.md section 6)."""

from collections.abc import Sequence
from statistics import median

from asrgate.judge.breach import Breach, conclude, counted, why_nothing
from asrgate.judge.finding import Evidence, Finding, evidence, failed, inconclusive, passed
from asrgate.judge.modes import LONG_SENTENCE_MS
from asrgate.judge.timeline import input_ended_ns, latest_ms, speech_began_ns
from asrgate.judge.utterances import Utterance, ended, utterances
from asrgate.wire.exchange import Exchange

CONNECT_BOUND_MS = 1000
ENOUGH_CONNECTS = 20

STEP_MS = 60
"""Audio in one unit of `chunk_size` (docs/protocol.md section 3.6)."""

FIRST_PARTIAL_SPARE_MS = 1500
USUAL_SILENCE_MS = 800
SENTENCE_SILENCE_MS = {"funasr-python": 2000, "funasr-realtime": 2000}
"""Silence that ends a sentence, of less than 10 s of speech (docs/protocol.md section 6.3)."""

SENTENCE_SPARE_MS = 1500
FINAL_BOUND_MS = 2000
EMPTY_BOUND_MS = 500

CLIENT_LATE_MS = 200
"""A client that is later than this with its own audio cannot blame the server."""

ONE_IN = 20
"""A 95th percentile needs 72 samples; with fewer, at most one in twenty may be over the bound."""


def connects_in_time(exchanges: Sequence[Exchange]) -> Finding:
    """LAT-01: TCP, TLS and handshake take under 1 s, in 19 of 20 connections in turn."""
    opened = [e for e in exchanges if e.handshake is not None and e.handshake.status == 101]
    if len(opened) < ENOUGH_CONNECTS:
        few = f"{counted(len(opened), 'connection')} opened, {ENOUGH_CONNECTS} are needed"
        return inconclusive("LAT-01", why_nothing(exchanges, few), *(evidence(e) for e in opened[:5]))
    samples = [(e.handshake.total_ms, evidence(e)) for e in opened if e.handshake is not None]
    return _mostly_within("LAT-01", samples, CONNECT_BOUND_MS, "connecting took")


def first_partial_in_time(exchange: Exchange, *, speech_start_ms: int, speech_ms: int) -> Finding:
    """LAT-02: at real-time pace the first partial comes within the chunk and 1.5 s after speech began.

    `speech_start_ms` is where in the audio speech begins. It counts as planned, however late a frame left.
    Speech of 2 s or less need not have a partial: its sentence result may come first.
    """
    spoken = [u for u in utterances(exchange) if speech_began_ns(u) is not None]
    if not spoken:
        return inconclusive(
            "LAT-02", why_nothing([exchange], "no audio at a real-time pace"), evidence(exchange)
        )
    utterance = spoken[0]
    onset_ns = (speech_began_ns(utterance) or 0) + speech_start_ms * 1_000_000
    bound_ms = _chunk_ms(utterance) + FIRST_PARTIAL_SPARE_MS
    if not utterance.partials:
        if not utterance.text:
            return inconclusive("LAT-02", "no text came", evidence(exchange))
        if speech_ms <= LONG_SENTENCE_MS:
            short = f"no partial came, but {speech_ms} ms of speech need none"
            return inconclusive("LAT-02", short, evidence(exchange))
        return failed("LAT-02", f"no partial came for {utterance.text!r}", evidence(exchange))
    frame, reply = utterance.partials[0]
    late_ms = latest_ms(tuple(f for f in utterance.audio if f.index < frame.index))
    took_ms = (frame.at_ns - onset_ns) / 1e6
    if took_ms <= bound_ms:
        reason = f"partial {reply.text_or_empty!r} {took_ms:.0f} ms after speech began, bound {bound_ms} ms"
        return passed("LAT-02", reason, evidence(exchange, frame))
    if late_ms > CLIENT_LATE_MS:
        return inconclusive(
            "LAT-02", f"the client was {late_ms:.0f} ms late with its own audio", evidence(exchange, frame)
        )
    return failed(
        "LAT-02",
        f"partial {reply.text_or_empty!r} {took_ms:.0f} ms after speech began, bound {bound_ms} ms",
        evidence(exchange, frame),
    )


def sentence_in_time(exchange: Exchange, *, speech_end_ms: int) -> Finding:
    """LAT-03: at real-time pace a sentence result comes 1.5 s after the silence that ends a sentence.

    `speech_end_ms` is where in the audio speech ends; silence follows, long enough for the server to notice.
    How much of it ends a sentence is the dialect's own: docs/protocol.md section 6.3.
    """
    spoken = [u for u in utterances(exchange) if speech_began_ns(u) is not None]
    if not spoken:
        nothing = why_nothing([exchange], "no audio at a real-time pace")
        return inconclusive("LAT-03", nothing, evidence(exchange))
    utterance = spoken[0]
    if not utterance.sentences:
        return inconclusive("LAT-03", "no sentence with text came", evidence(exchange))
    frame, reply = utterance.sentences[-1]
    took_ms = (frame.at_ns - (speech_began_ns(utterance) or 0)) / 1e6 - speech_end_ms
    silence_ms = SENTENCE_SILENCE_MS.get(exchange.dialect, USUAL_SILENCE_MS)
    bound_ms = silence_ms + SENTENCE_SPARE_MS
    reason = f"{reply.text_or_empty!r} {took_ms:.0f} ms after speech ended, bound {bound_ms} ms"
    if took_ms <= bound_ms:
        return passed("LAT-03", reason, evidence(exchange, frame))
    late_ms = latest_ms(tuple(f for f in utterance.audio if f.index < frame.index))
    if late_ms > CLIENT_LATE_MS:
        late = f"the client was {late_ms:.0f} ms late with its own audio"
        return inconclusive("LAT-03", late, evidence(exchange, frame))
    if utterance.end is not None and frame.index > utterance.end.index:
        reason += ": only when the end frame had been sent"
    return failed("LAT-03", reason, evidence(exchange, frame))


def quick_preset_is_quicker(quick: Sequence[Exchange], accurate: Sequence[Exchange]) -> Finding:
    """LAT-07: first partials come earlier with the chunk of 360 ms than with that of 900 ms, in the median.

    Both are the same clips at real-time pace (docs/protocol.md sections 3.6 and 6.2).
    """
    delays: list[list[float]] = []
    for exchanges in (quick, accurate):
        found = [first for exchange in exchanges if (first := _first_partial(exchange)) is not None]
        if len(found) < len(exchanges) or not found:
            few = f"{counted(len(found), 'first partial')} in {counted(len(exchanges), 'session')}"
            return inconclusive("LAT-07", why_nothing(exchanges, few), *(evidence(e) for e in exchanges))
        late_ms = max(late for _, late, _ in found)
        if late_ms > CLIENT_LATE_MS:
            late = f"the client was {late_ms:.0f} ms late with its own audio"
            return inconclusive("LAT-07", late, *(shown for _, _, shown in found))
        delays.append([took_ms for took_ms, _, _ in found])
    quick_ms, accurate_ms = map(median, delays)
    reason = (
        f"first partial {quick_ms:.0f} ms after the audio began with chunk_size [3,6,3], "
        f"{accurate_ms:.0f} ms with [8,15,8] (medians of {len(quick)} and {len(accurate)})"
    )
    shown = [evidence(exchange) for exchange in (*quick, *accurate)]
    return (passed if quick_ms < accurate_ms else failed)("LAT-07", reason, *shown)


def _first_partial(exchange: Exchange) -> tuple[float, float, Evidence] | None:
    """When the first partial came (ms after the audio began), how late the client was, and the frame."""
    for utterance in utterances(exchange):
        began_ns = speech_began_ns(utterance)
        if began_ns is not None and utterance.partials:
            frame, _ = utterance.partials[0]
            late_ms = latest_ms(tuple(f for f in utterance.audio if f.index < frame.index))
            return (frame.at_ns - began_ns) / 1e6, late_ms, evidence(exchange, frame)
    return None


def final_in_time(exchanges: Sequence[Exchange]) -> Finding:
    """LAT-04: after audio at real-time pace the terminating message comes within 2 s, in 19 of 20 utterances.

    Counted from the instant at which the end frame was due, that of the last audio frame.
    """
    samples: list[tuple[float, Evidence]] = []
    late_ms = 0.0
    for utterance in ended(exchanges):
        due_ns = input_ended_ns(utterance)
        if due_ns is None or utterance.terminator is None or utterance.end is None:
            continue
        frame, _ = utterance.terminator
        took_ms = (frame.at_ns - due_ns) / 1e6
        own_delay_ms = latest_ms(utterance.audio)
        if took_ms > FINAL_BOUND_MS and own_delay_ms > CLIENT_LATE_MS:
            late_ms = max(late_ms, own_delay_ms)
            continue
        samples.append((took_ms, evidence(utterance.exchange, utterance.end, frame)))
    if not samples:
        late = f"the client was {late_ms:.0f} ms late with its own audio" if late_ms else ""
        nothing = late or why_nothing(exchanges, "no terminating message after audio at real-time pace")
        return inconclusive("LAT-04", nothing)
    return _mostly_within("LAT-04", samples, FINAL_BOUND_MS, "the terminating message took")


def empty_session_in_time(exchange: Exchange) -> Finding:
    """LAT-05: a session without audio gets its terminating message within 500 ms of the end frame."""
    sent = ended([exchange])
    if not sent or sent[0].terminator is None or sent[0].end is None:
        return inconclusive(
            "LAT-05", why_nothing([exchange], "no terminating message came"), evidence(exchange)
        )
    frame, _ = sent[0].terminator
    took_ms = (frame.at_ns - sent[0].end.at_ns) / 1e6
    shown = evidence(exchange, sent[0].end, frame)
    if took_ms > EMPTY_BOUND_MS:
        return failed(
            "LAT-05", f"answered after {took_ms:.0f} ms, expected within {EMPTY_BOUND_MS} ms", shown
        )
    return passed("LAT-05", f"answered after {took_ms:.1f} ms", shown)


def _mostly_within(
    requirement: str, samples: Sequence[tuple[float, Evidence]], bound_ms: int, what: str
) -> Finding:
    times = [took_ms for took_ms, _ in samples]
    slow = [(took_ms, shown) for took_ms, shown in samples if took_ms > bound_ms]
    spread = f"median {median(times):.0f} ms, largest {max(times):.0f} ms of {len(times)}"
    over = f"{what} up to {max(times):.0f} ms, expected at most {bound_ms}: {len(slow)} over it; {spread}"
    return conclude(
        requirement,
        [Breach(over, slow[0][1])] if len(slow) > len(times) // ONE_IN else [],
        judged=len(times),
        held=f"{what} {spread}",
        nothing="",
        shown=[shown for _, shown in samples],
    )


def _chunk_ms(utterance: Utterance) -> int:
    """Audio in one step of the first pass, 600 ms when the configuration does not say."""
    chunk_size = utterance.settings.get("chunk_size")
    if isinstance(chunk_size, list) and len(chunk_size) == 3 and isinstance(chunk_size[1], int):
        return STEP_MS * chunk_size[1]
    return STEP_MS * 10
