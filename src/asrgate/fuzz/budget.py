"""How much is generated: the value of `--fuzz`."""

import re
from dataclasses import dataclass

from asrgate.errors import UsageError

QUICK_SESSIONS = 100

_FORM = re.compile(r"(?P<number>\d+)(?P<unit>[sm]?)")


@dataclass(frozen=True, slots=True)
class Budget:
    """So many sessions, or as many as fit into so many seconds; exactly one of them is None."""

    sessions: int | None = None
    seconds: float | None = None

    def __str__(self) -> str:
        return f"{self.sessions} sessions" if self.sessions is not None else f"{self.seconds:g} s"


def budget_of(text: str) -> Budget:
    """The budget that `quick`, `300`, `90s` or `5m` stands for.

    Raises:
        UsageError: it is none of these, or nothing.
    """
    if text == "quick":
        return Budget(sessions=QUICK_SESSIONS)
    form = _FORM.fullmatch(text)
    number = int(form["number"]) if form else 0
    if form is None or number < 1:
        raise UsageError(f"--fuzz {text}: expected quick, a number of sessions like 300, or a time like 5m")
    if not form["unit"]:
        return Budget(sessions=number)
    return Budget(seconds=number * (60.0 if form["unit"] == "m" else 1.0))
