"""END: what follows an end frame (docs/protocol.md sections 3.4 and 5)."""

from collections.abc import Sequence

from asrgate.judge.breach import Breach, conclude, counted, why_nothing
from asrgate.judge.finding import Finding, evidence, failed, inconclusive, passed
from asrgate.judge.utterances import Message, Utterance, ended, utterances, watched_until_ns
from asrgate.measure.normalisation import TEXT
from asrgate.wire.exchange import Exchange
from asrgate.wire.stamps import stamps_of

TERMINATOR_BOUND_MS = 10_000
"""Allowed between an end frame and its terminating message, on top of once the length of the audio."""

QUIET_MS = 3000

OPEN_S = 30

RESTART_MS = 500
"""How far the first time stamp of a second utterance may be from that on a fresh connection."""

TIMER_SLACK_MS = 50
"""How much earlier than asked a wait may end."""


def terminated_in_time(exchanges: Sequence[Exchange]) -> Finding:
    """END-01: a terminating message arrives within 10 s plus the length of the audio."""
    return _terminated("END-01", exchanges, "the end frame")


def one_terminator_per_end(exchanges: Sequence[Exchange]) -> Finding:
    """END-02: exactly one terminating message for each end frame."""
    breaches: list[Breach] = []
    ends = 0
    for exchange in exchanges:
        sent = [u for u in utterances(exchange) if u.end is not None]
        if not sent:
            continue
        dialect = sent[0].dialect
        came = [(frame, reply) for frame, reply in exchange.replies() if dialect.terminates(reply)]
        ends += len(sent)
        if len(came) != len(sent):
            frames = [u.end for u in sent if u.end is not None] + [frame for frame, _ in came]
            breaches.append(
                Breach(
                    f"{counted(len(came), 'terminating message')} for {counted(len(sent), 'end frame')}",
                    evidence(exchange, *frames),
                )
            )
    return conclude(
        "END-02",
        breaches,
        judged=ends,
        held=f"{counted(ends, 'end frame')}, one terminating message each",
        nothing=why_nothing(exchanges, "no end frame could be sent"),
    )


def silent_after_terminator(exchange: Exchange) -> Finding:
    """END-03: nothing follows the terminating message for 3 s."""
    sent = ended([exchange])
    if not sent or sent[-1].terminator is None:
        return inconclusive(
            "END-03", why_nothing([exchange], "no terminating message came"), evidence(exchange)
        )
    frame, _ = sent[-1].terminator
    if sent[-1].late:
        late, reply = sent[-1].late[0]
        return failed(
            "END-03",
            f"{counted(len(sent[-1].late), 'message')} after the terminating one, the first "
            f"{(late.at_ns - frame.at_ns) / 1e6:.0f} ms after it, with the text {reply.text_or_empty!r}",
            evidence(exchange, frame, *(f for f, _ in sent[-1].late)),
        )
    closing = exchange.closing
    until_ns = (
        closing.at_ns if closing is not None and closing.who != "client" else watched_until_ns(exchange)
    )
    watched_ms = (until_ns - frame.at_ns) / 1e6
    if watched_ms < QUIET_MS - TIMER_SLACK_MS and (closing is None or closing.who == "client"):
        return inconclusive(
            "END-03",
            f"watched for {watched_ms:.0f} ms only, {QUIET_MS} ms are needed",
            evidence(exchange, frame),
        )
    return passed("END-03", f"nothing followed for {watched_ms:.0f} ms", evidence(exchange, frame))


def empty_session_answered(exchange: Exchange) -> Finding:
    """END-04: configuration and end frame without audio get a terminating message without text."""
    sent = ended([exchange])
    if not sent or sent[0].end is None:
        return inconclusive(
            "END-04", why_nothing([exchange], "no end frame could be sent"), evidence(exchange)
        )
    terminator = sent[0].terminator
    if terminator is None:
        return failed(
            "END-04", f"no answer within {_waited_ms(sent[0]):.0f} ms", evidence(exchange, sent[0].end)
        )
    frame, _ = terminator
    text = "".join(r.text_or_empty for _, r in sent[0].replies)
    if text:
        return failed(
            "END-04", f"the text {text!r} came although no audio was sent", evidence(exchange, frame)
        )
    took_ms = (frame.at_ns - sent[0].end.at_ns) / 1e6
    return passed(
        "END-04", f"answered without text after {took_ms:.0f} ms", evidence(exchange, sent[0].end, frame)
    )


def silence_tail_terminated(exchanges: Sequence[Exchange]) -> Finding:
    """END-05: audio that ends in 2 s without speech gets its terminating message, in the time of END-01."""
    return _terminated("END-05", exchanges, "the end frame after a tail without speech")


def second_utterance_reads_as_fresh(twice: Exchange, fresh: Exchange) -> Finding:
    """END-09: the second utterance of a connection reads as on a fresh one, punctuation aside.

    Punctuation may look back: the sentence before belongs to its context (docs/protocol.md section 7.6).
    """
    second = utterances(twice)[1:2]
    wanted = "".join(u.text for u in utterances(fresh))
    if not second or not TEXT(wanted):
        nothing = (
            "no second utterance could be sent" if not second else "no text on a fresh connection either"
        )
        return inconclusive("END-09", why_nothing([twice, fresh], nothing), evidence(twice), evidence(fresh))
    frames = [frame for frame, _ in second[0].replies]
    if TEXT(second[0].text) != TEXT(wanted):
        return failed(
            "END-09",
            f"the second utterance reads {second[0].text!r}, on a fresh connection {wanted!r}",
            evidence(twice, *frames),
            evidence(fresh),
        )
    return passed("END-09", f"both read {wanted!r}", evidence(twice, *frames), evidence(fresh))


def stamps_restart(twice: Exchange, fresh: Exchange) -> Finding:
    """END-10: the time stamps of a second utterance begin where they do on a fresh connection.

    `fresh` is that second utterance on a connection of its own.
    """
    second, alone = utterances(twice)[1:2], utterances(fresh)[:1]
    first_ms = [_first_stamp_ms(utterance) for utterance in (*second, *alone)]
    if len(first_ms) < 2 or None in first_ms:
        return inconclusive(
            "END-10",
            why_nothing([twice, fresh], "no time stamps in both the second utterance and a fresh one"),
            evidence(twice),
            evidence(fresh),
        )
    came, wanted = (ms for ms in first_ms if ms is not None)
    shown = evidence(twice, *(frame for frame, _ in second[0].sentences))
    if abs(came - wanted) > RESTART_MS:
        return failed(
            "END-10",
            f"the second utterance begins at {came} ms, on a fresh connection at {wanted} ms",
            shown,
            evidence(fresh),
        )
    return passed(
        "END-10", f"the second utterance begins at {came} ms, on a fresh connection {wanted} ms", shown
    )


def stays_open(exchange: Exchange) -> Finding:
    """END-13: the connection stays open for 30 s after the terminating message, until the client closes."""
    sent = ended([exchange])
    if not sent or sent[-1].terminator is None:
        return inconclusive(
            "END-13", why_nothing([exchange], "no terminating message came"), evidence(exchange)
        )
    frame, _ = sent[-1].terminator
    closing = exchange.closing
    if closing is not None and closing.who != "client":
        open_s = (closing.at_ns - frame.at_ns) / 1e9
        return failed(
            "END-13",
            f"the {closing.who} ended the connection {open_s:.1f} s after the terminating message "
            f"(code {closing.code} {closing.reason!r})",
            evidence(exchange, frame),
        )
    open_s = (watched_until_ns(exchange) - frame.at_ns) / 1e9
    if open_s < OPEN_S - TIMER_SLACK_MS / 1000:
        return inconclusive(
            "END-13", f"watched for {open_s:.1f} s only, {OPEN_S} s are needed", evidence(exchange, frame)
        )
    return passed("END-13", f"open for {open_s:.1f} s, until the client closed", evidence(exchange, frame))


def _first_stamp_ms(utterance: Utterance) -> int | None:
    stamps = (stamps_of(utterance.dialect, reply) for _, reply in utterance.sentences)
    return next((pairs[0][0] for pairs in stamps if pairs), None)


def _terminated(requirement: str, exchanges: Sequence[Exchange], after: str) -> Finding:
    breaches: list[Breach] = []
    slowest_ms = 0.0
    judged, unwatched = 0, 0
    for utterance in ended(exchanges):
        bound_ms = TERMINATOR_BOUND_MS + utterance.audio_ms
        if utterance.terminator is not None:
            judged += 1
            took_ms = _took_ms(utterance, utterance.terminator)
            slowest_ms = max(slowest_ms, took_ms)
            if took_ms > bound_ms:
                breaches.append(
                    _late(utterance, after, f"came after {took_ms:.0f} ms, expected within {bound_ms:.0f} ms")
                )
        elif _lost(utterance) or _waited_ms(utterance) >= bound_ms - TIMER_SLACK_MS:
            judged += 1
            how = _ending_of(utterance)
            breaches.append(_late(utterance, after, f"never came: {how}, expected within {bound_ms:.0f} ms"))
        else:
            unwatched += 1
    nothing = (
        f"{counted(unwatched, 'session')} not watched for long enough"
        if unwatched
        else "no end frame was sent"
    )
    return conclude(
        requirement,
        breaches,
        judged=judged,
        held=f"{counted(judged, 'terminating message')}, the slowest {slowest_ms:.0f} ms after {after}",
        nothing=why_nothing(exchanges, nothing),
    )


def _late(utterance: Utterance, after: str, what: str) -> Breach:
    frames = [utterance.end] if utterance.end is not None else []
    frames += [utterance.terminator[0]] if utterance.terminator is not None else []
    return Breach(f"the terminating message for {after} {what}", evidence(utterance.exchange, *frames))


def _took_ms(utterance: Utterance, terminator: Message) -> float:
    return (terminator[0].at_ns - utterance.end.at_ns) / 1e6 if utterance.end is not None else 0.0


def _waited_ms(utterance: Utterance) -> float:
    return (
        (watched_until_ns(utterance.exchange) - utterance.end.at_ns) / 1e6
        if utterance.end is not None
        else 0.0
    )


def _lost(utterance: Utterance) -> bool:
    """Whether the connection ended without the client ending it."""
    closing = utterance.exchange.closing
    return closing is not None and closing.who != "client"


def _ending_of(utterance: Utterance) -> str:
    closing = utterance.exchange.closing
    if closing is not None and closing.who != "client":
        return f"the {closing.who} ended the connection (code {closing.code})"
    return f"{_waited_ms(utterance):.0f} ms of waiting"
