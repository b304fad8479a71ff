"""What the LOAD requirements say of a run: its calls, handed to their judges."""

from collections import Counter
from collections.abc import Sequence

from asrgate.judge import load as judges
from asrgate.judge.catalogue import load_catalogue
from asrgate.judge.load import Calls
from asrgate.load.figures import Figures
from asrgate.load.running import Measured
from asrgate.report.assemble import records_of
from asrgate.report.record import FindingRecord
from asrgate.suite.locations import requirements_file


def findings_under_load(
    claimed: Sequence[Measured], everything: Sequence[Measured], dialect: str
) -> tuple[FindingRecord, ...]:
    """The findings on a run, one for each LOAD requirement of the dialect.

    What an endpoint claims to bear is judged where that was `claimed`: in all steps of a load, in those at
    the answer of a search. That sessions stay apart is judged in `everything`. Steps in which the generator
    was not in order are judged nowhere.
    """
    catalogue = load_catalogue(requirements_file())
    loaded = {id_: it for id_, it in catalogue.items() if it.loaded and dialect in it.dialects}
    good = [calls_of(each) for each in everything if each.step.generator.saturated is None]
    borne = [calls_of(each) for each in claimed if each.step.generator.saturated is None]
    findings = [
        judges.every_call_is_served(borne),
        judges.text_is_that_of_one_alone(borne),
        judges.nobody_starves(borne),
        judges.sessions_stay_apart_under_load(good),
        judges.replies_keep_up(borne),
    ]
    return records_of([finding for finding in findings if finding.requirement in loaded], loaded)


def calls_of(measured: Measured) -> Calls:
    """The calls of a step as the judges read them."""
    calls = measured.calls
    callers = dict.fromkeys(call.caller for call in calls)
    return Calls(
        streams=measured.step.streams,
        sessions=len(calls),
        errors=Counter(call.error for call in calls if call.error is not None),
        examples={kind: _example(call) for call in reversed(calls) if (kind := _kind(call)) is not None},
        compared=measured.step.texts_compared,
        mismatches=measured.step.text_mismatches,
        crossed=measured.step.crossed,
        finals_ms={
            f"{caller}": [c.final_ms for c in calls if c.caller == caller and c.final_ms is not None]
            for caller in callers
        },
        lag_slopes=[call.lag_slope for call in calls if call.lag_slope is not None],
    )


def _kind(call: Figures) -> str | None:
    return "crossed" if call.crossed else call.error or ("text" if call.mismatch else None)


def _example(call: Figures) -> str:
    said = call.message or f"{call.heard!r} came, alone it was {call.expected!r}"
    return f"caller {call.caller}, clip {call.clip}: {said}"
