"""Four answers: not worse, worse, too noisy to tell, not comparable."""

from dataclasses import replace

import pytest

from asrgate.gate.compare import compare, confirmed
from asrgate.gate.record import Comparison
from asrgate.gate.tolerance import DEFAULTS, Tolerances
from asrgate.measure.hotwords import HotwordComparison, HotwordPair, hotword_effect
from asrgate.report.record import Run
from report.sample import answered, clip, finding

from .deployments import as_it_is, deployment, later_by, side, taking_back, words_later_by, worse_every

DEFAULT = Tolerances(DEFAULTS)


def against(base: Run, new: Run) -> Comparison:
    """The comparison of one run with one run."""
    return compare(side(base), side(new), DEFAULT)


def answers(comparison: Comparison) -> dict[str, str]:
    """The answer for each number."""
    return {metric.name: metric.answer for metric in comparison.metrics}


@pytest.mark.parametrize("seed", range(10))
def test_the_same_deployment_is_not_worse(seed: int) -> None:
    """Latencies that differ by chance are no change for the worse."""
    assert against(deployment(seed=seed), deployment(seed=seed + 100)).answer == "not worse"


def test_more_errors_are_worse() -> None:
    """A character more in every third clip is 2.6 points, and not chance; the latencies have not changed."""
    comparison = against(deployment(), deployment(worse_every(3)))
    assert comparison.answer == "worse"
    assert answers(comparison) == {
        "cer 2pass": "worse",
        "unstable 2pass": "not worse",
        "first_partial 2pass": "not worse",
        "emission 2pass": "not worse",
        "final 2pass": "not worse",
        "unanswered": "not worse",
    }
    assert {clip.new for clip in comparison.clips} == {"错"}


def test_later_finals_are_worse() -> None:
    """200 ms more are above the tolerance of 100; 60 ms are real, but below it."""
    assert answers(against(deployment(), deployment(later_by(200.0))))["final 2pass"] == "worse"
    slightly = against(deployment(), deployment(later_by(60.0)))
    assert (slightly.answer, answers(slightly)["final 2pass"]) == ("not worse", "not worse")


def test_later_words_are_worse() -> None:
    """200 ms more are above the tolerance of 100; 60 ms are real, but below it."""
    comparison = against(deployment(), deployment(words_later_by(200.0)))
    assert (comparison.answer, answers(comparison)["emission 2pass"]) == ("worse", "worse")
    slightly = against(deployment(), deployment(words_later_by(60.0)))
    assert (slightly.answer, answers(slightly)["emission 2pass"]) == ("not worse", "not worse")


def test_emission_is_not_compared_where_no_partial_comes() -> None:
    """Then a word appears with its sentence, and the latency of the final says the same."""

    def silent(number: int, score):  # type: ignore[no-untyped-def]
        return replace(score, partials=0)

    assert "emission 2pass" not in answers(against(deployment(silent), deployment(silent)))


def test_partials_that_are_taken_back_more_often_are_shown_and_do_not_gate() -> None:
    """Two more of twelve characters in every clip: told with its interval, and the answer stays."""
    comparison = against(deployment(), deployment(taking_back(2)))
    unstable = next(metric for metric in comparison.metrics if metric.name == "unstable 2pass")
    assert (unstable.answer, unstable.gating, comparison.answer) == ("worse", False, "not worse")
    assert unstable.difference == pytest.approx(2 / 12)
    assert unstable.ci90 is not None


def test_a_better_deployment_is_not_worse() -> None:
    """Fewer errors and earlier finals."""
    assert against(deployment(worse_every(3)), deployment(later_by(-40.0))).answer == "not worse"


@pytest.mark.parametrize("change", [as_it_is, worse_every(1)])
def test_a_handful_of_clips_is_too_noisy(change) -> None:  # type: ignore[no-untyped-def]
    """Five clips tell nothing, be they all wrong."""
    comparison = against(deployment(clips=5), deployment(change, clips=5))
    assert comparison.answer == "too noisy"
    assert "20 are needed" in comparison.metrics[0].reason


def test_a_rise_that_may_be_chance_is_too_noisy() -> None:
    """Two clips of 24 in which everything is wrong: above the tolerance, but it rests on two clips."""

    def two_lost(number: int, score):  # type: ignore[no-untyped-def]
        return replace(score, deletions=score.units, cer=1.0) if number < 2 else score

    comparison = against(deployment(clips=24), deployment(two_lost, clips=24))
    assert answers(comparison)["cer 2pass"] == "too noisy"
    assert comparison.answer == "too noisy"


def test_other_clips_cannot_be_compared() -> None:
    """Another manifest, another normaliser, another pace: the sentence says which."""
    base = deployment()
    other = replace(base, environment=replace(base.environment, fixtures_sha256="cd" * 32))
    comparison = against(base, other)
    assert comparison.answer == "not comparable"
    assert comparison.metrics == ()
    assert "clips" in comparison.why_not_comparable[0]
    assert base.accuracy is not None
    renamed = replace(base, accuracy=replace(base.accuracy, normaliser="text/2"))
    assert "normaliser" in against(base, renamed).why_not_comparable[0]


def test_another_fingerprint_of_a_view_cannot_be_compared() -> None:
    """Another release of a library brings the same texts into another form; older runs have none."""
    base = deployment()
    assert base.accuracy is not None
    views = tuple(replace(view, fingerprint="0" * 12) for view in base.accuracy.views)
    other = replace(base, accuracy=replace(base.accuracy, views=views))
    assert "fingerprint" in against(base, other).why_not_comparable[0]
    older = replace(base, accuracy=replace(base.accuracy, views=()))
    assert against(older, base).why_not_comparable == ()


def test_a_run_that_is_not_valid_cannot_be_compared() -> None:
    """Nor one that was interrupted."""
    broken = deployment(valid=False, invalid_reason="the machine slept")
    assert "the machine slept" in against(deployment(), broken).why_not_comparable[0]
    assert against(deployment(interrupted=True), deployment()).answer == "not comparable"


def test_more_partials_forbid_the_comparison_of_latencies() -> None:
    """Who answers twice as often does more work; its error rate can still be held against the other's."""

    def chatty(number: int, score):  # type: ignore[no-untyped-def]
        return replace(score, partials=10)

    comparison = against(deployment(), deployment(chatty))
    assert comparison.answer == "not comparable"
    assert answers(comparison)["final 2pass"] == "not comparable"
    assert answers(comparison)["cer 2pass"] == "not worse"


def test_more_clips_at_a_time_forbid_the_comparison_of_latencies() -> None:
    """24 at once wait for each other longer than 4 do, on the same deployment."""
    base = deployment()
    crowded = replace(
        base, environment=replace(base.environment, options=base.environment.options | {"streams": 24})
    )
    comparison = against(base, crowded)
    assert comparison.answer == "not comparable"
    assert answers(comparison)["final 2pass"] == "not comparable"
    assert answers(comparison)["cer 2pass"] == "not worse"
    assert "24 and 4 at a time" in next(m.reason for m in comparison.metrics if m.name == "final 2pass")


def test_a_must_that_newly_fails_is_worse() -> None:
    """A SHOULD is told and does not gate, a fixed one is told as well."""
    held = deployment(findings=(finding("END-01", "pass", ""), finding("SCH-02", "fail", "null")))
    lost = deployment(findings=(finding("END-01", "fail", "no final"), finding("SCH-02", "pass", "")))
    comparison = against(held, lost)
    assert comparison.answer == "worse"
    assert [(one.id, one.change) for one in comparison.requirements] == [
        ("END-01", "newly failing"),
        ("SCH-02", "fixed"),
    ]
    should = deployment(findings=(finding("END-01", "fail", "no final", level="SHOULD"),))
    before = deployment(findings=(finding("END-01", "pass", "", level="SHOULD"),))
    assert against(before, should).answer == "not worse"


def test_sessions_that_newly_go_unanswered_are_worse() -> None:
    """Ten of sixty are not chance; one is, and cannot be told."""

    def silent_below(count: int):  # type: ignore[no-untyped-def]
        return lambda n, s: replace(s, cer=None, units=0, reason="no answer") if n < count else s

    assert answers(against(deployment(), deployment(silent_below(10))))["unanswered"] == "worse"
    assert answers(against(deployment(), deployment(silent_below(1))))["unanswered"] == "too noisy"


def test_repeats_are_pooled() -> None:
    """What is noise in one run is none in three: all of them count for each clip."""
    base = side(*(deployment(seed=n) for n in range(3)))
    new = side(*(deployment(worse_every(4), seed=n + 10) for n in range(3)))
    comparison = compare(base, new, DEFAULT)
    assert comparison.answer == "worse"
    assert comparison.metrics[0].n == 60
    assert len(comparison.base.runs) == 3


def test_a_second_measurement_decides() -> None:
    """Worse and worse again is worse; worse once is too noisy to tell."""
    first = against(deployment(), deployment(later_by(200.0)))
    assert confirmed(first, against(deployment(), deployment(later_by(210.0)))).answer == "worse"
    taken_back = confirmed(first, against(deployment(), deployment(seed=3)))
    assert taken_back.answer == "too noisy"
    assert "not worse" in (taken_back.confirmed or "")


def test_a_busy_machine_is_not_a_worse_deployment() -> None:
    """Finals that rose by 0 to 1.2 s in one run each are too noisy; three runs on each side tell."""

    def busy(number: int, score):  # type: ignore[no-untyped-def]
        return replace(score, final_ms=(score.final_ms or 0.0) + number % 7 * 200.0)

    once = against(deployment(), deployment(busy))
    assert answers(once)["final 2pass"] == "too noisy"
    assert "busy machine" in next(m.reason for m in once.metrics if m.name == "final 2pass")
    bases = side(*(deployment(seed=n) for n in range(3)))
    always = compare(bases, side(*(deployment(busy, seed=n) for n in range(3, 6))), DEFAULT)
    assert answers(always)["final 2pass"] == "worse"


def test_one_disturbed_run_of_three_is_not_worse() -> None:
    """What disturbed a run disturbed all of its clips: it counts as one run, not as sixty clips."""
    base = side(*(deployment(seed=n) for n in range(3)))
    new = side(deployment(seed=4), deployment(seed=5), deployment(later_by(900.0), seed=6))
    assert answers(compare(base, new, DEFAULT))["final 2pass"] != "worse"


def with_hotwords(missed: int, *, clips: int = 30, weight: int = 20) -> Run:
    """A deployment that missed the term in so many clips although it was a hotword."""
    run = deployment()
    pairs = []
    for number in range(clips):
        said = clip(f"t{number}", "池塘里的菡萏很香")
        heard = "池塘里的汉旦很香" if number < missed else said.text
        without = answered(said, "池塘里的汉旦很香")[2]
        pairs.append(HotwordPair(clip=said, without=without, biased=answered(said, heard, "biased")[2]))
    found = HotwordComparison(mode="2pass", effects=(hotword_effect(pairs, ["菡萏"], weight),), main=0)
    assert run.accuracy is not None
    return replace(run, accuracy=replace(run.accuracy, hotwords=found))


def test_hotwords_that_are_missed_more_often_are_worse() -> None:
    """A third of the terms is above the tolerance, and not chance; none more is not worse."""
    comparison = against(with_hotwords(0), with_hotwords(10))
    (metric,) = [one for one in comparison.metrics if one.name == "hotword_missed 2pass"]
    assert (metric.answer, metric.base, metric.n) == ("worse", 0.0, 30)
    assert metric.new == pytest.approx(1 / 3)
    assert comparison.answer == "worse"
    assert answers(against(with_hotwords(3), with_hotwords(3)))["hotword_missed 2pass"] == "not worse"
    assert answers(against(with_hotwords(10), with_hotwords(0)))["hotword_missed 2pass"] == "not worse"


def test_few_terms_keep_nothing_from_an_answer() -> None:
    """They are shown, and do not gate."""
    comparison = against(with_hotwords(0, clips=8), with_hotwords(8, clips=8))
    (metric,) = [one for one in comparison.metrics if one.name == "hotword_missed 2pass"]
    assert (metric.answer, metric.gating) == ("too noisy", False)
    assert comparison.answer == "not worse"


def test_hotwords_of_another_weight_are_not_compared() -> None:
    """Nor is there a number where one side was not asked."""
    comparison = against(with_hotwords(0), with_hotwords(0, weight=50))
    (metric,) = [one for one in comparison.metrics if one.name == "hotword_missed 2pass"]
    assert (metric.answer, metric.reason) == (
        "not comparable",
        "other hotwords were sent, or with other weights",
    )
    assert "hotword_missed 2pass" not in answers(against(deployment(), with_hotwords(0)))
