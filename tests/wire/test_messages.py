"""Messages of the protocol: nothing is coerced, nothing is lost."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asrgate.wire.messages import END_OF_INPUT, NotAReply, Reply, commands, encode, opening, parse_reply

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@given(fields=st.dictionaries(st.sampled_from(["text", "mode", "is_final", "timestamp", "other"]), JSON))
def test_a_reply_keeps_every_value_as_it_came(fields: dict[str, object]) -> None:
    """Whatever type a server sends, the judge sees that type."""
    reply = parse_reply(json.dumps(fields))
    known = {name: getattr(reply, name) for name in fields if name != "other"}
    assert known == {name: value for name, value in fields.items() if name != "other"}
    assert {type(value) for value in known.values()} <= {type(value) for value in fields.values()}
    assert (reply.model_extra or {}) == {name: value for name, value in fields.items() if name == "other"}
    assert all(reply.has(name) for name in fields)
    assert reply.unknown_fields == tuple(name for name in fields if name == "other")


@pytest.mark.parametrize("value", [None, 5, ["a"], {"a": 1}])
def test_text_that_is_no_string_reads_as_empty(value: object) -> None:
    """Joining texts never meets another type."""
    assert parse_reply(json.dumps({"text": value})).text_or_empty == ""


@pytest.mark.parametrize(
    ("message", "reason"),
    [
        ("", "not JSON"),
        ("{", "not JSON"),
        ("[1]", "a JSON list"),
        ("null", "a JSON NoneType"),
        ('"text"', "a JSON str"),
        ("[" * 100_000, "not JSON"),
    ],
)
def test_what_is_no_object_is_no_reply(message: str, reason: str) -> None:
    """The error says what came instead."""
    with pytest.raises(NotAReply, match=reason):
        parse_reply(message)


def test_messages_go_out_compact_with_chinese_as_it_is() -> None:
    """As the servers' own clients write them."""
    assert encode({"wav_name": "阿里", "itn": True}) == '{"wav_name":"阿里","itn":true}'
    assert encode(END_OF_INPUT) == '{"is_speaking":false,"is_end":true}'


def test_the_opening_frame_is_one_that_every_server_understands() -> None:
    """The types that kill servers when they are wrong are right."""
    fields = opening(hotwords={"阿里": 20}, audio_fs=8000)
    assert fields["chunk_size"] == [5, 10, 5]
    assert fields["audio_fs"] == 8000
    assert fields["hotwords"] == '{"阿里":20}'
    assert (fields["itn"], fields["is_speaking"]) == (True, True)
    assert opening()["hotwords"] == ""


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        (opening(), ("START",)),
        (opening(hotwords={"阿里": 20, "hello world": 30}), ("HOTWORDS:阿里,hello world", "START")),
        ({"hotwords": "阿里 百度", "svs_lang": "zh"}, ("HOTWORDS:阿里,百度", "LANGUAGE:zh", "START")),
        ({"hotwords": "[1]"}, ("START",)),
        ({}, ("START",)),
    ],
)
def test_commands_ask_for_what_a_frame_asks_for(fields: dict[str, object], said: tuple[str, ...]) -> None:
    """Hotwords lose their weights, which the command has no room for; START comes last."""
    assert commands(fields) == said


def test_an_update_says_all_that_it_tells() -> None:
    """Its sentences and its partial; what is no sentence is left out, as a judge has to look at it anyway."""
    update = Reply(sentences=[{"text": "一。"}, {"text": 2}, "二", {"text": ""}], partial="三")
    assert update.text_or_empty == "一。三"
    assert [sentence["text"] for sentence in update.locked] == ["一。"]
    assert Reply(sentences="一", partial=3).text_or_empty == ""
