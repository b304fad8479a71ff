"""Whether an endpoint repeats itself: what every comparison of two sessions rests on.

Engines that batch sessions on a graphics card need not read the same audio the same way twice. There a
difference between two sessions says nothing about what was varied between them.
"""

from collections.abc import Sequence

from asrgate.judge.finding import Finding, Verdict, evidence, inconclusive
from asrgate.judge.utterances import reads_as_before, sentences_of, text_of
from asrgate.measure.normalisation import TEXT
from asrgate.wire.dialects import dialect_named
from asrgate.wire.exchange import Exchange
from asrgate.wire.stamps import shifted_by_ms, stamps_of

STAMP_TOLERANCE_MS = 1
"""Rounding of stamps (docs/protocol.md section 4.8)."""


def difference(first: Exchange, other: Exchange) -> str | None:
    """How the sentences and stamps of a session differ from those of the first; None when they do not."""
    dialect = dialect_named(first.dialect)
    wanted, came = sentences_of(first), sentences_of(other)
    wanted_texts, texts = [r.text_or_empty for _, r in wanted], [r.text_or_empty for _, r in came]
    if texts != wanted_texts:
        return f"{texts} instead of {wanted_texts}"
    for (_, reply), (_, counterpart) in zip(wanted, came, strict=True):
        shifts = shifted_by_ms(stamps_of(dialect, reply), stamps_of(dialect, counterpart))
        worst = max((abs(shift) for shift in shifts or ()), default=0)
        if shifts is None or worst > STAMP_TOLERANCE_MS:
            how = "in number" if shifts is None else f"by up to {worst} ms"
            return f"stamps of {reply.text_or_empty!r} differ {how}"
    return None


def text_difference(first: Exchange, other: Exchange) -> str | None:
    """How the sentence results of a session differ in text from those of the first; None when they do not.

    Where segments follow the client's frames, punctuation differs with the segments and is not compared.
    """
    wanted, came = ([r.text_or_empty for _, r in sentences_of(exchange)] for exchange in (first, other))
    if dialect_named(first.dialect).stamps == "segment":
        same = TEXT("".join(wanted)) == TEXT("".join(came))
    else:
        same = wanted == came
    return None if same else f"{came} instead of {wanted}"


def unless_it_varies(finding: Finding, repeats: Sequence[Exchange]) -> Finding:
    """The finding; a failure becomes inconclusive where sessions that were driven alike differ as well.

    `repeats` are sessions of the same audio, sent in the same way. Only differences count that are as small
    as an engine varies: a session that lost half its text explains nothing.
    """
    if finding.verdict is not Verdict.FAIL:
        return finding
    first, *others = repeats
    for other in others:
        varies = difference(first, other)
        if varies is not None and reads_as_before(text_of(first), text_of(other)):
            return inconclusive(
                finding.requirement,
                f"the endpoint does not repeat itself: the same audio, sent alike, gave {varies}; "
                f"so this proves nothing: {finding.reason}",
                *finding.evidence,
                evidence(other, *(frame for frame, _ in sentences_of(other))),
            )
    return finding
