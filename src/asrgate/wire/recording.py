"""Exchanges as files: written line by line while they happen, and read back equal.

A file holds JSON lines, each an object with one key that says what the line is:

    {"head": …}       scenario, dialect, URL, when it began, version of this form
    {"handshake": …}  {"tls": …}  {"frame": …}  {"step": …}  {"closing": …}  {"failure": …}

A run that is killed leaves a file without its end; it reads as what had happened until then.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Protocol, Self, TypeVar

from pydantic import TypeAdapter, ValidationError

from asrgate.errors import UsageError
from asrgate.wire.exchange import Closing, Exchange, Failure, Frame, Handshake, StepDone, TlsFacts
from asrgate.wire.scenario import Scenario

FORM_VERSION = 1

_R = TypeVar("_R")


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """What is known of an exchange when it begins. `started_at` is ISO 8601 with its offset."""

    scenario: Scenario
    dialect: str
    url: str
    started_at: str
    version: int = FORM_VERSION


Record = Head | Handshake | TlsFacts | Frame | StepDone | Closing | Failure
"""One line of an exchange file."""

_ADAPTERS: dict[str, TypeAdapter[Any]] = {
    "head": TypeAdapter(Head),
    "handshake": TypeAdapter(Handshake),
    "tls": TypeAdapter(TlsFacts),
    "frame": TypeAdapter(Frame),
    "step": TypeAdapter(StepDone),
    "closing": TypeAdapter(Closing),
    "failure": TypeAdapter(Failure),
}
_KINDS: dict[type, str] = {
    Head: "head",
    Handshake: "handshake",
    TlsFacts: "tls",
    Frame: "frame",
    StepDone: "step",
    Closing: "closing",
    Failure: "failure",
}


class RecordSink(Protocol):
    """Takes the records of one exchange in the order in which they happen."""

    def write(self, record: Record, /) -> None:
        """Take one record."""


class Recorder:
    """Writes one exchange to a file, each line as soon as it happens; a context manager that closes it."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self.path = path
        self._file = path.open("w", encoding="utf-8", buffering=1)

    def write(self, record: Record, /) -> None:
        """Append one record; it is in the file when this returns."""
        self._file.write(line_of(record) + "\n")

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()


def line_of(record: Record) -> str:
    """Return a record as one line of JSON, without the line's end."""
    kind = _KINDS[type(record)]
    return f'{{"{kind}":{_ADAPTERS[kind].dump_json(record).decode()}}}'


def exchange_of(records: Iterable[Record]) -> Exchange:
    """Put the records of one exchange together; the first one is its head.

    Raises:
        ValueError: there is no head at the beginning.
    """
    kept = list(records)
    if not kept or not isinstance(kept[0], Head):
        raise ValueError("the first record is not the head of an exchange")
    head = kept[0]
    return Exchange(
        scenario=head.scenario,
        dialect=head.dialect,
        url=head.url,
        started_at=head.started_at,
        handshake=_last(kept, Handshake),
        tls=_last(kept, TlsFacts),
        frames=tuple(record for record in kept if isinstance(record, Frame)),
        steps=tuple(record for record in kept if isinstance(record, StepDone)),
        closing=_last(kept, Closing),
        failure=_last(kept, Failure),
    )


def write_exchange(exchange: Exchange, path: Path) -> None:
    """Write an exchange that is over to a file, as a `Recorder` would have while it lasted."""
    head = Head(
        scenario=exchange.scenario,
        dialect=exchange.dialect,
        url=exchange.url,
        started_at=exchange.started_at,
    )
    facts = (exchange.handshake, exchange.tls, *exchange.frames, *exchange.steps)
    with Recorder(path) as recorder:
        for record in (head, *facts, exchange.closing, exchange.failure):
            if record is not None:
                recorder.write(record)


def read_exchange(path: Path) -> Exchange:
    """Read an exchange that a `Recorder` wrote; a line that was cut off at the end of the file is left out.

    Raises:
        UsageError: the file cannot be read or is not an exchange; the message names the line.
    """
    try:
        lines = path.read_bytes().splitlines(keepends=True)
    except OSError as error:
        raise UsageError(f"Cannot read the exchange {path}: {error.strerror}.") from error
    whole = lines if not lines or lines[-1].endswith(b"\n") else lines[:-1]
    records = [_record(line, f"{path}, line {number}") for number, line in enumerate(whole, 1)]
    try:
        return exchange_of(records)
    except ValueError as error:
        raise UsageError(f"{path} is not an exchange: {error}.") from error


def _record(line: bytes, where: str) -> Record:
    try:
        ((kind, value),) = json.loads(line).items()
        record: Record = _ADAPTERS[kind].validate_python(value)
    except (ValueError, AttributeError, KeyError) as error:
        reason = error.errors()[0]["msg"] if isinstance(error, ValidationError) else "not a known record"
        raise UsageError(f"{where}: {reason}, got {line[:60].decode(errors='replace')!r}.") from error
    if isinstance(record, Head) and record.version != FORM_VERSION:
        raise UsageError(f"{where}: version {record.version} of the form, expected {FORM_VERSION}.")
    return record


def _last(records: list[Record], kind: type[_R]) -> _R | None:
    return next((record for record in reversed(records) if isinstance(record, kind)), None)
