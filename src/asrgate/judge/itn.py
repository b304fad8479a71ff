"""ITN: numbers as they are written (docs/protocol.md section 4.7).

The oracle is the server itself, with `itn` off: so a recogniser's mistake is no failure of ITN.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from asrgate.judge.breach import Breach, conclude, counted, why_nothing
from asrgate.judge.finding import Evidence, Finding, evidence, unsupported
from asrgate.judge.utterances import sentences_of, utterances
from asrgate.measure.error_rate import align
from asrgate.measure.normalisation import TEXT
from asrgate.measure.verbalise import NUMERALS, has_digits, longest_numeral, reads_back
from asrgate.wire.exchange import Exchange

IN_NUMBERS = frozenset(
    NUMERALS
    + "点半分之负第年月日号时秒个块元角毛钱百美欧英镑公里米厘毫克斤吨升度零下上午中早晚凌晨乘加减等于比"
)
"""Characters that may be part of what ITN writes, or of the units beside it."""

STRANGE = 1
"""So many other characters in a row may change with them, here and there: engines vary."""

OFTEN = 0.3
"""Share of the texts in which something else changes: more is no accident."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberRuns:
    """A clip with a spoken number: `text` as spoken, and its exchanges with ITN on, off and omitted.

    `written` are the forms in which a reader accepts the number (manifest of the clips).
    """

    text: str
    on: Exchange
    off: Exchange
    omitted: Exchange
    written: tuple[str, ...] = ()


def numbers_are_written(runs: Sequence[NumberRuns]) -> Finding:
    """ITN-01: with `itn: true` spoken numbers come as ASCII digits that read back as what was recognised.

    Judged on clips whose number was recognised at all. A written form that cannot be read back as the text of
    `itn: false` is a failure in any clip; a number left as it was spoken is one when most of them are.
    """
    heard = [run for run in runs if number_heard(run)]
    spoken = [run for run in heard if not has_digits(text_as_sent(run.on))]
    wrong = [
        Breach(
            f"{text_as_sent(run.on)!r} does not read back as {text_as_sent(run.off)!r}",
            _shown(run.on, run.off),
        )
        for run in heard
        if has_digits(text_as_sent(run.on)) and not reads_back(text_as_sent(run.on), text_as_sent(run.off))
    ]
    unwritten = [
        Breach(
            f"{len(spoken)} of {counted(len(heard), 'number')} stayed as spoken with itn on, "
            f"for example {text_as_sent(run.on)!r}",
            _shown(run.on, run.off),
        )
        for run in spoken[:1]
        if 2 * len(spoken) > len(heard)
    ]
    left = f"; left as spoken: {text_as_sent(spoken[0].on)!r}" if spoken else ""
    examples = ", ".join(f"{text_as_sent(run.off)!r} as {text_as_sent(run.on)!r}" for run in heard[:3])
    return conclude(
        "ITN-01",
        [*wrong, *unwritten],
        judged=len(heard),
        held=f"{len(heard) - len(spoken)} of {counted(len(heard), 'number')} written: {examples}{left}",
        nothing=why_nothing([run.off for run in runs], "no number was recognised as it was spoken"),
        shown=[_shown(run.on, run.off) for run in heard],
    )


def spoken_forms_are_kept(runs: Sequence[NumberRuns]) -> Finding:
    """ITN-02: with `itn: false` numbers stay as they are spoken: no ASCII digits.

    A SenseVoice model writes numbers itself: `svs_itn` decides, and `itn` changes nothing by design
    (docs/protocol.md section 3.2).
    """
    by_model = [
        run for run in runs if has_digits(text_as_sent(run.off)) and _is_tagged(text_as_sent(run.off))
    ]
    if by_model:
        return unsupported(
            "ITN-02",
            f"a SenseVoice model writes numbers itself, svs_itn decides instead of itn: "
            f"{text_as_sent(by_model[0].off)!r}",
            _shown(by_model[0].off),
        )
    breaches: list[Breach] = []
    judged: list[NumberRuns] = []
    for run in runs:
        text = text_as_sent(run.off)
        if has_digits(text):
            breaches.append(Breach(f"digits with itn off: {text!r}", _shown(run.off)))
        elif longest_numeral(text):
            judged.append(run)
    return conclude(
        "ITN-02",
        breaches,
        judged=len(judged),
        held=f"{counted(len(judged), 'number')} as spoken, for example {text_as_sent(judged[0].off)!r}"
        if judged
        else "",
        nothing=why_nothing([run.off for run in runs], "no number was recognised"),
        shown=[_shown(run.off) for run in judged],
    )


def itn_is_on_by_default(runs: Sequence[NumberRuns]) -> Finding:
    """ITN-03: without the field `itn` the text is that of `itn: true`."""
    judged = [run for run in runs if has_digits(text_as_sent(run.on))]
    breaches = [
        Breach(
            f"{text_as_sent(run.omitted)!r} without the field, {text_as_sent(run.on)!r} with itn true",
            _shown(run.omitted, run.on),
        )
        for run in judged
        if text_as_sent(run.omitted) != text_as_sent(run.on)
    ]
    return conclude(
        "ITN-03",
        breaches,
        judged=len(judged),
        held=f"the same text in {counted(len(judged), 'clip')}, for example {text_as_sent(judged[0].on)!r}"
        if judged
        else "",
        nothing=why_nothing(
            [run.on for run in runs], "no digits with itn true, so that its effect cannot be seen"
        ),
        shown=[_shown(run.omitted, run.on) for run in judged],
    )


def words_are_left_alone(runs: Sequence[NumberRuns], spoken: Exchange, plain: Exchange) -> Finding:
    """ITN-04: turning ITN on changes what may be part of a number, and nothing else; no sentence gets lost.

    `plain` is a sentence without numbers with `itn: true`, `spoken` the same with `itn: false`.
    """
    pairs = [(run.on, run.off) for run in runs] + [(plain, spoken)]
    judged = [(on, off) for on, off in pairs if text_as_sent(off)]
    changed = [
        (on, off, changes)
        for on, off in judged
        if (changes := _changed_words(text_as_sent(off), text_as_sent(on)))
    ]
    everywhere = len(changed) > OFTEN * len(judged)
    breaches = [
        Breach(
            f"{changes[0]!r} is no number: {text_as_sent(off)!r} became {text_as_sent(on)!r}", _shown(on, off)
        )
        for on, off, changes in changed
        if everywhere or not TEXT(text_as_sent(on)) or any(len(words) > STRANGE for words in changes)
    ]
    return conclude(
        "ITN-04",
        breaches,
        judged=len(judged),
        held=f"nothing but numbers changed in {counted(len(judged), 'text')}",
        nothing=why_nothing([off for _, off in pairs], "no text with itn off"),
        shown=[_shown(on, off) for on, off in judged],
    )


def numbers_are_written_as_readers_do(runs: Sequence[NumberRuns]) -> Finding:
    """ITN-05: known traps come out right: a time is no decimal, a year no cardinal, a price has its digits.

    Judged on clips that were recognised as they were spoken, by the written forms that their facts accept. A
    number that is left as it was spoken is no wrong form, nor are groups of three in one that counts.
    """
    judged = [
        run
        for run in runs
        if run.written and has_digits(text_as_sent(run.on)) and _same(text_as_sent(run.off), run.text)
    ]
    breaches = [
        Breach(
            f"{text_as_sent(run.off)!r} became {text_as_sent(run.on)!r}, expected {' or '.join(run.written)}",
            _shown(run.on, run.off),
        )
        for run in judged
        if _grouped_in_vain(run) or not any(_same(text_as_sent(run.on), form) for form in run.written)
    ]
    return conclude(
        "ITN-05",
        breaches,
        judged=len(judged),
        held=f"{counted(len(judged), 'number')} in a form that readers accept: "
        f"{', '.join(repr(text_as_sent(run.on)) for run in judged[:5])}",
        nothing=why_nothing([run.off for run in runs], "no number was recognised as spoken and written"),
        shown=[_shown(run.on, run.off) for run in judged],
    )


def partials_are_as_spoken(runs: Sequence[NumberRuns]) -> Finding:
    """ITN-07: partials are as spoken; a client sees 一二三 turn into 123 when the sentence result comes."""
    breaches: list[Breach] = []
    partials = 0
    for run in runs:
        if not has_digits(text_as_sent(run.on)) or has_digits(text_as_sent(run.off)):
            continue
        for utterance in utterances(run.on):
            for frame, reply in utterance.partials:
                partials += 1
                if has_digits(reply.text_or_empty):
                    breaches.append(
                        Breach(f"the partial {reply.text_or_empty!r} is written", evidence(run.on, frame))
                    )
    return conclude(
        "ITN-07",
        breaches,
        judged=partials,
        held=f"{counted(partials, 'partial')} as spoken before sentence results that are written",
        nothing=why_nothing([run.on for run in runs], "no partials before a written number"),
    )


def _changed_words(off: str, on: str) -> list[str]:
    """The stretches of text that turning ITN on changed, and that can be no part of a number."""
    if not TEXT(on):
        return [off]
    if reads_back(on, off):
        return []
    changes = []
    for edit in align(off, on).edits:
        strange = "".join(c for c in edit.reference if c not in IN_NUMBERS and not c.isspace())
        if edit.op != "equal" and strange and not _is_written(edit.hypothesis):
            changes.append(strange)
    return changes


def _grouped_in_vain(run: NumberRuns) -> bool:
    """Whether digits that were spoken one by one, as of a year, are written in groups of three."""
    grouped = re.search(r"\d[,，]\d{3}", text_as_sent(run.on)) is not None
    return grouped and not set(longest_numeral(run.text)) & set("十百千万亿")


def _is_written(text: str) -> bool:
    """Whether a stretch of text holds digits or signs that stand for a spoken word."""
    return any(not character.isalpha() and not character.isspace() for character in text)


def _same(text: str, other: str) -> bool:
    return TEXT(text).replace(" ", "") == TEXT(other).replace(" ", "")


def text_as_sent(exchange: Exchange) -> str:
    """The sentence results of a session in one row."""
    return "".join(reply.text_or_empty for _, reply in sentences_of(exchange))


def _is_tagged(text: str) -> bool:
    """Whether a text carries tags of a SenseVoice model, as <|zh|> (docs/protocol.md section 7.19)."""
    return "<|" in text


def number_heard(run: NumberRuns) -> bool:
    """Whether the number that was spoken is in the text of `itn: false`, and that text is in spoken form."""
    number = longest_numeral(run.text)
    return number != "" and number in text_as_sent(run.off) and not has_digits(text_as_sent(run.off))


def _shown(first: Exchange, *others: Exchange) -> Evidence:
    return evidence(first, *(frame for frame, _ in sentences_of(first)))
