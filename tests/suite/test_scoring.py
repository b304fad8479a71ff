"""What is sent to be scored."""

import json
from dataclasses import replace

from asrgate.audio.clips import ClipSet, load_clips
from asrgate.audio.conditions import Condition
from asrgate.suite.jobs import Job
from asrgate.suite.scoring import spoken_sessions
from asrgate.wire.scenario import SendText
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
