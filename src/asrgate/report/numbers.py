"""Numbers as a reader sees them: what is missing is a dash, never 0."""

import re

DASH = "—"

_THIN = "\u202f"
"""A narrow space at which no line breaks."""
_MIB = 2**20
_FRACTION = re.compile(r"\.\d+")


def percent(rate: float | None) -> str:
    """Return a rate of 0 to 1 in percent with one decimal."""
    return DASH if rate is None else f"{rate * 100:.1f} %"


def bounds(interval: tuple[float, float] | None) -> str:
    """Return the bounds of a rate's interval in percent."""
    return DASH if interval is None else f"{interval[0] * 100:.1f} – {interval[1] * 100:.1f} %"


def milliseconds(value: float | None) -> str:
    """Return a time in ms to the digit that matters: whole from 100, one decimal below."""
    if value is None:
        return DASH
    return f"{value:,.0f}".replace(",", _THIN) if value >= 100 else f"{value:.1f}"


def seconds(value: float) -> str:
    """Return a time in s, whole from 10, one decimal below."""
    return f"{value:.0f}" if value >= 10 else f"{value:.1f}"


def moment(started_at: str) -> str:
    """Return an ISO 8601 time with date and time apart and without fractions of a second."""
    date, _, time = started_at.partition("T")
    return f"{date} {_FRACTION.sub('', time)}".strip()


def count(value: int) -> str:
    """Return a count with thin spaces between thousands."""
    return f"{value:,}".replace(",", _THIN)


def plain(value: float | None) -> str:
    """Return a number of any size to the digits that matter: whole from 100, three figures below."""
    if value is None:
        return DASH
    return count(round(value)) if abs(value) >= 100 else f"{value:.3g}"


def figure(value: float | None, unit: str) -> str:
    """Return a number in its unit (`ms`, `s`, `share`, `bytes`, ...) as tables and charts show it."""
    match unit:
        case _ if value is None:
            return DASH
        case "ms" | "ms/s":
            return milliseconds(value)
        case "share":
            return percent(value)
        case "bytes":
            return f"{value / _MIB:,.1f}".replace(",", _THIN) + " MiB"
        case _:
            return plain(value)


def money(value: float | None, currency: str) -> str:
    """Return an amount with its currency, to the hundredth from 1 on, to three figures below."""
    if value is None:
        return DASH
    amount = f"{value:,.2f}".replace(",", _THIN) if value >= 1 else f"{value:.3g}"
    return f"{amount} {currency}".strip()
