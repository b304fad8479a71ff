"""All faults by name: the one list that `asrgate break` and `asrgate prove` go by."""

from collections.abc import Iterable
from fnmatch import fnmatchcase

from asrgate.errors import UsageError
from asrgate.faults.families import (
    audio,
    configuration,
    connections,
    ending,
    handshake,
    hotwords,
    itn,
    load,
    messages,
    realtime,
    robustness,
    stamps,
    texts,
    tls,
)
from asrgate.faults.fault import Fault

_FAMILIES = (
    handshake,
    tls,
    messages,
    stamps,
    texts,
    configuration,
    itn,
    hotwords,
    audio,
    ending,
    robustness,
    connections,
    load,
    realtime,
)

FAULTS: dict[str, Fault] = {
    fault.name: fault for family in _FAMILIES for fault in vars(family).values() if isinstance(fault, Fault)
}


def fault_named(name: str) -> Fault:
    """The fault of this name.

    Raises:
        UsageError: there is none.
    """
    try:
        return FAULTS[name]
    except KeyError:
        near = [known for known in FAULTS if name.split("-")[0] in known]
        hint = f"did you mean {' or '.join(near[:3])}?" if near else "asrgate break --list names them all"
        raise UsageError(f"no fault {name!r}; {hint}") from None


def faults_like(patterns: Iterable[str], dialect: str) -> tuple[Fault, ...]:
    """The faults that make sense for a dialect and match one of the patterns; all of them without patterns.

    Raises:
        UsageError: a pattern matches none.
    """
    fitting = [fault for fault in FAULTS.values() if dialect in fault.dialects]
    wanted = list(patterns)
    for pattern in wanted:
        if not any(_is_like(fault, pattern) for fault in fitting):
            raise UsageError(
                f"--faults {pattern}: no such fault of {dialect}; expected a name, a family, a requirement, "
                f"or a pattern like stamps-* or END-*"
            )
    return tuple(f for f in fitting if not wanted or any(_is_like(f, pattern) for pattern in wanted))


def _is_like(fault: Fault, pattern: str) -> bool:
    names = (fault.name, fault.family, *fault.caught_by)
    return any(fnmatchcase(name, pattern) for name in names)
