"""Time in the record of accuracy: modes, reasons, presets."""

from asrgate.audio.clips import Clip
from asrgate.measure.accuracy import accuracy_of
from asrgate.measure.time import NOT_IN_REAL_TIME
from asrgate.wire.exchange import Exchange
from measure.timed import partial, sentence, session, timed_clip

WEATHER = timed_clip(
    ("今", 200, 400), ("天", 400, 600), ("天", 600, 800), ("气", 800, 1000), ("好", 1000, 1300)
)
STAMPS = [(210, 410), (410, 610), (610, 810), (810, 1010), (1010, 1310)]


def spoken(
    later_ms: float = 0.0, *, mode: str = "2pass", pace: float | None = 1.0
) -> tuple[Clip, str, Exchange]:
    """A session whose partials come so much later; only the last character comes with the sentence."""
    replies = (
        (700 + later_ms, partial("今天")),
        (1250 + later_ms, partial("天气")),
        (2300, sentence("今天天气好。", STAMPS)),
    )
    return WEATHER, mode, session(WEATHER, *replies, pace=pace)


def test_words_are_pooled_by_mode() -> None:
    """Four words of a partial in each of two sessions, and one of the sentence."""
    (time,) = accuracy_of([spoken(), spoken(40)]).time
    assert (time.mode, time.reason) == ("2pass", None)
    assert time.emission.samples == (300.0, 100.0, 450.0, 250.0, 340.0, 140.0, 490.0, 290.0)
    assert time.emission.median == 295.0
    assert time.emission.p95 is None
    assert time.emission_by_sentence.samples == (1000.0, 1000.0)
    assert time.finalisation_at_end.samples == (1000.0, 1000.0)
    assert (time.finalisation.n, time.finalisation.median) == (0, None)
    assert time.stability is not None
    assert time.stability.unstable == 0.0
    assert time.stamps.start is not None
    assert time.stamps.start.mean == 10.0


def test_the_gate_gets_a_number_for_each_clip() -> None:
    """The median over all words, and what became of the partials."""
    score = accuracy_of([spoken()]).clips[0]
    assert (score.emission_ms, score.partial_tokens, score.partial_tokens_changed) == (300.0, 4, 0)


def test_without_the_pace_of_speech_only_stamps_are_measured() -> None:
    """The others are missing, and say why."""
    accuracy = accuracy_of([spoken(pace=None)])
    (time,) = accuracy.time
    assert time.reason == NOT_IN_REAL_TIME
    for latency in (time.emission, time.emission_by_sentence, time.finalisation, time.finalisation_at_end):
        assert (latency.n, latency.median, latency.reason) == (0, None, NOT_IN_REAL_TIME)
    assert time.stability is None
    assert time.stamps.n == 5
    score = accuracy.clips[0]
    assert (score.emission_ms, score.partial_tokens, score.partial_tokens_changed) == (None, None, None)


def test_presets_are_set_against_their_error_rates() -> None:
    """The quickest first, each with the errors of its own sessions."""
    quick = spoken(-60, mode="2pass~3,6,3")
    wrong = WEATHER, "2pass~3,6,3", session(WEATHER, (700, partial("今天")), (2300, sentence("今天田气好")))
    accuracy = accuracy_of([spoken(), spoken(), quick, wrong, spoken(mode="offline")])
    points = [(point.mode, point.preset, point.emission_ms, point.rate.value) for point in accuracy.trade_off]
    assert points == [("2pass", (3, 6, 3), 215.0, 0.1), ("2pass", (5, 10, 5), 275.0, 0.0)]
    assert accuracy.mode == "2pass"
    assert [(cost.mode, cost.against) for cost in accuracy.mode_costs] == [
        ("2pass~3,6,3", "2pass"),
        ("offline", "2pass"),
    ]


def test_one_preset_is_no_trade_off() -> None:
    """There is nothing to choose from."""
    assert accuracy_of([spoken()]).trade_off == ()


def test_a_preset_without_real_time_has_its_rate_and_the_reason() -> None:
    """Errors are known, latency is not."""
    accuracy = accuracy_of([spoken(pace=None), spoken(mode="2pass~3,6,3", pace=None)])
    assert [(point.emission_ms, point.reason) for point in accuracy.trade_off] == [
        (None, NOT_IN_REAL_TIME)
    ] * 2
