"""The command line: one group, whose commands are imported only when they are called."""

import io
import sys
from importlib import import_module
from keyword import iskeyword
from pathlib import Path
from typing import Any

import click
from click.exceptions import NoArgsIsHelpError

from asrgate import __version__
from asrgate.cli.wording import sentence
from asrgate.errors import AsrgateError, InvalidRun

COMMANDS = {
    "validate": "Judge a deployment: conformance, accuracy, one report. The main job.",
    "check": "Judge whether an endpoint keeps its protocol.",
    "accuracy": "Measure how well an endpoint recognises.",
    "load": "Put many callers on an endpoint, and hold what they get against objectives.",
    "capacity": "Find how many streams an endpoint carries in real time.",
    "worker": "Make calls for a load run that another host commands.",
    "compare": "Say whether a deployment got worse: old run against new.",
    "calibrate": "Measure how much a deployment differs from itself.",
    "probe": "Say what an endpoint speaks and how fast it answers.",
    "transcribe": "Transcribe sound files, with partials as they come.",
    "mic": "Recognise what the microphone hears.",
    "serve": "Run the embedded endpoint in the foreground.",
    "convert": "Convert any sound file to mono 16-bit PCM.",
    "fixtures": "List, verify, make, import, fetch and record the clips that checks use.",
    "break": "Put a proxy in front of an endpoint that breaks one thing.",
    "prove": "Prove that the suite catches faults.",
    "explain": "Say what a requirement asks, and what a run saw of it.",
    "replay": "Drive a saved session again: fixed, or still failing?",
    "judge": "Apply today's judges to saved exchanges.",
    "report": "Render saved runs again, or several side by side.",
}
"""Every command and its sentence in `asrgate --help`; each is defined in the module of its name."""

_CONTEXT = {"auto_envvar_prefix": "ASRGATE", "help_option_names": ["-h", "--help"]}


class _Commands(click.Group):
    """Imports a command when it is called, and turns its errors into one sentence and an exit status."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Their names, in the order in which a newcomer needs them."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of this name, or None when there is none."""
        if cmd_name not in COMMANDS:
            return None
        name = f"{cmd_name}_" if iskeyword(cmd_name) else cmd_name
        command: click.Command = getattr(import_module(f"asrgate.cli.{name}"), name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write their sentences without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))

    def make_context(self, *args: Any, **extra: Any) -> click.Context:
        """Read the group's own options; a wrong one is told in one sentence."""
        try:
            return super().make_context(*args, **extra)
        except NoArgsIsHelpError:
            raise
        except click.UsageError as error:
            click.echo(f"asrgate: {sentence(error)}", err=True)
            raise SystemExit(error.exit_code) from error

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; whatever goes wrong for a reason that the user can see is said in one sentence."""
        try:
            return super().invoke(ctx)
        except NoArgsIsHelpError:
            raise
        except click.UsageError as error:
            click.echo(f"asrgate: {sentence(error)}", err=True)
            ctx.exit(error.exit_code)
        except AsrgateError as error:
            click.echo(f"asrgate: {error}", err=True)
            ctx.exit(error.exit_status)
        except KeyboardInterrupt:
            click.echo("asrgate: interrupted", err=True)
            ctx.exit(InvalidRun.exit_status)


@click.group(cls=_Commands, context_settings=_CONTEXT)
@click.version_option(__version__, prog_name="asrgate", message="%(prog)s %(version)s")
@click.option(
    "--config",
    "file",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Options in TOML, a table for each command; asrgate.toml in this folder if there is one.",
)
@click.pass_context
def main(ctx: click.Context, file: Path | None) -> None:
    """Conformance, accuracy and load suite for FunASR speech-recognition deployments.

    Every option can also be set by environment (ASRGATE_INSECURE=1, ASRGATE_CHECK_STREAMS=2).
    """
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # A terminal that cannot show Chinese shows a question mark, not a traceback.
            stream.reconfigure(errors="replace")
    if file is None and not Path(DEFAULT_CONFIG).is_file():
        return
    from asrgate.cli.configuration import options_of

    command = main.get_command(ctx, ctx.invoked_subcommand or "")
    if command is not None:
        ctx.default_map = {
            ctx.invoked_subcommand or "": options_of(file or Path(DEFAULT_CONFIG), command, ctx)
        }


DEFAULT_CONFIG = "asrgate.toml"
