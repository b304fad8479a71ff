"""What click says of a wrong option, in one sentence for a person."""

import click

_PLAIN = (("a valid integer range", "a whole number"), ("a valid float range", "a number"))


def plainly(told: str) -> str:
    """The same without click's names of types."""
    for technical, plain in _PLAIN:
        told = told.replace(technical, plain)
    return told


def sentence(error: click.UsageError) -> str:
    """What is wrong, what is expected, and where to read on."""
    told = plainly(error.format_message()).rstrip(".")
    command = error.ctx.command_path if error.ctx is not None else "asrgate"
    return f"{told}; see `{command} --help`"
