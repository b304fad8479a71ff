"""`asrgate load`: many callers at the pace of speech."""

from collections.abc import Sequence
from typing import Any

import click

from asrgate.cli.load_options import SECONDS, calling_options, performed
from asrgate.cli.output import Output, output_options
from asrgate.cli.run_options import ground_options
from asrgate.cli.sampling_options import sampling_options
from asrgate.errors import UsageError
from asrgate.load.abuse import abuse_of
from asrgate.load.engine import Load
from asrgate.load.running import LoadRun
from asrgate.load.shapes import Shape, arrivals, constant, ramp, shape_of, soak, spike, steps
from asrgate.load.uploads import UNPACED, measured_without

_NAMED = ("constant", "ramp", "steps", "spike", "soak", "arrivals")


@click.command()
@ground_options
@click.option(
    "--streams",
    type=click.IntRange(1, 100_000),
    default=10,
    show_default=True,
    envvar="ASRGATE_LOAD_STREAMS",
    metavar="N",
    help="Callers at a time.",
)
@click.option(
    "--duration",
    "duration_s",
    type=SECONDS,
    default="60s",
    show_default=True,
    envvar="ASRGATE_DURATION",
    metavar="TIME",
    help="How long the load is measured: 90s, 5m, 2h; each step of a shape.",
)
@click.option(
    "--ramp",
    "ramp_s",
    type=SECONDS,
    default=0.0,
    envvar="ASRGATE_RAMP",
    metavar="TIME",
    help="Within this time the callers come, one after another.",
)
@click.option(
    "--shape",
    default="constant",
    show_default=True,
    envvar="ASRGATE_SHAPE",
    metavar="SHAPE",
    help=f"One of {', '.join(_NAMED)}, or stages like '10 for 1m, 20 in 5s for 1m'.",
)
@click.option(
    "--calls-per-hour",
    type=click.FloatRange(min=0, min_open=True),
    envvar="ASRGATE_CALLS_PER_HOUR",
    metavar="N",
    help="For the shape arrivals: so many calls come at random times, whoever is still speaking.",
)
@calling_options
@sampling_options
@output_options
def load(
    output: Output,
    streams: int,
    duration_s: float,
    ramp_s: float,
    shape: str,
    calls_per_hour: float | None,
    **options: Any,
) -> None:
    """Let callers speak to the endpoint at URL at the pace of speech; without URL, to the embedded endpoint.

    Every reply is timed from the instant that was planned, every session is judged, every text compared with
    what its clip gave alone. Exit status: 0 every objective was held, 1 one was missed, 2 wrong use, 3 not
    reachable, 4 nothing can be concluded: the generator was late, or too few sessions ended.
    """
    asked = _shape(shape, streams, duration_s, ramp_s, calls_per_hour)

    def work(run: LoadRun, load: Load) -> None:
        if UNPACED in load.abuse:
            measured_without(run, load)
        run.measure(load, asked.name)

    performed(output, asked, work, _intent(asked, options["abuse"]), **options)


def _intent(shape: Shape, abuse: Sequence[str]) -> str:
    """What will be asked of the endpoint."""
    twice = UNPACED in abuse_of(list(abuse))
    callers = (
        f"{shape.calls_per_hour:g} calls an hour, at random times,"
        if shape.calls_per_hour is not None
        else f"up to {shape.most_streams} callers at a time"
    )
    without = ", first without uploads and then with them" if twice else ""
    return f"will send {callers} for {shape.total_s:.0f} s and a call's length before and after{without}"


def _shape(text: str, streams: int, duration_s: float, ramp_s: float, calls_per_hour: float | None) -> Shape:
    if (calls_per_hour is not None) != (text == "arrivals"):
        raise UsageError("--calls-per-hour and --shape arrivals belong together: give both or neither")
    match text:
        case "constant":
            return constant(streams, duration_s, ramp_s=ramp_s)
        case "ramp":
            return ramp(streams, ramp_s or duration_s, hold_s=duration_s)
        case "steps":
            quarters = sorted({max(1, round(streams * part / 4)) for part in (1, 2, 3, 4)})
            return steps(quarters, duration_s, ramp_s=ramp_s)
        case "spike":
            base = max(1, streams // 5)
            return spike(base, streams, before_s=duration_s, peak_s=duration_s, after_s=duration_s)
        case "soak":
            return soak(streams, duration_s, ramp_s=ramp_s)
        case "arrivals":
            assert calls_per_hour is not None
            return arrivals(calls_per_hour, duration_s)
        case _:
            return shape_of(text)
