"""Shares: how many of how many, and how far that can be trusted."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Share:
    """`hits` of `of`; `value` is their ratio and `ci95` its 95 % interval, both None of nothing."""

    hits: int
    of: int
    value: float | None
    ci95: tuple[float, float] | None


def share_of(hits: int, of: int) -> Share:
    """Return the share with its interval by E. B. Wilson (J. Am. Stat. Assoc. 22, 1927)."""
    # Imported here: it takes most of a second, which every command would wait for.
    from scipy.stats import binomtest

    if not of:
        return Share(hits, of, None, None)
    interval = binomtest(hits, of).proportion_ci(method="wilson")
    return Share(hits, of, hits / of, (float(interval.low), float(interval.high)))
