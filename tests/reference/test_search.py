"""Slots to words: homophones, hotwords, the domain's sentences, English, doubt, and what must not matter."""

import math
from collections.abc import Mapping, Sequence
from importlib import resources

import pytest

from asrgate.reference.acoustic import Slot
from asrgate.reference.recogniser import Recogniser, Token, text_of

UNITS = (resources.files("asrgate.reference") / "data" / "units.txt").read_text(encoding="utf-8").split()
SURE, DOUBTFUL = -15.0, -0.5


@pytest.fixture(scope="module")
def recogniser() -> Recogniser:
    """Return the packaged recogniser."""
    return Recogniser.load()


def slots(*choices: str | Mapping[str, float], skip: float = SURE) -> list[Slot]:
    """Return a slot each 200 ms: a unit, or units with their probabilities."""
    made = []
    for number, choice in enumerate(choices):
        units = {choice: 0.9} if isinstance(choice, str) else choice
        ranked = sorted(units.items(), key=lambda item: -item[1])
        alternatives = tuple((UNITS.index(unit), math.log(probability)) for unit, probability in ranked)
        made.append(Slot(alternatives, skip, 200 * number, 200 * number + 180))
    return made


def read(
    recogniser: Recogniser, heard: Sequence[Slot], hotwords: Mapping[str, float] | None = None
) -> tuple[Token, ...]:
    """Return the tokens of one pass."""
    search = recogniser.search(hotwords)
    search.accept(heard)
    return search.tokens()


WEATHER = ("jin1", "tian1", "tian1", "qi4", "hen3", "hao3")
NAME = ("zhao4", "yi4", "chen2", "zhu3", "chi2", "hui4", "yi4")
NAMED = "赵奕辰主持会议"


def test_nothing_heard_is_no_token(recogniser: Recogniser) -> None:
    """Nothing heard is no token."""
    assert read(recogniser, []) == ()


def test_syllables_become_the_words_that_they_spell(recogniser: Recogniser) -> None:
    """Syllables become the words that they spell."""
    assert text_of(read(recogniser, slots(*WEATHER))) == "今天天气很好"


def test_each_character_is_a_token_with_the_time_of_its_slot(recogniser: Recogniser) -> None:
    """Each character is a token with the time of its slot."""
    tokens = read(recogniser, slots(*WEATHER))
    assert [token.text for token in tokens] == list("今天天气很好")
    assert [(token.start_ms, token.end_ms) for token in tokens] == [
        (200 * number, 200 * number + 180) for number in range(6)
    ]


def test_slots_in_any_portions_give_the_same_tokens(recogniser: Recogniser) -> None:
    """Slots in any portions give the same tokens."""
    heard = slots(*WEATHER, *NAME)
    search = recogniser.search()
    for slot in heard:
        search.accept([])
        search.accept([slot])
        search.tokens()
    assert search.tokens() == read(recogniser, heard)


def test_a_wrong_tone_is_put_right_where_the_words_ask_for_it(recogniser: Recogniser) -> None:
    """A wrong tone is put right where the words ask for it."""
    heard = slots("jin1", "tian1", {"tian3": 0.5, "tian1": 0.2}, "qi4")
    assert text_of(read(recogniser, heard)) == "今天天气"


def test_a_doubtful_slot_may_be_nothing_and_a_sure_one_may_not(recogniser: Recogniser) -> None:
    """A doubtful slot may be nothing and a sure one may not."""
    stray = {"nve4": 0.05}
    doubtful = slots("jin1", "tian1") + slots(stray, skip=DOUBTFUL) + slots("tian1", "qi4")
    assert text_of(read(recogniser, doubtful)) == "今天天气"
    sure = slots("jin1", "tian1") + slots({"nve4": 0.9}) + slots("tian1", "qi4")
    assert len(read(recogniser, sure)) == 5


def test_a_hotword_wins_over_its_homophones_and_leaves_the_rest(recogniser: Recogniser) -> None:
    """A hotword wins over its homophones and leaves the rest."""
    assert "赵奕辰" not in text_of(read(recogniser, slots(*NAME)))
    assert text_of(read(recogniser, slots(*NAME), {"赵奕辰": 20})) == NAMED
    assert text_of(read(recogniser, slots(*WEATHER), {"赵奕辰": 20})) == "今天天气很好"


@pytest.mark.parametrize("weight", [0.0, -0.0, -1.0, -1e9, float("-inf"), 5e-324])
def test_weights_of_nothing_and_less_do_nothing(recogniser: Recogniser, weight: float) -> None:
    """Weights of nothing and less do nothing."""
    plain = text_of(read(recogniser, slots(*WEATHER)))
    assert text_of(read(recogniser, slots(*WEATHER), {"今田": weight})) == plain


@pytest.mark.parametrize("weight", [1e3, 1e9, 1.7e308, float("inf")])
def test_a_huge_weight_finds_the_word_but_does_not_put_it_everywhere(
    recogniser: Recogniser, weight: float
) -> None:
    """A huge weight finds the word but does not put it everywhere."""
    assert text_of(read(recogniser, slots(*NAME), {"赵奕辰": weight})) == NAMED
    assert text_of(read(recogniser, slots(*WEATHER), {"赵奕辰": weight})) == "今天天气很好"


def test_a_larger_weight_never_finds_less(recogniser: Recogniser) -> None:
    """A larger weight never finds less."""
    muffled = slots({"zhao4": 0.5, "zhao3": 0.1}, {"yi1": 0.5, "yi4": 0.02}, {"chen2": 0.5, "cheng2": 0.2})
    found = [
        text_of(read(recogniser, muffled, {"赵奕辰": weight})) == "赵奕辰"
        for weight in (0, 1, 5, 20, 40, 100)
    ]
    assert found == sorted(found)
    assert not found[0]
    assert found[-1]


@pytest.mark.parametrize("word", ["", " ", "3D打印", "€", "\x00", "qzxv", "𠮷野家", "ん", "天" * 5000])
def test_hotwords_that_cannot_be_read_are_left_out(recogniser: Recogniser, word: str) -> None:
    """Hotwords that cannot be read are left out."""
    assert text_of(read(recogniser, slots(*NAME), {word: 20, "赵奕辰": 20})) == NAMED


def test_a_hotword_with_a_polyphone_is_found_in_either_reading(recogniser: Recogniser) -> None:
    """A hotword with a polyphone is found in either reading."""
    for reading in ("chong2", "zhong4"):
        heard = slots("wang2", reading, "yuan3")
        assert text_of(read(recogniser, heard, {"王重远": 20})) == "王重远"


def test_english_words_are_tokens_of_their_own(recogniser: Recogniser) -> None:
    """English words are tokens of their own."""
    hello, world = ("@h", "@@", "@l", "@oU"), ("@w", "@3:", "@l", "@d")
    tokens = read(recogniser, slots(*hello, *world))
    assert [token.text for token in tokens] == ["hello", "world"]
    assert [(token.start_ms, token.end_ms) for token in tokens] == [(0, 780), (800, 1580)]


def test_a_hotword_of_two_scripts_gives_a_token_per_word_and_character(recogniser: Recogniser) -> None:
    """A hotword of two scripts gives a token per word and character."""
    heard = slots("@h", "@@", "@l", "@oU", "yi4", "chen2")
    tokens = read(recogniser, heard, {"Hello奕辰": 20})
    assert [token.text for token in tokens] == ["hello", "奕", "辰"]
    assert [token.start_ms for token in tokens] == [0, 800, 1000]


def test_a_thousand_hotwords_find_theirs_and_change_nothing_else(recogniser: Recogniser) -> None:
    """A thousand hotwords find theirs and change nothing else."""
    many = {
        f"{first}{second}{third}": 20.0
        for first in "沈郝梁"
        for second in "砚岚霁暄珩" * 2
        for third in "秋舟"
    }
    syllables = "甲乙丙丁戊己庚辛壬癸"
    many |= {f"{a}{b}{c}": 20.0 for a in syllables for b in syllables for c in syllables}
    assert len(many) > 1000
    assert text_of(read(recogniser, slots(*WEATHER), many)) == "今天天气很好"
    assert text_of(read(recogniser, slots("shen3", "yan4", "qiu1"), many)) == "沈砚秋"


def test_hotwords_of_one_pass_stay_there(recogniser: Recogniser) -> None:
    """Hotwords of one pass stay there."""
    before = read(recogniser, slots(*NAME))
    with_hotword = recogniser.search({"赵奕辰": 20})
    assert read(recogniser, slots(*NAME)) == before
    with_hotword.accept(slots(*NAME))
    assert text_of(with_hotword.tokens()) == NAMED
    assert read(recogniser, slots(*NAME)) == before


def test_sentences_of_the_domain_settle_homophones_but_not_syllables(recogniser: Recogniser) -> None:
    """Sentences of the domain settle homophones but not syllables."""
    heard = slots("a1", "li3", "kai1", "yuan2", "de5", "yu3", "yin1", "shi2", "bie2")
    taught = Recogniser.load(domain_text=["阿里开源的语音识别真是太牛了"])
    assert text_of(read(taught, heard)) == "阿里开源的语音识别"
    assert text_of(read(taught, slots(*WEATHER))) == "今天天气很好"
    cut = read(taught, slots("a1", "li3", "kai1", "yuan2", "shi2", "bie2"))
    assert len(cut) == 6


@pytest.mark.parametrize("texts", [[""], ["qzxv 123 €"], ["今天", ""], ["hello 今天 world"]])
def test_any_domain_text_will_do(texts: list[str]) -> None:
    """Any domain text will do."""
    assert text_of(read(Recogniser.load(domain_text=texts), slots(*WEATHER))) == "今天天气很好"


def test_times_never_run_backwards_even_if_slots_overlap(recogniser: Recogniser) -> None:
    """Times never run backwards even if slots overlap."""
    overlapping = [
        Slot(slot.alternatives, slot.skip, slot.begin_ms // 3, slot.end_ms) for slot in slots(*WEATHER)
    ]
    tokens = read(recogniser, overlapping)
    times = [time for token in tokens for time in (token.start_ms, token.end_ms)]
    assert times == sorted(times)


@pytest.mark.parametrize(
    ("texts", "joined"),
    [
        ([], ""),
        (["你", "好"], "你好"),
        (["hello", "world"], "hello world"),
        (["打", "开", "file", "看"], "打开 file 看"),
    ],
)
def test_text_has_spaces_only_beside_english(texts: list[str], joined: str) -> None:
    """Text has spaces only beside English."""
    assert text_of(Token(text, 0, 0) for text in texts) == joined
