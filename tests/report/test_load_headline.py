"""The sentence that stands for a load."""

from dataclasses import replace

from asrgate.report.headline import headline, qualifications, standing, title
from asrgate.report.language import words_of
from asrgate.report.load_record import CapacityRecord, LoadRecord
from asrgate.report.load_summary import load_parts
from asrgate.report.summary import summary_markdown
from report.load_sample import (
    OBJECTIVES,
    capacity,
    health,
    load,
    load_run,
    sampled,
    saturated_run,
    searched,
    step,
    unjudged,
)
from report.sample import finding, sample_run


def said(measured: LoadRecord, **changes: object) -> str:
    """The headline of a load run."""
    return headline(load_run(measured, **changes), "en")


def found(**changes: object) -> str:
    """The headline of a search that found this."""
    return said(searched(capacity=capacity(**changes)))


def test_a_capacity_has_its_interval_its_limit_and_the_generators_health() -> None:
    """One sentence that can be quoted, in both languages."""
    run = load_run(searched())
    assert title(run, "en") == "8 streams"
    assert headline(run, "en") == (
        "asr.example:10095 carries 8 streams in real time (interval 8–9); "
        "limited by partial_lag_ms.p95; generator healthy."
    )
    assert title(run, "zh") == "8 路"
    assert headline(run, "zh") == (
        "asr.example:10095 可实时承载 8 路（区间 8–9）；受限于 partial_lag_ms.p95；发生器正常。"
    )


def test_an_answer_that_was_not_confirmed_says_so() -> None:
    """The time for the search was over before it was measured again."""
    run = load_run(searched(capacity=capacity(interval=(0, 9), confirmed=False)))
    assert standing(run) == "unconfirmed"
    assert title(run, "en") == "8 streams"
    assert "(interval 0–9, not confirmed)" in headline(run, "en")
    assert summary_markdown(run, "en").startswith("## ❔ asrgate: 8 streams")


def test_a_step_that_was_made_again_leaves_the_generator_healthy() -> None:
    """Only one that stands alone, late, says that nothing can be said."""
    again = step(8, 0, generator=health(8, saturated=True))
    assert said(load(again, step(8, 1))).endswith("generator healthy.")


def test_one_stream_is_one() -> None:
    """Not 1 streams."""
    assert "carries 1 stream in real time (interval 1–2)" in found(streams=1, interval=(1, 2))


def test_a_search_without_a_limit_says_at_least() -> None:
    """Nothing failed as far as it went."""
    sentence = found(streams=64, interval=(64, 64), limiting=None, fails_at=None)
    assert "carries at least 64 streams in real time" in sentence
    assert "nothing failed up to 64, where the search ended" in sentence


def test_an_endpoint_that_carries_nothing_has_missed_its_objectives() -> None:
    """Zero streams are no capacity."""
    run = load_run(searched(capacity=capacity(streams=0, interval=(0, 0), plan=None)))
    assert standing(run) == "objectives missed"
    assert headline(run, "en").startswith("asr.example:10095 does not even carry 1 stream in real time;")


def test_real_time_is_said_only_where_lag_is_an_objective() -> None:
    """Finishing in the end is not keeping up."""
    slow = tuple(f"{name} <= {most:g}" for name, most in OBJECTIVES.items() if "lag" not in name)
    assert "carries 8 streams within its objectives" in said(searched(objectives=slow))


def test_a_saturated_generator_is_never_called_healthy() -> None:
    """Even where the run was kept as valid."""
    sentence = said(load(step(8), step(16, 1, generator=health(16, saturated=True))))
    assert sentence.endswith("generator saturated at 16 streams.")


def test_a_search_cut_short_has_no_answer() -> None:
    """Neither in the title nor in what it would cost."""
    run = load_run(searched(), interrupted=True)
    assert title(run, "en") == "Inconclusive"
    assert "there is no answer" in headline(run, "en")
    assert "instances" not in " ".join(qualifications(run, "en"))
    assert "interrupted" in qualifications(run, "en")[0]


def test_a_load_that_held_counts_its_objectives() -> None:
    """And says with how many streams, and for how long."""
    run = load_run(load(step(8)))
    assert standing(run) == "objectives held"
    assert headline(run, "en") == (
        "asr.example:10095 with 8 streams at once for 120 s: all 5 objectives held; generator healthy."
    )
    assert qualifications(run, "en") == ("None of 137 sessions failed.",)


def test_the_fewest_streams_that_missed_are_named() -> None:
    """With every objective that they missed, its value and its limit."""
    sentence = said(load(step(8), step(16, 1), step(10, 2)))
    assert "with 10 streams" in sentence
    assert "lag_slope_ms_per_s.p95 was 64.1 (at most 20)" in sentence
    assert "text_mismatch" not in sentence


def test_what_is_missed_whatever_comes_says_why() -> None:
    """A step that was ended early has no percentile, and yet an answer."""
    reason = "partial_lag_ms: 9 of 31 are above 2500, too many whatever comes"
    missed = replace(step(2).attainments[1], value=None, held=False, reason=reason)
    assert f"for 120 s: {reason}; generator" in said(load(step(2, attainments=(missed,), held=False)))


def test_a_load_with_too_few_sessions_is_inconclusive() -> None:
    """It says why."""
    run = load_run(load(step(2)))
    assert standing(run) == "objectives open"
    assert "34 samples: p95 needs 72" in headline(run, "en")


def test_a_load_without_objectives_is_a_measurement() -> None:
    """Nobody asked whether it holds."""
    run = load_run(load(unjudged(step(2)), objectives=()))
    assert standing(run) == "measured"
    assert "measured, not judged" in headline(run, "en")


def test_an_interrupted_load_has_not_held() -> None:
    """It has not been measured as long as was asked; what it missed, it missed."""
    assert standing(load_run(load(step(8)), interrupted=True)) == "objectives open"
    assert standing(load_run(load(step(12)), interrupted=True)) == "objectives missed"


def test_errors_are_counted_by_kind_most_first() -> None:
    """Of all sessions."""
    assert "4 of 205 sessions failed: timeout 3, closed early 1." in qualifications(
        load_run(load(step(12))), "en"
    )


def test_what_the_server_lost_is_said() -> None:
    """Restarts, memory that grows, a GPU that was throttled."""
    text = " ".join(qualifications(load_run(load(step(8), resources=sampled(600, restarts=2))), "en"))
    assert "The server restarted 2 times." in text
    assert "Grew over the run: Memory of the server." in text
    assert "A GPU was throttled." in text


def test_a_run_that_is_not_valid_says_nothing_of_its_load() -> None:
    """Only why it is not valid."""
    run = saturated_run()
    assert standing(run) == "invalid"
    assert title(run, "en") == "Not valid"
    assert "held" not in headline(run, "en")
    assert qualifications(run, "en") == ()


def test_a_validate_run_adds_a_sentence_on_its_load() -> None:
    """After the verdict on its findings."""
    held = (finding("END-01", "pass", "held"),)
    run = sample_run(verdict="conformant", findings=held, load=load(step(12)))
    assert standing(run) == "conformant"
    assert headline(run, "en").endswith("Under load it missed its objectives.")
    assert summary_markdown(run, "en").startswith("## ❌ asrgate: Conformant")
    assert qualifications(run, "en")[0].startswith("Under load, with 12 streams at once for 120 s: final_ms")


def test_the_summary_has_a_line_for_each_step() -> None:
    """Signs beside the streams, dashes where a number was withheld, and what is left of each limit."""
    text = summary_markdown(load_run(searched()), "en")
    assert text.startswith("## ✅ asrgate: 8 streams\n")
    assert "| 1 | ≈ | 17 | 0.0 % | — | 864 | — | 0.86 |" in text
    assert "| 16 | ❌ | 274 |" in text
    assert "Headroom: `final_ms.p95` 41.9 %" in text


def test_the_summary_of_a_run_that_is_not_valid_marks_nothing_as_held() -> None:
    """Nor does it show what would be left of a limit."""
    text = summary_markdown(saturated_run(), "en")
    assert text.startswith("## ⚠️ asrgate: Not valid\n")
    assert "✅" not in text
    cut = replace(load_run(searched()), valid=False, invalid_reason="worker-2 died")
    assert "Headroom" not in summary_markdown(cut, "en")


def test_a_limit_of_nothing_has_no_headroom() -> None:
    """A share of zero cannot be given."""
    found: CapacityRecord = capacity(headroom={"errors.rate <= 0": None})
    run = load_run(searched(capacity=found))
    assert run.load is not None
    assert "Headroom" not in "".join(load_parts(run, run.load, words_of("en")))
