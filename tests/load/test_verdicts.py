"""Whether what a call was told is right: by the cheap judges, by its text, by digits of its own."""

from typing import Any

import pytest

from asrgate.audio.clips import bundled_clips_directory, load_clips
from asrgate.judge.catalogue import load_catalogue
from asrgate.judge.deviations import load_deviations
from asrgate.load.figures import figures_of
from asrgate.load.heard import Heard
from asrgate.load.verdicts import CHEAP, Wrong, wrong_with
from asrgate.load.watermark import clip_id, code_words, own_digits
from asrgate.suite.locations import deviations_file, requirements_file
from asrgate.wire.dialects import DIALECTS

from .traces import answered, final, partial, traced

OWN = own_digits()
CLIP = OWN.get(clip_id(1))
ALONE = {clip.id: f"{clip.written[0]}。" for clip in OWN.clips}
BUNDLED = load_clips(bundled_clips_directory())


def wrong(
    *replies: tuple[float, dict[str, Any]], excused: tuple[str, ...] = (), **changes: Any
) -> Wrong | None:
    """What is wrong with a call of the first caller that got these replies."""
    trace = traced(CLIP, *replies, **changes)
    return wrong_with(Heard(trace, CLIP), CLIP, ALONE, excused)


def at_end(reply: dict[str, Any]) -> tuple[float, dict[str, Any]]:
    """A reply soon after the end."""
    return CLIP.duration_ms + 100, reply


def test_a_call_that_was_told_its_own_words_is_right() -> None:
    """With or without marks, and whatever the partials looked like in between."""
    assert wrong((1500, partial("我的手机")), at_end(final(ALONE[CLIP.id]))) is None
    assert wrong(at_end(final(ALONE[CLIP.id].rstrip("。")))) is None


def test_digits_count_however_they_are_written() -> None:
    """Inverse text normalisation takes some for other words than numbers."""
    spoken = own_digits().get(CLIP.id).text
    assert wrong(at_end(final(spoken))) is None
    assert wrong(at_end(final(spoken[:-4] + code_words()[0][-4:] + "。"))) is None


def test_digits_of_another_caller_prove_crossed_sessions() -> None:
    """Whether written or spoken, in the sentence or in the partials, and beside its own ones."""
    foreign = code_words()[6]
    own = code_words()[0]
    for text in (f"我的手机号码是{foreign}。", f"我的手机号码是{own}。我的手机号码是{foreign}。"):
        found = wrong(at_end(final(text)))
        assert found is not None
        assert (found.kind, found.requirement, found.crossed) == ("protocol", "ACC-07", True)
        assert foreign in found.message
        assert own in found.message
    half = len(foreign) // 2
    split = [(1000.0, partial(foreign[:half])), (1600.0, partial(foreign[half:]))]
    found = wrong(*split, at_end(final(ALONE[CLIP.id])))
    assert found is not None
    assert found.crossed


def test_a_misheard_digit_is_a_wrong_text_and_no_crossing() -> None:
    """Digits lost, doubled or changed are nobody else's."""
    own = code_words()[0]
    for heard in (own[:-2], own + own[-1], own[:2] + "7" + own[3:], ""):
        found = wrong(at_end(final(f"我的手机号码是{heard}。")))
        assert found is not None
        assert (found.kind, found.requirement, found.crossed) == ("text", None, False)
        assert ALONE[CLIP.id] in found.message


@pytest.mark.parametrize(
    ("reply", "requirement"),
    [
        ({"wav_name": "caller-2"}, "SCH-03"),
        ({"is_final": "true"}, "SCH-02"),
        ({"mode": "2pass-offlin"}, "SCH-04"),
        ({"timestamp": "[[200, 100]]"}, "TS-01"),
        ({"timestamp": "[[100, 200], [60, 90]]"}, "TS-02"),
        ({"timestamp": "[[100, 900000]]"}, "TS-04"),
        ({"stamp_sents": ""}, "SCH-09"),
    ],
)
def test_a_judge_that_says_no_is_an_error(reply: dict[str, Any], requirement: str) -> None:
    """Each is named by its requirement; where the endpoint does so to one caller, too, it is excused."""
    sentence = final(ALONE[CLIP.id]) | {"is_final": False} | reply
    replies = ((2000.0, sentence), at_end(final("")))
    found = wrong(*replies)
    assert found is not None
    assert (found.kind, found.requirement) == ("protocol", requirement)
    assert found.message.startswith(f"{requirement}: ")
    excused = wrong(*replies, excused=CHEAP)
    assert excused is None or excused.kind == "text"


def test_a_message_that_is_no_json_is_an_error() -> None:
    """What cannot be read is not passed over."""
    trace = traced(CLIP, at_end(final(ALONE[CLIP.id])))
    broken = traced(CLIP, replies=((1500.0, '{"text": "我的'), *trace.replies))
    found = wrong_with(Heard(broken, CLIP), CLIP, ALONE)
    assert found is not None
    assert found.requirement == "SCH-01"


def test_the_text_of_another_clip_is_a_crossing() -> None:
    """Callers without digits of their own are told apart by what their clips give alone."""
    one, other, *_ = BUNDLED.tagged("distinct")
    alone = {clip.id: clip.text for clip in (one, other)}
    figures = figures_of(answered(one, other.text), BUNDLED, alone)
    assert (figures.error, figures.crossed, figures.mismatch) == ("protocol", True, True)
    assert figures.message.startswith("ACC-07: ")
    assert other.id in figures.message
    assert figures_of(answered(one, one.text), BUNDLED, alone).error is None


def test_a_call_that_failed_is_not_judged() -> None:
    """What never ended is an error by itself."""
    mute = traced(CLIP, error="mute", error_message="no final within 12 s")
    figures = figures_of(mute, OWN, ALONE)
    assert (figures.error, figures.message, figures.mismatch) == ("mute", "no final within 12 s", None)


@pytest.mark.parametrize("dialect", DIALECTS)
def test_no_server_in_order_is_blamed(dialect: str) -> None:
    """What upstream's own servers are known to deviate in is not judged of each call."""
    known = deviations_file(dialect)
    catalogue = load_catalogue(requirements_file())
    listed = {entry.requirement for entry in load_deviations(known, catalogue)} if known.is_file() else set()
    assert not listed & set(CHEAP)
