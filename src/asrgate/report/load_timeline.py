"""The charts of a load over time: lag, load, latencies, errors, and what was sampled of the machine."""

from collections.abc import Callable, Iterator, Sequence
from itertools import groupby

from asrgate.report.chart import DASHES, Band, Chart, Level, Line, Table, Tone, Unit, thinned
from asrgate.report.language import Words
from asrgate.report.load_outcome import Outcome, outcomes_of
from asrgate.report.load_record import LoadRecord, Moment, Series, StepRecord

MACHINE = "machine-"
"""The charts of what was sampled beside the load begin with this."""

_TIME = "time"
_SHARES = ("_utilisation", "_active")
_MOST_STEPS_OVERLAID = 8
_COLOURS = 6


def charts_over_time(load: LoadRecord, words: Words) -> Iterator[Chart]:
    """Yield the charts of the timeline, and one for each metric that was sampled beside the load."""
    yield from _of_timeline(load, words)
    yield from _of_machine(load, words)


def _of_timeline(load: LoadRecord, words: Words) -> Iterator[Chart]:
    moments = load.timeline
    if len(moments) < 2:
        return
    # Where no call ended there is no latency to withhold: nothing is missing there.
    ended = [moment for moment in moments if moment.ended]

    def chart(
        id_: str, unit: Unit, over: Sequence[Moment], *lines: tuple[str, Callable[[Moment], float | None]]
    ) -> Chart:
        return Chart(
            id=id_,
            title=words(f"drawn.{id_}"),
            x=words("load.time"),
            y=words.named("unit", unit),
            unit=unit,
            tables=tuple(
                _over(over, words(key), of, place)
                for place, (key, of) in enumerate(lines)
                if any(of(moment) is not None for moment in over)
            ),
            time=True,
            marks=_deaths(load, words),
            bands=_bands(load),
            group=_TIME,
        )

    yield chart(
        "lag-time",
        "ms",
        ended,
        ("load.lag_largest", lambda m: m.lag_largest_ms),
        ("load.lag_p95", lambda m: m.lag_p95_ms),
    )
    if len({step.streams for step in load.steps}) > 1:
        yield _lag_by_step(load, words)
    yield chart(
        "streams-time",
        "",
        moments,
        ("load.streams", lambda m: m.streams),
        ("load.sockets", lambda m: m.sockets),
        ("load.throughput", lambda m: m.audio_seconds_per_second),
    )
    yield chart(
        "latency-time",
        "ms",
        ended,
        ("load.first_largest", lambda m: m.first_partial_largest_ms),
        ("load.final_largest", lambda m: m.final_largest_ms),
        ("load.first_p95", lambda m: m.first_partial_p95_ms),
        ("load.final_p95", lambda m: m.final_p95_ms),
    )
    yield chart(
        "errors-time",
        "",
        moments,
        ("load.ended", lambda m: m.ended),
        ("load.errors", lambda m: m.errors),
    )
    yield chart("slip-time", "ms", moments, ("load.slip_p99", lambda m: m.slip_p99_ms))


def _over(moments: Sequence[Moment], name: str, of: Callable[[Moment], float | None], place: int) -> Table:
    at, values = thinned([moment.at_s for moment in moments], [of(moment) for moment in moments])
    line = Line(name=name, values=values, colour=place, dash=DASHES[place % len(DASHES)], shape="")
    return Table(at=at, lines=(line,))


def _lag_by_step(load: LoadRecord, words: Words) -> Chart:
    """The lag since each step began: flat where replies keep up, rising where they fall behind."""
    tables = []
    for place, step in enumerate(_telling(load)):
        until_s = step.began_s + step.duration_s
        within = [m for m in load.timeline if m.ended and step.began_s <= m.at_s <= until_s]
        at, values = thinned([m.at_s - step.began_s for m in within], [m.lag_largest_ms for m in within])
        name = words("count.stream" if step.streams == 1 else "count.streams", n=step.streams)
        dash = DASHES[place % len(DASHES)]
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


def _telling(load: LoadRecord) -> list[StepRecord]:
    """The last sound step at each number of streams; of many, those around the border to what missed."""
    last = {told.step.streams: told for told in outcomes_of(load) if told.outcome != "saturated"}
    chosen = list(last.values())
    missed = next((place for place, told in enumerate(chosen) if told.outcome == "missed"), len(chosen))
    begins = max(0, min(missed - _MOST_STEPS_OVERLAID // 2, len(chosen) - _MOST_STEPS_OVERLAID))
    return [told.step for told in chosen[begins : begins + _MOST_STEPS_OVERLAID]]


def _bands(load: LoadRecord) -> tuple[Band, ...]:
    looks: dict[Outcome, tuple[Tone, str]] = {
        "held": ("pass", "✓"),
        "provisional": ("deviation", "≈"),
        "missed": ("fail", "✕"),
        "open": ("inconclusive", "?"),
        "saturated": ("error", "!"),
    }
    return tuple(
        Band(
            begins=step.began_s,
            ends=step.began_s + step.duration_s,
            name=f"{step.streams} {looks[outcome][1]}",
            tone=looks[outcome][0],
        )
        for step, outcome in outcomes_of(load)
    )


def _deaths(load: LoadRecord, words: Words) -> tuple[Level, ...]:
    return tuple(Level(at=death.at_s, name=words("load.died")) for death in load.deaths)


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
            y=words.named("unit", unit) if unit else words.named("series_unit", name.rpartition("_")[2]),
            unit=unit,
            tables=tuple(_device(one, place) for place, one in enumerate(members)),
            time=True,
            marks=_deaths(load, words),
            bands=_bands(load),
            group=_TIME,
        )


def series_unit(name: str) -> Unit:
    """Return the unit of a sampled metric, by its name."""
    return "bytes" if name.endswith("_bytes") else "share" if name.endswith(_SHARES) else ""


def _device(series: Series, place: int) -> Table:
    at, values = thinned(series.at_s, series.values)
    name = f"{series.device} ({series.source})"
    line = Line(name=name, values=values, colour=place % _COLOURS, dash=DASHES[place % len(DASHES)], shape="")
    return Table(at=at, lines=(line,))
