"""What the load pages of a report show: pure functions from a load to what its templates lay out."""

import hashlib
from base64 import b64encode
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from markupsafe import Markup

from asrgate.judge.finding import Verdict
from asrgate.report.chart import Chart
from asrgate.report.language import Words
from asrgate.report.load_charts import charts_against_streams
from asrgate.report.load_headline import answer_of, decisive_step, load_alone, metric_of
from asrgate.report.load_outcome import outcomes_of, unsound
from asrgate.report.load_record import AttainmentRecord, LoadRecord, StepRecord
from asrgate.report.load_timeline import MACHINE, charts_over_time, series_unit
from asrgate.report.numbers import figure
from asrgate.report.record import Run

STEP_TIMES = (
    "connect_ms",
    "first_partial_ms",
    "first_partial_from_audio_ms",
    "partial_lag_ms",
    "lag_slope_ms_per_s",
    "sentence_ms",
    "final_ms",
)
"""The distributions of a step, in the order in which a session meets them."""

VERDICTS = {
    "held": "pass",
    "provisional": "deviation",
    "missed": "fail",
    "open": "inconclusive",
    "saturated": "error",
}
"""Which verdict's sign and colour an outcome takes."""

_SIGNS = {True: "pass", False: "fail", None: "inconclusive"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Margin:
    """An objective at the answer of a search: its value, and the share of its limit that is left."""

    objective: str
    value: float | None
    headroom: float | None


def load_context(run: Run, words: Words) -> dict[str, Any]:
    """Return what the templates of the load need besides the run."""
    load = run.load
    if load is None:
        return {"load": None, "load_alone": False}
    judged = [finding for finding in run.findings if finding.verdict != Verdict.SKIPPED]
    charts = charts_of(run, load, words)
    kinds = sorted({kind for step in load.steps for kind in step.errors})
    return {
        "load": load,
        "load_alone": load_alone(run) is not None,
        "judged_under_load": load_alone(run) is not None and run.valid and bool(judged),
        "policy": policy(script()),
        "script": script(),
        "load_style": Markup(_asset("uplot/uPlot.min.css") + _asset("load.css")),
        "charts": charts,
        "machine_charts": [name for name in charts if name.startswith(MACHINE)],
        "by_streams": outcomes_of(load),
        "unsound": unsound(load),
        "verdict_of": VERDICTS,
        "answer": answer_of(run),
        "decisive": decisive_step(load),
        "quoted": quoted_step(run),
        "distributions": STEP_TIMES,
        "sign_of": _SIGNS.__getitem__,
        "metric_of": metric_of,
        "unit_of": unit_of,
        "sampled_value": sampled_value,
        "purpose_of": purpose_of,
        "margins": _margins(run),
        "error_kinds": kinds,
        "attained_on": attained_on,
        "frames_late": frames_late,
        "chart_words": {
            key: words(f"chart.{key}") for key in ("gap", "zoom_in", "zoom_out", "whole", "whole_sign")
        },
    }


def charts_of(run: Run, load: LoadRecord, words: Words) -> dict[str, Chart]:
    """Return the charts of a load by name, without those that would show nothing."""
    charts = (*charts_against_streams(load, answer_of(run), words), *charts_over_time(load, words))
    return {chart.id: chart for chart in charts if not chart.empty}


def unit_of(metric: str) -> str:
    """Return the unit of a metric or of an objective on one, by its name."""
    name = metric_of(metric).partition(".")[0]
    if metric_of(metric).endswith(".rate"):
        return "share"
    return "ms/s" if name.endswith("_ms_per_s") else "ms" if name.endswith("_ms") else ""


def purpose_of(purpose: str, words: Words) -> str:
    """Return what a step was measured for; a search writes its number of streams behind (`coarse 8`)."""
    return words.named("purpose", purpose.rstrip(" 0123456789"))


def sampled_value(name: str, value: float | None, words: Words) -> str:
    """Return a value that was sampled of a machine, with the unit that its name ends in."""
    unit = series_unit(name)
    shown = figure(value, unit)
    return (
        shown if unit or value is None else f"{shown} {words.named('series_unit', name.rpartition('_')[2])}"
    )


def attained_on(step: StepRecord, name: str) -> tuple[AttainmentRecord, ...]:
    """Return what came of the objectives on a metric, `final_ms`, or on a number of it, `final_ms.p95`."""
    return tuple(
        attained
        for attained in step.attainments
        if name in (metric_of(attained.objective), metric_of(attained.objective).partition(".")[0])
    )


def frames_late(late: int, frames: int) -> float | None:
    """Return the share of frames that were late by a whole frame."""
    return late / frames if frames else None


def policy(*scripts: str) -> str:
    """Return the content security policy of a page: nothing is fetched, and only these scripts run."""
    sources = " ".join(f"'sha256-{b64encode(hashlib.sha256(s.encode()).digest()).decode()}'" for s in scripts)
    runs = f"; script-src {sources}" if sources else ""
    return f"default-src 'none'; style-src 'unsafe-inline'{runs}"


@cache
def script() -> Markup:
    """Return the one script of a page with charts: uPlot under its licence, and what draws our charts."""
    licence = _asset("uplot/LICENSE")
    text = f"\n/*!\n{licence}\n*/\n{_asset('uplot/uPlot.iife.min.js')}\n{_asset('charts.js')}"
    assert "</script" not in text.lower()
    return Markup(text)


def _asset(name: str) -> str:
    return files("asrgate.report").joinpath("assets", name).read_text(encoding="utf-8")


def quoted_step(run: Run) -> StepRecord | None:
    """Return the step whose numbers stand in the head.

    The last at a search's answer; in a run that is not valid the first in which the generator was late; else
    the one that decides.
    """
    load, answer = run.load, answer_of(run)
    if load is None:
        return None
    late = unsound(load)
    if not run.valid and late:
        return late[0]
    at_answer = (s for s in reversed(load.steps) if answer is not None and s.streams == answer.streams)
    return next(at_answer, decisive_step(load))


def _margins(run: Run) -> tuple[Margin, ...]:
    answer = answer_of(run)
    if answer is None:
        return ()
    return tuple(
        Margin(objective=objective, value=value, headroom=answer.headroom.get(objective))
        for objective, value in answer.objectives.items()
    )
