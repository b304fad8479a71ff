"""HOT: what hotwords do beside raising a recall, and in which forms (docs/protocol.md section 3.5)."""

from collections.abc import Sequence
from dataclasses import dataclass

from asrgate.judge.aftermath import Aftermath, State, fate_of, shown
from asrgate.judge.breach import Breach, conclude, counted, why_nothing
from asrgate.judge.configuration import unanswered
from asrgate.judge.finding import Evidence, Finding, Verdict, evidence, failed, inconclusive
from asrgate.judge.formats import refusal_in
from asrgate.judge.hotwords import term_in
from asrgate.judge.survival import survived
from asrgate.judge.utterances import reads_as_before, text_of, utterances
from asrgate.measure.error_rate import align
from asrgate.wire.exchange import Exchange

HARM_POINTS = 2.0
"""Points of character error rate that hotwords may cost speech in which they do not occur (HOT-03)."""

HARM_CHARACTERS = 2
"""So many more errors are no harm, however short the speech is."""

UNREADABLE_PERCENT = 50.0
"""With a higher error rate without hotwords nothing can get worse by them."""

DELAY_MS = 3000
"""How much later the first result may come with a thousand hotwords (HOT-09)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unrelated:
    """A clip without rare terms, heard without hotwords and with some that do not occur in it."""

    text: str
    without: Exchange
    biased: Exchange


@dataclass(frozen=True, slots=True, kw_only=True)
class FormRuns:
    """A clip with a rare term: without hotwords, with the term as it should be sent, and in another form."""

    term: str
    without: Exchange
    biased: Exchange
    other: Exchange


def unrelated_speech_is_unharmed(clips: Sequence[Unrelated]) -> Finding:
    """HOT-03: hotwords cost speech in which they do not occur no more than 2 points of character errors."""
    heard = [clip for clip in clips if text_of(clip.without)]
    sentences = [_shown(clip.biased) for clip in heard]
    if not heard:
        nothing = why_nothing([clip.without for clip in clips], "no text without hotwords either")
        return inconclusive("HOT-03", nothing)
    before = [align(clip.text, text_of(clip.without)) for clip in heard]
    after = [align(clip.text, text_of(clip.biased)) for clip in heard]
    units = sum(alignment.units for alignment in before) or 1
    errors = [sum(alignment.errors for alignment in some) for some in (before, after)]
    without, biased = (100 * count / units for count in errors)
    if without > UNREADABLE_PERCENT:
        return inconclusive(
            "HOT-03", f"too little is read right without hotwords: {without:.0f} %", *sentences
        )
    told = (
        f"character error rate {biased:.0f} % with hotwords that do not occur and {without:.0f} % without "
        f"over {counted(len(heard), 'clip')}"
    )
    worst = max(heard, key=lambda clip: align(text_of(clip.without), text_of(clip.biased)).errors)
    example = f"; for example {text_of(worst.biased)!r} instead of {text_of(worst.without)!r}"
    harmed = biased - without > HARM_POINTS and errors[1] - errors[0] > HARM_CHARACTERS
    return conclude(
        "HOT-03",
        [Breach(told + example, _shown(worst.biased))] if harmed else [],
        judged=len(heard),
        held=told,
        nothing="",
        shown=sentences,
    )


def weights_as_text_count(runs: Sequence[FormRuns]) -> Finding:
    """HOT-06: hotwords with weights that are strings work, or are refused in words; they are not dropped."""
    return _honoured_or_refused("HOT-06", "with weights that are strings", runs)


def late_hotwords_count(runs: Sequence[FormRuns]) -> Finding:
    """HOT-07: hotwords in the second configuration frame work, or are refused in words."""
    return _honoured_or_refused("HOT-07", "in the second configuration frame", runs)


def thousand_hotwords_are_borne(large: Exchange, beside: Exchange, plain: Exchange) -> Finding:
    """HOT-09: with 1000 hotwords the first result comes within 3 s more, and others are served as before.

    `large` and `beside` are the audio of `plain`, driven at the same time, the one with the hotwords.
    """
    if not text_of(plain):
        nothing = why_nothing([plain], "no text without hotwords either")
        return inconclusive("HOT-09", nothing, evidence(plain))
    usual_ms, with_ms = _first_result_ms(plain), _first_result_ms(large)
    problem = unanswered(large)
    if problem is not None or usual_ms is None or with_ms is None:
        return failed(
            "HOT-09", f"with 1000 hotwords: {problem or 'no result'}", evidence(large, *large.sent("config"))
        )
    told = f"the first result with 1000 hotwords came {with_ms:.0f} ms after the configuration"
    breaches: list[Breach] = []
    if with_ms - usual_ms > DELAY_MS:
        breaches.append(Breach(f"{told}, without them {usual_ms:.0f} ms", _shown(large)))
    if not reads_as_before(text_of(plain), text_of(beside)):
        came = f"{text_of(beside)!r} instead of {text_of(plain)!r}"
        breaches.append(Breach(f"beside a session with 1000 hotwords {came}", _shown(beside)))
    return conclude(
        "HOT-09",
        breaches,
        judged=1,
        held=f"{told} ({usual_ms:.0f} ms without), and a session beside it reads as before",
        nothing="",
        shown=[_shown(large), _shown(beside)],
    )


def odd_hotwords_are_borne(aftermaths: Sequence[Aftermath]) -> Finding:
    """HOT-08: unusual hotwords leave their own session served, and everybody else."""
    survival = survived("HOT-08", aftermaths)
    lost = [a for a in aftermaths if fate_of(a).state in (State.MUTED, State.CLOSED)]
    if survival.verdict is not Verdict.PASS or not lost:
        return survival
    others = f" ({len(lost) - 1} more like it)" if len(lost) > 1 else ""
    return failed("HOT-08", f"{fate_of(lost[0]).state} after {lost[0].what}{others}", *shown(lost[0]))


def _honoured_or_refused(requirement: str, how: str, runs: Sequence[FormRuns]) -> Finding:
    """Judged on terms that hotwords as they should be sent bring out."""
    effective = [run for run in runs if term_in(run.biased, run.term) and not term_in(run.without, run.term)]
    refused = [run for run in effective if refusal_in(run.other) is not None]
    dropped = [run for run in effective if run not in refused and not term_in(run.other, run.term)]
    breaches = [
        Breach(
            f"hotwords {how} are dropped without a word: {run.term} gives {text_of(run.other)!r}, "
            f"as it should be sent {text_of(run.biased)!r}",
            evidence(run.other, *run.other.sent("config"), *(frame for frame, _ in run.other.replies())),
        )
        for run in dropped
        if 2 * len(dropped) > len(effective)
    ]
    worked = len(effective) - len(refused) - len(dropped)
    said = f", {len(refused)} refused: {refusal_in(refused[0].other)}" if refused else ""
    return conclude(
        requirement,
        breaches,
        judged=len(effective),
        held=f"hotwords {how}: {worked} of {counted(len(effective), 'term')} recognised{said}",
        nothing=why_nothing([run.without for run in runs], "no hotword had an effect as it should be sent"),
        shown=[_shown(run.other) for run in effective],
    )


def _first_result_ms(exchange: Exchange) -> float | None:
    """From the configuration to the first message with text; None when there was none."""
    configs = exchange.sent("config")
    results = [f for u in utterances(exchange) for f, _ in (*u.partials, *u.sentences)]
    if not configs or not results:
        return None
    return (min(frame.at_ns for frame in results) - configs[0].at_ns) / 1e6


def _shown(exchange: Exchange) -> Evidence:
    return evidence(exchange, *(frame for frame, _ in exchange.replies()))
