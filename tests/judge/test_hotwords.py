"""HOT: hotwords."""

import pytest

from asrgate.judge.finding import Finding, Verdict
from asrgate.judge.hotwords import (
    HotwordRuns,
    guide_form_accepted,
    hotwords_do_not_leak,
    hotwords_raise_recall,
)

from .exchanges import judged, unopened
from .recorded import ALL, heard, spoken

every_dialect = pytest.mark.parametrize("dialect", ALL)

TERMS = {"阿里巴巴": "啊里爸爸", "机器学习": "机器雪希", "枸杞": "狗气", "龙门架": "笼门价", "沈腾": "神疼"}


def runs(dialect: str, *, found: int, already: int = 0, leaked: int = 0) -> list[HotwordRuns]:
    """Five clips: some terms known without hotwords, some found with them, some leaking beside them."""
    made = []
    for number, (term, misheard) in enumerate(TERMS.items()):
        known = (already, already + found, already + leaked)
        without, biased, beside = (
            heard(dialect, f"他说{term if number < count else misheard}很好。") for count in known
        )
        made.append(HotwordRuns(term=term, without=without, biased=biased, beside=beside))
    return made


@every_dialect
@judged("HOT-01", Verdict.PASS, "阿里巴巴你好")
def test_the_guides_form_passes(dialect: str) -> Finding:
    """The session completes, whatever the hotwords did."""
    return guide_form_accepted(heard(dialect, "阿里巴巴你好"), heard(dialect, "啊里爸爸你好"))


@every_dialect
@judged("HOT-01", Verdict.FAIL, "no text", "你好")
def test_a_session_that_hotwords_make_mute_fails(dialect: str) -> Finding:
    """Without hotwords there was text."""
    return guide_form_accepted(heard(dialect, ""), heard(dialect, "你好"))


@judged("HOT-01", Verdict.FAIL, "no text")
def test_a_session_that_hotwords_end_fails() -> Finding:
    """A lost connection gave no text either."""
    return guide_form_accepted(spoken("funasr-2pass").closed("network", None), heard("funasr-2pass", "你好"))


@judged("HOT-01", Verdict.INCONCLUSIVE, "connection refused")
def test_without_a_plain_session_hotwords_are_not_blamed() -> Finding:
    """Nothing is known about the audio."""
    return guide_form_accepted(unopened(), unopened())


@every_dialect
@judged("HOT-02", Verdict.PASS, "4 of 5 terms", "阿里巴巴")
def test_terms_found_with_hotwords_pass(dialect: str) -> Finding:
    """Not every term needs to be found."""
    return hotwords_raise_recall(runs(dialect, found=4))


@every_dialect
@judged("HOT-02", Verdict.FAIL, "0 of 5 terms", "阿里巴巴", "啊里爸爸")
def test_hotwords_without_effect_fail(dialect: str) -> Finding:
    """A term that was missed again is shown with what was heard."""
    return hotwords_raise_recall(runs(dialect, found=0))


@judged("HOT-02", Verdict.INCONCLUSIVE, "4 of 5 terms were recognised without hotwords")
def test_terms_that_are_known_anyway_show_no_effect() -> Finding:
    """A good recogniser leaves hotwords nothing to do."""
    return hotwords_raise_recall(runs("funasr-2pass", found=1, already=4))


@judged("HOT-02", Verdict.INCONCLUSIVE, "4 clips only, 5 are needed")
def test_four_clips_are_too_few() -> Finding:
    """A recall needs enough clips."""
    return hotwords_raise_recall(runs("funasr-2pass", found=4)[:4])


@every_dialect
@judged("HOT-04", Verdict.PASS, "5 terms recognised only where")
def test_hotwords_that_stay_in_their_session_pass(dialect: str) -> Finding:
    """The session beside hears what it hears alone."""
    return hotwords_do_not_leak(runs(dialect, found=5))


@every_dialect
@judged("HOT-04", Verdict.FAIL, "阿里巴巴 recognised without hotwords", "alone '他说啊里爸爸很好。'")
def test_a_hotword_that_leaks_fails(dialect: str) -> Finding:
    """One leak is enough."""
    return hotwords_do_not_leak(runs(dialect, found=5, leaked=1))


@judged("HOT-04", Verdict.INCONCLUSIVE, "no hotword had an effect")
def test_hotwords_without_effect_cannot_leak_visibly() -> Finding:
    """Nothing can be seen of them anywhere."""
    return hotwords_do_not_leak(runs("funasr-2pass", found=0))
