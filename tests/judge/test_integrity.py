"""ACC: what a text must not lose, repeat or invent."""

import pytest

from asrgate.judge.finding import Finding, Verdict
from asrgate.judge.integrity import (
    PassPair,
    Spoken,
    english_words_stay_apart,
    first_characters_are_kept,
    last_characters_are_kept,
    nothing_is_heard_in_silence,
    nothing_is_said_twice,
    second_pass_reads_better,
)

from .exchanges import judged, unopened
from .recorded import ALL, heard, replied, sentence

every_dialect = pytest.mark.parametrize("dialect", ALL)

TEXTS = (
    "阿里开源的语音识别真是太牛了",
    "邻居每天骑自行车上班",
    "图书馆需要保持安静",
    "飞机因为大雾推迟起飞",
    "厨房里的冰箱突然坏了",
    "春节联欢晚会非常精彩",
)


def said(dialect: str, *texts: str, accepted: tuple[str, ...] = TEXTS) -> list[Spoken]:
    """Clips heard so."""
    return [
        Spoken(accepted=(right,), exchange=heard(dialect, text))
        for right, text in zip(accepted, texts, strict=False)
    ]


def passes(first: str, second: str, *, dialect: str = "funasr-2pass") -> list[PassPair]:
    """Three clips, of which the first was heard so by either pass."""
    return [
        PassPair(text=text, first=heard(dialect, one), second=heard(dialect, two))
        for text, one, two in zip(TEXTS, (first, *TEXTS[1:3]), (second, *TEXTS[1:3]), strict=False)
    ]


@pytest.mark.parametrize("dialect", ["funasr-2pass", "funasr-2pass-0.1", "funasr-python"])
@judged("ACC-02", Verdict.PASS, "0 errors in 33 characters of sentence results, 3 in mode online")
def test_a_second_pass_that_reads_better_passes(dialect: str) -> Finding:
    """That is what it is for."""
    return second_pass_reads_better(passes("阿里开原得语音识别真是太扭了", TEXTS[0], dialect=dialect))


@judged("ACC-02", Verdict.PASS)
def test_a_character_more_is_no_harm() -> Finding:
    """Of so few characters that proves nothing."""
    return second_pass_reads_better(passes(TEXTS[0], TEXTS[0][:-2]))


@pytest.mark.parametrize("dialect", ["funasr-2pass", "funasr-2pass-0.1", "funasr-python"])
@judged("ACC-02", Verdict.FAIL, "'阿里开源', online '阿里开源的语音识别真是太牛了'")
def test_a_second_pass_that_reads_worse_fails(dialect: str) -> Finding:
    """Both texts are shown."""
    return second_pass_reads_better(passes(TEXTS[0], "阿里开源", dialect=dialect))


@judged("ACC-02", Verdict.INCONCLUSIVE, "no text in both modes")
def test_passes_without_text_cannot_be_compared() -> Finding:
    """Nothing was recognised."""
    return second_pass_reads_better(
        [PassPair(text="一", first=heard(ALL[0], ""), second=heard(ALL[0], "一"))]
    )


@every_dialect
@judged("ACC-03", Verdict.PASS, "lost in 1 of 6 clips")
def test_a_first_character_lost_once_passes(dialect: str) -> Finding:
    """A recogniser may miss it."""
    return first_characters_are_kept(said(dialect, TEXTS[0][1:], *TEXTS[1:]))


@judged("ACC-03", Verdict.PASS, "lost in 0 of 6 clips")
def test_a_first_character_that_is_misheard_is_not_lost() -> Finding:
    """Something was heard in its place."""
    return first_characters_are_kept(said("funasr-2pass", *("嗯" + text[1:] for text in TEXTS)))


@every_dialect
@judged("ACC-03", Verdict.FAIL, "lost in 6 of 6 clips", "'里开源的语音识别真是太牛了' instead of '阿里开源")
def test_a_first_character_lost_everywhere_fails(dialect: str) -> Finding:
    """An example is shown."""
    return first_characters_are_kept(said(dialect, *(text[1:] for text in TEXTS)))


@judged("ACC-03", Verdict.INCONCLUSIVE, "0 clips could be read, 5 are needed")
def test_nonsense_shows_no_lost_characters() -> Finding:
    """A model for another language."""
    return first_characters_are_kept(said("funasr-2pass", *["all right"] * 6))


@every_dialect
@judged("ACC-08", Verdict.PASS, "the last character was lost in 0 of 6 clips")
def test_whole_texts_reach_to_the_end(dialect: str) -> Finding:
    """Punctuation is no character."""
    return last_characters_are_kept(said(dialect, *(f"{text}。" for text in TEXTS)))


@every_dialect
@judged("ACC-08", Verdict.FAIL, "lost in 6 of 6 clips")
def test_a_tail_lost_everywhere_fails(dialect: str) -> Finding:
    """Two characters of each."""
    return last_characters_are_kept(said(dialect, *(text[:-2] for text in TEXTS)))


@judged("ACC-08", Verdict.INCONCLUSIVE, "connection refused")
def test_unopened_sessions_lost_no_tail() -> Finding:
    """The reason names what went wrong."""
    return last_characters_are_kept([Spoken(accepted=(text,), exchange=unopened()) for text in TEXTS])


@every_dialect
@judged("ACC-04", Verdict.PASS, "nothing comes twice in 6 texts")
def test_texts_as_they_were_spoken_pass(dialect: str) -> Finding:
    """Each phrase comes once."""
    return nothing_is_said_twice(said(dialect, *TEXTS))


@judged("ACC-04", Verdict.PASS)
def test_what_was_spoken_twice_may_come_twice() -> Finding:
    """A chorus is no fault; nor is a stutter of one sound."""
    chorus = "保持安静保持安静"
    stutter = Spoken(accepted=("嗯",), exchange=heard("funasr-2pass", "嗯嗯嗯嗯嗯嗯嗯嗯"))
    return nothing_is_said_twice([*said("funasr-2pass", chorus, accepted=(chorus,)), stutter])


@judged("ACC-04", Verdict.PASS)
def test_the_same_mistake_twice_passes() -> Finding:
    """What was spoken twice was misheard twice, alike."""
    spoken, heard_as = TEXTS[1] * 2, "林居美天骑自行车上班" * 2
    return nothing_is_said_twice(said("funasr-2pass", heard_as, accepted=(spoken,)))


@judged("ACC-04", Verdict.FAIL, "'邻居每天' comes twice")
def test_a_sentence_in_place_of_the_next_one_fails() -> Finding:
    """The text is as long as it should be, but the second sentence is the first."""
    return nothing_is_said_twice(said("funasr-2pass", TEXTS[1] * 2, accepted=(TEXTS[1] + TEXTS[2],)))


@every_dialect
@judged("ACC-04", Verdict.FAIL, "'邻居每天' comes twice")
def test_a_sentence_that_is_doubled_fails(dialect: str) -> Finding:
    """Within one text."""
    return nothing_is_said_twice(said(dialect, TEXTS[1] + TEXTS[1], accepted=TEXTS[1:]))


@judged("ACC-04", Verdict.FAIL, "'保持安静' comes twice")
def test_a_sentence_that_repeats_the_end_of_the_one_before_fails() -> Finding:
    """Across two results."""
    messages = sentence("funasr-2pass", TEXTS[2], last=False) + sentence(
        "funasr-2pass", "保持安静" + TEXTS[3]
    )
    repeated = Spoken(accepted=(TEXTS[2] + TEXTS[3],), exchange=replied("funasr-2pass", *messages))
    return nothing_is_said_twice([repeated])


@judged("ACC-04", Verdict.INCONCLUSIVE, "no text came")
def test_silence_repeats_nothing() -> Finding:
    """There is no text."""
    return nothing_is_said_twice(said("funasr-2pass", ""))


ENGLISH = ("please open this window before lunch",)


@every_dialect
@judged("ACC-05", Verdict.PASS, "5 pairs of English words")
def test_english_words_that_stay_apart_pass(dialect: str) -> Finding:
    """Letter case and marks do not matter."""
    return english_words_stay_apart(said(dialect, "Please open this window before lunch.", accepted=ENGLISH))


@judged("ACC-05", Verdict.PASS, "1 pair")
def test_misheard_words_are_not_judged() -> Finding:
    """Only what was recognised can have lost its blanks."""
    return english_words_stay_apart(said("funasr-2pass", "peas open this widow", accepted=ENGLISH))


@every_dialect
@judged("ACC-05", Verdict.FAIL, "'open' and 'this' in one: 'please openthis window'")
def test_english_words_that_run_together_fail(dialect: str) -> Finding:
    """The two are named."""
    return english_words_stay_apart(said(dialect, "please openthis window", accepted=ENGLISH))


@judged("ACC-05", Verdict.INCONCLUSIVE, "no two neighbouring English words")
def test_a_chinese_model_shows_no_english_words() -> Finding:
    """It hears other words."""
    return english_words_stay_apart(said("funasr-2pass", "噗力斯", accepted=ENGLISH))


@every_dialect
@judged("ACC-06", Verdict.PASS, "no text from silence; noise gave '嗯。'")
def test_silence_that_stays_empty_passes(dialect: str) -> Finding:
    """A sound may be heard in noise, and a lone full stop is what nothing looks like."""
    return nothing_is_heard_in_silence(heard(dialect, "。"), [heard(dialect, "嗯。"), heard(dialect, "")])


@judged("ACC-06", Verdict.PASS)
def test_tags_of_a_model_are_no_text() -> Finding:
    """SenseVoice names what it takes silence for."""
    return nothing_is_heard_in_silence(heard("funasr-2pass", "<|nospeech|><|EMO_UNKNOWN|><|Event_UNK|>"), [])


@every_dialect
@judged("ACC-06", Verdict.FAIL, "the text '谢谢观看' from sound without speech")
def test_words_from_silence_fail(dialect: str) -> Finding:
    """Nobody said them."""
    return nothing_is_heard_in_silence(heard(dialect, "谢谢观看"), [])


@judged("ACC-06", Verdict.FAIL, "请大家不要忘记点赞")
def test_a_sentence_from_noise_fails() -> Finding:
    """Five characters are the most."""
    return nothing_is_heard_in_silence(
        heard("funasr-2pass", ""), [heard("funasr-2pass", "请大家不要忘记点赞")]
    )


@judged("ACC-06", Verdict.INCONCLUSIVE, "connection refused")
def test_an_unopened_session_hears_nothing() -> Finding:
    """The reason names what went wrong."""
    return nothing_is_heard_in_silence(unopened(), [])
