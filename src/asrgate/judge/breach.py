"""From what was counted to a finding: the rule that all judges of many messages share."""

from collections.abc import Sequence
from dataclasses import dataclass

from asrgate.judge.finding import Evidence, Finding, failed, inconclusive, passed
from asrgate.wire.exchange import Exchange

SHOWN = 5
"""Breaches that a finding points at; the others are counted."""


@dataclass(frozen=True, slots=True)
class Breach:
    """One place where a requirement was broken: a sentence with the observed values, and the frames."""

    sentence: str
    shown: Evidence


def conclude(
    requirement: str,
    breaches: Sequence[Breach],
    *,
    judged: int,
    held: str,
    nothing: str,
    shown: Sequence[Evidence] = (),
) -> Finding:
    """The finding on `judged` things of which `breaches` broke the requirement.

    `held` is the reason of a pass and `nothing` the reason when there was nothing to judge on.
    """
    if breaches:
        others = len(breaches) - 1
        more = f" ({others} more like it)" if others else ""
        return failed(requirement, breaches[0].sentence + more, *(b.shown for b in breaches[:SHOWN]))
    if not judged:
        return inconclusive(requirement, nothing, *shown[:SHOWN])
    return passed(requirement, held, *shown[:SHOWN])


def why_nothing(exchanges: Sequence[Exchange], otherwise: str) -> str:
    """Why there was nothing to judge on: the first session that failed to open, or `otherwise`."""
    for exchange in exchanges:
        if not exchange.frames and exchange.failure is not None:
            return f"the session could not be opened: {exchange.failure.message}"
    return otherwise


def counted(number: int, singular: str, plural: str | None = None) -> str:
    """A number with its noun: `1 message`, `3 messages`."""
    return f"{number} {singular if number == 1 else plural or singular + 's'}"
