"""The charts of a load: against streams, and over time."""

from collections.abc import Callable, Iterator, Sequence
from itertools import groupby

from asrgate.report.chart import Band, Chart, Dash, Level, Line, Shape, Table, Tone, Unit, Values, thinned
from asrgate.report.language import Words
from asrgate.report.load_headline import metric_of
from asrgate.report.load_record import CurveRecord, LoadRecord, Moment, Percentiles, Series, StepRecord
from asrgate.report.numbers import count, plain

LATENCIES: tuple[str, ...] = ("first_partial_ms", "partial_lag_ms", "sentence_ms", "final_ms")
"""What is drawn against streams; the others stand in the table of each step."""

MACHINE = "machine-"
"""The charts of what was sampled beside the load begin with this."""

_TIME = "time"
_SHARES = ("_utilisation", "_active")
_DASHES: tuple[Dash, ...] = ("", "long", "short")
_MOST_STEPS_OVERLAID = 8
_COLOURS = 6


def charts_of(load: LoadRecord, words: Words) -> dict[str, Chart]:
    """Return the charts of a load by name, those left out that would show nothing."""
    charts = [*_against_streams(load, words), *_over_time(load, words), *_of_machine(load, words)]
    return {chart.id: chart for chart in charts if not chart.empty}


def _against_streams(load: LoadRecord, words: Words) -> Iterator[Chart]:
    steps = sorted(load.steps, key=lambda step: (step.streams, step.began_s))
    if len({step.streams for step in steps}) < 2:
        return
    for metric in LATENCIES:
        yield _percentiles(metric, steps, load, words)
    yield _slopes(steps, load, words)
    yield _throughput(steps, load, words)
    yield _rate("errors", steps, load, words)
    yield _rate("text_mismatch", steps, load, words)
    yield _slips(steps, words)


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


def _throughput(steps: Sequence[StepRecord], load: LoadRecord, words: Words) -> Chart:
    """Measured points by what became of the objectives, and the fitted law within its measured range."""
    at = tuple(float(step.streams) for step in steps)
    measured = Table(at=at, lines=tuple(_by_outcome(steps, words)))
    capacity = load.capacity
    curve = None if capacity is None else capacity.curve
    fitted = () if curve is None else (_fitted(curve, words), _uncontended(curve, words))
    marks = []
    bands: tuple[Band, ...] = ()
    if capacity is not None and capacity.streams:
        low, high = capacity.interval
        name = words("load.capacity_at", n=count(capacity.streams))
        marks.append(Level(at=capacity.streams, name=name))
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


def _by_outcome(steps: Sequence[StepRecord], words: Words) -> Iterator[Line]:
    outcomes: tuple[tuple[bool | None, str, int, Shape], ...] = (
        (True, "load.held", 3, "circle"),
        (False, "load.missed", 1, "cross"),
        (None, "load.open", 2, "diamond"),
    )
    for outcome, name, colour, shape in outcomes:
        values = tuple(step.audio_seconds_per_second if step.held is outcome else None for step in steps)
        if any(value is not None for value in values):
            yield Line(name=words(name), values=values, colour=colour, shape=shape, joined=False)


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
        y=_unit(unit, words),
        unit=unit,
        tables=(Table(at=at, lines=lines),),
        limits=limits,
    )


def _unit(unit: Unit, words: Words) -> str:
    """What stands beside the y axis; the ticks of the others carry their unit."""
    return words(f"unit.{unit}") if unit in ("ms", "ms/s") else ""


def _three_percentiles(distributions: Sequence[Percentiles]) -> tuple[Line, ...]:
    def line(name: str, values: Values, place: int, shape: Shape) -> Line:
        notes = tuple(
            (one.reason or f"n = {one.n}") if value is None else None
            for one, value in zip(distributions, values, strict=True)
        )
        return Line(name=name, values=values, notes=notes, colour=place, dash=_DASHES[place], shape=shape)

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


def _over_time(load: LoadRecord, words: Words) -> Iterator[Chart]:
    moments = load.timeline
    if len(moments) < 2:
        return

    def chart(id_: str, unit: Unit, *lines: tuple[str, Callable[[Moment], float | None]]) -> Chart:
        return Chart(
            id=id_,
            title=words(f"drawn.{id_}"),
            x=words("load.time"),
            y=_unit(unit, words),
            unit=unit,
            tables=tuple(_over(moments, words(key), of, place) for place, (key, of) in enumerate(lines)),
            time=True,
            bands=_bands(load.steps),
            group=_TIME,
        )

    yield chart("lag-time", "ms", ("load.lag_p95", lambda m: m.lag_p95_ms))
    if len({step.streams for step in load.steps}) > 1:
        yield _lag_by_step(load, words)
    yield chart(
        "streams-time",
        "",
        ("load.streams", lambda m: m.streams),
        ("load.sockets", lambda m: m.sockets),
        ("load.throughput", lambda m: m.audio_seconds_per_second),
    )
    yield chart(
        "latency-time",
        "ms",
        ("load.first_p95", lambda m: m.first_partial_p95_ms),
        ("load.final_p95", lambda m: m.final_p95_ms),
    )
    yield chart("errors-time", "", ("load.ended", lambda m: m.ended), ("load.errors", lambda m: m.errors))
    yield chart("slip-time", "ms", ("load.slip_p99", lambda m: m.slip_p99_ms))


def _over(moments: Sequence[Moment], name: str, of: Callable[[Moment], float | None], place: int) -> Table:
    at, values = thinned([moment.at_s for moment in moments], [of(moment) for moment in moments])
    line = Line(name=name, values=values, colour=place, dash=_DASHES[place], shape="")
    return Table(at=at, lines=(line,))


def _lag_by_step(load: LoadRecord, words: Words) -> Chart:
    """The lag since each step began: flat where replies keep up, rising where they fall behind."""
    tables = []
    for place, step in enumerate(_telling(load.steps)):
        within = [m for m in load.timeline if step.began_s <= m.at_s <= step.began_s + step.duration_s]
        at, values = thinned([m.at_s - step.began_s for m in within], [m.lag_p95_ms for m in within])
        name = words("count.stream" if step.streams == 1 else "count.streams", n=step.streams)
        dash = _DASHES[place // _COLOURS]
        line = Line(name=name, values=values, colour=place % _COLOURS, dash=dash, shape="")
        tables.append(Table(at=at, lines=(line,)))
    return Chart(
        id="lag-steps",
        title=words("drawn.lag-steps"),
        x=words("load.step_time"),
        y=words("unit.ms"),
        unit="ms",
        tables=tuple(tables),
        time=True,
        about=words("load.lag_steps_about"),
    )


def _telling(steps: Sequence[StepRecord]) -> list[StepRecord]:
    """The last step at each number of streams; of many, those around the border between held and missed."""
    last = {step.streams: step for step in steps}
    chosen = sorted(last.values(), key=lambda step: step.streams)
    missed = next((place for place, step in enumerate(chosen) if step.held is False), len(chosen))
    begins = max(0, min(missed - _MOST_STEPS_OVERLAID // 2, len(chosen) - _MOST_STEPS_OVERLAID))
    return chosen[begins : begins + _MOST_STEPS_OVERLAID]


def _bands(steps: Sequence[StepRecord]) -> tuple[Band, ...]:
    tones: dict[bool | None, tuple[Tone, str]] = {
        True: ("pass", "✓"),
        False: ("fail", "✕"),
        None: ("inconclusive", "?"),
    }
    return tuple(
        Band(
            begins=step.began_s,
            ends=step.began_s + step.duration_s,
            name=f"{step.streams} {tones[step.held][1]}",
            tone=tones[step.held][0],
        )
        for step in steps
    )


def _of_machine(load: LoadRecord, words: Words) -> Iterator[Chart]:
    """One chart per metric, one line per GPU or process, on the clock of the load."""
    series = () if load.resources is None else load.resources.series
    ordered = sorted(series, key=lambda one: list(dict.fromkeys(s.name for s in series)).index(one.name))
    for name, members in groupby(ordered, key=lambda one: one.name):
        unit = series_unit(name)
        title = words.named("series", name)
        yield Chart(
            id=MACHINE + name,
            title=title,
            x=words("load.time"),
            y="" if unit else words.named("series_unit", name.rpartition("_")[2]),
            unit=unit,
            tables=tuple(_device(one, place) for place, one in enumerate(members)),
            time=True,
            bands=_bands(load.steps),
            group=_TIME,
        )


def series_unit(name: str) -> Unit:
    """Return the unit of a sampled metric, by its name."""
    return "bytes" if name.endswith("_bytes") else "share" if name.endswith(_SHARES) else ""


def _device(series: Series, place: int) -> Table:
    at, values = thinned(series.at_s, series.values)
    name = f"{series.device} ({series.source})"
    line = Line(
        name=name, values=values, colour=place % _COLOURS, dash=_DASHES[place // _COLOURS % 3], shape=""
    )
    return Table(at=at, lines=(line,))
