"""The smallest differences that matter: below them a change for the worse is none."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from asrgate.errors import UsageError

Measure = Literal["cer", "wer", "unstable", "hotword_missed", "first_partial", "emission", "final"]

DEFAULTS: Mapping[Measure, float] = {
    "cer": 0.005,
    "wer": 0.01,
    "unstable": 0.02,
    "hotword_missed": 0.05,
    "first_partial": 150.0,
    "emission": 100.0,
    "final": 100.0,
}
"""Rates as a share, latencies in ms."""

RATES: frozenset[Measure] = frozenset({"cer", "wer", "unstable", "hotword_missed"})
"""Those that are shares."""

_UNITS = {"%": 0.01, "ms": 1.0, "s": 1000.0}


@dataclass(frozen=True, slots=True)
class Tolerances:
    """By measure: a share for those in `RATES`, ms for the others."""

    of: Mapping[Measure, float]


def parse_tolerances(texts: Iterable[str]) -> Tolerances:
    """Read `cer=0.5%`, `final=80ms`; what is not named keeps its default.

    Raises:
        UsageError: one is of another form, or names what is not compared.
    """
    told = dict(DEFAULTS)
    for text in texts:
        name, equals, amount = text.strip().partition("=")
        if not equals or name not in DEFAULTS:
            raise UsageError(
                f"--tolerance {text}: expected NAME=AMOUNT as cer=0.5% or final=80ms; "
                f"the names are {', '.join(DEFAULTS)}"
            )
        measure: Measure = next(known for known in DEFAULTS if known == name)
        told[measure] = _amount(amount.strip(), measure, text)
    return Tolerances(told)


def _amount(text: str, measure: Measure, whole: str) -> float:
    unit = next((unit for unit in _UNITS if text.endswith(unit)), "")
    is_rate = measure in RATES
    expected = "a share like 0.5% or 0.005" if is_rate else "a time like 80ms or 0.2s"
    try:
        amount = float(text.removesuffix(unit)) * _UNITS.get(unit, 1.0)
    except ValueError:
        raise UsageError(f"--tolerance {whole}: {text!r} is no amount; expected {expected}") from None
    if amount < 0 or (unit == "%") > is_rate or (is_rate and (unit not in ("", "%") or amount > 1)):
        raise UsageError(f"--tolerance {whole}: expected {expected}")
    return amount
