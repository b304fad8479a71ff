"""END-08: the end of the speech."""

import pytest

from asrgate.judge.finding import Finding, Verdict
from asrgate.judge.tails import TailRun, tail_is_kept

from .exchanges import judged, unopened
from .recorded import LIVE_TOO, heard

every_dialect = pytest.mark.parametrize("dialect", LIVE_TOO)

SAID = ("今天的天气非常好", "我们一起去公园散步", "晚上再回家吃饭")


def runs(dialect: str, *, bare: int, padded: int = 0, clips: int = 3) -> list[TailRun]:
    """Clips of which the last characters are lost: so many without silence after them, so many with it."""
    return [
        TailRun(
            text=said,
            bare=heard(dialect, said[: len(said) - bare]),
            padded=heard(dialect, said[: len(said) - padded] + "。"),
        )
        for said in SAID[:clips]
    ]


@every_dialect
@judged("END-08", Verdict.PASS, "3 clips", "'今天的天气非常好'")
def test_speech_that_is_read_to_its_end_passes(dialect: str) -> Finding:
    """Punctuation aside, silence after it changes nothing."""
    return tail_is_kept(runs(dialect, bare=0))


@every_dialect
@judged("END-08", Verdict.FAIL, "the last 2 characters lost: '今天的天气非'", "with silence after it")
def test_a_lost_word_fails(dialect: str) -> Finding:
    """The end frame must flush what was heard."""
    return tail_is_kept(runs(dialect, bare=2))


@judged("END-08", Verdict.FAIL, "the last 1 character lost")
def test_one_character_in_every_clip_fails() -> Finding:
    """That is no accident."""
    return tail_is_kept(runs("funasr-2pass", bare=1))


@judged("END-08", Verdict.FAIL, "what was said is '今天的天气非常好'")
def test_an_end_that_is_lost_with_silence_as_well_fails() -> Finding:
    """Both sessions are alike, and what was said tells."""
    return tail_is_kept(runs("funasr-2pass", bare=1, padded=1))


@judged("END-08", Verdict.PASS)
def test_one_character_of_one_clip_may_be_the_models() -> Finding:
    """A misheard end is no lost one."""
    lost, *_ = runs("funasr-2pass", bare=1, padded=1)
    return tail_is_kept([lost, *runs("funasr-2pass", bare=0)[1:]])


@judged("END-08", Verdict.PASS)
def test_what_was_said_is_not_asked_of_few_clips() -> Finding:
    """Two clips that are misheard at the end prove nothing."""
    return tail_is_kept(runs("funasr-2pass", bare=1, padded=1, clips=2))


@judged("END-08", Verdict.INCONCLUSIVE, "no text with silence")
def test_unreadable_clips_have_no_tail() -> Finding:
    """There is nothing to compare with."""
    return tail_is_kept(
        [TailRun(text=SAID[0], bare=heard("funasr-2pass", ""), padded=heard("funasr-2pass", ""))]
    )


@judged("END-08", Verdict.INCONCLUSIVE, "connection refused")
def test_without_sessions_there_is_no_tail() -> Finding:
    """The reason says why."""
    return tail_is_kept([TailRun(text=SAID[0], bare=unopened(), padded=unopened())])
