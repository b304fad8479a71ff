"""The clocks of other hosts: what four time stamps say, and what follows for what was written there."""

from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from pydantic import TypeAdapter

from asrgate.load.clocks import CLOCKS_FILE, READING, Clocks, OnOneClock, Reading, reading_of, skew_of
from asrgate.load.tail import Tail

MS = 1_000_000
NOON_S = 1_795_000_000.0


def read_at(at_s: float, ahead_ms: float, round_trip_ms: float = 2.0) -> Reading:
    """A reading so many seconds after noon."""
    return Reading(worker="b-7", host="b", at_s=NOON_S + at_s, ahead_ms=ahead_ms, round_trip_ms=round_trip_ms)


@pytest.mark.parametrize(("there_ms", "back_ms"), [(1, 1), (9, 1), (0, 10)])
def test_the_true_offset_is_within_half_the_round_trip(there_ms: int, back_ms: int) -> None:
    """However long a message takes each way; what the worker needs in between is not in the round trip."""
    asked_ns, ahead_ns = round(NOON_S * 1e9), 2500 * MS
    received_ns = asked_ns + there_ms * MS + ahead_ns
    answered_ns = received_ns + 40 * MS
    arrived_ns = answered_ns - ahead_ns + back_ms * MS
    reading = reading_of(
        "b-7",
        "b",
        asked_ns=asked_ns,
        received_ns=received_ns,
        answered_ns=answered_ns,
        arrived_ns=arrived_ns,
    )
    assert reading.round_trip_ms == there_ms + back_ms
    assert abs(reading.ahead_ms - 2500) <= reading.round_trip_ms / 2


def test_the_quickest_exchange_is_believed() -> None:
    """It bounds the skew best."""
    skew = skew_of([read_at(0, 140, 300), read_at(1, 3, 2), read_at(2, -40, 120)])
    assert (skew.ahead_ms, skew.within_ms, skew.readings, skew.stepped_ms) == (3, 1, 3, None)


def test_a_clock_that_drifts_has_not_been_set() -> None:
    """Half a thousandth is what NTP may correct by."""
    assert skew_of([read_at(s, 0.5 * s) for s in range(60)]).stepped_ms is None


def test_a_clock_that_was_set_is_seen() -> None:
    """By how much, whether it is early or late afterwards."""
    assert skew_of([read_at(0, 5), read_at(1, 5), read_at(2, -1995)]).stepped_ms == -2000
    assert skew_of([read_at(1, 905), read_at(0, 5)]).stepped_ms == 900


def test_slow_exchanges_prove_no_step() -> None:
    """Two readings that can both be true are no contradiction."""
    assert skew_of([read_at(0, -140, 300), read_at(1, 140, 300)]).stepped_ms is None


def test_no_reading_is_no_skew() -> None:
    """Nothing is made up."""
    with pytest.raises(ValueError, match="at least one"):
        skew_of([])


@dataclass(frozen=True, slots=True)
class Line:
    """What a worker wrote, when by its own clock."""

    worker: str
    at: float


def test_what_was_written_elsewhere_is_moved_to_the_clock_of_the_command(tmp_path: Path) -> None:
    """Rows of a worker beside the command stay as they are."""
    (tmp_path / CLOCKS_FILE).write_bytes(READING.dump_json(read_at(0, 2500)) + b"\n")
    (tmp_path / "calls-b-7.jsonl").write_text('{"worker": "b-7", "at": 12.5}\n')
    (tmp_path / "calls-here-1.jsonl").write_text('{"worker": "here-1", "at": 12.5}\n')
    rows = OnOneClock(
        Tail(tmp_path, "calls-*.jsonl", TypeAdapter(Line)),
        Clocks(tmp_path),
        lambda line, by_s: replace(line, at=line.at + by_s),
    )
    assert rows.new() == [Line("b-7", 10.0), Line("here-1", 12.5)]
    assert rows.new() == []
