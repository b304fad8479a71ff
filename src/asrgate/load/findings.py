"""What the LOAD requirements say of a run: its calls, handed to their judges."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from asrgate.judge import endurance, pressure
from asrgate.judge import load as judges
from asrgate.judge.catalogue import load_catalogue
from asrgate.judge.endurance import Course, Growth
from asrgate.judge.finding import Finding
from asrgate.judge.load import Calls
from asrgate.judge.pressure import Beside, Canary, Churn, Overload
from asrgate.load.figures import Figures
from asrgate.load.long_session import long_sessions_of
from asrgate.load.running import Measured
from asrgate.load.trace import Trace
from asrgate.report.assemble import records_of
from asrgate.report.load_record import Resources, Slope
from asrgate.report.record import FindingRecord
from asrgate.suite.locations import requirements_file

NOT_ASKED = (
    "not asked for: LOAD-03 and LAT-06 are judged by --shape soak, LOAD-09 by --abuse unpaced=1, "
    "LOAD-07 where a load came to its end"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """Everything that a run gave to judge on.

    What an endpoint claims to bear is judged where that was `claimed`: in all steps of a load, in those at
    the answer of a search. That sessions stay apart is judged in `everything`. Steps in which the generator
    was not in order are judged nowhere. The others are None or empty where they were not asked for.
    """

    claimed: Sequence[Measured]
    everything: Sequence[Measured]
    long_sessions: Sequence[Trace] = ()
    resources: Resources | None = None
    canaries: Sequence[Canary] = ()
    churn: Churn | None = None
    overload: Overload | None = None


def findings_under_load(evidence: Evidence, dialect: str) -> tuple[FindingRecord, ...]:
    """The findings on a run, one for each requirement of the dialect that is judged under load."""
    catalogue = load_catalogue(requirements_file())
    loaded = {id_: it for id_, it in catalogue.items() if it.loaded and dialect in it.dialects}
    findings = [finding for finding in _findings(evidence) if finding.requirement in loaded]
    return records_of(findings, loaded, absent=NOT_ASKED)


def _findings(evidence: Evidence) -> Iterator[Finding]:
    sound = [each for each in evidence.claimed if each.step.generator.saturated is None]
    borne = [calls_of(each) for each in sound]
    good = [calls_of(each) for each in evidence.everything if each.step.generator.saturated is None]
    yield judges.every_call_is_served(borne)
    yield judges.text_is_that_of_one_alone(borne)
    yield judges.nobody_starves(borne)
    yield judges.sessions_stay_apart_under_load(good)
    yield judges.replies_keep_up(borne)
    yield endurance.latency_stays_flat([course_of(each, evidence.resources) for each in sound])
    if evidence.long_sessions:
        sessions = long_sessions_of(evidence.long_sessions)
        yield endurance.session_lasts(sessions)
        yield endurance.stream_keeps_up(sessions)
    if evidence.canaries:
        yield pressure.canary_is_unchanged(evidence.canaries)
    if any("unpaced" in each.load.abuse for each in evidence.claimed):
        yield pressure.uploads_hold_up_nobody([beside_of(each) for each in sound])
    if evidence.churn is not None:
        yield pressure.connections_leave_nothing(evidence.churn)
    if evidence.overload is not None:
        yield pressure.overload_passes(evidence.overload)


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


def course_of(measured: Measured, resources: Resources | None) -> Course:
    """How long finals took in a step, in the order of its calls, and what memory did meanwhile.

    Memory is judged over the longest step, which is that with the thousand utterances.
    """
    calls = sorted((c for c in measured.calls if c.final_ms is not None), key=lambda call: call.began_at)
    slopes = resources.slopes if resources is not None else ()
    return Course(
        streams=measured.step.streams,
        at_s=[call.began_at - calls[0].began_at for call in calls],
        finals_ms=[call.final_ms for call in calls if call.final_ms is not None],
        memory=[
            _growth(slope, resources, measured.step.window.until_s - measured.step.window.from_s)
            for slope in slopes
            if resources is not None and slope.unit == "bytes"
        ],
    )


def beside_of(measured: Measured) -> Beside:
    """The finals of paced callers in a step, and how many uploaders there were beside them."""
    final = measured.step.final
    return Beside(
        streams=measured.step.streams,
        uploaders=measured.load.abuse.get("unpaced", 0),
        n=final.n,
        final_p95_ms=final.p95,
    )


def _growth(slope: Slope, resources: Resources, length_s: float) -> Growth:
    """What a slope of memory comes to in a step of this length."""
    series = next((s for s in resources.series if (s.name, s.device) == (slope.name, slope.device)), None)
    had = next((value for value in series.values if value is not None), None) if series is not None else None
    if slope.per_hour is None or slope.ci95 is None or not had:
        return Growth(device=slope.device, share=None, told=slope.reason or "there is no slope")
    low, high = (each / 2**20 for each in slope.ci95)
    told = f"{slope.per_hour / 2**20:+.1f} MiB/h ({low:.1f} to {high:.1f}) on {had / 2**20:.0f} MiB"
    share = slope.ci95[0] * length_s / 3600 / had if slope.grows else None
    return Growth(device=slope.device, share=share, told=told)


def _kind(call: Figures) -> str | None:
    return "crossed" if call.crossed else call.error or ("text" if call.mismatch else None)


def _example(call: Figures) -> str:
    said = call.message or f"{call.heard!r} came, alone it was {call.expected!r}"
    return f"caller {call.caller}, clip {call.clip}: {said}"
