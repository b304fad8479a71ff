"""Known deviations: what a file may say, what it excuses, and how it is brought up to date."""

from datetime import date
from pathlib import Path

import pytest

from asrgate.errors import UsageError
from asrgate.judge.catalogue import load_catalogue
from asrgate.judge.deviations import (
    Deviation,
    State,
    known_deviations,
    load_deviations,
    updated,
)
from asrgate.judge.finding import Verdict, failed, inconclusive, passed
from asrgate.suite.locations import deviations_file, requirements_file
from asrgate.wire.dialects import DIALECTS
from casebook.sessions import WRONG_WHEN_EMPTY
from casebook.worlds import WRONG

CATALOGUE = load_catalogue(requirements_file())
TODAY = date(2026, 11, 22)
FILE = """\
# What our vendor owes us.

# Reported in March.
[[deviation]]
requirement = "END-04"
dialect = "funasr-2pass*"
reason = "silent"  # seen twice
link = "https://example.org/4"
expires = 2027-03-31

# Of every server.
[[deviation]]
requirement = "CFG-03"
reason = "silent without chunk_size"

# Only behind the old gateway.
[[deviation]]
requirement = "HS-08"
server = "gate/1.*"
reason = "no pong"
"""


def listed(tmp_path: Path, text: str = FILE) -> tuple[Deviation, ...]:
    """The entries of a file with this text."""
    file = tmp_path / "known.toml"
    file.write_text(text, encoding="utf-8")
    return load_deviations(file, CATALOGUE)


def test_a_listed_failure_is_a_deviation(tmp_path: Path) -> None:
    """The finding keeps its observed reason; what is not listed fails."""
    known = known_deviations(listed(tmp_path), dialect="funasr-2pass", server=None, today=TODAY)
    excused = known.excuse(failed("END-04", "nothing came in 10 s"))
    assert (excused.verdict, excused.reason) == (Verdict.DEVIATION, "nothing came in 10 s")
    assert known.excuse(failed("END-01", "late")).verdict is Verdict.FAIL
    for other in (passed("END-04", ""), inconclusive("END-04", "")):
        assert known.excuse(other) == other


def test_entries_speak_of_dialects_and_servers(tmp_path: Path) -> None:
    """Patterns say of which; an entry for others excuses nothing."""
    entries = listed(tmp_path)

    def ids(dialect: str, server: str | None) -> set[str]:
        return set(known_deviations(entries, dialect=dialect, server=server, today=TODAY).entries)

    assert ids("funasr-2pass-0.1", None) == {"END-04", "CFG-03"}
    assert ids("funasr-python", "gate/1.7") == {"CFG-03", "HS-08"}
    assert ids("funasr-python", "gate/2.0") == {"CFG-03"}


def test_an_expired_entry_fails_again_and_says_so(tmp_path: Path) -> None:
    """Its date is the last day on which it counts."""
    entries = listed(tmp_path)
    last, next_day = date(2027, 3, 31), date(2027, 4, 1)
    for today, verdict in ((last, Verdict.DEVIATION), (next_day, Verdict.FAIL)):
        known = known_deviations(entries, dialect="funasr-2pass", server=None, today=today)
        finding = known.excuse(failed("END-04", "silent"))
        assert finding.verdict is verdict
    assert finding.reason == "silent (listed as known until 2027-03-31)"


def test_what_became_of_each_entry(tmp_path: Path) -> None:
    """Known, fixed, expired or not judged."""
    known = known_deviations(listed(tmp_path), dialect="funasr-2pass", server="gate/1.0", today=TODAY)
    outcomes = known.outcomes({"END-04": Verdict.DEVIATION, "CFG-03": Verdict.PASS})
    states = {entry.requirement: state for entry, state in outcomes}
    assert states == {"END-04": State.KNOWN, "CFG-03": State.FIXED, "HS-08": State.NOT_JUDGED}
    assert known.outcomes({"END-04": Verdict.FAIL})[0][1] is State.EXPIRED


def test_the_first_entry_on_a_requirement_counts(tmp_path: Path) -> None:
    """So a user's own entry goes before a shipped one, with its date."""
    own = Deviation(requirement="CFG-03", reason="ours", expires=date(2026, 1, 1))
    known = known_deviations((own, *listed(tmp_path)), dialect="funasr-2pass", server=None, today=TODAY)
    assert known.excuse(failed("CFG-03", "silent")).verdict is Verdict.FAIL


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("[[deviation]\n", "Expected"),
        ('[known]\nrequirement = "END-01"\n', "expected only tables [[deviation]], got known"),
        ('[[deviation]]\nreason = "x"\n', "entry 1: requirement is missing"),
        ('[[deviation]]\nrequirement = "END-01"\n', "entry 1: reason is missing"),
        ('[[deviation]]\nrequirement = "END-99"\nreason = "x"\n', "entry 1: there is no requirement END-99"),
        ('[[deviation]]\nrequirement = "END-01"\nreason = "x"\nuntil = "y"\n', "there is no key until"),
        (
            '[[deviation]]\nrequirement = "END-01"\nreason = "x"\nexpires = "soon"\n',
            "expires takes a date such as 2027-03-31 without quotes",
        ),
        ('[[deviation]]\nrequirement = "END-01"\nreason = 5\n', "reason takes a string, got 5"),
    ],
)
def test_a_wrong_file_is_told(tmp_path: Path, text: str, sentence: str) -> None:
    """Which entry, what is wrong, what is expected."""
    with pytest.raises(UsageError, match=r"--deviations .*known\.toml") as told:
        listed(tmp_path, text)
    assert sentence in str(told.value)


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    """With the way to get one."""
    with pytest.raises(UsageError, match="which --update-deviations writes"):
        load_deviations(tmp_path / "none.toml", CATALOGUE)


def test_updating_keeps_what_stays_to_the_letter(tmp_path: Path) -> None:
    """What passes goes with its comment, what fails is added; every other line stays."""
    text = updated(FILE, {"END-01": 'took "12 s"'}, {"CFG-03"}, dialect="funasr-2pass", server=None)
    gone = (
        '# Of every server.\n[[deviation]]\nrequirement = "CFG-03"\nreason = "silent without chunk_size"\n\n'
    )
    assert text.startswith(FILE.replace(gone, "").rstrip("\n"))
    added = listed(tmp_path, text)[-1]
    assert (added.requirement, added.dialect, added.reason) == ("END-01", "funasr-2pass", 'took "12 s"')


def test_updating_leaves_entries_of_others_alone(tmp_path: Path) -> None:
    """A pass on one server says nothing about another; what is listed already is not added."""
    text = updated(FILE, {"END-04": "silent"}, {"HS-08"}, dialect="funasr-2pass", server="gate/2.0")
    assert text == FILE


def test_a_file_can_begin_as_nothing(tmp_path: Path) -> None:
    """And is valid with nothing in it."""
    text = updated("", {"END-01": "late\nby 3 s"}, set(), dialect="funasr-2pass", server=None)
    assert [entry.reason for entry in listed(tmp_path, text)] == ["late\nby 3 s"]
    assert listed(tmp_path, updated(text, {}, {"END-01"}, dialect="funasr-2pass", server=None)) == ()


@pytest.mark.parametrize("dialect", DIALECTS)
def test_shipped_files_list_what_upstream_does(dialect: str) -> None:
    """Each entry is for its dialect, is judged there, has a source, and excuses nothing destructive."""
    file = deviations_file(dialect)
    if not file.is_file():
        return
    entries = load_deviations(file, CATALOGUE, shipped=True)
    assert len({entry.requirement for entry in entries}) == len(entries) > 0
    for entry in entries:
        requirement = CATALOGUE[entry.requirement]
        assert entry.dialect == dialect
        assert dialect in requirement.dialects, f"{entry.requirement} does not apply to {dialect}"
        assert not requirement.destructive, f"{entry.requirement}: a server that dies is never excused"
        assert entry.link.startswith(("https://github.com/modelscope/FunASR/", "docs/protocol.md section "))


@pytest.mark.parametrize("dialect", WRONG)
def test_shipped_files_list_what_the_case_book_shows(dialect: str) -> None:
    """What was seen of upstream's own servers, and is wrong, is known."""
    listed = {entry.requirement for entry in load_deviations(deviations_file(dialect), CATALOGUE)}
    assert WRONG[dialect] | WRONG_WHEN_EMPTY[dialect] <= listed
