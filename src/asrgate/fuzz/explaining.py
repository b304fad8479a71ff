"""From failing sessions to causes: each with the smallest session that shows it."""

from collections.abc import Callable, Iterator, Sequence

from asrgate.fuzz.causes import cause_of, traits_of
from asrgate.fuzz.driving import Interrupted
from asrgate.fuzz.generation import Strategy, smallest
from asrgate.fuzz.model import Problem
from asrgate.fuzz.trials import DOWN, INTERRUPTED, Failing, Trials
from asrgate.judge.generated import Broken
from asrgate.wire.exchange import Exchange
from asrgate.wire.scenario import Scenario

SHRINK_SESSIONS = 200
"""With so many sessions a failing one is made smaller, at most; how fast they go decides nothing."""

MOST_CAUSES = 5
"""So many causes are told apart in one run; what else fails waits until these are mended."""

CONFIRMATIONS = 2
"""A session that breaks no rule in so many further trials is unsteady, and explains nothing."""

Say = Callable[[str], None]


def explained(
    failing: Sequence[Failing], strategy: Strategy, trials: Trials, dialect: str, say: Say
) -> Iterator[Broken | str]:
    """Yield the causes of what failed, and sentences on what failed once and not again.

    Failing sessions of one rule have one cause when whatever is unusual about the smallest is unusual about
    the others as well.
    """
    rules = dict.fromkeys(one.rule for one in failing)
    told = 0
    for rule in sorted(rules, key=lambda rule: rule != DOWN):
        waiting = [one for one in failing if one.rule == rule]
        known: list[frozenset[str]] = []
        while waiting and told < MOST_CAUSES:
            found = _cause(waiting.pop(0), strategy, trials, dialect, known, say)
            yield found
            if isinstance(found, Broken):
                told += 1
                known.append(traits_of(found.exchange.scenario, dialect))
            waiting = [one for one in waiting if not _covered(one.scenario, dialect, known)]


def as_cause(problem: Problem, exchange: Exchange, *, again: bool = False) -> Broken:
    """The cause that an exchange shows."""
    return Broken(
        rule=problem.rule,
        cause=cause_of(problem.rule, traits_of(exchange.scenario, exchange.dialect)),
        sentence=problem.sentence,
        exchange=exchange,
        frames=problem.frames,
        again=again,
    )


def _cause(
    one: Failing,
    strategy: Strategy,
    trials: Trials,
    dialect: str,
    known: Sequence[frozenset[str]],
    say: Say,
) -> Broken | str:
    first = trials.broken[one.scenario.fingerprint]
    say(f"confirming: {one.rule}")
    confirmed = any(trials.breaks(one.scenario) == one.rule for _ in range(CONFIRMATIONS))
    if not confirmed and trials.gone is None:
        return f"a session broke the rule {one.rule!r} once, and not when it was repeated"
    least = _smallest(one, strategy, trials, dialect, known, say) if confirmed else one.scenario
    breach = trials.broken.get(least.fingerprint) or first
    try:
        for scenario in dict.fromkeys((least, one.scenario)) if trials.gone is None else ():
            # With all the patience of an ordinary check, so that nothing slow is taken for something missing.
            exchange = trials.drive(scenario)
            problem = trials.problem(exchange, one.rule)
            if problem is not None:
                return as_cause(problem, exchange)
    except Interrupted:
        trials.gone = INTERRUPTED
    if trials.gone is not None and breach is not None:
        return as_cause(*breach)
    return f"a session broke the rule {one.rule!r}, but not when it was given more time"


def _smallest(
    one: Failing,
    strategy: Strategy,
    trials: Trials,
    dialect: str,
    known: Sequence[frozenset[str]],
    say: Say,
) -> Scenario:
    most = trials.further + SHRINK_SESSIONS

    def still_fails(scenario: Scenario) -> bool:
        if scenario.fingerprint not in trials.broken:
            if trials.further >= most or trials.gone is not None:
                return False
            say(f"making small: {one.rule}")
            trials.breaks(scenario)
        return trials.rule_broken_by(scenario) == one.rule and not _covered(scenario, dialect, known)

    return smallest(strategy, one.seed, one.scenario, still_fails)


def _covered(scenario: Scenario, dialect: str, known: Sequence[frozenset[str]]) -> bool:
    return any(traits <= traits_of(scenario, dialect) for traits in known)
