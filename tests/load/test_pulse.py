"""The pulse of a worker, and what is read from pulses."""

import json
from array import array
from dataclasses import replace
from pathlib import Path

import pytest

from asrgate.errors import UsageError
from asrgate.load.dashboard import rows
from asrgate.load.pulse import PULSE, Activity, Heart, Pulse, clock_steps, pooled, tenths_of
from asrgate.load.tail import LineFile, Tail


class Frames:
    """What a beat tells of its frames."""

    def __init__(self, *late_ms: float) -> None:
        self.late_ns = array("q", (round(late * 1e6) for late in late_ms))


def pulse(worker: str = "one", *, second: int = 0, **changes: object) -> Pulse:
    """A pulse in order."""
    beaten = Pulse(
        worker=worker,
        host="host",
        at=1_795_000_000.0 + second,
        monotonic_s=500.0 + second,
        speaking=3,
        sockets=4,
        frames=50,
        lateness={2: 49, 700: 1},
        cpu=0.1,
        open_files=20,
        most_files=1024,
    )
    return replace(beaten, **changes)  # type: ignore[arg-type]


def test_each_frame_counts_once() -> None:
    """Those of an utterance under way, those since then, and those of one that is over."""
    heart = Heart(Activity())
    frames = Frames(0.1, 0.2)
    with heart.activity.connected(), heart.activity.utterance(frames):
        first = heart.pulse()
        frames.late_ns.append(3_000_000)
    last = heart.pulse(last=True)
    assert (first.speaking, first.sockets, first.frames, first.lateness) == (1, 1, 2, {1: 1, 2: 1})
    assert (last.speaking, last.sockets, last.frames, last.lateness) == (0, 0, 1, {30: 1})
    assert last.last
    assert 0 < (last.open_files or 0) <= last.most_files
    assert last.monotonic_s >= first.monotonic_s


def test_lateness_is_counted_by_tenths_of_milliseconds() -> None:
    """And histograms of several workers are one."""
    counts = tenths_of(Frames(0.04, 0.06, 12.31, 12.29).late_ns)
    assert counts == {0: 1, 1: 1, 123: 2}
    assert pooled([counts, {1: 4}]) == {0: 1, 1: 5, 123: 2}
    assert tenths_of(Frames().late_ns) == {}


def test_a_clock_that_is_set_parts_from_the_one_that_paces() -> None:
    """It is told with its worker and by how much; a beat that came late is no step."""
    mine = [pulse(second=0), pulse(second=1), pulse(second=9, at=1_795_000_012.5)]
    other = [pulse("two", second=0), pulse("two", second=30)]
    (step,) = clock_steps([mine[0], other[0], mine[1], other[1], mine[2]])
    assert (step.worker, step.by_s) == ("one", 3.5)


def test_a_tail_reads_each_line_once(tmp_path: Path) -> None:
    """Of all files, also those that come later; a line that is not whole yet comes when it is."""
    tail = Tail(tmp_path, "pulse-*.jsonl", PULSE)
    assert tail.new() == []
    with LineFile(tmp_path / "pulse-one.jsonl", PULSE) as one:
        one.write(pulse())
    assert tail.new() == [pulse()]
    with LineFile(tmp_path / "pulse-two.jsonl", PULSE) as two:
        two.write(pulse("two"))
    text = json.dumps(PULSE.dump_python(pulse(second=1), mode="json"))
    with (tmp_path / "pulse-one.jsonl").open("a") as file:
        file.write(text[:40])
        file.flush()
        assert tail.new() == [pulse("two")]
        file.write(text[40:] + "\n")
    assert tail.new() == [pulse(second=1)]
    assert tail.new() == []


def test_a_line_that_is_none_is_named(tmp_path: Path) -> None:
    """With its file, its number and what is wrong."""
    tail = Tail(tmp_path, "pulse-*.jsonl", PULSE)
    file = tmp_path / "pulse-one.jsonl"
    with LineFile(file, PULSE) as written:
        written.write(pulse())
    tail.new()
    with file.open("a") as lines:
        lines.write('{"worker": 3}\n')
    with pytest.raises(UsageError, match=r"pulse-one\.jsonl, line 2: worker"):
        tail.new()


def test_the_page_shows_each_worker_and_all_of_them() -> None:
    """Their sums, and percentiles of what all of them sent."""
    one, two, together = rows([pulse("two"), pulse(lateness={10: 150}, frames=150)])
    assert (one["worker"], two["worker"], together["worker"]) == ("one", "two", "all")
    assert (together["speaking"], together["sockets"], together["frames"]) == (6, 8, 200)
    assert (together["late_p50"], together["late_p99"], together["late_frames"]) == (1.0, 1.0, 1)
    assert rows([]) == []
