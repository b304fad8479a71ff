"""The charts of a load against streams: percentiles, throughput, error rates, lateness."""

from collections.abc import Iterator, Sequence

from asrgate.report.chart import DASHES, Band, Chart, Level, Line, Shape, Table, Unit, Values
from asrgate.report.language import Words
from asrgate.report.load_headline import metric_of
from asrgate.report.load_outcome import Outcome, Told, outcomes_of
from asrgate.report.load_record import CapacityRecord, CurveRecord, LoadRecord, Percentiles, StepRecord
from asrgate.report.numbers import count, plain

LATENCIES: tuple[str, ...] = ("first_partial_ms", "partial_lag_ms", "sentence_ms", "final_ms")
"""What is drawn against streams; the others stand in the table of each step."""


def charts_against_streams(load: LoadRecord, answer: CapacityRecord | None, words: Words) -> Iterator[Chart]:
    """Yield the charts whose x axis is the number of streams; none where only one number was measured.

    `answer` is what a search came to, where it came to anything. A step in which the generator was late says
    nothing about the endpoint: only lateness itself is drawn.
    """
    told = outcomes_of(load)
    if len({one.step.streams for one in told}) < 2:
        return
    sound = [one for one in told if one.outcome != "saturated"]
    steps = [one.step for one in sound]
    for metric in LATENCIES:
        yield _percentiles(metric, steps, load, words)
    yield _slopes(steps, load, words)
    yield _throughput(sound, load, answer, words)
    yield _rate("errors", steps, load, words)
    yield _rate("text_mismatch", steps, load, words)
    yield _slips([one.step for one in told], words)


def _percentiles(metric: str, steps: Sequence[StepRecord], load: LoadRecord, words: Words) -> Chart:
    return _streams_chart(
        metric,
        words(f"metric.{metric}"),
        "ms",
        _three_percentiles([getattr(step, metric) for step in steps]),
        steps,
        words,
        limits=_limits(load, metric),
    )


def _slopes(steps: Sequence[StepRecord], load: LoadRecord, words: Words) -> Chart:
    return _streams_chart(
        "lag_slope_ms_per_s",
        words("metric.lag_slope_ms_per_s"),
        "ms/s",
        _three_percentiles([step.lag_slope_ms_per_s for step in steps]),
        steps,
        words,
        limits=_limits(load, "lag_slope_ms_per_s"),
    )


def _slips(steps: Sequence[StepRecord], words: Words) -> Chart:
    slips = [step.generator.pacing_slip_ms for step in steps]
    return _streams_chart("slip", words("load.slip"), "ms", _three_percentiles(slips), steps, words)


def _throughput(told: Sequence[Told], load: LoadRecord, answer: CapacityRecord | None, words: Words) -> Chart:
    """Measured points by what became of the objectives, and the fitted law within its measured range."""
    at = tuple(float(one.step.streams) for one in told)
    measured = Table(at=at, lines=tuple(_by_outcome(told, words)))
    curve = None if load.capacity is None else load.capacity.curve
    fitted = () if curve is None else (_fitted(curve, words), _uncontended(curve, words))
    marks = []
    bands: tuple[Band, ...] = ()
    if answer is not None and answer.streams:
        low, high = answer.interval
        name = words("load.capacity_at", n=count(answer.streams))
        marks.append(Level(at=answer.streams, name=name))
        bands = (Band(begins=low, ends=high, name=words("load.interval"), tone="accent"),)
    if curve is not None and curve.knee is not None and curve.fewest <= curve.knee <= curve.most:
        marks.append(Level(at=curve.knee, name=words("load.knee_at", n=plain(curve.knee))))
    return Chart(
        id="throughput",
        title=words("drawn.throughput"),
        x=words("load.streams"),
        y=words("load.throughput"),
        unit="",
        tables=(measured, *fitted),
        marks=tuple(marks),
        bands=bands,
    )


def _by_outcome(told: Sequence[Told], words: Words) -> Iterator[Line]:
    looks: tuple[tuple[Outcome, int, Shape], ...] = (
        ("held", 3, "circle"),
        ("provisional", 0, "triangle"),
        ("missed", 1, "cross"),
        ("open", 2, "diamond"),
    )
    for outcome, colour, shape in looks:
        values = tuple(s.audio_seconds_per_second if found == outcome else None for s, found in told)
        if any(value is not None for value in values):
            name = words(f"outcome.{outcome}")
            yield Line(name=name, values=values, colour=colour, shape=shape, joined=False)


def _fitted(curve: CurveRecord, words: Words) -> Table:
    points = [(n, value) for n, value in sorted(curve.points) if curve.fewest <= n <= curve.most]
    return Table(
        at=tuple(n for n, _ in points),
        lines=(Line(name=words("load.fitted"), values=tuple(v for _, v in points), shape=""),),
    )


def _uncontended(curve: CurveRecord, words: Words) -> Table:
    """What streams that cost each other nothing would give, within the same range."""
    ends = (float(curve.fewest), float(curve.most))
    values = tuple(curve.per_stream.value * n for n in ends)
    line = Line(name=words("load.uncontended"), values=values, colour=5, dash="short", shape="")
    return Table(at=ends, lines=(line,))


def _rate(metric: str, steps: Sequence[StepRecord], load: LoadRecord, words: Words) -> Chart:
    if metric == "errors":
        intervals = [step.error_rate_ci95 for step in steps]
        line = Line(
            name=words("load.error_rate"),
            values=tuple(step.error_rate for step in steps),
            colour=1,
            shape="square",
            low=tuple(None if ci is None else ci[0] for ci in intervals),
            high=tuple(None if ci is None else ci[1] for ci in intervals),
        )
    else:
        rates = tuple(s.text_mismatches / s.texts_compared if s.texts_compared else None for s in steps)
        why = tuple(None if step.texts_compared else words("load.no_texts") for step in steps)
        line = Line(name=words("load.mismatch_rate"), values=rates, colour=2, shape="diamond", notes=why)
    return _streams_chart(
        metric, words(f"drawn.{metric}"), "share", (line,), steps, words, limits=_limits(load, metric)
    )


def _streams_chart(
    id_: str,
    title: str,
    unit: Unit,
    lines: tuple[Line, ...],
    steps: Sequence[StepRecord],
    words: Words,
    limits: tuple[Level, ...] = (),
) -> Chart:
    at = tuple(float(step.streams) for step in steps)
    return Chart(
        id=id_,
        title=title,
        x=words("load.streams"),
        y=words.named("unit", unit),
        unit=unit,
        tables=(Table(at=at, lines=lines),),
        limits=limits,
    )


def _three_percentiles(distributions: Sequence[Percentiles]) -> tuple[Line, ...]:
    def line(name: str, values: Values, place: int, shape: Shape) -> Line:
        notes = tuple(
            (one.reason or f"n = {one.n}") if value is None else None
            for one, value in zip(distributions, values, strict=True)
        )
        return Line(name=name, values=values, notes=notes, colour=place, dash=DASHES[place], shape=shape)

    return (
        line("p50", tuple(d.p50 for d in distributions), 0, "circle"),
        line("p95", tuple(d.p95 for d in distributions), 1, "square"),
        line("p99", tuple(d.p99 for d in distributions), 2, "triangle"),
    )


def _limits(load: LoadRecord, metric: str) -> tuple[Level, ...]:
    """The objectives on a metric as levels; an objective is written `metric.statistic <= most`."""
    found = []
    for objective in load.objectives:
        most = objective.partition("<=")[2]
        if metric_of(objective).partition(".")[0] == metric:
            found.append(Level(at=float(most), name=objective.strip().replace("<=", "≤")))
    return tuple(found)
