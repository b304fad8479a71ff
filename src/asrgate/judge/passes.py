"""MODE: what the two passes make of the same audio (docs/protocol.md sections 4.2 and 4.7)."""

from collections.abc import Sequence
from dataclasses import dataclass

from asrgate.judge.breach import Breach, conclude, counted, why_nothing
from asrgate.judge.finding import Finding, evidence, failed, inconclusive, passed
from asrgate.judge.steadiness import text_difference
from asrgate.judge.utterances import Message, Utterance, sentences_of, text_of, utterances
from asrgate.measure.error_rate import align
from asrgate.measure.normalisation import TEXT
from asrgate.measure.verbalise import has_digits, longest_numeral
from asrgate.wire.exchange import Exchange
from asrgate.wire.stamps import stamps_of

MARKS = frozenset("，。？！、,.?!")

NEAR = 0.4
"""Character error rate of joined partials against their sentence results, at the most."""

ENOUGH_CHARACTERS = 6
"""Sentence results of fewer characters, all together, say nothing about a rate."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PassPair:
    """The same audio in mode `2pass` and in mode `offline`."""

    both: Exchange
    offline: Exchange


def online_writes_somewhere(online: Sequence[Exchange]) -> Finding:
    """MODE-06: mode `online` with `itn: true` gives punctuation and digits in some message.

    `online` are sessions of spoken numbers.
    """
    texts = [text_of(exchange) for exchange in online]
    said = "".join(texts)
    if not any(has_digits(text) or longest_numeral(text) for text in texts):
        nothing = "no number was recognised in mode online"
        return inconclusive("MODE-06", why_nothing(online, nothing), *map(evidence, online))
    lacking = [
        what
        for what, there in (("digits", has_digits(said)), ("punctuation", not MARKS.isdisjoint(said)))
        if not there
    ]
    if lacking:
        return failed(
            "MODE-06",
            f"mode online with itn true gave {texts}: no {' and no '.join(lacking)} anywhere",
            *(evidence(exchange, *(frame for frame, _ in exchange.replies())) for exchange in online[:3]),
        )
    return passed("MODE-06", f"punctuated and with digits: {texts}", *map(evidence, online))


def offline_reads_as_2pass(pairs: Sequence[PassPair]) -> Finding:
    """MODE-08: modes `offline` and `2pass` give the same sentence results.

    For servers whose segments follow the client's frames, punctuation may differ with the segments.
    """
    heard = [pair for pair in pairs if text_of(pair.both)]
    breaches = [
        Breach(
            f"mode offline gave {problem} in mode 2pass",
            evidence(pair.offline, *(frame for frame, _ in sentences_of(pair.offline))),
        )
        for pair in heard
        if (problem := text_difference(pair.both, pair.offline)) is not None
    ]
    return conclude(
        "MODE-08",
        breaches,
        judged=len(heard),
        held=f"the same sentences in {counted(len(heard), 'recording')}: "
        f"{[r.text_or_empty for pair in heard[:1] for _, r in sentences_of(pair.offline)]}",
        nothing=why_nothing([pair.both for pair in pairs], "no sentence result with text came"),
        shown=[evidence(pair.offline) for pair in heard],
    )


def partials_are_deltas(exchanges: Sequence[Exchange]) -> Finding:
    """MODE-09: partials joined are near the sentence result that follows them: a CER below 40 %.

    What the sentence has beyond the last partial is not counted, since the last delta is often not sent
    (docs/protocol.md section 7.5); nor are sentences with digits, which partials never have.
    """
    breaches: list[Breach] = []
    worst, judged = 0.0, 0
    for exchange in exchanges:
        errors = units = 0
        frames = []
        said: list[tuple[str, str]] = []
        for partials, (frame, sentence) in _with_partials(exchange):
            joined = "".join(reply.text_or_empty for _, reply in partials)
            if has_digits(sentence.text_or_empty):
                continue
            alignment = align(sentence.text_or_empty, joined)
            unsent = alignment.edits[-1] if alignment.edits else None
            spared = len(unsent.reference) if unsent is not None and unsent.op == "delete" else 0
            errors, units = errors + alignment.errors - spared, units + alignment.units - spared
            frames += [*(partial for partial, _ in partials), frame]
            said.append((joined, sentence.text_or_empty))
        if units < ENOUGH_CHARACTERS:
            continue
        judged, rate = judged + 1, errors / units
        worst = max(worst, rate)
        if rate >= NEAR:
            breaches.append(
                Breach(
                    f"the partials {said[0][0]!r} for {said[0][1]!r}: CER {rate:.0%} over "
                    f"{counted(len(said), 'sentence')}, expected below {NEAR:.0%}",
                    evidence(exchange, *frames),
                )
            )
    return conclude(
        "MODE-09",
        breaches,
        judged=judged,
        held=f"{counted(judged, 'session')}, CER of the joined partials at most {worst:.0%}",
        nothing=why_nothing(exchanges, "too few sentence results with partials before them"),
    )


def offline_gives_text_and_stamps(offline: Exchange, plain: Exchange) -> Finding:
    """MODE-10: mode `offline` gives a short clip as text, and with word stamps where the model has them.

    `plain` is the same clip in the main mode.
    """
    shown = evidence(offline, *(frame for frame, _ in offline.replies()))
    if not text_of(offline):
        if not text_of(plain):
            return inconclusive(
                "MODE-10", why_nothing([offline], "no text in the main mode either"), shown, evidence(plain)
            )
        return failed("MODE-10", f"no text in mode offline, {text_of(plain)!r} in the main mode", shown)
    if _stamped(offline):
        return passed("MODE-10", f"{text_of(offline)!r} with {_stamped(offline)} word stamps", shown)
    if _stamped(plain):
        return failed(
            "MODE-10",
            f"{text_of(offline)!r} without word stamps; in the main mode {_stamped(plain)} of them",
            shown,
            evidence(plain, *(frame for frame, _ in sentences_of(plain))),
        )
    return passed("MODE-10", f"{text_of(offline)!r}; this model gives no word stamps in any mode", shown)


def _with_partials(exchange: Exchange) -> list[tuple[list[Message], Message]]:
    """The sentence results of a session, each with the partials since the one before."""
    return [pair for utterance in utterances(exchange) for pair in _paired(utterance) if pair[0]]


def _paired(utterance: Utterance) -> list[tuple[list[Message], Message]]:
    pairs = []
    rest = list(utterance.partials)
    for sentence in utterance.sentences:
        before = [message for message in rest if message[0].index < sentence[0].index]
        rest = rest[len(before) :]
        if TEXT(sentence[1].text_or_empty):
            pairs.append((before, sentence))
    return pairs


def _stamped(exchange: Exchange) -> int:
    """How many word stamps the sentence results of a session have."""
    return sum(
        len(stamps_of(utterance.dialect, reply))
        for utterance in utterances(exchange)
        for _, reply in utterance.sentences
    )
