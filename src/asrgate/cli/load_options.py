"""The options of the commands that put load on an endpoint: how callers speak, and what has to hold."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import click

from asrgate.cli.address import ADDRESS
from asrgate.cli.load_progress import LoadProgress
from asrgate.cli.output import Output
from asrgate.cli.result import load_conclusion
from asrgate.cli.run_options import settings_of
from asrgate.cli.sampling_options import samplers_of
from asrgate.errors import UsageError
from asrgate.load.abuse import abuse_of
from asrgate.load.calling import Calling, Pace
from asrgate.load.habits import Habits, Pauses, Starts
from asrgate.load.objectives import read_objectives
from asrgate.load.performing import Carried, Claimed, Found, Work, perform
from asrgate.load.result import load_exit_status
from asrgate.load.sampling.sampler import Sampler
from asrgate.load.shapes import Shape, lengths_of, seconds_of
from asrgate.load.watermark import TAG
from asrgate.suite.ground import Ground


class SecondsType(click.ParamType):  # type: ignore[type-arg]  # generic only since click 8.4
    """A length of time as people write it: `90s`, `5m`, `2h30m`; seconds when there is no unit."""

    name = "time"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """Return seconds."""
        if isinstance(value, int | float):
            return float(value)
        try:
            return seconds_of(value)
        except UsageError as error:
            self.fail(str(error), param, ctx)


SECONDS = SecondsType()


class _Pair(click.ParamType):  # type: ignore[type-arg]
    name = "pair"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[str, str]:
        """Return what stands before and after the first `=`."""
        if isinstance(value, tuple):
            return value
        key, equals, told = value.partition("=")
        if not equals or not key.strip() or not told.strip():
            self.fail(f"expected KEY=VALUE, got {value!r}", param, ctx)
        return key.strip(), told.strip()


_OPTIONS = (
    click.option(
        "--mode",
        type=click.Choice(["2pass", "online", "offline"]),
        envvar="ASRGATE_MODE",
        help="Mode to ask for; the main one of the dialect if not given.",
    ),
    click.option(
        "--speak",
        envvar="ASRGATE_SPEAK",
        metavar="TAG",
        help="What callers say: clips with this tag. By own-digits (5 s) and own-digits-long (14 s) crossed "
        "sessions are proved.  [default: own-digits, with --fixtures plain]",
    ),
    click.option(
        "--pace",
        type=click.Choice(["real", "max"]),
        default="real",
        show_default=True,
        envvar="ASRGATE_LOAD_PACE",
        help="At the pace of speech, or as fast as the endpoint takes it: then only throughput means much.",
    ),
    click.option(
        "--pause",
        "pause_s",
        type=SECONDS,
        default=0.0,
        envvar="ASRGATE_PAUSE",
        metavar="TIME",
        help="Between the calls of one caller, without a connection.",
    ),
    click.option(
        "--starts",
        type=click.Choice(["staggered", "synchronised"]),
        default="staggered",
        show_default=True,
        envvar="ASRGATE_STARTS",
        help="Whether callers begin spread over time, or all at the same instants.",
    ),
    click.option(
        "--speech-ratio",
        type=click.FloatRange(0.01, 1),
        default=1.0,
        show_default=True,
        envvar="ASRGATE_SPEECH_RATIO",
        metavar="SHARE",
        help="Share of a call in which somebody speaks.",
    ),
    click.option(
        "--pauses",
        type=click.Choice(["idle", "silence"]),
        default="idle",
        show_default=True,
        envvar="ASRGATE_PAUSES",
        help="What is sent in the rest of it: nothing, or silence.",
    ),
    click.option(
        "--lengths",
        envvar="ASRGATE_LENGTHS",
        metavar="KIND:TIME",
        help="How long calls last, utterance after utterance: exponential:90s, lognormal:3m.",
    ),
    click.option(
        "--abuse",
        multiple=True,
        envvar="ASRGATE_ABUSE",
        metavar="NAME=N",
        help="N callers beside them that abandon, reconnect, read slowly or upload unpaced. May be repeated.",
    ),
    click.option(
        "--destructive",
        is_flag=True,
        envvar="ASRGATE_DESTRUCTIVE",
        help="After the load also let 500 connections come and go, and twice as many callers call: "
        "what can take vulnerable servers down.",
    ),
    click.option(
        "--workers",
        type=click.IntRange(1, 256),
        default=1,
        show_default=True,
        envvar="ASRGATE_WORKERS",
        metavar="N",
        help="Processes that generate the load, one core each at most.",
    ),
    click.option(
        "--listen",
        type=ADDRESS,
        envvar="ASRGATE_LISTEN",
        metavar="HOST[:PORT]",
        help="Wait at this address for the workers, from any hosts (asrgate worker).",
    ),
    click.option(
        "--slo",
        type=click.Path(path_type=Path),
        envvar="ASRGATE_SLO",
        metavar="FILE",
        help="Objectives in TOML; those of keeping real time if not given (docs/load.md).",
    ),
    click.option(
        "--describe",
        type=_Pair(),
        multiple=True,
        envvar="ASRGATE_DESCRIBE",
        metavar="KEY=VALUE",
        help="What the report shall say of the deployment, such as 'model=paraformer-zh'. May be repeated.",
    ),
)

_NAMES = (
    "mode",
    "speak",
    "pace",
    "pause_s",
    "starts",
    "speech_ratio",
    "pauses",
    "lengths",
    "abuse",
    "workers",
    "listen",
    "slo",
    "describe",
)


def calling_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the options that `calling_of` takes."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def calling_of(
    *,
    mode: str | None,
    speak: str,
    pace: Pace,
    pause_s: float,
    starts: Starts,
    speech_ratio: float,
    pauses: Pauses,
    lengths: str | None,
    abuse: Sequence[str],
    workers: int,
    listen: tuple[str, int] | None,
    slo: Path | None,
    describe: Sequence[tuple[str, str]],
) -> Calling:
    """What the options ask for.

    Raises:
        UsageError: one is wrong, or the file of objectives is.
    """
    return Calling(
        mode=mode,
        speak=speak,
        pace=pace,
        habits=Habits(
            pause_s=pause_s,
            starts=starts,
            speech_ratio=speech_ratio,
            pauses=pauses,
            lengths=lengths_of(lengths) if lengths else None,
        ),
        abuse=abuse_of(list(abuse)),
        workers=workers,
        listen=listen,
        objectives=None if slo is None else read_objectives(slo),
        described=dict(describe),
    )


def performed(
    output: Output,
    shape: Shape,
    work: Work,
    intent: str,
    *,
    found: Found = lambda run: None,
    claimed: Claimed = lambda run: run.measured,
    carried: Carried | None = None,
    gpu: str | tuple[int, ...],
    metrics: Sequence[str],
    server_pids: Sequence[int],
    sample_every_s: float,
    **options: Any,
) -> None:
    """Perform a load run as the options ask, show it, and exit with its status."""
    calling = {name: options.pop(name) for name in _NAMES}
    calling["speak"] = calling["speak"] or ("plain" if options["fixtures"] else TAG)

    def samplers(ground: Ground) -> list[Sampler]:
        own = () if ground.server_pid is None else (ground.server_pid,)
        return samplers_of(
            gpu=gpu, metrics=metrics, server_pids=(*server_pids, *own), endpoint_url=ground.endpoint.url
        )

    with LoadProgress(as_json=output.as_json, quiet=output.quiet) as progress:
        run, report = perform(
            settings_of(**options),
            calling_of(**calling),
            shape,
            work,
            intent,
            progress,
            found=found,
            claimed=claimed,
            carried=carried,
            samplers=samplers,
            every_s=sample_every_s,
        )
        if not output.as_json:
            for line in load_conclusion(run, report):
                progress.console.print(line, soft_wrap=True)
    output.exit(run, load_exit_status(run))
