"""TS: word stamps (docs/protocol.md section 4.8)."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from asrgate.judge.breach import SHOWN, Breach, conclude, counted, why_nothing
from asrgate.judge.finding import Finding, evidence, inconclusive
from asrgate.judge.utterances import Message, Utterance, sentences_of, utterances
from asrgate.judge.words import Word, paired, words_of
from asrgate.measure.tokens import token_counts
from asrgate.measure.verbalise import has_digits
from asrgate.wire.dialects import dialect_named
from asrgate.wire.exchange import Exchange
from asrgate.wire.stamps import Stamp, stamps_of

OVERLAP_MS = 50
"""How far a sentence may begin before the end of the one before it (TS-02)."""

ROUNDING_MS = 1

BEYOND_AUDIO_MS = 500
"""How far the last stamp may lie behind the end of the audio (TS-04)."""

SHIFT_TOLERANCE_MS = 100
"""How far a stamp may be from where silence in front should have moved it (TS-09)."""

COMMON_TOKENS = 0.5
"""Share of the tokens that two texts must have in common for their stamps to be compared (TS-09)."""

RUN_TOGETHER = "]][["
"""What stands between the stamps of two sentences that were joined as strings (TS-10)."""

APART_MS = 150
"""How far word stamps may be from the words in the median (TS-11).

Stamps that a Paraformer model predicts may be 100 to 200 ms off on single words, to either side. A median
that keeps the sign leaves only what is common to all of them.
"""

ENOUGH_WORDS = 10
"""Words that the median rests on, at the least."""

_NO_STAMPS = "no message with text carried word stamps"


@dataclass(frozen=True, slots=True, kw_only=True)
class TimedClip:
    """A clip of which it is known when each word is spoken, and the session that heard it."""

    words: tuple[Word, ...]
    exchange: Exchange


def stamps_are_ordered_pairs(exchanges: Sequence[Exchange]) -> Finding:
    """TS-01: every pair has 0 <= start <= end."""
    breaches: list[Breach] = []
    judged = 0
    for utterance, (frame, reply), stamps in _stamped(exchanges):
        judged += len(stamps)
        wrong = [pair for pair in stamps if not 0 <= pair[0] <= pair[1]]
        if wrong:
            breaches.append(
                Breach(
                    f"stamp {list(wrong[0])} of {reply.text_or_empty!r}, expected 0 <= start <= end",
                    evidence(utterance.exchange, frame),
                )
            )
    return conclude(
        "TS-01",
        breaches,
        judged=judged,
        held=f"{counted(judged, 'stamp')}, each with 0 <= start <= end",
        nothing=why_nothing(exchanges, _NO_STAMPS),
    )


def stamps_never_go_back(exchanges: Sequence[Exchange]) -> Finding:
    """TS-02: starts never go back within a message, nor sentences over an utterance (50 ms aside).

    Stamps that are relative to a segment are judged within their message only.
    """
    breaches: list[Breach] = []
    messages = 0
    last: tuple[Utterance, int] | None = None
    for utterance, (frame, reply), stamps in _stamped(exchanges):
        messages += 1
        for (earlier, _), (later, _) in pairwise(stamps):
            if later < earlier - ROUNDING_MS:
                breaches.append(
                    Breach(
                        f"a start of {later} ms follows one of {earlier} ms in {reply.text_or_empty!r}",
                        evidence(utterance.exchange, frame),
                    )
                )
                break
        over_session = utterance.dialect.stamps == "session"
        if over_session and last is not None and last[0] is utterance and stamps[0][0] < last[1] - OVERLAP_MS:
            breaches.append(
                Breach(
                    f"{reply.text_or_empty!r} begins at {stamps[0][0]} ms, the one before ended at {last[1]}",
                    evidence(utterance.exchange, frame),
                )
            )
        last = utterance, stamps[-1][1]
    return conclude(
        "TS-02",
        breaches,
        judged=messages,
        held=f"starts never go back in {counted(messages, 'message')}",
        nothing=why_nothing(exchanges, _NO_STAMPS),
    )


def one_stamp_per_token(exchanges: Sequence[Exchange]) -> Finding:
    """TS-03: as many stamps as tokens: Chinese characters, digits, and runs of other characters."""
    return _stamps_counted("TS-03", exchanges)


def one_stamp_per_written_token(exchanges: Sequence[Exchange]) -> Finding:
    """ITN-06: texts in which numbers were written still have one stamp per token.

    `exchanges` had `itn: true`; only sentences with digits are judged.
    """
    return _stamps_counted("ITN-06", exchanges, only=has_digits)


def _stamps_counted(
    requirement: str, exchanges: Sequence[Exchange], only: Callable[[str], bool] = bool
) -> Finding:
    """The finding on the number of stamps of every message whose text `only` accepts."""
    breaches: list[Breach] = []
    messages = 0
    for utterance, (frame, reply), stamps in _stamped(exchanges):
        if not only(reply.text_or_empty):
            continue
        messages += 1
        least, most = token_counts(reply.text_or_empty)
        if not least <= len(stamps) <= most:
            tokens = str(least) if least == most else f"{least} to {most}"
            breaches.append(
                Breach(
                    f"{len(stamps)} stamps for {tokens} tokens of {reply.text_or_empty!r}",
                    evidence(utterance.exchange, frame),
                )
            )
    return conclude(
        requirement,
        breaches,
        judged=messages,
        held=f"one stamp for each token in {counted(messages, 'message')}",
        nothing=why_nothing(exchanges, _NO_STAMPS),
    )


def stamps_end_with_the_audio(exchanges: Sequence[Exchange]) -> Finding:
    """TS-04: no stamp ends more than 500 ms behind the end of the utterance's audio."""
    breaches: list[Breach] = []
    messages = 0
    furthest_ms: float | None = None
    for utterance, (frame, reply), stamps in _stamped(exchanges):
        messages += 1
        end_ms = max(end for _, end in stamps)
        beyond_ms = end_ms - utterance.audio_ms
        furthest_ms = beyond_ms if furthest_ms is None else max(furthest_ms, beyond_ms)
        if beyond_ms > BEYOND_AUDIO_MS:
            breaches.append(
                Breach(
                    f"{reply.text_or_empty!r} ends at {end_ms} ms, the audio at {utterance.audio_ms:.0f} ms",
                    evidence(utterance.exchange, frame),
                )
            )
    return conclude(
        "TS-04",
        breaches,
        judged=messages,
        held=f"the last stamp of {counted(messages, 'message')} lies {-(furthest_ms or 0):.0f} ms or more "
        f"before the end of the audio",
        nothing=why_nothing(exchanges, _NO_STAMPS),
    )


def silence_shifts_stamps(plain: Exchange, padded: Exchange, *, silence_ms: int) -> Finding:
    """TS-09: silence in front of the audio moves every stamp by its length, within 100 ms.

    Compared are the tokens that both texts have in common.
    """
    before, after = words_of(plain), words_of(padded)
    shown = [evidence(e, *(f for f, _ in sentences_of(e))) for e in (plain, padded)]
    if not before or not after:
        return inconclusive("TS-09", why_nothing([plain, padded], "no text with one stamp per token"), *shown)
    shifts = [late - early for pair in paired(before, after) for early, late in zip(*pair, strict=True)]
    if len(shifts) < 2 * COMMON_TOKENS * max(len(before), len(after)):
        return inconclusive("TS-09", "the texts with and without silence have too little in common", *shown)
    worst = max(shifts, key=lambda shift: abs(shift - silence_ms))
    return conclude(
        "TS-09",
        [Breach(f"a stamp moved by {worst} ms, the silence is {silence_ms} ms", shown[1])]
        if abs(worst - silence_ms) > SHIFT_TOLERANCE_MS
        else [],
        judged=len(shifts),
        held=f"{silence_ms} ms silence moved {len(shifts) // 2} stamps by {min(shifts)} to {max(shifts)}",
        nothing="",
        shown=shown,
    )


def stamps_of_sentences_stay_apart(exchanges: Sequence[Exchange]) -> Finding:
    """TS-10: no stamp string holds `]][[`, the stamps of two sentences run together."""
    strings = [
        (exchange, frame, reply)
        for exchange in exchanges
        for frame, reply in exchange.replies()
        if isinstance(reply.timestamp, str)
    ]
    return conclude(
        "TS-10",
        [
            Breach(
                f"the stamps of two sentences in one string, with the text {reply.text_or_empty!r}: "
                f"{reply.timestamp[:80]!r}",
                evidence(exchange, frame),
            )
            for exchange, frame, reply in strings
            if RUN_TOGETHER in "".join(reply.timestamp.split())
        ],
        judged=len(strings),
        held=f"{counted(len(strings), 'stamp string')}, each of one sentence",
        nothing=why_nothing(exchanges, "no message had a stamp string"),
    )


def words_are_stamped_where_spoken(clips: Sequence[TimedClip]) -> Finding:
    """TS-11: the median distance of word stamps from where the words are spoken is 150 ms at most.

    Compared are the middles of the words that were recognised as they were spoken. The median has its sign:
    a model that is late here and early there passes, one that is late everywhere does not.
    """
    offsets: list[float] = []
    for clip in clips:
        for (start, end), (told_start, told_end) in paired(clip.words, words_of(clip.exchange)):
            offsets.append((told_start + told_end - start - end) / 2)
    exchanges = [clip.exchange for clip in clips]
    shown = [evidence(e, *(f for f, _ in sentences_of(e))) for e in exchanges]
    if len(offsets) < ENOUGH_WORDS:
        few = f"{counted(len(offsets), 'word')} with a stamp recognised as spoken, {ENOUGH_WORDS} are needed"
        return inconclusive("TS-11", why_nothing(exchanges, few), *shown[:SHOWN])
    middle = median(offsets)
    told = (
        f"{counted(len(offsets), 'word')} in {counted(len(clips), 'clip')} stamped {abs(middle):.0f} ms "
        f"{'late' if middle > 0 else 'early'} in the median"
    )
    return conclude(
        "TS-11",
        [Breach(f"{told}, expected {APART_MS} ms at most", e) for e in shown]
        if abs(middle) > APART_MS
        else [],
        judged=len(offsets),
        held=told,
        nothing="",
        shown=shown,
    )


def _stamped(exchanges: Sequence[Exchange]) -> Iterator[tuple[Utterance, Message, tuple[Stamp, ...]]]:
    """Every message with stamps, with the utterance that it belongs to."""
    for exchange in exchanges:
        dialect = dialect_named(exchange.dialect)
        for utterance in utterances(exchange):
            for frame, reply in utterance.sentences:
                stamps = stamps_of(dialect, reply)
                if stamps:
                    yield utterance, (frame, reply), stamps
