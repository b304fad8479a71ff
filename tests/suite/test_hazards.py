"""Hostile inputs against real servers: what became of them is told apart, and a death ends the run."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from asrgate.audio.clips import ClipSet
from asrgate.audio.framing import ByChunk
from asrgate.audio.source import audio_of
from asrgate.judge.aftermath import Aftermath, State, fate_of
from asrgate.suite.driver import Driver
from asrgate.suite.given import Given
from asrgate.suite.hazards import HostileInput, aftermaths
from asrgate.suite.jobs import Job, NotDriven
from asrgate.suite.observer import Observer
from asrgate.suite.plan import plan_of
from asrgate.wire.dialects import FUNASR_2PASS_01
from asrgate.wire.endpoint import Endpoint
from asrgate.wire.messages import encode, opening
from asrgate.wire.scenario import AwaitTerminator, Close, SendText, StreamAudio
from suite.fragile import fragile
from suite.grounds import noting
from suite.runs import TONES, Ran, asrgate
from suite.servers import Parrot, serving

Asked = Callable[[Given], tuple[Aftermath, ...]]


def hostile(given: Given, **settings: object) -> HostileInput:
    """An opening frame with these settings, and an utterance after it that is not waited for long."""
    config = SendText(text=encode(opening() | settings), role="config")
    stream = StreamAudio(audio=audio_of(given.sentence()), framing=ByChunk())
    end, _ = given.ending()
    steps = (config, stream, end, AwaitTerminator(timeout_s=1.0), Close(timeout_s=1.0))
    (what,) = settings
    return HostileInput(what=f"{what} as {settings[what]!r}", sessions=(given.session(*steps),))


def of_settings(*inputs: dict[str, object]) -> Asked:
    """What asks for the aftermaths of these settings."""

    def ask(given: Given) -> tuple[Aftermath, ...]:
        known = replace(given, hazard=0).drive(given.utterance(given.sentence(), name="known"))
        return aftermaths(replace(given, name="input"), [hostile(given, **i) for i in inputs], known)

    return ask


HOTWORDS = of_settings({"hotwords": {"你好": 20}})


@contextmanager
def driving(url: str, clips: ClipSet, directory: Path, *asked: Asked) -> Iterator[tuple[Driver, Given]]:
    """Drive what is asked for against the server at `url`; gives the driver, and the ground to ask again."""
    jobs: list[Job] = []
    ground = replace(noting(clips, jobs), hazard=5, recovery_s=1.5)
    for ask in asked:
        ask(ground)
    driver = Driver(
        plan_of(jobs, clips),
        endpoint=Endpoint(url=url, connect_timeout_s=1.0),
        dialect=FUNASR_2PASS_01,
        clips=clips,
        streams=2,
        directory=directory,
        observer=Observer(),
    )
    driver.start()
    try:
        yield driver, replace(ground, driven=driver)
    finally:
        driver.stop()


def state_after(url: str, clips: ClipSet, directory: Path) -> tuple[State, str]:
    """What becomes of the server at `url` when hotwords are an object."""
    with driving(url, clips, directory, HOTWORDS) as (_, given):
        (aftermath,) = HOTWORDS(given)
    fate = fate_of(aftermath)
    return fate.state, fate.sentence


@pytest.mark.parametrize(
    ("fate", "state", "told"),
    [
        ("none", State.SERVED, "the text '你好'"),
        ("mute", State.MUTED, "no answer"),
        ("close", State.CLOSED, "cut without a close frame"),
        ("lose others", State.CANARY_LOST, "another session was lost"),
        ("deaf", State.DEAF, "recognises no more since hotwords"),
        ("hang", State.HUNG, "gives no pong, but no new connection opened"),
        ("exit", State.DIED, "the process died of hotwords as {'你好': 20}, the text frame {"),
    ],
)
def test_fates_are_told_apart(fate: str, state: State, told: str, tones: ClipSet, tmp_path: Path) -> None:
    """A server that goes on, a muted, a closed, a lost session, and one that is deaf, hung or dead."""
    with fragile(fate) as url:
        came, sentence = state_after(url, tones, tmp_path)
    assert came is state, sentence
    assert told in sentence


def test_a_server_that_a_watchdog_starts_again_died(tones: ClipSet, tmp_path: Path) -> None:
    """It is there again on the same port; the run says after how long."""
    with fragile("exit", watchdog=True) as url:
        came, sentence = state_after(url, tones, tmp_path)
    assert came is State.DIED, sentence
    assert "it came back after " in sentence


def test_a_frame_that_is_fatal_later_is_blamed(tones: ClipSet, tmp_path: Path) -> None:
    """The configuration is to blame, not the audio that made the server look at it."""
    ask = of_settings({"wav_name": 5})
    with fragile("exit") as url, driving(url, tones, tmp_path, ask) as (_, given):
        (aftermath,) = ask(given)
    sentence = fate_of(aftermath).sentence
    assert 'the process died of wav_name as 5, the text frame {"mode":' in sentence
    assert "followed by " in sentence
    assert " audio frame" in sentence


def test_nothing_is_asked_after_a_death(tones: ClipSet, tmp_path: Path) -> None:
    """Inputs of the same row are left out; others say what it died of, and are not driven."""
    first = of_settings({"hotwords": ""}, {"hotwords": 5}, {"hotwords": True})
    second = of_settings({"mode": "online"})
    with fragile("exit") as url, driving(url, tones, tmp_path, first, second) as (driver, given):
        found = first(given)
        with pytest.raises(NotDriven, match="the process died of hotwords as 5 before this was asked"):
            second(given)
        assert driver.lost is None
        names = {exchange.scenario.name for exchange in driver.exchanges}
    assert [fate_of(aftermath).state for aftermath in found] == [State.SERVED, State.DIED]
    assert names == {f"input-{number}{part}" for number in (1, 2) for part in ("", "-canary", "-after")} | {
        "known"
    }


def test_an_endpoint_that_was_lost_before_is_not_asked(tones: ClipSet, tmp_path: Path) -> None:
    """The known utterance was the last that it heard: no hostile input is blamed."""
    with (
        serving(Parrot(goes_after=0)) as url,
        driving(url, tones, tmp_path, HOTWORDS) as (_, given),
        pytest.raises(NotDriven, match="accepted no idle session beside hotwords"),
    ):
        HOTWORDS(given)


def test_hostile_inputs_are_planned_last_from_mild_to_hard(
    given: Given, jobs: list[Job], tones: ClipSet
) -> None:
    """One after another in the order of their hazards, each with its canary and its probe."""
    for hazard, name in ((5, "hard"), (1, "mild")):
        ask = of_settings({"wav_name": name})
        ask(replace(given, hazard=hazard, name=name))
    plan = plan_of(jobs, tones)
    calm, last = plan.phases
    assert [scenario.name for job in calm for scenario in job.scenarios] == ["known"]
    assert [job.watch.what for job in last if job.watch] == ["wav_name as 'mild'", "wav_name as 'hard'"]
    assert [len(job.scenarios) for job in last] == [3, 3]


def test_an_input_that_is_asked_for_twice_is_driven_once(
    given: Given, jobs: list[Job], tones: ClipSet
) -> None:
    """Two requirements may look at one aftermath."""
    for _ in range(2):
        HOTWORDS(replace(given, hazard=1))
    assert len(plan_of(jobs, tones).scenarios) == 4


@pytest.fixture(scope="module")
def killed(tmp_path_factory: pytest.TempPathFactory) -> Ran:
    """A destructive run against a server that exits on hotwords as an object."""
    folder = tmp_path_factory.mktemp("killed")
    selected = "END-04,ROB-03,ROB-04,ROB-05,ROB-10,ROB-24"
    options = ("--destructive", "--recovery", "1", "--fixtures", TONES, "--select", selected)
    with fragile("exit") as url:
        return asrgate("check", url, *options, folder=folder)


def test_a_run_ends_with_what_killed_the_server(killed: Ran) -> None:
    """The finding names the frame and says that the process died; a MUST failed."""
    assert killed.verdicts["ROB-04"] == "fail"
    reason = killed.reasons["ROB-04"]
    assert 'the process died of hotwords as an object, the text frame {"mode":"2pass",' in reason
    assert '"hotwords":{"阿里巴巴":20}}' in reason
    assert "no new connection opened within 1 s" in reason
    assert (killed.status, killed.run["verdict"]) == (1, "not conformant")
    assert "the process died of hotwords as an object" in killed.output


def test_what_came_before_is_judged_and_what_comes_after_is_not_blamed(killed: Ran) -> None:
    """Milder inputs were survived; harder ones were not asked, and say why."""
    assert [killed.verdicts[id_] for id_ in ("END-04", "ROB-03", "ROB-24")] == ["pass"] * 3
    for id_ in ("ROB-05", "ROB-10"):
        assert killed.verdicts[id_] == "inconclusive"
        assert killed.reasons[id_] == "the process died of hotwords as an object before this was asked"


def test_the_evidence_is_kept(killed: Ran) -> None:
    """The files of the hostile session, the canary and the probe are in the run's folder."""
    (finding,) = (f for f in killed.run["findings"] if f["id"] == "ROB-04")
    files = [killed.out / shown["exchange"] for shown in finding["evidence"]]
    assert len(files) == 3
    assert all(file.is_file() for file in files)
    assert finding["destructive"] is True
