"""Options that say what is asked of a recogniser: mode, written numbers, hotwords, cadence of partials."""

import click

from asrgate.errors import UsageError
from asrgate.wire.dialects import Dialect

DEFAULT_WEIGHT = 20
"""The weight that FunASR's own examples give a hotword."""


def _chunk_size(ctx: click.Context, param: click.Parameter, value: str) -> tuple[int, int, int]:
    try:
        left, chunk, right = (int(part) for part in value.split(","))
    except ValueError:
        raise click.BadParameter(f"expected three whole numbers like 5,10,5, got {value!r}") from None
    if left < 0 or right < 0 or not 1 <= chunk <= 1000:
        raise click.BadParameter(f"expected 0 or more, 1 to 1000, 0 or more, got {value!r}")
    return left, chunk, right


def _hotwords(ctx: click.Context, param: click.Parameter, values: tuple[str, ...]) -> dict[str, int]:
    return dict(map(weighted_word, values))


def weighted_word(value: str) -> tuple[str, int]:
    """Return the word and the weight of `WORD=WEIGHT`, the usual weight where there is none.

    Raises:
        BadParameter: there is no word, or no such weight.
    """
    word, equals, weight = value.rpartition("=")
    if not equals:
        word, weight = value, str(DEFAULT_WEIGHT)
    if not word.strip() or not weight.isascii() or not weight.isdigit() or not 1 <= int(weight) <= 100:
        raise click.BadParameter(f"expected WORD=WEIGHT with a weight of 1 to 100, got {value!r}")
    return word.strip(), int(weight)


def require_rate(dialect: Dialect, rate_hz: int) -> None:
    """Make sure that audio at this rate can be sent in the dialect.

    Raises:
        UsageError: it cannot.
    """
    if dialect.rates_hz is not None and rate_hz not in dialect.rates_hz:
        taken = " or ".join(map(str, sorted(dialect.rates_hz)))
        raise UsageError(f"{dialect.name} takes audio at {taken} Hz, not {rate_hz}: leave out --rate.")


mode_option = click.option(
    "--mode",
    type=click.Choice(["2pass", "online", "offline"]),
    default="2pass",
    show_default=True,
    help="Partials and corrected sentences, partials only, or sentences only.",
)
rate_option = click.option(
    "--rate",
    type=click.Choice(["8000", "16000"]),
    default="16000",
    show_default=True,
    help="Sampling rate (Hz) in which the audio is sent.",
)
itn_option = click.option(
    "--itn/--no-itn", default=True, show_default=True, help="Numbers and dates in their written form."
)
hotword_option = click.option(
    "--hotword",
    "hotwords",
    multiple=True,
    callback=_hotwords,
    metavar="WORD=WEIGHT",
    help=f"Favour this word; weight 1 to 100, {DEFAULT_WEIGHT} if not given. May be repeated.",
)
chunk_size_option = click.option(
    "--chunk-size",
    default="5,10,5",
    show_default=True,
    callback=_chunk_size,
    metavar="L,C,R",
    help="Look-back, step and look-ahead of the partials, in units of 60 ms.",
)
