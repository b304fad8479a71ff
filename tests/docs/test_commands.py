"""The commands that documents show exist, with the options that they show."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from asrgate.cli import main

REPOSITORY = Path(__file__).parents[2]
PAGES = sorted([*REPOSITORY.glob("*.md"), *(REPOSITORY / "docs").glob("*.md")])


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_shown_commands_exist(page: Path) -> None:
    """Every command line in backquotes or in a block names a command and options that it takes."""
    for line in _command_lines(page.read_text(encoding="utf-8")):
        arguments = shlex.split(re.sub(r"[\[\]]", "", line), comments=True)[1:]
        command: click.Command = main
        context = click.Context(command, info_name="asrgate")
        while isinstance(command, click.Group) and arguments:
            found = command.get_command(context, arguments[0])
            assert found, f"{line!r}: there is no command {arguments[0]!r}"
            command, arguments = found, arguments[1:]
            context = click.Context(command, parent=context, info_name=command.name)
        try:
            command.make_parser(context).parse_args(arguments)
        except click.UsageError as error:
            pytest.fail(f"{line!r}: {error.format_message()}")


def _command_lines(markdown: str) -> Iterator[str]:
    """Command lines of the page: what follows two blanks in a block is a remark."""
    yield from re.findall(r"`(asrgate [^`\n]+)`", markdown)
    for block in re.findall(r"^```\w*\n(.*?)^```", markdown, re.DOTALL | re.MULTILINE):
        for line in re.findall(r"^(?:\$ )?(asrgate \S.*)$", block, re.MULTILINE):
            yield re.split(r"\s{2,}", line)[0]
