"""CHUNK: how the audio is cut and paced must not change what is recognised (docs/protocol.md section 3.3)."""

from collections.abc import Callable, Sequence

from asrgate.audio.framing import (
    Bursts,
    ByBytes,
    ByChunk,
    EmptyFrames,
    Framing,
    OddCuts,
    RandomSizes,
    Stalled,
    Whole,
)
from asrgate.judge.breach import Breach, conclude, counted, why_nothing
from asrgate.judge.configuration import error_in
from asrgate.judge.finding import Evidence, Finding, evidence, failed, inconclusive, passed
from asrgate.judge.steadiness import difference
from asrgate.judge.utterances import ended, reads_as_before, sentences_of, text_of, utterances
from asrgate.measure.normalisation import TEXT
from asrgate.wire.dialects import dialect_named
from asrgate.wire.exchange import Exchange, Frame
from asrgate.wire.scenario import StreamAudio

STEP_UNIT_MS = 60

TWICE = 1.5
"""How much longer the text of the same audio twice is than that of once, at the least."""


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


def random_splits_agree(even: Exchange, uneven: Sequence[Exchange]) -> Finding:
    """CHUNK-02: frames of random and of odd sizes, which cut samples in two, give the same as even ones."""
    return _agree("CHUNK-02", (even, *uneven), "frames of")


def partials_follow_the_step(exchanges: Sequence[Exchange], *, speech_ms: int) -> Finding:
    """CHUNK-04: there is about one partial for each step of speech, up to twice as many or half as many.

    A step is `chunk_size[1]` x 60 ms. One partial more or less is rounding, and the last one of a sentence is
    often not sent (docs/protocol.md section 7.5).
    """
    breaches: list[Breach] = []
    held: list[str] = []
    for exchange in exchanges:
        step_ms = _step_ms(exchange)
        if step_ms is None or not text_of(exchange):
            continue
        count = sum(len(utterance.partials) for utterance in utterances(exchange))
        steps = speech_ms / step_ms
        said = f"{counted(count, 'partial')} for {speech_ms} ms of speech in steps of {step_ms} ms"
        if steps / 2 - 1 <= count <= 2 * steps + 1:
            held.append(said)
        else:
            breaches.append(
                Breach(f"{said}, expected about {steps:.1f}", evidence(exchange, *_partials(exchange)))
            )
    return conclude(
        "CHUNK-04",
        breaches,
        judged=len(held),
        held="; ".join(held),
        nothing=why_nothing(exchanges, "no preset gave text"),
        shown=_shown(exchanges),
    )


def interval_does_not_matter(exchanges: Sequence[Exchange]) -> Finding:
    """CHUNK-06: `chunk_interval` changes neither sentences nor stamps; the first has the usual one."""
    return _agree("CHUNK-06", exchanges, "chunk_interval", _chunk_interval)


def empty_frames_are_ignored(plain: Exchange, interleaved: Exchange) -> Finding:
    """CHUNK-07: messages without a byte between the others change no sentence."""
    return _agree("CHUNK-07", (plain, interleaved), "frames of")


def stall_keeps_the_text(plain: Exchange, stalled: Exchange) -> Finding:
    """CHUNK-08: a stall of 10 s in mid-utterance neither loses nor doubles any text."""
    return _agree("CHUNK-08", (plain, stalled), "frames of")


def early_audio_is_used_or_refused(early: Exchange, plain: Exchange) -> Finding:
    """CHUNK-09: audio sent before the configuration is recognised, or refused with an error; never lost.

    `early` is the audio of `plain`, then the configuration, then the same audio again.
    """
    wanted, text = TEXT(text_of(plain)), text_of(early)
    shown = evidence(early, *early.sent("config"), *(frame for frame, _ in early.replies()))
    if not wanted or not ended([early]):
        return inconclusive(
            "CHUNK-09", why_nothing([early, plain], "no text of the plain audio either"), shown
        )
    errors = [e for _, reply in early.replies() if (e := error_in(reply)) is not None]
    if errors:
        return passed("CHUNK-09", f"refused with the error {errors[0]!r}", shown)
    closing = early.closing
    if closing is not None and closing.who == "server":
        return passed("CHUNK-09", f"refused with close {closing.code} {closing.reason!r}", shown)
    if len(TEXT(text)) < TWICE * len(wanted):
        return failed(
            "CHUNK-09",
            f"lost without a word: {text!r} for the audio before and after the configuration",
            shown,
        )
    return passed("CHUNK-09", f"used: {text!r} for the audio before and after the configuration", shown)


def same_again(repeats: Sequence[Exchange]) -> Finding:
    """CHUNK-10: the same audio, sent in the same way, gives the same sentences and stamps.

    Differences as small as engines on graphics cards make are no failure, but nothing that was held either.
    """
    first, *others = repeats
    differences = [
        (other, varies)
        for other in others
        if (varies := difference(first, other)) is not None and text_of(first)
    ]
    for other, varies in differences:
        shown = [evidence(exchange, *(f for f, _ in exchange.replies())) for exchange in (first, other)]
        if not reads_as_before(text_of(first), text_of(other)):
            return failed("CHUNK-10", f"the same audio, sent alike, gave {varies}", *shown)
    if differences:
        other, varies = differences[0]
        return inconclusive(
            "CHUNK-10",
            f"the same audio, sent alike, gave {varies}: as little as engines on graphics cards vary",
            evidence(first),
            evidence(other),
        )
    return conclude(
        "CHUNK-10",
        [],
        judged=len(others) if text_of(first) else 0,
        held=f"{text_of(first)!r} and the same stamps in {counted(len(repeats), 'session')}",
        nothing=why_nothing(repeats, "no session gave text"),
        shown=_shown(repeats),
    )


def _agree(
    requirement: str,
    exchanges: Sequence[Exchange],
    what: str,
    named: Callable[[Exchange], str] | None = None,
) -> Finding:
    named = named or _framing
    nothing = why_nothing(exchanges, "no session gave text")
    if not any(text_of(exchange) for exchange in exchanges):
        return conclude(requirement, [], judged=0, held="", nothing=nothing, shown=_shown(exchanges))
    first, *others = exchanges
    breaches = [
        Breach(f"{what} {named(exchange)}: {problem} (compared with {named(first)})", shown)
        for exchange in others
        if (problem := difference(first, exchange)) is not None
        for shown in (evidence(exchange, *(f for f, _ in exchange.replies())),)
    ]
    return conclude(
        requirement,
        breaches,
        judged=len(others),
        held=f"{text_of(first)!r} and the same stamps with {what} {', '.join(map(named, exchanges))}",
        nothing="only one session to compare",
        shown=_shown(exchanges),
    )


def _framing(exchange: Exchange) -> str:
    """How the audio of a session was cut and paced, in words."""
    step = next((s for s in exchange.scenario.steps if isinstance(s, StreamAudio)), None)
    if step is None:
        return "none"
    cut = _cut(step.framing)
    if step.pace is None:
        return cut
    return f"{cut} in real time" if step.pace == 1.0 else f"{cut} at {step.pace:g} times real time"


def _cut(framing: Framing) -> str:
    match framing:
        case ByBytes():
            return counted(framing.size_bytes, "byte")
        case ByChunk():
            return f"{framing.stride_ms:g} ms"
        case Whole():
            return "the whole audio"
        case OddCuts() | RandomSizes():
            return f"{framing.kind} sizes"
        case Stalled():
            return f"{_cut(framing.cuts)} with a stall of {framing.stall_ms / 1000:g} s"
        case Bursts():
            return f"{_cut(framing.cuts)} in bursts of {framing.frames}"
        case EmptyFrames():
            return f"{_cut(framing.cuts)} with an empty one after every {framing.every}"


def _chunk_interval(exchange: Exchange) -> str:
    settings = next((u.settings for u in utterances(exchange)), {})
    return str(settings.get("chunk_interval", "unknown"))


def _step_ms(exchange: Exchange) -> int | None:
    """The length of one step of speech as the client configured it."""
    size = next((u.settings for u in utterances(exchange)), {}).get("chunk_size")
    return size[1] * STEP_UNIT_MS if isinstance(size, list) and len(size) == 3 else None


def _partials(exchange: Exchange) -> list[Frame]:
    return [frame for utterance in utterances(exchange) for frame, _ in utterance.partials]


def _chunk_size(exchange: Exchange) -> str:
    settings = next((u.settings for u in utterances(exchange)), {})
    return str(settings.get("chunk_size", "unknown"))


def _shown(exchanges: Sequence[Exchange]) -> list[Evidence]:
    return [evidence(exchange) for exchange in exchanges]
