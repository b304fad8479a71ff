"""The sentence that stands for a run."""

from asrgate.report.headline import headline, qualifications, standing
from report.sample import NOTHING_BESIDES, finding, sample_run


def test_a_conformant_run_says_how_many_requirements_hold() -> None:
    """The sentence counts what was judged, not what exists."""
    run = sample_run(
        verdict="conformant", findings=(finding("END-01", "pass", ""), finding("HS-04", "unsupported", ""))
    )
    assert headline(run, "en") == (
        "asr.example:10095 keeps its protocol: all 1 MUST requirements that were judged hold."
    )
    assert headline(run, "zh") == "asr.example:10095 遵守协议：已判定的 1 条 MUST 要求全部满足。"


def test_a_run_that_failed_names_what_failed() -> None:
    """The first few IDs stand in the sentence, the others as a number."""
    failures = tuple(finding(f"END-{n:02}", "fail", "") for n in range(1, 9))
    sentence = headline(sample_run(findings=failures), "en")
    assert "8 of the 8 MUST requirements" in sentence
    assert "END-06 and 2 more" in sentence
    assert "END-07" not in sentence


def test_an_inconclusive_run_says_what_is_open() -> None:
    """It does not claim that the endpoint is right."""
    run = sample_run(verdict="inconclusive", findings=(finding("HS-01", "inconclusive", ""),))
    sentence = headline(run, "en")
    assert sentence.startswith("No verdict on asr.example:10095: no MUST requirement failed")
    assert sentence.endswith("1 core requirements were not judged.")


def test_what_the_headline_leaves_open_is_said_after_it() -> None:
    """Interruption, failed SHOULDs, deviations, and what was not judged."""
    said = qualifications(sample_run(interrupted=True, **NOTHING_BESIDES), "en")
    assert "interrupted" in said[0]
    assert said[1] == "1 SHOULD requirement failed: SCH-06."
    assert said[2] == "Known deviations: TS-04."
    assert said[3].startswith("Not judged: 1 inconclusive")


def test_a_run_that_is_not_valid_says_nothing_else() -> None:
    """Whatever was found, no verdict is to be read from it."""
    run = sample_run(verdict="conformant", valid=False, invalid_reason="the machine was asleep")
    assert standing(run) == "invalid"
    assert headline(run, "en") == (
        "This run is not valid, so no verdict should be read from it: the machine was asleep."
    )


def test_accuracy_alone_is_a_measurement_and_no_verdict() -> None:
    """A run that was not asked to judge is told by its error rate."""
    run = sample_run(verdict="inconclusive", findings=(finding("END-01", "skipped", "not selected"),))
    assert standing(run) == "measured"
    assert headline(run, "en") == (
        "asr.example:10095 was not judged, only measured: "
        "character error rate 10.9 % (1.7 – 19.1 %) on 5 clips."
    )


def test_a_run_that_judged_everything_says_so() -> None:
    """Silence about what is missing would be ambiguous."""
    run = sample_run(verdict="conformant", findings=(finding("END-01", "pass", ""),), **NOTHING_BESIDES)
    assert qualifications(run, "en") == ("Nothing that applies to this dialect was left out.",)


def test_known_deviations_stand_in_the_sentence() -> None:
    """A listed MUST does not hold, and the sentence does not say that it does."""
    listed = (finding("END-01", "pass", ""), finding("TS-03", "deviation", "", level="SHOULD"))
    run = sample_run(verdict="conformant", findings=listed)
    assert headline(run, "en") == (
        "asr.example:10095 keeps its protocol, with 1 known deviation of funasr-2pass: "
        "all 1 MUST requirements that were judged hold."
    )
    run = sample_run(verdict="conformant", findings=(*listed, finding("TS-04", "deviation", "")))
    assert "with 2 known deviations of funasr-2pass: " in headline(run, "en")
    assert headline(run, "en").endswith("that were judged hold or are listed as known to fail.")


def test_what_stands_beside_the_findings_is_said_gravest_first() -> None:
    """A server that died, fuzzing, deviations that are over or fixed, closings, features."""
    crash = finding("ROB-04", "fail", "the process died", destructive=True)
    said = qualifications(sample_run(findings=(crash,)), "en")
    assert [sentence.split(":")[0] for sentence in said[:-1]] == [
        "Inputs that may take a server down were sent, and it did not bear them",
        "Fuzzing found 2 causes of failure in 300 sessions.",
        "Listed as known, but their date is over",
        "Listed as known to fail, but they pass now",
        "Better than upstream's own funasr-2pass in 1 point.",
        "1 of 3 sessions were not closed properly.",
        "Features that this deployment was found not to have",
    ]
