"""`asrgate.toml`: options in a file, a table for each command."""

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from asrgate.cli import COMMANDS
from asrgate.cli.wording import plainly
from asrgate.errors import UsageError


def options_of(file: Path, command: click.Command, ctx: click.Context) -> dict[str, Any]:
    """The options that a file sets for a command, by the names of its parameters.

    Raises:
        UsageError: the file cannot be read, names an unknown table or option, or a value is wrong; the
            message names file and key, what came and what is expected.
    """
    tables = _read(file)
    for name, table in tables.items():
        if name not in COMMANDS or not isinstance(table, dict):
            came = f"[{name}]" if isinstance(table, dict) else f"{name} = {table!r}"
            expected = ", ".join(f"[{command}]" for command in COMMANDS)
            raise UsageError(f"{file}: {came}: expected the table of a command, one of {expected}")
    name = command.name or ""
    return _checked(tables.get(name, {}), command, ctx, f"{file}: [{name}]")


def _read(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise UsageError(f"--config {file}: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageError(f"{file}: not TOML: {error}") from error


def _checked(
    table: Mapping[str, Any], command: click.Command, ctx: click.Context, where: str
) -> dict[str, Any]:
    """The values of a table, converted; a group's commands have tables of their own within it."""
    if isinstance(command, click.Group):
        return {
            key: _checked(value, _subcommand(key, value, command, ctx, where), ctx, f"{where[:-1]}.{key}]")
            for key, value in table.items()
        }
    parameters = {_key_of(parameter): parameter for parameter in command.get_params(ctx)}
    parameters.pop("help", None)
    options: dict[str, Any] = {}
    for key, value in table.items():
        parameter = parameters.get(key.replace("_", "-"))
        if parameter is None or parameter.name is None:
            raise UsageError(
                f"{where} {key}: no such option; expected one of {', '.join(sorted(parameters))}"
            )
        options[parameter.name] = _value(value, parameter, ctx, f"{where} {key}")
    return options


def _subcommand(key: str, value: Any, group: click.Group, ctx: click.Context, where: str) -> click.Command:
    command = group.get_command(ctx, key)
    if command is None or not isinstance(value, dict):
        expected = ", ".join(f"[{where.rpartition('[')[2][:-1]}.{name}]" for name in group.list_commands(ctx))
        raise UsageError(f"{where} {key}: expected a table, one of {expected}")
    return command


def _key_of(parameter: click.Parameter) -> str:
    """The name of an option in the file: that of its long form."""
    long_forms = [form.lstrip("-") for form in parameter.opts if form.startswith("--")]
    return long_forms[0] if long_forms else (parameter.name or "")


def _value(value: Any, parameter: click.Parameter, ctx: click.Context, where: str) -> Any:
    """The value as the option takes it."""
    if isinstance(parameter, click.Option) and parameter.is_flag and not isinstance(value, bool):
        raise UsageError(f"{where} = {value!r}: expected true or false")
    if parameter.multiple and isinstance(value, str):
        value = [value]
    try:
        return parameter.type_cast_value(ctx, value)
    except click.BadParameter as error:
        raise UsageError(f"{where} = {value!r}: {plainly(error.message)}") from error
