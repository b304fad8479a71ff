"""An endpoint that dies is told apart from one that loses calls."""

from asrgate.audio.clips import bundled_clips_directory, load_clips
from asrgate.load.deaths import deaths_in
from asrgate.load.figures import Figures, figures_of
from asrgate.report.load_record import DeathRecord

from .traces import BEGAN_AT, answered, traced

CLIPS = load_clips(bundled_clips_directory())
CLIP = CLIPS.get("guide")


def served(caller: int, at_s: float) -> Figures:
    """A call that began so long after the run and got its final."""
    return figures_of(answered(CLIP, CLIP.text, caller=caller, began_at=BEGAN_AT + at_s), CLIPS, {})


def cut(caller: int, at_s: float, *, after_s: float) -> Figures:
    """A call whose connection ended early."""
    facts = {
        "error": "closed early",
        "hung_up_ms": after_s * 1000,
        "closed_by": "network",
        "close_code": None,
    }
    return figures_of(traced(CLIP, caller=caller, began_at=BEGAN_AT + at_s, **facts), CLIPS, {})


def refused(caller: int, at_s: float) -> Figures:
    """A call that was not let in."""
    facts = {"error": "refused", "opening": None, "end_sent_ms": None}
    return figures_of(traced(CLIP, caller=caller, began_at=BEGAN_AT + at_s, **facts), CLIPS, {})


def test_a_server_that_dies_cuts_all_calls_at_one_instant() -> None:
    """With how many calls at once, how many were cut, and how many were refused from then on."""
    dying = [cut(n, 10 + n / 10, after_s=3 - n / 10) for n in range(20)]
    calls = [served(1, 0.0), served(2, 1.0), *dying, *(refused(n, 14.5) for n in range(7))]
    assert deaths_in(calls, BEGAN_AT) == (
        DeathRecord(at_s=13.0, streams=20, cut=20, refused=7, back_after_s=None),
    )


def test_a_server_that_comes_back_is_told() -> None:
    """After how long the next call was let in; each death counts."""
    dying = [cut(n, 10.0, after_s=2.0) for n in range(5)]
    again = [cut(n, 30.0, after_s=1.0) for n in range(4)]
    calls = [*dying, refused(9, 13.0), *(served(n, 16.0) for n in range(4)), *again]
    first, second = deaths_in(calls, BEGAN_AT)
    assert (first.refused, first.back_after_s) == (1, 4.0)
    assert (second.streams, second.back_after_s) == (4, None)


def test_a_server_that_loses_some_calls_lives() -> None:
    """Where others go on, or the calls end one after another, nothing died."""
    some = [cut(n, 10.0, after_s=2.0) for n in range(5)]
    others = [served(n, 11.0) for n in range(5, 10)]
    assert deaths_in([*some, *others], BEGAN_AT) == ()
    in_turn = [cut(n, 5.0 * n, after_s=2.0) for n in range(5)]
    assert deaths_in(in_turn, BEGAN_AT) == ()
    assert deaths_in([], BEGAN_AT) == ()
