"""The values of --fuzz."""

import pytest

from asrgate.errors import UsageError
from asrgate.fuzz.budget import QUICK_SESSIONS, Budget, budget_of


@pytest.mark.parametrize(
    ("text", "budget"),
    [
        ("quick", Budget(sessions=QUICK_SESSIONS)),
        ("300", Budget(sessions=300)),
        ("90s", Budget(seconds=90)),
        ("5m", Budget(seconds=300)),
    ],
)
def test_a_budget_is_sessions_or_time(text: str, budget: Budget) -> None:
    """A word, a number, or a number with its unit."""
    assert budget_of(text) == budget


@pytest.mark.parametrize("text", ["", "0", "-3", "5h", "many", "1.5m", "0s"])
def test_what_is_no_budget_is_told(text: str) -> None:
    """The sentence names the option and what it takes."""
    with pytest.raises(UsageError, match=r"--fuzz .*expected quick, a number of sessions"):
        budget_of(text)
