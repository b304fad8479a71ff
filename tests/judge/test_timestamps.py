"""TS: word stamps."""

import pytest

from asrgate.judge.finding import Finding, Verdict
from asrgate.judge.timestamps import (
    TimedClip,
    one_stamp_per_token,
    one_stamp_per_written_token,
    silence_shifts_stamps,
    stamps_are_ordered_pairs,
    stamps_end_with_the_audio,
    stamps_never_go_back,
    stamps_of_sentences_stay_apart,
    words_are_stamped_where_spoken,
)
from asrgate.wire.exchange import Exchange

from .exchanges import judged, unopened
from .recorded import ALL, EMPTY_FINAL, WITH_SESSION_STAMPS, heard, recorded, replied, sentence, spoken

every_dialect = pytest.mark.parametrize("dialect", ALL)
with_session_stamps = pytest.mark.parametrize("dialect", WITH_SESSION_STAMPS)

Stamps = list[list[int]]
STAMPS = [[300, 460], [500, 659], [700, 859]]


def stamped(dialect: str, text: str, stamps: Stamps, *, audio_ms: int = 5400) -> Exchange:
    """A session of one sentence with these stamps."""
    return replied(dialect, *sentence(dialect, text, stamps), audio_ms=audio_ms)


def two_sentences(dialect: str, first: Stamps, second: Stamps) -> Exchange:
    """A session of two sentences with these stamps."""
    return replied(
        dialect, *sentence(dialect, "一二三", first, last=False), *sentence(dialect, "四五六", second)
    )


@every_dialect
@judged("TS-01", Verdict.PASS, "9 stamps")
def test_recorded_stamps_are_ordered(dialect: str) -> Finding:
    """All forms of the stamps are read: strings and arrays."""
    return stamps_are_ordered_pairs([recorded(dialect)])


@every_dialect
@judged("TS-01", Verdict.FAIL, "[659, 500]")
def test_a_pair_that_ends_before_it_starts_fails(dialect: str) -> Finding:
    """The pair is shown."""
    return stamps_are_ordered_pairs([stamped(dialect, "一二三", [[300, 460], [659, 500], [700, 859]])])


@judged("TS-01", Verdict.FAIL, "[-20, 460]")
def test_a_negative_start_fails() -> Finding:
    """Nothing is spoken before the audio."""
    return stamps_are_ordered_pairs([stamped("funasr-2pass", "一", [[-20, 460]])])


@judged("TS-01", Verdict.INCONCLUSIVE, "no message with text carried word stamps")
def test_a_model_without_stamps_shows_no_pairs() -> Finding:
    """Text without stamps is not judged here."""
    return stamps_are_ordered_pairs([heard("funasr-2pass", "一二三")])


@every_dialect
@judged("TS-02", Verdict.PASS, "starts never go back")
def test_recorded_stamps_never_go_back(dialect: str) -> Finding:
    """Stamps relative to a segment restart with it, which is no step back."""
    return stamps_never_go_back([recorded(dialect), two_sentences(dialect, STAMPS, [[3900, 4060]] * 3)])


@every_dialect
@judged("TS-02", Verdict.FAIL, "a start of 500 ms follows one of 700 ms")
def test_a_start_that_goes_back_fails(dialect: str) -> Finding:
    """Within one message, in every dialect."""
    return stamps_never_go_back([stamped(dialect, "一二三", [[300, 460], [700, 859], [500, 659]])])


@pytest.mark.parametrize("dialect", ["funasr-2pass", "funasr-2pass-0.1"])
@judged("TS-02", Verdict.FAIL, "begins at 700 ms, the one before ended at 859")
def test_a_sentence_that_begins_within_the_one_before_fails(dialect: str) -> Finding:
    """More than 50 ms of overlap is too much."""
    return stamps_never_go_back([two_sentences(dialect, STAMPS, [[700, 760], [800, 860], [900, 960]])])


@judged("TS-02", Verdict.PASS)
def test_times_restart_with_the_next_utterance() -> Finding:
    """After an end frame they count from 0 again."""
    twice = (
        spoken("funasr-2pass")
        .reply(*sentence("funasr-2pass", "一二三", [[3300, 3460], [3500, 3659], [3700, 3859]]))
        .terminated()
        .config()
        .audio(5400)
        .end()
        .reply(*sentence("funasr-2pass", "一二三", STAMPS))
        .terminated()
        .close()
    )
    return stamps_never_go_back([twice])


@judged("TS-02", Verdict.INCONCLUSIVE, "connection refused")
def test_an_unopened_session_has_no_stamps() -> Finding:
    """The reason names what went wrong."""
    return stamps_never_go_back([unopened()])


@every_dialect
@judged("TS-03", Verdict.PASS, "one stamp for each token")
def test_recorded_stamps_are_one_per_token(dialect: str) -> Finding:
    """Punctuation has none, wherever it stands."""
    return one_stamp_per_token([recorded(dialect)])


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("123", 3),
        ("看 aslow 的 night", 4),
        ("你好，world。", 3),
        ("涨了50%", 4),
        ("涨了50%", 5),
        ("8:35分", 4),
        ("8:35分", 5),
    ],
)
@judged("TS-03", Verdict.PASS)
def test_digits_words_and_symbols_are_counted_as_servers_do(text: str, count: int) -> Finding:
    """A digit is a token, an English word is one, and a percent sign may be one."""
    return one_stamp_per_token(
        [stamped("funasr-2pass", text, [[100 * n, 100 * n + 90] for n in range(count)])]
    )


@every_dialect
@judged("TS-03", Verdict.FAIL, "2 stamps for 3 tokens of '一二三'")
def test_a_missing_stamp_fails(dialect: str) -> Finding:
    """Both numbers are told."""
    return one_stamp_per_token([recorded(dialect), stamped(dialect, "一二三", STAMPS[:2])])


@judged("TS-03", Verdict.INCONCLUSIVE, "no message with text")
def test_a_lone_full_stop_has_no_tokens() -> Finding:
    """That is what no recognised token looks like."""
    return one_stamp_per_token([replied("funasr-2pass", EMPTY_FINAL["funasr-2pass"] | {"text": "。"})])


@every_dialect
@judged("TS-04", Verdict.PASS, "before the end of the audio")
def test_recorded_stamps_end_with_the_audio(dialect: str) -> Finding:
    """The last one ends before the audio does."""
    return stamps_end_with_the_audio([recorded(dialect)])


@every_dialect
@judged("TS-04", Verdict.FAIL, "ends at 5900 ms, the audio at 5300 ms")
def test_a_stamp_behind_the_end_of_the_audio_fails(dialect: str) -> Finding:
    """More than half a second is no rounding."""
    return stamps_end_with_the_audio([stamped(dialect, "一", [[5500, 5900]], audio_ms=5300)])


@judged("TS-04", Verdict.FAIL, "the audio at 2000 ms")
def test_the_length_is_that_of_the_rate_that_was_sent() -> Finding:
    """The same bytes are twice as long at 8 kHz."""
    exchange = (
        spoken("funasr-2pass", audio_ms=0)
        .config(audio_fs=8000)
        .audio(2000, rate_hz=8000)
        .end()
        .reply(EMPTY_FINAL["funasr-2pass"], *sentence("funasr-2pass", "一", [[3000, 3900]]))
        .terminated()
        .close()
    )
    return stamps_end_with_the_audio([exchange])


@judged("TS-04", Verdict.INCONCLUSIVE, "no message with text")
def test_without_stamps_none_is_behind_the_audio() -> Finding:
    """An empty final has none."""
    return stamps_end_with_the_audio([heard("funasr-2pass", "")])


def shifted(dialect: str, by_ms: int, text: str = "一二三") -> Exchange:
    """A session of one sentence whose stamps are later by so much."""
    return stamped(dialect, text, [[start + by_ms, end + by_ms] for start, end in STAMPS], audio_ms=7400)


@with_session_stamps
@judged("TS-09", Verdict.PASS, "moved 3 stamps by 1950 to 1950")
def test_stamps_that_move_with_the_audio_pass(dialect: str) -> Finding:
    """Up to 100 ms is the grid of the model."""
    return silence_shifts_stamps(shifted(dialect, 0), shifted(dialect, 1950), silence_ms=2000)


@judged("TS-09", Verdict.PASS, "moved 2 stamps")
def test_a_character_that_is_heard_otherwise_is_left_out() -> Finding:
    """Only what both texts have in common is compared."""
    return silence_shifts_stamps(
        shifted("funasr-2pass", 0), shifted("funasr-2pass", 2000, "一二山"), silence_ms=2000
    )


@judged("TS-09", Verdict.PASS, "moved 3 stamps")
def test_english_words_are_compared_as_words() -> Finding:
    """An English word has one stamp."""
    before, after = (shifted("funasr-2pass", by_ms, "Hello my world.") for by_ms in (0, 2000))
    return silence_shifts_stamps(before, after, silence_ms=2000)


@with_session_stamps
@judged("TS-09", Verdict.FAIL, "moved by 0 ms", "silence is 2000 ms")
def test_stamps_that_do_not_move_fail(dialect: str) -> Finding:
    """Stamps that count from the onset of speech are not in audio time."""
    return silence_shifts_stamps(shifted(dialect, 0), shifted(dialect, 0), silence_ms=2000)


@judged("TS-09", Verdict.INCONCLUSIVE, "too little in common")
def test_other_words_cannot_be_compared() -> Finding:
    """The recogniser heard something else after the silence."""
    return silence_shifts_stamps(
        shifted("funasr-2pass", 0), shifted("funasr-2pass", 2000, "四五三"), silence_ms=2000
    )


@judged("TS-09", Verdict.INCONCLUSIVE, "no text with one stamp per token")
def test_text_without_stamps_cannot_be_compared() -> Finding:
    """A model without word stamps shows no shift."""
    return silence_shifts_stamps(heard("funasr-2pass", "一"), heard("funasr-2pass", "一"), silence_ms=2000)


@with_session_stamps
@judged("TS-10", Verdict.PASS, "each of one sentence")
def test_recorded_stamp_strings_are_of_one_sentence(dialect: str) -> Finding:
    """Every message has its own."""
    return stamps_of_sentences_stay_apart([recorded(dialect)])


@with_session_stamps
@judged("TS-10", Verdict.FAIL, "[[300,460]][[500,659]]", "'二'")
def test_stamps_that_run_together_fail(dialect: str) -> Finding:
    """When two segments end in one step, upstream joins their strings; blanks do not matter."""
    (message,) = sentence(dialect, "二")
    return stamps_of_sentences_stay_apart(
        [replied(dialect, message | {"timestamp": "[[300,460]][[500,659]]"})]
    )


@judged("TS-10", Verdict.INCONCLUSIVE, "no message had a stamp string")
def test_integers_are_no_stamp_strings() -> Finding:
    """The time of connection has no brackets."""
    return stamps_of_sentences_stay_apart([heard("funasr-2pass", "一二三")])


SPOKEN = "一二三四五六七八九零"


def timed(dialect: str, *late_ms: int, text: str = SPOKEN) -> TimedClip:
    """Ten words of which each was stamped so late; the last value holds for the rest."""
    spoken_ms = [(300 + 200 * n, 460 + 200 * n) for n in range(10)]
    stamps = [
        [start + late_ms[min(n, len(late_ms) - 1)], end + late_ms[min(n, len(late_ms) - 1)]]
        for n, (start, end) in enumerate(spoken_ms)
    ]
    return TimedClip(
        words=tuple(zip(SPOKEN, spoken_ms, strict=True)),
        exchange=stamped(dialect, text, stamps[: len(text)]),
    )


@with_session_stamps
@judged("TS-11", Verdict.PASS, "10 words in 1 clip stamped 60 ms late in the median")
def test_stamps_that_lie_on_the_words_pass(dialect: str) -> Finding:
    """A model has its grid and its habits."""
    return words_are_stamped_where_spoken([timed(dialect, 60)])


@judged("TS-11", Verdict.PASS, "0 ms")
def test_stamps_that_scatter_to_both_sides_pass() -> Finding:
    """What single words are off is the model's."""
    return words_are_stamped_where_spoken(
        [timed("funasr-2pass", -250, -240, -250, 0, 0, 0, 0, 250, 240, 200)]
    )


@with_session_stamps
@judged("TS-11", Verdict.FAIL, "stamped 200 ms late in the median, expected 150 ms at most")
def test_a_constant_shift_fails(dialect: str) -> Finding:
    """No other rule sees it."""
    return words_are_stamped_where_spoken([timed(dialect, 200)])


@judged("TS-11", Verdict.FAIL, "200 ms early")
def test_a_constant_shift_the_other_way_fails() -> Finding:
    """The direction is told."""
    return words_are_stamped_where_spoken([timed("funasr-2pass", -200)])


@judged("TS-11", Verdict.INCONCLUSIVE, "3 words with a stamp recognised as spoken, 10 are needed")
def test_a_recogniser_that_hears_other_words_shows_no_shift() -> Finding:
    """Few words make no median."""
    return words_are_stamped_where_spoken([timed("funasr-2pass", 200, text="一二三")])


@with_session_stamps
@judged("ITN-06", Verdict.PASS, "one stamp for each token in 1 message")
def test_digits_have_a_stamp_each(dialect: str) -> Finding:
    """They share the time of what was spoken; sentences without digits are not judged here."""
    return one_stamp_per_written_token([stamped(dialect, "123", STAMPS), stamped(dialect, "一二", STAMPS)])


@with_session_stamps
@judged("ITN-06", Verdict.FAIL, "3 stamps for 5 tokens of '12345'")
def test_stamps_of_the_spoken_form_fail(dialect: str) -> Finding:
    """That is what is left when the re-alignment fails."""
    return one_stamp_per_written_token([stamped(dialect, "12345", STAMPS)])


@judged("ITN-06", Verdict.INCONCLUSIVE, "no message with text carried word stamps")
def test_without_digits_there_is_nothing_written() -> Finding:
    """The number was not recognised."""
    return one_stamp_per_written_token([heard("funasr-2pass", "一二三")])
