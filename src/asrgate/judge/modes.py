"""MODE: which pass answers in which mode, without loss and without doubles (docs/protocol.md section 5)."""

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from asrgate.judge.breach import Breach, conclude, counted, why_nothing
from asrgate.judge.configuration import error_in
from asrgate.judge.finding import Finding, evidence, failed, inconclusive, passed
from asrgate.judge.tails import lost_at_end
from asrgate.judge.utterances import Message, Utterance, sentences_of, text_of, utterances
from asrgate.measure.normalisation import TEXT
from asrgate.wire.exchange import Exchange

PARTIAL_MODES = frozenset({"2pass-online", "online"})

LONG_SENTENCE_MS = 2000
"""A sentence of more than this must be announced by a partial (MODE-02)."""

LONG_SENTENCE_CHARACTERS = 8
"""The same in characters, where the length in time is not known: nobody says eight in under 1 s."""

COVERED = 0.6
"""Share of the partials' characters that the sentence result after them repeats, at the least.

First and second pass may disagree in four characters of ten (MODE-09); a lost sentence leaves half or less.
"""

SPARE = 1.4
"""A sentence result may be shorter than its partials by this factor: numbers shrink when they are written."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TailPair:
    """The same audio in mode `online` and in a mode with sentence results."""

    online: Exchange
    reference: Exchange


def sentences_delivered_once(exchange: Exchange) -> Finding:
    """MODE-01: in 2pass every sentence comes once as a sentence result, after partials of its own.

    Judged without a transcript: long sentence results must have partials before them, what the partials held
    must be in the sentence result that follows, and no sentence result may come twice.
    """
    breaches: list[Breach] = []
    sentences = 0
    for utterance in utterances(exchange):
        sentences += len(utterance.sentences)
        breaches += _doubled(utterance)
        breaches += _partials_and_sentences_apart(utterance)
    texts = [r.text_or_empty for u in utterances(exchange) for _, r in u.sentences]
    return conclude(
        "MODE-01",
        breaches,
        judged=sentences,
        held=f"{counted(sentences, 'sentence result')}, each once and after its partials: {texts}",
        nothing=why_nothing([exchange], "no sentence result with text came"),
        shown=[evidence(exchange, *(f for u in utterances(exchange) for f, _ in u.sentences))],
    )


def partial_before_sentence(exchange: Exchange, *, speech_ms: int) -> Finding:
    """MODE-02: at real-time pace a partial precedes the first sentence result of over 2 s of speech."""
    if speech_ms <= LONG_SENTENCE_MS:
        return inconclusive(
            "MODE-02", f"the clip has {speech_ms} ms of speech, more than {LONG_SENTENCE_MS} ms are needed"
        )
    for utterance in utterances(exchange):
        if not utterance.sentences:
            continue
        first, reply = utterance.sentences[0]
        before = [(f, r) for f, r in utterance.partials if f.index < first.index]
        if before:
            frame, partial = before[0]
            lead_ms = (first.at_ns - frame.at_ns) / 1e6
            return passed(
                "MODE-02",
                f"partial {partial.text_or_empty!r} came {lead_ms:.0f} ms before the sentence result",
                evidence(exchange, frame, first),
            )
        return failed(
            "MODE-02",
            f"no partial before the sentence result {reply.text_or_empty!r} of {speech_ms} ms of speech",
            evidence(exchange, first),
        )
    return inconclusive(
        "MODE-02", why_nothing([exchange], "no sentence result with text came"), evidence(exchange)
    )


def offline_sends_no_partials(exchanges: Sequence[Exchange]) -> Finding:
    """MODE-03: in mode `offline` no message of the first pass is ever sent."""
    breaches: list[Breach] = []
    sentences = 0
    for exchange in exchanges:
        sentences += sum(len(u.sentences) for u in utterances(exchange))
        breaches += [
            Breach(f"mode {reply.mode!r} with the text {reply.text_or_empty!r}", evidence(exchange, frame))
            for frame, reply in exchange.replies()
            if isinstance(reply.mode, str) and reply.mode in PARTIAL_MODES
        ]
    return conclude(
        "MODE-03",
        breaches,
        judged=sentences,
        held=f"{counted(sentences, 'sentence result')}, no partial",
        nothing=why_nothing(exchanges, "no sentence result with text came"),
    )


def online_sends_no_sentences(exchanges: Sequence[Exchange]) -> Finding:
    """MODE-04: in mode `online` no message is labelled as a sentence result."""
    breaches: list[Breach] = []
    partials = 0
    for utterance in (u for exchange in exchanges for u in utterances(exchange)):
        partials += len(utterance.partials)
        breaches += [
            Breach(
                f"mode {reply.mode!r} with the text {reply.text_or_empty!r}",
                evidence(utterance.exchange, frame),
            )
            for frame, reply in (*utterance.replies, *utterance.late)
            if utterance.dialect.is_sentence(reply)
        ]
    return conclude(
        "MODE-04",
        breaches,
        judged=partials,
        held=f"{counted(partials, 'partial')}, no sentence result",
        nothing=why_nothing(exchanges, "no message with text came"),
    )


def unknown_mode_refused(exchange: Exchange, plain: Exchange) -> Finding:
    """MODE-07: a mode that no server knows is refused with an error or a close.

    `plain` is the same audio in the main mode.
    """
    frames = [frame for frame, _ in exchange.replies()]
    shown = evidence(exchange, *exchange.sent("config"), *frames)
    errors = [e for _, reply in exchange.replies() if (e := error_in(reply)) is not None]
    closing = exchange.closing
    if errors:
        return passed("MODE-07", f"refused with the error {errors[0]!r}", shown)
    if closing is not None and closing.who == "server":
        return passed("MODE-07", f"refused with close {closing.code} {closing.reason!r}", shown)
    if not exchange.frames or not text_of(plain):
        return inconclusive(
            "MODE-07", why_nothing([exchange, plain], "no text in the main mode either"), evidence(plain)
        )
    came = f"transcribed as {text_of(exchange)!r}" if text_of(exchange) else "neither text nor an error"
    return failed("MODE-07", f"an unknown mode is not refused: {came}", shown)


def online_keeps_the_tail(pairs: Sequence[TailPair]) -> Finding:
    """MODE-05: in mode `online` what is delivered reaches to the end of the speech.

    The text of the same audio with sentence results is the reference. Two characters lost at the end of any
    clip, or one in more than half of the clips, is a lost tail; one in one clip may be the model's.
    """
    lost: dict[int, int] = {}
    said: list[str] = []
    for number, pair in enumerate(pairs):
        reference = TEXT(_said_once(pair.reference))
        if reference:
            lost[number] = lost_at_end(reference, TEXT(text_of(pair.online)))
            said.append(f"{text_of(pair.online)!r} for {text_of(pair.reference)!r}")
    often = sum(count > 0 for count in lost.values()) * 2 > len(lost)
    breaches = [
        Breach(
            f"the last {counted(count, 'character')} lost: online gave {text_of(pairs[n].online)!r}, "
            f"sentence results {text_of(pairs[n].reference)!r}",
            evidence(pairs[n].online, *(f for f, _ in pairs[n].online.replies())),
        )
        for n, count in lost.items()
        if count >= 2 or (count == 1 and often)
    ]
    return conclude(
        "MODE-05",
        breaches,
        judged=len(lost),
        held=f"the text reaches to the end in {counted(len(lost), 'clip')}: {said[0] if said else ''}",
        nothing=why_nothing([p.reference for p in pairs], "no text with sentence results to compare with"),
        shown=[evidence(pair.online) for pair in pairs],
    )


def _said_once(exchange: Exchange) -> str:
    """The sentences of a session without immediate repetitions, which MODE-01 judges."""
    texts = [reply.text_or_empty for _, reply in sentences_of(exchange)]
    return "".join(text for n, text in enumerate(texts) if n == 0 or text != texts[n - 1])


def _doubled(utterance: Utterance) -> list[Breach]:
    breaches: list[Breach] = []
    earlier: list[Message] = []
    for frame, reply in utterance.sentences:
        for before, twin in earlier:
            same = TEXT(reply.text_or_empty) == TEXT(twin.text_or_empty) != ""
            between = [f for f, _ in utterance.partials if before.index < f.index < frame.index]
            if same and (not between or _same_stamps(utterance, reply.timestamp, twin.timestamp)):
                breaches.append(
                    Breach(
                        f"the sentence result {reply.text_or_empty!r} came twice",
                        evidence(utterance.exchange, before, frame),
                    )
                )
                break
        earlier.append((frame, reply))
    return breaches


def _same_stamps(utterance: Utterance, stamps: object, others: object) -> bool:
    """Whether two sentences claim the same place in the session; stamps relative to a segment claim none."""
    return utterance.dialect.stamps == "session" and isinstance(stamps, str) and stamps == others


def _partials_and_sentences_apart(utterance: Utterance) -> list[Breach]:
    breaches: list[Breach] = []
    partials = list(utterance.partials)
    for frame, reply in utterance.sentences:
        before = [m for m in partials if m[0].index < frame.index]
        partials = partials[len(before) :]
        heard, said = _joined(before), TEXT(reply.text_or_empty)
        if not before and len(said) > LONG_SENTENCE_CHARACTERS:
            breaches.append(
                Breach(f"no partial before {reply.text_or_empty!r}", evidence(utterance.exchange, frame))
            )
        elif len(heard) > SPARE * len(said) and _repeated(heard, said) < COVERED:
            breaches.append(
                Breach(
                    f"the partials before {reply.text_or_empty!r} also held other words: {heard!r}",
                    evidence(utterance.exchange, *(f for f, _ in before), frame),
                )
            )
    if utterance.terminator is not None and len(_joined(partials)) > LONG_SENTENCE_CHARACTERS // 2:
        breaches.append(
            Breach(
                f"no sentence result followed the partials {_joined(partials)!r}",
                evidence(utterance.exchange, *(f for f, _ in partials)),
            )
        )
    return breaches


def _joined(messages: Sequence[Message]) -> str:
    return TEXT("".join(reply.text_or_empty for _, reply in messages))


def _repeated(heard: str, said: str) -> float:
    """Share of the characters of `heard` that stand in `said` in the same order, 0 to 1."""
    matcher = SequenceMatcher(a=heard, b=said, autojunk=False)
    return sum(block.size for block in matcher.get_matching_blocks()) / len(heard)
