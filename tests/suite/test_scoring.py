"""What is sent to be scored."""

import json
from dataclasses import replace

from asrgate.audio.clips import ClipSet, load_clips
from asrgate.audio.conditions import Condition
from asrgate.audio.framing import ByChunk
from asrgate.suite.jobs import Job
from asrgate.suite.scoring import accuracy_sessions, spoken_sessions
from asrgate.wire.dialects import FUNASR_REALTIME
from asrgate.wire.scenario import SendText, StreamAudio
from suite.grounds import noting
from suite.runs import TONES


def _clips() -> ClipSet:
    """One clip with a number, and one without."""
    first, second, *_ = load_clips(TONES).clips
    return ClipSet(TONES, (replace(first, tags=("itn", "digits")), second))


def test_clips_with_numbers_are_sent_with_itn_off_in_the_main_mode() -> None:
    """Once each; the others say nothing of it."""
    jobs: list[Job] = []
    clips = _clips()
    sessions = spoken_sessions(noting(clips, jobs))
    assert [(clip.id, mode) for clip, mode, _ in sessions] == [(clips.clips[0].id, "2pass")]
    (scenario,) = (scenario for job in jobs for scenario in job.scenarios)
    opening = next(step for step in scenario.steps if isinstance(step, SendText))
    assert json.loads(opening.text)["itn"] is False


def test_only_clean_sound_at_16_khz_is_sent_with_itn_off() -> None:
    """There is nothing to hold it against where that was not scored."""
    given = replace(noting(_clips(), []), conditions=(Condition(sample_rate_hz=8000),))
    assert spoken_sessions(given) == []


def test_a_preset_is_asked_for_where_there_are_partials() -> None:
    """In the opening frame and in the frames of audio, as FunASR's own clients do; not in mode offline."""
    jobs: list[Job] = []
    quick = Condition(preset=(3, 6, 3))
    given = replace(noting(_clips(), jobs), conditions=(Condition(), quick))
    sessions = accuracy_sessions(given)
    modes = list(dict.fromkeys(mode for _, mode, _ in sessions))
    assert modes == ["2pass", "online", "offline", "2pass~3,6,3", "online~3,6,3"]
    asked = [e.scenario for _, mode, e in sessions if mode == "2pass~3,6,3"]
    for scenario in asked:
        opening = next(step for step in scenario.steps if isinstance(step, SendText))
        audio = next(step for step in scenario.steps if isinstance(step, StreamAudio))
        assert json.loads(opening.text)["chunk_size"] == [3, 6, 3]
        assert audio.framing == ByChunk(chunk_size=(3, 6, 3))


def test_a_dialect_that_takes_no_preset_is_not_asked() -> None:
    """Commands know of none: the same clips would be sent twice for nothing."""
    given = replace(noting(_clips(), []), dialect=FUNASR_REALTIME, conditions=(Condition(preset=(3, 6, 3)),))
    assert accuracy_sessions(given) == []
