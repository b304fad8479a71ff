"""A load from the command's side: Locust in processes of its own, read while they write."""

import os
import signal
from collections import Counter
from pathlib import Path

from asrgate.load.engine import Generator, Load, endpoint_for_workers, endpoint_of_worker, generating
from asrgate.load.pulse import Pulse
from asrgate.load.shapes import constant, shape_of
from asrgate.load.trace import Trace, read_traces
from asrgate.reference.embedded import embedded_endpoint
from asrgate.wire.endpoint import Endpoint


class Reading:
    """Everything that a load wrote, read while it came."""

    def __init__(self, generator: Generator) -> None:
        self.calls: list[Trace] = []
        self.pulses: list[Pulse] = []
        self._generator = generator

    def read(self) -> None:
        """Read what is new."""
        self.calls += self._generator.calls.new()
        self.pulses += self._generator.new_pulses()

    def to_the_end(self) -> None:
        """Read until the load is over, and what it left last."""
        while self._generator.runs():
            self.read()
        self.read()


def test_two_workers_share_the_callers(tmp_path: Path) -> None:
    """Both leave traces and pulses, no caller has another's number, and all calls that began have ended."""
    load = Load(shape=constant(4, 5), dialect="funasr-2pass", workers=2)
    with (
        embedded_endpoint("funasr-2pass") as embedded,
        generating(load, Endpoint(url=embedded.url), tmp_path) as generator,
    ):
        reading = Reading(generator)
        reading.to_the_end()
        assert generator.failure is None
        assert generator.dead == ()
        assert generator.began_at is not None
    assert {call.error for call in reading.calls} == {None}
    assert len({call.worker for call in reading.calls}) == 2
    assert {call.caller for call in reading.calls} == {1, 2, 3, 4}
    assert Counter(pulse.worker for pulse in reading.pulses if pulse.last).total() == 2
    sent = sum(sum(call.lateness.values()) for call in reading.calls)
    assert sent == sum(pulse.frames for pulse in reading.pulses) > 0
    assert list(tmp_path.glob("cut-*.jsonl")) == []


def test_a_load_that_is_stopped_leaves_what_was_measured(tmp_path: Path) -> None:
    """What is under way is cut off and told as nobody's error; no worker counts as dead."""
    load = Load(shape=constant(2, 600), dialect="funasr-2pass")
    with embedded_endpoint("funasr-2pass") as embedded:
        with generating(load, Endpoint(url=embedded.url), tmp_path) as generator:
            reading = Reading(generator)
            while not any(pulse.speaking for pulse in reading.pulses):
                assert generator.runs(0.2), (tmp_path / "locust.log").read_text()
                reading.read()
        reading.read()
    assert (generator.dead, generator.failure) == ((), None)
    assert [pulse.last for pulse in reading.pulses][-1]
    cut = list(read_traces(tmp_path.glob("cut-*.jsonl")))
    assert {trace.error for trace in cut} == {"unfinished"}


def test_a_worker_that_dies_is_told(tmp_path: Path) -> None:
    """By its name, when it does not beat any more; the others go on."""
    load = Load(shape=constant(2, 6), dialect="funasr-2pass", workers=2)
    with (
        embedded_endpoint("funasr-2pass") as embedded,
        generating(load, Endpoint(url=embedded.url), tmp_path) as generator,
    ):
        reading = Reading(generator)
        while len({pulse.worker for pulse in reading.pulses if pulse.speaking}) < 1:
            assert generator.runs(0.2), (tmp_path / "locust.log").read_text()
            reading.read()
        victim = next(pulse.worker for pulse in reading.pulses if pulse.speaking)
        os.kill(int(victim.rpartition("-")[2]), signal.SIGKILL)
        reading.to_the_end()
        assert [dead.worker for dead in generator.dead] == [victim]
        assert generator.failure is None


def test_a_generator_that_cannot_begin_is_told(tmp_path: Path) -> None:
    """The last line of its log says why, and where the log is."""
    load = Load(shape=shape_of("1 for 1s"), dialect="funasr-2pass", tag="no-such-tag")
    with generating(load, Endpoint(url="ws://127.0.0.1:9"), tmp_path) as generator:
        while generator.runs():
            pass
        assert generator.failure is not None
        assert "no clip has this tag" in generator.failure
        assert "locust.log" in generator.failure


def test_the_endpoint_reaches_the_workers_whole() -> None:
    """With its headers, which never stand on a command line."""
    endpoint = Endpoint(
        url="wss://host:10095/asr",
        ca_file=Path("ca.pem"),
        headers=(("Authorization", "Bearer x"),),
        subprotocols=("binary", "other"),
        proxy="http://me:secret@proxy:3128",
        connect_timeout_s=3,
    )
    assert endpoint_of_worker(endpoint_for_workers(endpoint)) == endpoint
