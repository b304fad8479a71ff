"""Who spoke when, on turns and labels whose error rate can be worked out by hand."""

from dataclasses import replace

import pytest

from asrgate.audio.clips import Clip, SpeakerTurn
from asrgate.measure.speakers import labels_of, score_labels, speakers_of
from asrgate.wire.exchange import Exchange
from report.sample import clip, encode, exchange, reply

TURNS = (SpeakerTurn("ann", 0, 2000), SpeakerTurn("bob", 2500, 5500), SpeakerTurn("ann", 6000, 8000))
"""Outside the collars of 250 ms: 1500, 2500 and 1500 ms of speech."""
SPEECH_MS = 5500


def dialogue(id_: str = "dialogue", turns: tuple[SpeakerTurn, ...] = TURNS) -> Clip:
    """A clip in which two people speak in turn."""
    return replace(clip(id_, "你好"), turns=turns)


def update(*sentences: tuple[str, int, int]) -> str:
    """The final of a realtime server with labels."""
    listed = [{"text": "好", "start": start, "end": end, "spk": spk} for spk, start, end in sentences]
    told = {"partial": "", "partial_start_ms": 0, "duration_ms": 8000, "is_final": True}
    return encode({"sentences": listed} | told)


def session(*replies: str, dialect: str = "funasr-realtime") -> Exchange:
    """A session with these replies."""
    return exchange("dialogue", *replies, dialect=dialect)


@pytest.mark.parametrize("names", [("ann", "bob"), ("bob", "ann"), ("0", "1"), ("1", "0")])
def test_labels_that_agree_are_no_error_whatever_they_are_called(names: tuple[str, str]) -> None:
    """Swapped names, too: they are matched."""
    first, second = names
    scored = score_labels(dialogue(), [(first, 0, 2000), (second, 2500, 5500), (first, 6000, 8000)])
    assert (scored.der, scored.right_turns, scored.labels) == (0.0, 3, 2)
    assert scored.speech_ms == SPEECH_MS


def test_one_turn_with_the_label_of_the_other_speaker() -> None:
    """The last turn of 1500 counted ms is confused."""
    scored = score_labels(dialogue(), [("0", 0, 2000), ("1", 2500, 5500), ("1", 6000, 8000)])
    assert (scored.confused_ms, scored.missed_ms, scored.false_ms) == (1500, 0, 0)
    assert scored.der == pytest.approx(1500 / SPEECH_MS)
    assert scored.right_turns == 2


def test_one_label_for_everybody() -> None:
    """The one who speaks longer has it: the other 2500 ms are confused."""
    scored = score_labels(dialogue(), [("0", 0, 8000)])
    assert scored.confused_ms == 2500
    assert scored.false_ms == 0
    assert scored.der == pytest.approx(2500 / SPEECH_MS)
    assert (scored.labels, scored.speakers, scored.right_turns) == (1, 2, 2)


def test_no_label_at_all_is_an_error_rate_of_one() -> None:
    """Everything is missed."""
    scored = score_labels(dialogue(), [])
    assert (scored.der, scored.missed_ms, scored.right_turns) == (1.0, SPEECH_MS, 0)


def test_a_label_where_nobody_speaks_is_a_false_alarm() -> None:
    """Outside the collar of the last turn: 8250 to 9250 ms."""
    labels = [("0", 0, 2000), ("1", 2500, 5500), ("0", 6000, 9250)]
    scored = score_labels(dialogue(), labels)
    assert (scored.false_ms, scored.der) == (1000, pytest.approx(1000 / SPEECH_MS))


def test_a_missed_turn() -> None:
    """Its counted length is missed."""
    scored = score_labels(dialogue(), [("0", 0, 2000), ("1", 2500, 5500)])
    assert (scored.missed_ms, scored.der) == (1500, pytest.approx(1500 / SPEECH_MS))


def test_turns_shorter_than_the_collars_have_no_rate() -> None:
    """There is nothing to count."""
    short = dialogue(turns=(SpeakerTurn("ann", 0, 400), SpeakerTurn("bob", 500, 900)))
    scored = score_labels(short, [("0", 0, 900)])
    assert scored.der is None
    assert scored.reason is not None


def test_labels_are_those_of_the_last_update() -> None:
    """Sentences without a label, or with times that are none, have none."""
    bad = encode({"sentences": [{"text": "好", "start": "0", "end": 5, "spk": 0}, {"text": "好", "spk": 1}]})
    assert labels_of(session(update(("9", 0, 10)), update(("0", 0, 2000), ("1", 2500, 5500)))) == [
        ("0", 0, 2000),
        ("1", 2500, 5500),
    ]
    assert labels_of(session(bad)) == []


def test_clips_are_pooled_by_the_length_of_their_speech() -> None:
    """An interval needs five of them; a clip that was not answered is left out, and named."""
    right = update(("0", 0, 2000), ("1", 2500, 5500), ("0", 6000, 8000))
    wrong = update(("0", 0, 2000), ("1", 2500, 5500), ("1", 6000, 8000))
    finals = [right, right, wrong, wrong, right]
    sessions = [(dialogue(f"d{n}"), "offline", session(final)) for n, final in enumerate(finals)]
    sessions.append((dialogue("silent"), "offline", session()))
    found = speakers_of(sessions, "offline")
    assert found is not None
    assert found.der == pytest.approx(3000 / (5 * SPEECH_MS))
    assert found.ci95 is not None
    assert found.ci95[0] < found.der < found.ci95[1]
    assert (found.right_turns.hits, found.right_turns.of) == (13, 15)
    assert found.reason == "1 of 6 clips gave no answer and are not in this rate"


def test_without_clips_of_several_speakers_there_is_nothing_to_score() -> None:
    """One speaker in turns with oneself is none."""
    alone = dialogue(turns=(SpeakerTurn("ann", 0, 2000), SpeakerTurn("ann", 2500, 5500)))
    assert speakers_of([(alone, "offline", session(update(("0", 0, 2000))))], "offline") is None
    assert speakers_of([(clip("c", "你好"), "offline", session())], "offline") is None


PLAIN = reply("你好", mode="2pass-offline", is_final=True)
UNKNOWN = reply("你好", mode="2pass-offline", is_final=True, spk_name="unknown", spk_score=0.0)
NAMED = reply("你好", mode="2pass-offline", is_final=True, spk_name="ann", spk_score=0.8)
UNLABELLED = encode({"sentences": [{"text": "好", "start": 0, "end": 8000}], "is_final": True})


@pytest.mark.parametrize(
    ("dialect", "answer", "reason"),
    [
        ("funasr-2pass", PLAIN, "funasr-2pass has no field for speakers"),
        ("funasr-python", UNKNOWN, "no speaker is registered"),
        ("funasr-python", NAMED, "but not when they speak"),
        ("funasr-realtime", UNLABELLED, "runs without speaker diarisation"),
    ],
)
def test_a_deployment_that_tells_no_speakers_has_no_rate(dialect: str, answer: str, reason: str) -> None:
    """Not 0 and not 100 %: no number, and why."""
    found = speakers_of([(dialogue(), "2pass", session(answer, dialect=dialect))], "2pass")
    assert found is not None
    assert (found.der, found.right_turns.value, found.clips) == (None, None, ())
    assert found.reason is not None
    assert reason in found.reason
