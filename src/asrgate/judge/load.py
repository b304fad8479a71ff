"""LOAD: what holds while many speak at once; judged by load runs on all of their calls (docs/load.md)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median

from asrgate.judge.breach import counted
from asrgate.judge.finding import Finding, failed, inconclusive, passed

MOST_MISMATCHES = 0.01
"""Share of the calls whose text may differ from what the clip gave alone: engines on graphics cards do not
repeat themselves exactly."""

UNFAIR = 3.0
UNFAIR_FROM_MS = 500
"""How many times as long as the median caller one may wait for its finals, from what difference on."""

FEWEST_CALLERS = 4

GROWS_MS_PER_S = 20.0
ONE_IN = 20
"""By how much partial lag may grow, and in which share of the calls by more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Calls:
    """What the calls of a load gave while `streams` callers spoke.

    `errors` counts calls without a right answer by kind, and `examples` has a sentence on the first of each.
    Of `compared` texts so many `mismatches` were not what the same clip gives alone, and `crossed` calls were
    told what another one spoke. `finals_ms` has for each caller the times to its finals, `lag_slopes` for
    each call by how many ms its partials fell behind in a second.
    """

    streams: int
    sessions: int
    errors: Mapping[str, int] = field(default_factory=dict)
    examples: Mapping[str, str] = field(default_factory=dict)
    compared: int = 0
    mismatches: int = 0
    crossed: int = 0
    finals_ms: Mapping[str, Sequence[float]] = field(default_factory=dict)
    lag_slopes: Sequence[float] = ()


def every_call_is_served(loads: Sequence[Calls]) -> Finding:
    """LOAD-01: with as many streams as are claimed every call gets its final, and no call an error."""
    made = [calls for calls in loads if calls.sessions]
    if not made:
        return _nothing("LOAD-01")
    for calls in made:
        if calls.errors:
            kinds = ", ".join(f"{number} {kind}" for kind, number in _by_number(calls.errors))
            share = f"{sum(calls.errors.values())} of {counted(calls.sessions, 'call')} failed"
            return failed("LOAD-01", f"{_beside(calls)}{share}: {kinds}{_example(calls, _first(calls))}")
    return passed("LOAD-01", f"{_summed(made)}, each with its final")


def text_is_that_of_one_alone(loads: Sequence[Calls]) -> Finding:
    """LOAD-02: while others speak, a clip gives the text that it gives alone, in 99 of 100 calls."""
    compared = [calls for calls in loads if calls.compared]
    if not compared:
        return inconclusive("LOAD-02", "no text could be compared with what its clip gives alone")
    for calls in compared:
        if calls.mismatches > MOST_MISMATCHES * calls.compared:
            share = (
                f"{calls.mismatches} of {counted(calls.compared, 'text')} were not those of the clip alone"
            )
            return failed("LOAD-02", f"{_beside(calls)}{share}{_example(calls, 'text')}")
    different = sum(calls.mismatches for calls in compared)
    told = f"{counted(sum(calls.compared for calls in compared), 'text')}, {different} unlike those alone"
    return passed("LOAD-02", f"{told}; {MOST_MISMATCHES:.0%} are allowed")


def nobody_starves(loads: Sequence[Calls]) -> Finding:
    """LOAD-08: no caller waits for its finals three times as long as the median caller."""
    told = ""
    for calls in loads:
        waits = {caller: median(times) for caller, times in calls.finals_ms.items() if times}
        if len(waits) < FEWEST_CALLERS:
            continue
        usual, slowest = median(waits.values()), max(waits, key=lambda caller: waits[caller])
        told = (
            f"{_beside(calls)}caller {slowest} waits {waits[slowest]:.0f} ms for its finals, "
            f"the median of {len(waits)} callers is {usual:.0f} ms"
        )
        if waits[slowest] > UNFAIR * usual and waits[slowest] - usual > UNFAIR_FROM_MS:
            return failed("LOAD-08", told)
    return passed("LOAD-08", told) if told else _nothing("LOAD-08", f"{FEWEST_CALLERS} callers with finals")


def sessions_stay_apart_under_load(loads: Sequence[Calls]) -> Finding:
    """LOAD-10: no call is told what another one speaks, however many there are."""
    made = [calls for calls in loads if calls.sessions]
    if not made:
        return _nothing("LOAD-10")
    for calls in made:
        if calls.crossed:
            share = f"{calls.crossed} of {counted(calls.sessions, 'call')} were told what another one spoke"
            return failed("LOAD-10", f"{_beside(calls)}{share}{_example(calls, 'crossed')}")
    return passed("LOAD-10", f"{_summed(made)}, each told of its own words only")


def replies_keep_up(loads: Sequence[Calls]) -> Finding:
    """LOAD-11: in 19 of 20 calls the lag of partials grows by 20 ms in a second at the most."""
    told = ""
    for calls in loads:
        grown = sum(slope > GROWS_MS_PER_S for slope in calls.lag_slopes)
        if not calls.lag_slopes:
            continue
        told = (
            f"{_beside(calls)}partials fell behind by more than {GROWS_MS_PER_S:.0f} ms/s in {grown} of "
            f"{counted(len(calls.lag_slopes), 'call')}, the median is {median(calls.lag_slopes):.0f} ms/s"
        )
        if grown > len(calls.lag_slopes) / ONE_IN:
            return failed("LOAD-11", told)
    return passed("LOAD-11", told) if told else _nothing("LOAD-11", "calls of more than 10 s with partials")


def _nothing(requirement: str, needed: str = "calls that count") -> Finding:
    return inconclusive(requirement, f"there are no {needed}")


def _beside(calls: Calls) -> str:
    return f"at {counted(calls.streams, 'stream')} "


def _summed(loads: Sequence[Calls]) -> str:
    most = max(calls.streams for calls in loads)
    return f"{counted(sum(calls.sessions for calls in loads), 'call')} at up to {counted(most, 'stream')}"


def _by_number(errors: Mapping[str, int]) -> list[tuple[str, int]]:
    return sorted(errors.items(), key=lambda item: -item[1])


def _first(calls: Calls) -> str:
    return _by_number(calls.errors)[0][0]


def _example(calls: Calls, kind: str) -> str:
    return f"; for example {calls.examples[kind]}" if kind in calls.examples else ""
