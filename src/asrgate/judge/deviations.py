"""Known deviations: requirements that a server is known to break, read from a file that a person keeps.

# Reported in March, promised for 1.4.
[[deviation]]
requirement = "SCH-05"
dialect = "funasr-2pass*"     # a pattern; every dialect when left out
server = "WebSocket++/0.8.*"  # a pattern for the Server header; every server when left out
reason = "the empty final carries no mode"
link = "https://github.com/modelscope/FunASR/issues/2141"
expires = 2027-03-31          # the last day on which it counts; for ever when left out
"""

import tomllib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, fields, replace
from datetime import date, datetime
from enum import StrEnum
from fnmatch import fnmatchcase
from itertools import pairwise
from pathlib import Path
from typing import Any

import tomlkit

from asrgate.errors import UsageError
from asrgate.judge.finding import Finding, Verdict

_HEADER = "[[deviation]]"
_NEW_FILE = "# Known deviations, for `asrgate check --deviations`. See docs/deviations.md.\n"


class State(StrEnum):
    """What became of an entry in a run."""

    KNOWN = "known"
    FIXED = "fixed"
    EXPIRED = "expired"
    NOT_JUDGED = "not judged"


@dataclass(frozen=True, slots=True, kw_only=True)
class Deviation:
    """One entry. `dialect` and `server` are patterns; `expires` is the last day on which it counts."""

    requirement: str
    reason: str
    dialect: str = "*"
    server: str = "*"
    link: str = ""
    expires: date | None = None
    file: str = ""
    shipped: bool = False

    def applies_to(self, dialect: str, server: str | None) -> bool:
        """Whether it speaks of servers of this dialect with this `Server` header."""
        return fnmatchcase(dialect, self.dialect) and fnmatchcase(server or "", self.server)

    def has_expired(self, today: date) -> bool:
        """Whether its last day is over."""
        return self.expires is not None and today > self.expires


@dataclass(frozen=True, slots=True)
class KnownDeviations:
    """The entries that apply to the endpoint of a run, and the day by which they are read."""

    entries: Mapping[str, Deviation]
    today: date

    def excuse(self, finding: Finding) -> Finding:
        """A failure that is listed becomes a deviation; one whose entry has expired fails, and says so."""
        entry = self.entries.get(finding.requirement)
        if entry is None or finding.verdict is not Verdict.FAIL:
            return finding
        if entry.has_expired(self.today):
            return replace(finding, reason=f"{finding.reason} (listed as known until {entry.expires})")
        return replace(finding, verdict=Verdict.DEVIATION)

    def outcomes(self, verdicts: Mapping[str, Verdict]) -> tuple[tuple[Deviation, State], ...]:
        """What became of each entry, by the verdicts on the requirements after `excuse`."""
        return tuple(
            (entry, _STATES.get(verdicts.get(id_), State.NOT_JUDGED)) for id_, entry in self.entries.items()
        )


NONE_KNOWN = KnownDeviations({}, date.min)

_STATES: dict[Verdict | None, State] = {
    Verdict.DEVIATION: State.KNOWN,
    Verdict.PASS: State.FIXED,
    Verdict.FAIL: State.EXPIRED,
}


def known_deviations(
    listed: Iterable[Deviation], *, dialect: str, server: str | None, today: date
) -> KnownDeviations:
    """The entries that apply; of several on one requirement the first counts."""
    entries: dict[str, Deviation] = {}
    for entry in listed:
        if entry.applies_to(dialect, server):
            entries.setdefault(entry.requirement, entry)
    return KnownDeviations(entries, today)


def load_deviations(
    path: Path, requirements: Collection[str], *, shipped: bool = False
) -> tuple[Deviation, ...]:
    """The entries of a file, in its order.

    Raises:
        UsageError: the file cannot be read, an entry lacks or misspells a key, or its requirement is unknown.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "not UTF-8"
        raise UsageError(
            f"--deviations {path}: {reason}; expected a TOML file with tables {_HEADER}, "
            "which --update-deviations writes"
        ) from error
    return tuple(
        replace(entry, file=path.name, shipped=shipped) for entry in _entries(text, path, requirements)
    )


def updated(
    text: str, failed: Mapping[str, str], passed: Collection[str], *, dialect: str, server: str | None
) -> str:
    """The text of a file brought up to date with a run of this dialect and server.

    Entries on requirements that `passed` are taken out, those on `failed` ones that are not listed yet are
    added with the observed reason. Every other line stays as it was, comments with it: a comment right above
    an entry goes with that entry.
    """
    preamble, blocks = _blocks(text or _NEW_FILE)
    entries = tomllib.loads(text).get("deviation", [])
    kept = []
    listed = set()
    for block, entry in zip(blocks, entries, strict=True):
        deviation = Deviation(**entry)
        applies = deviation.applies_to(dialect, server)
        if applies and deviation.requirement in passed:
            continue
        if applies:
            listed.add(deviation.requirement)
        kept.append(block)
    added = [_written(id_, dialect, reason) for id_, reason in failed.items() if id_ not in listed]
    parts = [part.strip("\n") for part in (preamble, *kept, *added)]
    return "\n\n".join(part for part in parts if part) + "\n"


def _entries(text: str, path: Path, requirements: Collection[str]) -> list[Deviation]:
    known = {field.name for field in fields(Deviation)} - {"file", "shipped"}
    try:
        content = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise UsageError(f"--deviations {path}: {error}") from error
    strays = set(content) - {"deviation"}
    if strays or not isinstance(content.get("deviation", []), list):
        raise UsageError(
            f"--deviations {path}: expected only tables {_HEADER}, got {', '.join(strays) or 'others'}"
        )
    entries = []
    for number, entry in enumerate(content.get("deviation", []), 1):
        wrong = _why_wrong(entry, known, requirements)
        if wrong:
            raise UsageError(f"--deviations {path}, entry {number}: {wrong}")
        entries.append(Deviation(**entry))
    return entries


def _why_wrong(entry: dict[str, Any], known: set[str], requirements: Collection[str]) -> str | None:
    for key in ("requirement", "reason"):
        if not entry.get(key):
            return f"{key} is missing"
    for key, value in entry.items():
        if key not in known:
            return f"there is no key {key}; expected one of {', '.join(sorted(known))}"
        if key == "expires":
            if not isinstance(value, date) or isinstance(value, datetime):
                return f"expires takes a date such as 2027-03-31 without quotes, got {value!r}"
        elif not isinstance(value, str):
            return f"{key} takes a string, got {value!r}"
    if entry["requirement"] not in requirements:
        return f"there is no requirement {entry['requirement']}"
    return None


def _blocks(text: str) -> tuple[str, list[str]]:
    """What stands before the first entry, and each entry with the comment right above it.

    By lines, because a parser that keeps comments (tomlkit) counts one above an entry to the entry before.
    """
    lines = text.splitlines(keepends=True)
    starts = []
    for number, line in enumerate(lines):
        if line.replace(" ", "").startswith(_HEADER):
            while number and lines[number - 1].startswith("#"):
                number -= 1
            starts.append(number)
    blocks = ["".join(lines[start:end]) for start, end in pairwise([*starts, len(lines)])]
    return "".join(lines[: starts[0]]) if starts else text, blocks


def _written(requirement: str, dialect: str, reason: str) -> str:
    entry = tomlkit.table()
    entry.update({"requirement": requirement, "dialect": dialect, "reason": reason})
    return f"{_HEADER}\n{tomlkit.dumps(entry)}"
