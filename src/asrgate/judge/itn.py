"""ITN: numbers as they are written (docs/protocol.md section 4.7).

The oracle is the server itself, with `itn` off: so a recogniser's mistake is no failure of ITN.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from asrgate.judge.breach import Breach, conclude, counted, why_nothing
from asrgate.judge.finding import Evidence, Finding, evidence, unsupported
from asrgate.judge.utterances import sentences_of
from asrgate.measure.verbalise import has_digits, longest_numeral, reads_back
from asrgate.wire.exchange import Exchange


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberRuns:
    """A clip with a spoken number: `text` as spoken, and its exchanges with ITN on, off and omitted."""

    text: str
    on: Exchange
    off: Exchange
    omitted: Exchange


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
