"""FS: audio in another form than bare samples (docs/protocol.md sections 7.14 and 7.18)."""

from collections.abc import Mapping

from asrgate.judge.breach import Breach, conclude, why_nothing
from asrgate.judge.configuration import error_in, unanswered
from asrgate.judge.finding import Finding, evidence, failed, inconclusive, passed
from asrgate.judge.utterances import ended, reads_as_before, text_of
from asrgate.wire.exchange import Exchange, Frame

REFUSAL_MS = 2000
"""How soon after the first audio a format that is not taken must be refused (FS-06)."""


def mistakes_do_no_harm(plain: Exchange, mistakes: Mapping[str, Exchange], after: Exchange) -> Finding:
    """FS-05: audio in a wrong form gets its end or a refusal, and the next session reads as before.

    `mistakes` are sessions of the audio of `plain`, by what is wrong with it; `after` is that audio once
    more, when they are over. What each was read as is told: a client error has no other sign on the wire.
    """
    if not text_of(plain):
        return inconclusive("FS-05", why_nothing([plain], "no text without the mistakes"), evidence(plain))
    told: list[str] = []
    breaches: list[Breach] = []
    for name, exchange in mistakes.items():
        refusal = refusal_in(exchange)
        if refusal is None and not any(u.terminator is not None for u in ended([exchange])):
            breaches.append(Breach(f"{name}: neither an end nor a refusal", evidence(exchange)))
        told.append(f"{name}: {refusal or repr(text_of(exchange))}")
    lost = unanswered(after)
    if lost is not None or not reads_as_before(text_of(plain), text_of(after)):
        came = lost or repr(text_of(after))
        breaches.append(Breach(f"afterwards {came} instead of {text_of(plain)!r}", evidence(after)))
    return conclude(
        "FS-05",
        breaches,
        judged=len(mistakes),
        held=f"what should read {text_of(plain)!r} reads {'; '.join(told)}; then as before",
        nothing="",
        shown=[evidence(exchange) for exchange in mistakes.values()],
    )


def wrong_format_refused_at_once(exchange: Exchange) -> Finding:
    """FS-06: a `wav_format` that is not taken is refused within 2 s of the first audio, not only at the end.

    The session sends samples under the name of a compressed format, and waits before it ends its input.
    """
    audio = exchange.sent("audio")
    if not audio:
        return inconclusive("FS-06", why_nothing([exchange], "no audio was sent"), evidence(exchange))
    refused = _refusal(exchange)
    if refused is None:
        return failed(
            "FS-06",
            f"wav_format mp3 was never refused, the answer is {text_of(exchange)!r}",
            evidence(exchange, *exchange.sent("config"), *(frame for frame, _ in exchange.replies())),
        )
    said, at_ns, frames = refused
    after_ms = (at_ns - audio[0].at_ns) / 1e6
    told = f"{said}, {after_ms:.0f} ms after the first audio"
    shown = evidence(exchange, *exchange.sent("config"), *frames)
    if after_ms > REFUSAL_MS:
        return failed("FS-06", f"{told}, expected {REFUSAL_MS} ms at most", shown)
    return passed("FS-06", told, shown)


def refusal_in(exchange: Exchange) -> str | None:
    """How a session was refused, in words: by an error or a close; None when it was not."""
    refused = _refusal(exchange)
    return refused[0] if refused is not None else None


def _refusal(exchange: Exchange) -> tuple[str, int, tuple[Frame, ...]] | None:
    """What a refusal said, when it came (ns), and the frames that brought it."""
    for frame, reply in exchange.replies():
        error = error_in(reply)
        if error is not None:
            return f"the error {error!r}", frame.at_ns, (frame,)
    closing = exchange.closing
    if closing is not None and closing.who == "server" and closing.code is not None:
        return f"close {closing.code} {closing.reason!r}", closing.at_ns, ()
    return None
