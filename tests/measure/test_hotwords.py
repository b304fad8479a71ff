"""What hotwords do, computed from sessions that each gave a text."""

from dataclasses import replace

import pytest
from scipy.stats import binomtest

from asrgate.measure.hotword_latency import TimedSession, hotword_latencies
from asrgate.measure.hotwords import HotwordPair, hotword_effect
from asrgate.measure.terms import counts_of, sounds_within
from report.sample import MS, answered, clip, exchange, reply

TERM = "菡萏"
SAID = "池塘里的菡萏很香"
MISSED = "池塘里的汉旦很香"


def pair(id_: str, said: str, without: str, biased: str) -> HotwordPair:
    """A clip with what was heard in it without and with hotwords."""
    spoken = clip(id_, said)
    return HotwordPair(
        clip=spoken, without=answered(spoken, without)[2], biased=answered(spoken, biased, "biased")[2]
    )


def test_terms_that_only_hotwords_bring_out_are_an_effect() -> None:
    """Eleven gained and none lost: p is that of a coin which falls on one side eleven times, twice."""
    pairs = [pair(f"c{n}", SAID, MISSED, SAID) for n in range(11)]
    pairs += [pair(f"known{n}", SAID, SAID, SAID) for n in range(3)]
    effect = hotword_effect(pairs, [TERM], 20)
    assert (effect.recall_without.hits, effect.recall_with.hits, effect.recall_with.of) == (3, 14, 14)
    assert (effect.gained, effect.lost, effect.test) == (11, 0, "exact McNemar")
    assert effect.p == pytest.approx(2 * 0.5**11)
    assert effect.p < 0.001


def test_hotwords_that_do_nothing_have_no_effect() -> None:
    """Whatever was heard without them: p is 1."""
    pairs = [pair(f"c{n}", SAID, MISSED, MISSED) for n in range(11)]
    effect = hotword_effect(pairs, [TERM])
    assert (effect.gained, effect.lost, effect.p) == (0, 0, 1.0)
    assert effect.recall_with.value == 0.0
    assert effect.precision_with.value is None


def test_gains_and_losses_are_held_against_each_other() -> None:
    """Six gained and five lost is chance, as scipy's own test says."""
    pairs = [pair(f"c{n}", SAID, MISSED, SAID) for n in range(6)]
    pairs += [pair(f"d{n}", SAID, SAID, MISSED) for n in range(5)]
    effect = hotword_effect(pairs, [TERM])
    assert (effect.gained, effect.lost) == (6, 5)
    assert effect.p == pytest.approx(binomtest(6, 11).pvalue)


def test_several_terms_in_a_clip_count_once() -> None:
    """Their fates hang together: the sign of what a clip gained is tested."""
    both, one, neither = "请菡萏和赵奕辰来", "请菡萏和赵一晨来", "请汉旦和赵一晨来"
    pairs = [pair(f"c{n}", both, neither, both) for n in range(7)]
    pairs += [pair("even", both, one, "请汉旦和赵奕辰来"), pair("worse", both, one, neither)]
    effect = hotword_effect(pairs, [TERM, "赵奕辰"])
    assert (effect.test, effect.gained, effect.lost) == ("exact sign", 15, 2)
    assert effect.p == pytest.approx(binomtest(7, 8).pvalue)


def test_a_term_where_its_neighbour_was_spoken_is_false() -> None:
    """It lowers the precision, and is no error of unrelated speech."""
    pairs = [
        pair("term", SAID, MISSED, SAID),
        pair("neighbour", "路边的汉旦很香", "路边的汉旦很香", "路边的菡萏很香"),
        pair("other", "今天天气很好", "今天天气很好", "今天天气很好"),
    ]
    effect = hotword_effect(pairs, [TERM])
    (term,) = effect.terms
    assert (term.spoken, term.heard_with, term.false_without, term.false_with, term.neighbours) == (
        1,
        1,
        0,
        1,
        1,
    )
    assert effect.precision_with.value == 0.5
    assert effect.unrelated.clips == 1
    assert effect.unrelated.difference == 0.0


def test_what_hotwords_cost_unrelated_speech() -> None:
    """The difference of the error rates of the clips that hold no term."""
    pairs = [pair(f"c{n}", "今天天气很好", "今天天气很好", "今天菡萏很好") for n in range(6)]
    unrelated = hotword_effect([*pairs, pair("term", SAID, SAID, SAID)], [TERM]).unrelated
    assert (unrelated.clips, unrelated.cer_without) == (6, 0.0)
    assert unrelated.difference == pytest.approx(2 / 6)
    assert unrelated.ci90 == pytest.approx((2 / 6, 2 / 6))


def test_sessions_without_an_answer_are_left_out() -> None:
    """A session that failed is no missed term; they are counted."""
    whole = pair("c", SAID, MISSED, SAID)
    broken = replace(pair("d", SAID, MISSED, SAID), biased=exchange("silent"))
    effect = hotword_effect([whole, broken], [TERM])
    assert (effect.clips, effect.unanswered, effect.recall_with.of) == (1, 1, 1)
    assert hotword_effect([broken], [TERM]).p is None


@pytest.mark.parametrize(
    ("term", "said", "heard", "counts"),
    [
        ("art", "the art of it", "The party, of ART", (1, 1)),
        ("hello world", "say hello world", "say Hello, world", (1, 1)),
        ("三号楼", "他住三号楼", "他住3号楼", (1, 1)),
        ("server", "我们的 server 启动了", "我们的server启动了", (1, 1)),
        ("菡萏", "菡萏和菡萏", "菡萏和汉旦", (2, 1)),
        ("，", "好，好", "好，好", (0, 0)),
    ],
)
def test_how_often_a_term_stands_in_a_text(term: str, said: str, heard: str, counts: tuple[int, int]) -> None:
    """Whole words of Latin letters, numbers as they were said, case and punctuation aside."""
    assert counts_of([term], said, heard) == [counts]


def test_what_sounds_like_a_term() -> None:
    """The same syllables in a row, whatever their tones."""
    assert sounds_within("赵奕辰", "请找一晨说话")
    assert not sounds_within("赵奕辰", "请赵先生说话")
    assert not sounds_within("，", "好")


def timed(count: int, number: int, late_ms: int) -> TimedSession:
    """A session at the pace of speech with a partial and a final, so much later than usual."""
    spoken = clip(f"c{number}", "你好")
    session = exchange(
        f"c{number}", reply("你好"), reply("你好", mode="2pass-offline"), reply("", is_final=True)
    )
    frames = tuple(
        replace(frame, at_ns=frame.at_ns + late_ms * MS) if frame.role == "reply" else frame
        for frame in session.frames
    )
    return TimedSession(count, spoken, replace(session, frames=frames))


def test_later_finals_are_the_cost_of_many_hotwords() -> None:
    """Held against the same clips without hotwords."""
    sessions = [timed(count, number, late) for number in range(5) for count, late in ((0, 300), (100, 340))]
    bare, many = hotword_latencies(sessions)
    assert (bare.count, bare.final.n, bare.final_rise) == (0, 5, None)
    assert many.final_rise is not None
    assert (many.final_rise.median_ms, many.final_rise.n) == (40.0, 5)
    assert many.final_rise.ci90_ms == (40.0, 40.0)


def test_refused_hotwords_are_not_judged() -> None:
    """No number, and what the server said."""
    refusal = TimedSession(1000, clip("c0", "你好"), exchange("c0", '{"error": "too many hotwords"}'))
    _, many = hotword_latencies([timed(0, 0, 300), refusal])
    assert many.final.n == 0
    assert many.final_rise is None
    assert many.reason == "none of 1 sessions gave a text: the server said 'too many hotwords'"
