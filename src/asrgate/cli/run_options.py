"""The options of the commands that measure an endpoint and leave a report."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from asrgate.audio.conditions import PRESETS
from asrgate.cli.options import Reach, endpoint_options
from asrgate.errors import UsageError
from asrgate.fuzz.budget import budget_of
from asrgate.fuzz.store import DEFAULT_STORE
from asrgate.judge.finding import Level
from asrgate.report.assemble import command_line
from asrgate.report.language import LANGUAGES, Language
from asrgate.suite.given import RECOVERY_S
from asrgate.suite.hotword_trial import HotwordTrial
from asrgate.suite.settings import AUTO, FEATURES, Settings, parse_expectations, parse_selection
from asrgate.wire.dialects import DIALECTS

ALL_PRESETS = "all"

_LEVELS = [level.lower() for level in Level]

_STREAMS_OPTION = click.option(
    "--streams",
    type=click.IntRange(1, 64),
    default=4,
    show_default=True,
    envvar="ASRGATE_STREAMS",
    metavar="N",
    help="Connections at a time, at most.",
)
_GROUND_OPTIONS = (
    click.option(
        "--dialect",
        type=click.Choice([AUTO, *DIALECTS]),
        default=AUTO,
        show_default=True,
        envvar="ASRGATE_DIALECT",
        help="What the endpoint speaks; without URL: what the embedded one shall speak.",
    ),
    click.option(
        "--tls", is_flag=True, envvar="ASRGATE_TLS", help="Without URL: let the embedded endpoint speak wss."
    ),
    click.option(
        "--fixtures",
        type=click.Path(path_type=Path),
        envvar="ASRGATE_FIXTURES",
        metavar="DIR",
        help="Folder of clips with a manifest.jsonl; the bundled ones if not given.",
    ),
    click.option(
        "--seed",
        type=int,
        default=0,
        show_default=True,
        envvar="ASRGATE_SEED",
        metavar="N",
        help="Decides whatever is random in what is sent.",
    ),
    click.option(
        "--out",
        "directory",
        type=click.Path(path_type=Path),
        envvar="ASRGATE_OUT",
        metavar="DIR",
        help="Where the report lands; reports/<time>-<host> if not given.",
    ),
    click.option(
        "--lang",
        "language",
        type=click.Choice(LANGUAGES),
        default="en",
        show_default=True,
        envvar="ASRGATE_LANG",
        help="Language of the report.",
    ),
)

_CHECK_OPTIONS = (
    click.option(
        "--select",
        default="",
        envvar="ASRGATE_SELECT",
        metavar="IDS",
        help="Requirements to judge, by ID or pattern: HS-01,END-*",
    ),
    click.option(
        "--level",
        type=click.Choice(_LEVELS),
        default="may",
        show_default=True,
        envvar="ASRGATE_LEVEL",
        help="The lowest level to judge.",
    ),
    click.option(
        "--expect",
        default="",
        envvar="ASRGATE_EXPECT",
        metavar="FEATURES",
        help=f"What the deployment has, so that its absence is a failure: some of {', '.join(FEATURES)}",
    ),
    click.option(
        "--destructive",
        is_flag=True,
        envvar="ASRGATE_DESTRUCTIVE",
        help="Also send what is known to take vulnerable servers down.",
    ),
    click.option(
        "--fuzz",
        default="",
        envvar="ASRGATE_FUZZ",
        metavar="BUDGET",
        help="Then drive generated sessions: quick, a number like 300, or a time like 5m.",
    ),
    click.option(
        "--fuzz-store",
        type=click.Path(path_type=Path),
        default=DEFAULT_STORE,
        show_default=True,
        envvar="ASRGATE_FUZZ_STORE",
        metavar="DIR",
        help="Where what --fuzz found is kept, to be tried first the next time.",
    ),
    click.option(
        "--recovery",
        "recovery_s",
        type=click.FloatRange(min=0),
        default=RECOVERY_S,
        show_default=True,
        envvar="ASRGATE_RECOVERY",
        metavar="S",
        help="Seconds to wait for a server that such a case took down.",
    ),
    click.option(
        "--deviations",
        type=click.Path(path_type=Path),
        envvar="ASRGATE_DEVIATIONS",
        metavar="FILE",
        help="Failures that are known and do not count, besides those of upstream's own servers.",
    ),
    click.option(
        "--update-deviations",
        is_flag=True,
        envvar="ASRGATE_UPDATE_DEVIATIONS",
        help="Write what failed into that file, and take out what passes by now.",
    ),
    click.option(
        "--strict",
        is_flag=True,
        envvar="ASRGATE_STRICT",
        help="Excuse nothing that upstream's own servers are known to do.",
    ),
)


def run_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the URL and the options of every run of checks, which `settings_of` takes."""
    return ground_options(_STREAMS_OPTION(command))


def ground_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the URL and the options of every run, whatever it measures; for `settings_of`, too."""
    described = endpoint_options(command)
    for option in reversed(_GROUND_OPTIONS):
        described = option(described)
    return click.argument("url", required=False, envvar="ASRGATE_ENDPOINT")(described)


def check_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the options that say what is judged."""
    for option in reversed(_CHECK_OPTIONS):
        command = option(command)
    return command


def settings_of(
    *,
    url: str | None,
    reach: Reach,
    dialect: str,
    tls: bool,
    fixtures: Path | None,
    streams: int = 4,
    seed: int,
    directory: Path | None,
    language: Language,
    select: str = "",
    level: str = "may",
    expect: str = "",
    destructive: bool = False,
    fuzz: str = "",
    fuzz_store: Path = DEFAULT_STORE,
    recovery_s: float = RECOVERY_S,
    deviations: Path | None = None,
    update_deviations: bool = False,
    strict: bool = False,
    accuracy: bool = False,
    modes: tuple[str, ...] = (),
    pace: str = "max",
    rates_hz: tuple[int, ...] = (),
    degradations: tuple[str, ...] = (),
    presets: tuple[str, ...] = (),
    hotword_trial: HotwordTrial | None = None,
) -> Settings:
    """What the options ask for.

    Raises:
        UsageError: they contradict one another, or the URL is not a WebSocket URL.
    """
    if url is not None and tls:
        raise UsageError(f"--tls is for the embedded endpoint: with a URL, write wss:// in it (got {url})")
    return Settings(
        endpoint=reach.endpoint(url) if url is not None else None,
        dialect=dialect,
        tls=tls,
        fixtures=fixtures,
        streams=streams,
        seed=seed,
        select=parse_selection(select),
        level=Level(level.upper()),
        destructive=destructive,
        fuzz=budget_of(fuzz) if fuzz else None,
        fuzz_store=fuzz_store,
        recovery_s=recovery_s,
        deviations=deviations,
        update_deviations=update_deviations,
        strict=strict,
        expect=parse_expectations(expect),
        accuracy=accuracy,
        modes=modes,
        real_time=pace == "real",
        rates_hz=rates_hz,
        degradations=degradations,
        presets=tuple(PRESETS) if ALL_PRESETS in presets else presets,
        hotword_trial=hotword_trial,
        wait_s=reach.wait_s,
        directory=directory,
        language=language,
        command=command_line(["asrgate", *sys.argv[1:]]),
    )
