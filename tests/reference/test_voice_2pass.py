"""`funasr-2pass`: replies as recorded from the real server, and answers where it would fall silent or die."""

import json
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from .conftest import Client
from .hostile import HOSTILE_FIELDS, HOSTILE_TEXTS
from .talk import CLIPS, CONFIG, OPENED_EPOCH_MS, SPOKEN, at_8_khz, pcm, silence

DIALECT = "funasr-2pass"
Session = Callable[..., list[dict[str, Any]]]

PARTIAL_KEYS = ["index", "is_final", "mode", "slice_type", "text", "timestamp", "wav_name"]
SENTENCE_KEYS = [
    "end_time",
    "index",
    "is_final",
    "mode",
    "slice_type",
    "stamp_sents",
    "start_time",
    "text",
    "timestamp",
    "wav_name",
]
EMPTY_FINAL = {
    "is_final": True,
    "mode": "2pass-offline",
    "text": "",
    "timestamp": OPENED_EPOCH_MS,
    "wav_name": "t1",
}


def is_error(reply: dict[str, Any]) -> bool:
    """Whether a message is the in-band error of the C++ server, with the field that makes it one."""
    return (
        list(reply) == ["error", "is_final", "text", "wav_name"]
        and reply["is_final"] is True
        and reply["text"] == f"ERROR. {reply['error']}"
    )


def test_2pass_replies_as_recorded(connect: Client) -> None:
    """Partials with slices and an epoch stamp, then one sentence that is the final."""
    client = connect(DIALECT)
    replies = client.text(CONFIG) + client.audio(pcm("guide")) + client.end()
    *partials, final = replies
    assert [list(partial) for partial in partials] == [PARTIAL_KEYS] * len(partials)
    assert [partial["slice_type"] for partial in partials] == [0] + [1] * (len(partials) - 1)
    assert {(p["index"], p["is_final"], p["mode"], p["timestamp"]) for p in partials} == {
        (0, False, "2pass-online", OPENED_EPOCH_MS)
    }
    assert list(final) == SENTENCE_KEYS
    assert (final["mode"], final["is_final"], final["slice_type"], final["index"]) == (
        "2pass-offline",
        True,
        2,
        0,
    )
    assert final["text"] == SPOKEN["guide"] + "。"
    assert final["start_time"] < json.loads(final["timestamp"])[0][0] < final["end_time"] <= 4000
    assert all(
        raw == json.dumps(json.loads(raw), ensure_ascii=False, separators=(",", ":")) for raw in client.raw
    )


def test_stamps_agree_with_each_other(session: Session) -> None:
    """The string holds the pairs of the list, one per token, and each item spans its pairs."""
    final = session(DIALECT, pcm("guide"))[-1]
    stamps = json.loads(final["timestamp"])
    assert len(stamps) == len(SPOKEN["guide"])
    assert [pair for item in final["stamp_sents"] for pair in item["ts_list"]] == stamps
    for item in final["stamp_sents"]:
        assert list(item) == ["end", "punc", "start", "text_seg", "ts_list"]
        assert (item["start"], item["end"]) == (item["ts_list"][0][0], item["ts_list"][-1][1])
        assert len(item["text_seg"].split(" ")) == len(item["ts_list"])
    joined = "".join(item["text_seg"].replace(" ", "") + item["punc"] for item in final["stamp_sents"])
    assert joined == final["text"]


def test_2pass_gives_a_sentence_per_segment(session: Session) -> None:
    """Sentences count up, each after its own partials; only the last is final; none begins with a mark."""
    replies = session(DIALECT, pcm("pauses-hotline"))
    sentences = [reply for reply in replies if reply["mode"] == "2pass-offline"]
    assert "".join(s["text"] for s in sentences).replace("。", "") == SPOKEN["pauses-hotline"]
    assert [s["index"] for s in sentences] == [0, 1, 2]
    assert [s["is_final"] for s in sentences] == [False, False, True]
    assert [(reply["index"], reply["slice_type"] == 2) for reply in replies] == sorted(
        (reply["index"], reply["slice_type"] == 2) for reply in replies
    )
    for sentence in sentences:
        first_ms = json.loads(sentence["timestamp"])[0][0]
        assert 0 <= first_ms - sentence["start_time"] <= 400


def test_online_gives_deltas_only(session: Session) -> None:
    """One index, slices 0 1 1, the last delta is the final, and nothing is lost or punctuated."""
    replies = session(DIALECT, pcm("pauses-hotline"), mode="online")
    assert {reply["mode"] for reply in replies} == {"2pass-online"}
    assert [list(reply) for reply in replies] == [PARTIAL_KEYS] * len(replies)
    assert {reply["index"] for reply in replies} == {0}
    assert [reply["slice_type"] for reply in replies] == [0] + [1] * (len(replies) - 1)
    assert [reply["is_final"] for reply in replies] == [False] * (len(replies) - 1) + [True]
    assert "".join(reply["text"] for reply in replies) == SPOKEN["pauses-hotline"]


def test_offline_gives_sentences_only(session: Session) -> None:
    """Mode offline: no partials, so that every start_time stays 0, and the texts of 2pass."""
    replies = session(DIALECT, pcm("pauses-hotline"), mode="offline")
    assert [reply["mode"] for reply in replies] == ["2pass-offline"] * 3
    assert [reply["start_time"] for reply in replies] == [0, 0, 0]
    assert [reply["is_final"] for reply in replies] == [False, False, True]
    both = session(DIALECT, pcm("pauses-hotline"))
    assert [r["text"] for r in replies] == [r["text"] for r in both if r["mode"] == "2pass-offline"]


def test_an_unknown_mode_is_refused(connect: Client) -> None:
    """The real server runs any other word as 2pass, and nobody learns of the mistake."""
    client = connect(DIALECT)
    (reply,) = client.text(CONFIG | {"mode": "office"})
    assert is_error(reply)
    assert "office" in reply["error"]


def test_a_closed_sentence_is_followed_by_an_empty_final(session: Session) -> None:
    """When the detector closed the sentence, the end frame is answered without text and index."""
    *_, sentence, final = session(DIALECT, pcm("guide") + silence(2000))
    assert (sentence["mode"], sentence["is_final"]) == ("2pass-offline", False)
    assert final == EMPTY_FINAL


@pytest.mark.parametrize("mode", ["2pass", "online", "offline"])
@pytest.mark.parametrize("audio", [b"", silence(20), silence(2000)], ids=["none", "20 ms", "silence"])
def test_no_speech_gives_an_empty_final(session: Session, mode: str, audio: bytes) -> None:
    """Nothing said, in any mode: one empty final, labelled as the last pass of that mode."""
    label = "2pass-online" if mode == "online" else "2pass-offline"
    assert session(DIALECT, audio, mode=mode) == [EMPTY_FINAL | {"mode": label}]


def test_every_end_frame_is_answered_once(connect: Client) -> None:
    """End twice: the result, then an empty final."""
    client = connect(DIALECT)
    client.text(CONFIG)
    client.audio(pcm("hello"))
    assert [reply["is_final"] for reply in client.end()] == [True]
    assert client.end() == [EMPTY_FINAL]


def test_is_finished_ends_as_well(connect: Client) -> None:
    """The undocumented synonym."""
    client = connect(DIALECT)
    client.text(CONFIG)
    assert client.text(is_finished=True) == [EMPTY_FINAL]


def test_a_config_that_already_ends_is_answered_at_once(connect: Client) -> None:
    """is_speaking:false in the first frame gives the empty final, and the connection goes on."""
    client = connect(DIALECT)
    assert client.text(CONFIG | {"is_speaking": False}) == [EMPTY_FINAL]
    assert client.audio(pcm("guide")) + client.end()


@pytest.mark.parametrize(
    "between", [{}, {"is_speaking": True}, CONFIG], ids=["nothing", "is_speaking", "config"]
)
def test_a_second_utterance_starts_anew(connect: Client, between: dict[str, Any]) -> None:
    """Times restart, the index goes on, the text is that of a fresh connection."""
    client = connect(DIALECT)
    client.text(CONFIG)
    first = (client.audio(pcm("guide")) + client.end())[-1]
    if between:
        client.text(between)
    second = (client.audio(pcm("guide")) + client.end())[-1]
    assert second == first | {"index": 1}


def test_the_index_moves_with_the_final_in_mode_online(connect: Client) -> None:
    """Online sentences are never announced, so only an end frame moves the index."""
    client = connect(DIALECT)
    client.text(CONFIG | {"mode": "online"})
    first = client.audio(pcm("pauses-hotline") + silence(2000)) + client.end()
    second = client.audio(pcm("guide")) + client.end()
    assert {reply["index"] for reply in first[:-1]} == {0}
    assert {reply["index"] for reply in second} == {1}


def test_defaults_are_those_of_the_server(connect: Client) -> None:
    """Without mode, wav_name and itn: 2pass, wav-default-id, digits written."""
    client = connect(DIALECT)
    client.text(chunk_size=[5, 10, 5])
    final = (client.audio(pcm("date")) + client.end())[-1]
    assert (final["wav_name"], final["text"]) == ("wav-default-id", "2024年7月25日。")


def test_itn_changes_sentences_and_never_partials(session: Session) -> None:
    """itn:false leaves the characters; partials are the same either way."""
    *plain_partials, plain = session(DIALECT, pcm("date"), itn=False)
    *partials, written = session(DIALECT, pcm("date"), itn=True)
    assert plain["text"] == SPOKEN["date"] + "。"
    assert written["text"] == "2024年7月25日。"
    assert partials == plain_partials
    assert len(json.loads(written["timestamp"])) == len("2024年7月25日")


@pytest.mark.parametrize("frame_bytes", [20, 1600, 1921, 65536, 10**8])
def test_frame_size_changes_nothing(session: Session, frame_bytes: int) -> None:
    """Odd cuts, tiny frames and the whole audio in one message give the same replies."""
    audio = pcm("pauses-hotline")
    assert session(DIALECT, audio, frame_bytes=frame_bytes) == session(DIALECT, audio)


def test_random_cuts_with_empty_frames_change_nothing(connect: Client) -> None:
    """Seeded random cuts, empty messages among them."""
    audio, cuts = pcm("guide"), np.random.default_rng(11).integers(0, 5000, 400).tolist()
    client, replies, at = connect(DIALECT), [], 0
    replies += client.text(CONFIG)
    for cut in cuts:
        replies += client.audio(audio[at : at + cut], frame_bytes=max(cut, 1))
        at += cut
    assert at > len(audio)
    whole = connect(DIALECT)
    assert replies + client.end() == whole.text(CONFIG) + whole.audio(audio) + whole.end()


def test_8_khz_with_audio_fs_reads_as_16_khz(session: Session) -> None:
    """Half the samples with audio_fs:8000: the same text, stamps within 100 ms."""
    plain = session(DIALECT, pcm("guide"))[-1]
    telephone = session(DIALECT, at_8_khz(pcm("guide")), audio_fs=8000)[-1]
    assert telephone["text"] == plain["text"]
    for pair, other in zip(json.loads(telephone["timestamp"]), json.loads(plain["timestamp"]), strict=True):
        assert pair == pytest.approx(other, abs=100)


def test_8_khz_without_audio_fs_is_double_speed(session: Session) -> None:
    """The documented trap: audio taken for 16 kHz has half the length and another text."""
    final = session(DIALECT, at_8_khz(pcm("guide")))[-1]
    assert SPOKEN["guide"] not in final["text"]
    assert final.get("end_time", 0) <= 2010


def test_partials_follow_chunk_size(session: Session) -> None:
    """[3,6,3] gives more partials than [8,15,8]; the sentence is the same."""
    quick = session(DIALECT, pcm("guide"), chunk_size=[3, 6, 3])
    slow = session(DIALECT, pcm("guide"), chunk_size=[8, 15, 8])
    assert len(quick) > len(slow) > 1
    assert quick[-1]["text"] == slow[-1]["text"]


def test_chunk_interval_means_nothing(session: Session) -> None:
    """Any value of any type is ignored, as recorded."""
    expected = session(DIALECT, pcm("hello"))
    for interval in (0, -1, "abc", 1.5, None, 1000):
        assert session(DIALECT, pcm("hello"), chunk_interval=interval) == expected


def test_the_first_chunk_size_holds(connect: Client) -> None:
    """Later ones are not even looked at, as in the real server."""
    client = connect(DIALECT)
    client.text(CONFIG)
    assert client.text(chunk_size="abc") == []
    assert len(client.audio(pcm("name-chair"))) > 2


def test_later_hotwords_hold_from_then_on(connect: Client) -> None:
    """The real server takes those of the first text message only."""
    (name,) = CLIPS.get("name-chair").hotwords
    client = connect(DIALECT)
    client.text(CONFIG)
    client.text(hotwords=json.dumps({name: 20}))
    client.audio(pcm("name-chair"))
    assert name in client.end()[-1]["text"]


@pytest.mark.parametrize("form", ["json", "text", "blanks", "commas"])
def test_hotwords_are_used_in_the_sentence(session: Session, form: str) -> None:
    """JSON in a string, or plain words: the sentence has the name, the partials are those without."""
    (name,) = CLIPS.get("name-chair").hotwords
    hotwords = {
        "json": json.dumps({name: 20}),
        "text": json.dumps({name: "20"}),
        "blanks": f"阿里 {name}",
        "commas": f"阿里,{name}",
    }[form]
    *partials, final = session(DIALECT, pcm("name-chair"), hotwords=hotwords)
    *plain_partials, plain = session(DIALECT, pcm("name-chair"))
    assert name in final["text"]
    assert name not in plain["text"]
    assert partials == plain_partials


@pytest.mark.parametrize(
    "hotwords", ['{"赵奕辰":"x"}', '{"赵奕辰":null}', '["赵奕辰"]', '"赵奕辰"', "5", "null", "", None]
)
def test_unusable_hotwords_are_dropped_without_a_word(session: Session, hotwords: object) -> None:
    """As recorded: one weight that is no number, or JSON that is no object, drops the list."""
    assert session(DIALECT, pcm("name-chair"), hotwords=hotwords) == session(DIALECT, pcm("name-chair"))


def test_config_in_mid_stream_holds_for_what_follows(connect: Client) -> None:
    """A new name and mode show in the next message."""
    client = connect(DIALECT)
    client.text(CONFIG)
    audio = pcm("guide")
    client.audio(audio[: len(audio) // 2])
    client.text(wav_name="new", mode="online")
    later = client.audio(audio[len(audio) // 2 :]) + client.end()
    assert {(reply["wav_name"], reply["mode"]) for reply in later} == {("new", "2pass-online")}


def test_audio_before_the_config_waits_for_it(connect: Client, session: Session) -> None:
    """The real server loses it; here the replies are those to the same audio after the configuration."""
    client = connect(DIALECT)
    assert client.audio(pcm("guide")) == []
    assert client.text(CONFIG) + client.end() == session(DIALECT, pcm("guide"))


def test_names_are_echoed_exactly(session: Session) -> None:
    """Blanks, quotes, line ends and five thousand characters."""
    name = '会议 "一" \n\\' + "x" * 5000
    assert {reply["wav_name"] for reply in session(DIALECT, pcm("hello"), wav_name=name)} == {name}


@pytest.mark.parametrize("wav_format", ["mp3", "wav", ""])
def test_other_formats_are_refused_at_once_and_at_the_end(connect: Client, wav_format: str) -> None:
    """The recorded in-band error, word for word, with an `error` field of our own; once before the final."""
    client = connect(DIALECT)
    client.text(CONFIG | {"wav_format": wav_format})
    client.audio(pcm("hello"))
    client.audio(pcm("hello"))
    client.end()
    assert client.raw == [
        f'{{"error":"Real-time transcription service ONLY SUPPORT PCM stream.","is_final":{final},'
        '"text":"ERROR. Real-time transcription service ONLY SUPPORT PCM stream.","wav_name":"t1"}'
        for final in ("false", "true")
    ]


def test_a_missing_chunk_size_is_told_at_the_end(connect: Client) -> None:
    """The real server stays silent for ever; here the end is answered, and a later chunk_size repairs it."""
    client = connect(DIALECT)
    client.text({key: value for key, value in CONFIG.items() if key != "chunk_size"})
    assert client.audio(pcm("guide")) == []
    (reply,) = client.end()
    assert is_error(reply)
    assert "chunk_size" in reply["text"]
    client.text(chunk_size=[5, 10, 5])
    assert SPOKEN["guide"] in (client.audio(pcm("guide")) + client.end())[-1]["text"]


def test_an_end_without_any_config_is_answered(connect: Client) -> None:
    """The real server is silent; here it is the same error."""
    (reply,) = connect(DIALECT).end()
    assert is_error(reply)


@pytest.mark.parametrize("text", HOSTILE_TEXTS, ids=lambda text: text[:20])
def test_hostile_text_is_answered_and_forgotten(connect: Client, text: str) -> None:
    """What kills or mutes the real server gets an in-band error, and the next utterance is fine."""
    client = connect(DIALECT)
    (reply,) = client.text(text)
    assert is_error(reply)
    client.text(CONFIG)
    assert client.end() == [EMPTY_FINAL]


@pytest.mark.parametrize(("field", "value"), HOSTILE_FIELDS)
def test_hostile_fields_are_answered_and_forgotten(connect: Client, field: str, value: object) -> None:
    """A wrong type or value is named in an error, nothing of the frame holds, and the next config does."""
    client = connect(DIALECT)
    (reply,) = client.text(
        CONFIG | {field: value, "wav_name": "bad"} if field != "wav_name" else {field: value}
    )
    assert is_error(reply)
    assert field in reply["text"]
    assert reply["wav_name"] == "wav-default-id"
    client.text(CONFIG)
    assert client.end() == [EMPTY_FINAL]


@pytest.mark.parametrize(("field", "value"), [("chunk_size", [5, 10.6, 5]), ("chunk_size", [5, 2236, 5])])
def test_odd_but_legal_chunk_sizes_are_taken(session: Session, field: str, value: object) -> None:
    """Fractions are cut off, and the largest step that the real server survives works."""
    assert session(DIALECT, pcm("hello"), **{field: value})[-1]["is_final"] is True


def test_null_and_a_byte_order_mark_are_fine(connect: Client) -> None:
    """`null` reads as an empty object, and a BOM before JSON is skipped."""
    client = connect(DIALECT)
    assert client.text("null") == []
    assert client.text("\ufeff" + json.dumps(CONFIG)) == []
    assert client.end() == [EMPTY_FINAL]


def test_two_connections_do_not_mix(connect: Client) -> None:
    """Interleaved frame by frame, each connection hears its own audio."""
    guide, date = connect(DIALECT), connect(DIALECT)
    guide.text(CONFIG | {"wav_name": "guide"})
    date.text(CONFIG | {"wav_name": "date"})
    for start in range(0, len(pcm("guide")), 1920):
        guide.audio(pcm("guide")[start : start + 1920])
        date.audio(pcm("date")[start : start + 1920])
    assert [(r["wav_name"], r["text"]) for r in guide.end()] == [("guide", SPOKEN["guide"] + "。")]
    assert [(r["wav_name"], r["text"]) for r in date.end()] == [("date", "2024年7月25日。")]
