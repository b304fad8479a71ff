"""`asrgate capacity`: how many streams, really."""

from typing import Any

import click

from asrgate.cli.load_options import SECONDS, calling_options, performed
from asrgate.cli.output import Output, output_options
from asrgate.cli.run_options import ground_options
from asrgate.cli.sampling_options import sampling_options
from asrgate.errors import UsageError
from asrgate.load.capacity import Search
from asrgate.load.capacity_report import Demand, capacity_record
from asrgate.load.engine import Load
from asrgate.load.running import LoadRun, Measured
from asrgate.load.search import Bounds
from asrgate.load.shapes import constant
from asrgate.report.load_record import CapacityRecord

_DEMAND_OPTIONS = (
    click.option("--demand-streams", type=click.IntRange(1), metavar="N", help="Streams at your peak."),
    click.option(
        "--demand-calls-per-hour",
        type=click.FloatRange(min=0, min_open=True),
        metavar="N",
        help="Or your calls in the busiest hour, with --mean-length.",
    ),
    click.option(
        "--mean-length", type=SECONDS, metavar="TIME", help="How long such a call lasts, on average."
    ),
    click.option(
        "--blocking",
        type=click.FloatRange(0, 1, min_open=True, max_open=True),
        default=0.01,
        show_default=True,
        metavar="SHARE",
        help="Share of such calls that may find every stream busy.",
    ),
    click.option(
        "--price", type=click.FloatRange(min=0), metavar="X", help="What one instance costs in an hour."
    ),
    click.option("--currency", default="", metavar="NAME", help="In which currency."),
)


@click.command()
@ground_options
@click.option(
    "--from",
    "start",
    type=click.IntRange(1, 100_000),
    default=8,
    show_default=True,
    envvar="ASRGATE_FROM",
    metavar="N",
    help="Streams to begin with; from there the search goes up, or down.",
)
@click.option(
    "--to",
    "most",
    type=click.IntRange(1, 100_000),
    default=1024,
    show_default=True,
    envvar="ASRGATE_TO",
    metavar="N",
    help="Streams that are never passed.",
)
@click.option(
    "--resolution",
    type=click.FloatRange(0.005, 0.5),
    default=0.1,
    show_default=True,
    envvar="ASRGATE_RESOLUTION",
    metavar="SHARE",
    help="How close the answer is brought to the number that fails, as a share of it.",
)
@click.option(
    "--within",
    "within_s",
    type=SECONDS,
    default="5m",
    show_default=True,
    envvar="ASRGATE_WITHIN",
    metavar="TIME",
    help="No step of the search begins that would end later.",
)
@click.option(
    "--gpus", type=click.IntRange(1), metavar="N", help="GPUs of the deployment, to tell streams per GPU."
)
@calling_options
@sampling_options
@output_options
def capacity(
    output: Output,
    start: int,
    most: int,
    resolution: float,
    within_s: float,
    gpus: int | None,
    demand_streams: int | None,
    demand_calls_per_hour: float | None,
    mean_length: float | None,
    blocking: float,
    price: float | None,
    currency: str,
    **options: Any,
) -> None:
    """Find how many streams the endpoint at URL carries before an objective is missed.

    Without URL the embedded endpoint is searched. Coarse steps, then halving, then confirmation at the answer
    and above it; the answer comes with its interval and with what limits it. Exit status: 0 a number was
    found, 1 not even one stream held, 2 wrong use, 3 not reachable, 4 nothing can be concluded: the
    generator was late, or somebody interrupted it.
    """
    if start > most:
        raise UsageError(f"--from {start} is above --to {most}: expected the smaller number first")
    if (demand_calls_per_hour is None) != (mean_length is None):
        raise UsageError("--demand-calls-per-hour and --mean-length belong together: give both or neither")
    demand = Demand(
        streams=demand_streams,
        calls_per_hour=demand_calls_per_hour,
        mean_length_s=mean_length,
        blocking=blocking,
        price=price,
        currency=currency,
    )
    searches: list[Search] = []

    def work(run: LoadRun, load: Load) -> None:
        searches.append(Search(run, load, Bounds(start, most, resolution), within_s=within_s))
        searches[0].search()

    def found(run: LoadRun) -> CapacityRecord | None:
        return capacity_record(searches[0], run, gpus=gpus, demand=demand) if searches else None

    def claimed(run: LoadRun) -> list[Measured]:
        return searches[0].at_answer if searches else []

    def carried() -> int:
        return searches[0].answer.streams if searches else 0

    intent = f"will search from {start} callers at a time, never above {most}, for {within_s:.0f} s at most"
    performed(
        output,
        constant(start, 0.0),
        work,
        intent,
        found=found,
        claimed=claimed,
        carried=carried,
        **options,
    )


for _option in reversed(_DEMAND_OPTIONS):
    capacity = _option(capacity)
