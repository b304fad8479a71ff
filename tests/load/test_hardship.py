"""What can take a server down, on a small one that bears it: connections that come and go, twice the load."""

from collections.abc import Callable
from pathlib import Path

from asrgate.audio.clips import load_clips
from asrgate.judge.pressure import CYCLES, Overload
from asrgate.load.engine import Load
from asrgate.load.hardship import churned_while_watched, overloaded
from asrgate.load.running import LoadRun, Watcher
from asrgate.load.shapes import constant
from asrgate.wire.endpoint import Endpoint
from suite.runs import TONES
from suite.servers import Parrot, serving

LOAD = Load(shape=constant(2, 1.0), dialect="funasr-2pass-0.1", fixtures=TONES, warm_up_s=2.0, run_out_s=2.0)


def test_twice_the_load_and_who_calls_alone_after_it(tmp_path: Path) -> None:
    """Four callers where two were the load; they are no part of the run, and recovery is waited for."""
    answers = iter(["finals took too long", None])
    overload = doubled(tmp_path, lambda: next(answers))
    assert (overload.carried, overload.streams) == (2, 4)
    assert overload.sessions > 0
    assert overload.died is None
    assert overload.recovered_s is not None


def test_who_calls_alone_is_waited_for_no_longer_than_told(tmp_path: Path) -> None:
    """What was wrong with the last call is kept."""
    overload = doubled(tmp_path, lambda: "finals took too long")
    assert (overload.recovered_s, overload.last) == (None, "finals took too long")


def test_all_connections_come_and_go(tmp_path: Path) -> None:
    """Five hundred, beside which no memory was watched."""
    samples = tmp_path / "samples.jsonl"
    samples.write_text("", encoding="utf-8")
    said: list[str] = []
    with serving(Parrot()) as url:
        churn = churned_while_watched(Endpoint(url=url), LOAD, samples, said.append)
    assert len(churn.handshakes_ms) == CYCLES
    assert (churn.refused, churn.grew_bytes) == (None, None)
    assert said == ["500 connections come and go."]


def doubled(folder: Path, unlike_before: Callable[[], str | None]) -> Overload:
    """Twice the load for a moment."""
    clips = load_clips(TONES)
    with serving(Parrot()) as url:
        whole = LoadRun(Endpoint(url=url), clips, (), folder, Watcher())
        apart = whole.apart()
        overload = overloaded(apart, LOAD, 2, unlike_before, length_s=2.0, recovers_within_s=1.5)
    assert whole.calls == []
    assert len(apart.calls) >= overload.sessions
    return overload
