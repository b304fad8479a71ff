"""CHUNK: how the audio is cut and paced must not change what is recognised (docs/protocol.md section 3.3)."""

from collections.abc import Sequence

from asrgate.judge.breach import Breach, conclude, counted, why_nothing
from asrgate.judge.finding import Evidence, Finding, evidence
from asrgate.judge.steadiness import difference
from asrgate.judge.utterances import sentences_of, text_of, utterances
from asrgate.measure.normalisation import TEXT
from asrgate.wire.dialects import dialect_named
from asrgate.wire.exchange import Exchange
from asrgate.wire.scenario import StreamAudio


def frame_sizes_agree(exchanges: Sequence[Exchange]) -> Finding:
    """CHUNK-01: sentence texts and stamps do not depend on the size of the binary frames.

    The first exchange is what the others are compared with.
    """
    return _agree("CHUNK-01", exchanges, "frames of")


def presets_agree(exchanges: Sequence[Exchange]) -> Finding:
    """CHUNK-03: the documented latency presets all work and give the same text of sentence results.

    For servers whose segments follow the client's frames, punctuation may differ with the segments.
    """
    texts = ["".join(r.text_or_empty for _, r in sentences_of(exchange)) for exchange in exchanges]
    if not any(texts):
        return conclude(
            "CHUNK-03", [], judged=0, held="", nothing=why_nothing(exchanges, "no preset gave text")
        )
    by_segment = dialect_named(exchanges[0].dialect).stamps == "segment"
    presets = [_chunk_size(exchange) for exchange in exchanges]
    breaches = [
        Breach(
            f"chunk_size {preset} gave {text!r}, {presets[0]} gave {texts[0]!r}",
            evidence(exchange, *(f for f, _ in exchange.replies())),
        )
        for exchange, preset, text in zip(exchanges, presets, texts, strict=True)
        if (TEXT(text) != TEXT(texts[0]) if by_segment else text != texts[0])
    ]
    return conclude(
        "CHUNK-03",
        breaches,
        judged=len(texts),
        held=f"{texts[0]!r} with each of chunk_size {', '.join(presets)}",
        nothing="",
        shown=_shown(exchanges),
    )


def pace_does_not_matter(unpaced: Exchange, paced: Exchange) -> Finding:
    """CHUNK-05: audio sent as fast as possible gives the same sentences as at real-time pace."""
    return _agree("CHUNK-05", (paced, unpaced), "frames of")


def _agree(requirement: str, exchanges: Sequence[Exchange], what: str) -> Finding:
    nothing = why_nothing(exchanges, "no session gave text")
    if not any(text_of(exchange) for exchange in exchanges):
        return conclude(requirement, [], judged=0, held="", nothing=nothing, shown=_shown(exchanges))
    first, *others = exchanges
    breaches = [
        Breach(f"{what} {_framing(exchange)}: {problem} (compared with {_framing(first)})", shown)
        for exchange in others
        if (problem := difference(first, exchange)) is not None
        for shown in (evidence(exchange, *(f for f, _ in exchange.replies())),)
    ]
    return conclude(
        requirement,
        breaches,
        judged=len(others),
        held=f"{text_of(first)!r} and the same stamps with {what} {', '.join(map(_framing, exchanges))}",
        nothing="only one session to compare",
        shown=_shown(exchanges),
    )


def _framing(exchange: Exchange) -> str:
    """How the audio of a session was cut and paced, in words."""
    step = next((s for s in exchange.scenario.steps if isinstance(s, StreamAudio)), None)
    if step is None:
        return "none"
    framing = step.framing
    match framing.kind:
        case "by-bytes":
            cut = counted(framing.size_bytes, "byte")
        case "by-chunk":
            cut = f"{framing.stride_ms:g} ms"
        case "whole":
            cut = "the whole audio"
        case _:
            cut = f"{framing.kind} sizes"
    if step.pace is None:
        return cut
    return f"{cut} in real time" if step.pace == 1.0 else f"{cut} at {step.pace:g} times real time"


def _chunk_size(exchange: Exchange) -> str:
    settings = next((u.settings for u in utterances(exchange)), {})
    return str(settings.get("chunk_size", "unknown"))


def _shown(exchanges: Sequence[Exchange]) -> list[Evidence]:
    return [evidence(exchange) for exchange in exchanges]
