"""The driver drives a plan once, with so many connections and no more, in the order that was asked for."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event

import pytest

from asrgate.audio.clips import ClipSet
from asrgate.suite.driver import Driver
from asrgate.suite.given import Given
from asrgate.suite.jobs import Job, NotDriven, Order
from asrgate.suite.observer import Observer
from asrgate.suite.plan import plan_of
from asrgate.wire.dialects import FUNASR_2PASS_01
from asrgate.wire.endpoint import Endpoint
from asrgate.wire.recording import read_exchange
from asrgate.wire.scenario import Close, Listen, Scenario
from suite.servers import Parrot, serving


class Noting(Observer):
    """Notes what began and ended, in order."""

    def __init__(self) -> None:
        self.events: list[str] = []
        self.audio_s = 0.0
        self.any_began = Event()

    def began(self, scenario: Scenario) -> None:
        """Note it."""
        self.events.append(f"+{scenario.name}")
        self.any_began.set()

    def sent(self, audio_s: float) -> None:
        """Add it up."""
        self.audio_s += audio_s

    def ended(self, scenario: Scenario) -> None:
        """Note it."""
        self.events.append(f"-{scenario.name}")


@contextmanager
def driving(
    url: str,
    clips: ClipSet,
    directory: Path,
    jobs: list[Job],
    *,
    streams: int = 4,
    observer: Observer | None = None,
) -> Iterator[Driver]:
    """Drive jobs against the server at `url`."""
    driver = Driver(
        plan_of(jobs, clips),
        endpoint=Endpoint(url=url),
        dialect=FUNASR_2PASS_01,
        clips=clips,
        streams=streams,
        directory=directory,
        observer=observer or Observer(),
    )
    driver.start()
    try:
        yield driver
    finally:
        driver.stop()


@pytest.fixture
def idle(given: Given) -> Callable[..., Scenario]:
    """Make a session that listens for a while and sends nothing but a close that bears its name."""

    def session(name: str, seconds: float = 0.05) -> Scenario:
        return given.session(Listen(seconds=seconds), Close(reason=name), name=name)

    return session


def test_every_exchange_is_there_and_in_its_file(given: Given, tones: ClipSet, tmp_path: Path) -> None:
    """What the driver hands out is what the directory holds."""
    scenarios = [given.utterance(clip, name=clip.id) for clip in given.tagged("plain")]
    jobs = [Job(scenarios=(scenario,)) for scenario in scenarios]
    with serving(Parrot()) as url, driving(url, tones, tmp_path, jobs) as driver:
        for job in jobs:
            (exchange,) = driver(job)
            assert [reply.text for _, reply in exchange.replies()] == ["你好"]
            assert read_exchange(tmp_path / f"{exchange.id}.jsonl") == exchange
        assert len(driver.exchanges) == len(list(tmp_path.iterdir())) == 3


def test_never_more_connections_than_streams(
    idle: Callable[..., Scenario], tones: ClipSet, tmp_path: Path
) -> None:
    """Twelve sessions and a crowd of five share three connections."""
    crowd = Job(scenarios=tuple(idle(f"crowd-{n}") for n in range(5)), order=Order.AT_ONCE)
    jobs = [crowd, *(Job(scenarios=(idle(f"single-{n}"),)) for n in range(12))]
    parrot = Parrot()
    with serving(parrot) as url, driving(url, tones, tmp_path, jobs, streams=3) as driver:
        driver.wait()
    assert parrot.most_open == 3


def test_in_turn_means_one_after_another(
    idle: Callable[..., Scenario], tones: ClipSet, tmp_path: Path
) -> None:
    """The next one begins when the one before has ended."""
    noting = Noting()
    jobs = [Job(scenarios=tuple(idle(name, 0) for name in "abc"))]
    with serving(Parrot()) as url, driving(url, tones, tmp_path, jobs, observer=noting) as driver:
        driver.wait()
    assert noting.events == ["+a", "-a", "+b", "-b", "+c", "-c"]


def test_at_once_means_overlapping(idle: Callable[..., Scenario], tones: ClipSet, tmp_path: Path) -> None:
    """All of them have begun before the first ends."""
    noting = Noting()
    jobs = [Job(scenarios=tuple(idle(name, 0.3) for name in "abc"), order=Order.AT_ONCE)]
    with serving(Parrot()) as url, driving(url, tones, tmp_path, jobs, observer=noting) as driver:
        driver.wait()
    assert sorted(noting.events[:3]) == ["+a", "+b", "+c"]


def test_after_means_when_those_are_over(
    idle: Callable[..., Scenario], tones: ClipSet, tmp_path: Path
) -> None:
    """A session that comes after another waits for its end though there is room beside it."""
    noting = Noting()
    first = idle("first", 0.2)
    last = Job(scenarios=(idle("last", 0),), after=frozenset({first.fingerprint}))
    jobs = [last, Job(scenarios=(first,))]
    with serving(Parrot()) as url, driving(url, tones, tmp_path, jobs, observer=noting) as driver:
        driver.wait()
    assert noting.events == ["+first", "-first", "+last", "-last"]


def test_sent_audio_is_told(given: Given, tones: ClipSet, tmp_path: Path) -> None:
    """The observer hears of every second of audio."""
    noting = Noting()
    jobs = [Job(scenarios=(given.utterance(given.sentence(), name="rise"),))]
    with serving(Parrot()) as url, driving(url, tones, tmp_path, jobs, observer=noting) as driver:
        driver.wait()
    assert noting.audio_s == pytest.approx(1.3)


def test_endpoint_that_goes_away_is_given_up(given: Given, tones: ClipSet, tmp_path: Path) -> None:
    """What had not begun when nobody listened any more is not driven, and the reason says so once for all."""
    scenarios = [given.utterance(given.sentence(), wav_name=f"n{n}", name=f"n{n}") for n in range(6)]
    jobs = [Job(scenarios=(scenario,)) for scenario in scenarios]
    with (
        serving(Parrot(goes_after=1)) as url,
        driving(url, tones, tmp_path, jobs, streams=1) as driver,
    ):
        driver.wait()
        assert driver.lost is not None
        assert driver.lost.startswith("the endpoint stopped answering after 2 of 6 sessions: ")
        with pytest.raises(NotDriven, match="TCP step failed"):
            driver(jobs[-1])
        assert len(list(tmp_path.iterdir())) == 3


def test_session_that_asks_whether_it_lives_is_handed_over(
    given: Given, tones: ClipSet, tmp_path: Path
) -> None:
    """When the server is gone after hostile sessions, the one that comes after them shows it."""
    hostile = given.utterance(given.sentence(), name="hostile")
    after = given.utterance(given.sentence(), wav_name="after", name="after")
    jobs = [
        Job(scenarios=(hostile,)),
        Job(scenarios=(after,), after=frozenset({hostile.fingerprint})),
    ]
    with serving(Parrot(goes_after=0)) as url, driving(url, tones, tmp_path, jobs) as driver:
        (exchange,) = driver(jobs[1])
    if exchange.failure is not None:
        assert "TCP" in exchange.failure.message
    else:
        # It came just before the server left.
        assert exchange.closing is not None
        assert (exchange.closing.who, exchange.closing.clean) == ("network", False)


def test_stop_breaks_off(idle: Callable[..., Scenario], tones: ClipSet, tmp_path: Path) -> None:
    """Stopping closes what is open, and says of the rest that the run was interrupted."""
    noting = Noting()
    jobs = [Job(scenarios=(idle("endless", 3600),)), Job(scenarios=(idle("never"),))]
    parrot = Parrot()
    with serving(parrot) as url:
        with driving(url, tones, tmp_path, jobs, streams=1, observer=noting) as driver:
            noting.any_began.wait()
            driver.stop()
            for job in jobs:
                with pytest.raises(NotDriven, match="interrupted"):
                    driver(job)
        assert noting.events == ["+endless", "-endless"]
