"""Faults do what their sentence says, and leave alone what it does not mention."""

import json
from collections.abc import Iterable
from typing import Any

import pytest
from websockets.frames import Opcode

from asrgate.faults.acts import Act, Crash, Hold, Hooks, Pause, Send
from asrgate.faults.catalogue import FAULTS, fault_named
from asrgate.wire.dialects import dialect_named
from asrgate.wire.messages import END_OF_INPUT, encode, opening

STAMPS = [[370, 610], [610, 850]]
SENTENCE = {
    "text": "你好。",
    "mode": "2pass-offline",
    "is_final": False,
    "wav_name": "mine",
    "timestamp": json.dumps(STAMPS),
    "stamp_sents": [{"text_seg": "你 好", "punc": "。", "start": 370, "end": 850, "ts_list": STAMPS}],
    "index": 0,
    "slice_type": 2,
    "start_time": 300,
    "end_time": 900,
}
PARTIAL = {"text": "你好", "mode": "2pass-online", "is_final": False, "wav_name": "mine", "slice_type": 0}
FINAL = {"text": "", "is_final": True, "wav_name": "mine", "timestamp": 1795354662008}


class Connection:
    """One connection through a fault, without a socket."""

    def __init__(self, hooks: Hooks) -> None:
        self.hooks = hooks

    def says(self, **fields: Any) -> list[Act]:
        """What becomes of a text frame of the client."""
        return list(self.hooks.client[Opcode.TEXT](encode(fields).encode()))

    def sends(self, audio: bytes) -> list[Act]:
        """What becomes of a binary frame of the client."""
        return list(self.hooks.client[Opcode.BINARY](audio))

    def hears(self, reply: dict[str, Any]) -> list[Act]:
        """What becomes of a message of the server."""
        return list(self.hooks.server[Opcode.TEXT](encode(reply).encode()))


def opened(name: str, dialect: str = "funasr-2pass") -> Connection:
    """A connection on which a client has configured a session."""
    connection = Connection(fault_named(name).breaks(dialect_named(dialect))())
    connection.says(**opening(wav_name="mine"))
    return connection


def fields(acts: Iterable[Act]) -> list[dict[str, Any]]:
    """The JSON objects that pass."""
    return [json.loads(act.payload) for act in acts if isinstance(act, Send)]


@pytest.mark.parametrize(
    ("name", "changed"),
    [
        ("wav-name-default", {"wav_name": "wav-default-id"}),
        ("mode-unknown", {"mode": "final"}),
        ("is-final-on-sentences", {"is_final": True}),
        ("first-character-lost", {"text": "好。"}),
        ("last-character-lost", {"text": "你"}),
        ("words-stutter", {"text": "你好你好"}),
        ("punctuation-moves", {"text": "你。好"}),
        ("punctuation-leads", {"text": "。你好"}),
        ("timestamp-cut-short", {"timestamp": SENTENCE["timestamp"][:-1]}),
        ("stamp-sents-empty-string", {"stamp_sents": ""}),
        ("start-time-of-the-session", {"start_time": 2300}),
    ],
)
def test_one_thing_changes_in_a_sentence(name: str, changed: dict[str, Any]) -> None:
    """A sentence result passes with the fields of the fault changed, and no others."""
    assert fields(opened(name).hears(SENTENCE)) == [SENTENCE | changed]


@pytest.mark.parametrize(
    ("name", "stamps"),
    [
        ("stamps-swapped", [[610, 370], [850, 610]]),
        ("stamps-reversed", STAMPS[::-1]),
        ("stamps-one-short", STAMPS[:1]),
        ("stamps-out-of-range", [[60370, 60610], [60610, 60850]]),
        ("stamps-shifted-a-little", [[770, 1010], [1010, 1250]]),
    ],
)
def test_stamps_change_everywhere(name: str, stamps: list[list[int]]) -> None:
    """Stamps change in timestamp and in stamp_sents alike, so that only one rule is broken."""
    (reply,) = fields(opened(name).hears(SENTENCE))
    assert json.loads(reply["timestamp"]) == stamps
    assert reply["stamp_sents"][0]["ts_list"] == stamps
    assert reply["text"] == SENTENCE["text"]


@pytest.mark.parametrize(
    "name", ["stamps-swapped", "mode-missing", "sentence-doubled", "first-character-lost"]
)
def test_what_is_no_sentence_passes_byte_for_byte(name: str) -> None:
    """Partials and finals without text pass as they came, blanks and all."""
    connection = opened(name)
    for message in (PARTIAL, FINAL):
        payload = json.dumps(message, indent=1).encode()
        assert list(connection.hooks.server[Opcode.TEXT](payload)) == [Send(Opcode.TEXT, payload)]


def test_replies_are_dropped_doubled_and_late() -> None:
    """A fault yields none, two, or a pause before one."""
    assert fields(opened("partials-lost").hears(PARTIAL)) == []
    assert fields(opened("sentence-doubled").hears(SENTENCE)) == [SENTENCE, SENTENCE]
    pause, late = opened("sentences-late").hears(SENTENCE)
    assert pause == Pause(3.0)
    assert fields([late]) == [SENTENCE]


def test_only_what_ends_an_utterance_is_a_terminator() -> None:
    """A final before any end frame is none; after it the fault takes it away."""
    connection = opened("terminator-missing")
    assert fields(connection.hears(FINAL)) == [FINAL]
    connection.says(**END_OF_INPUT)
    assert fields(connection.hears(FINAL)) == []


def test_a_second_utterance_gets_no_answer() -> None:
    """After the first terminating message nothing comes any more."""
    connection = opened("mute-after-first-utterance")
    connection.says(**END_OF_INPUT)
    assert fields(connection.hears(FINAL)) == [FINAL]
    connection.says(**opening(wav_name="second"))
    assert fields(connection.hears(PARTIAL)) == []


def test_the_configuration_is_changed_on_its_way() -> None:
    """ITN is forced, hotwords are stripped; the other fields pass."""
    asked = opening(itn=False, hotwords={"阿里巴巴": 20})
    assert fields(opened("itn-forced-on").says(**asked)) == [asked | {"itn": True}]
    assert fields(opened("hotwords-stripped").says(**asked)) == [asked | {"hotwords": ""}]


def test_hotwords_leak_between_sessions_of_one_server() -> None:
    """A session without hotwords gets those of one that is open beside it, and of no other."""
    connect = fault_named("hotwords-leak").breaks(dialect_named("funasr-2pass"))
    biased, beside = Connection(connect()), Connection(connect())
    biased.says(**opening(hotwords={"阿里巴巴": 20}))
    leaked = fields(beside.says(**opening()))
    assert leaked[0]["hotwords"] == '{"阿里巴巴":20}'
    assert biased.hooks.closed is not None
    biased.hooks.closed()
    assert fields(Connection(connect()).says(**opening())) == [opening()]


def test_texts_are_swapped_between_sessions_that_meet() -> None:
    """The sentence of the one comes to the other."""
    connect = fault_named("texts-swapped").breaks(dialect_named("funasr-2pass"))
    one, other = Connection(connect()), Connection(connect())
    assert fields(one.hears(SENTENCE | {"text": "一"})) == [SENTENCE | {"text": "一"}]
    assert fields(other.hears(SENTENCE | {"text": "二"})) == [SENTENCE | {"text": "一"}]


def test_audio_is_cut_on_its_way() -> None:
    """Bytes of odd frames are lost, frames swapped, the last half second never sent."""
    assert opened("odd-frames-rounded-down").sends(b"abc") == [Send(Opcode.BINARY, b"ab")]
    swapped = opened("frames-swapped-in-2pass")
    assert swapped.sends(b"first.") == []
    assert swapped.sends(b"second") == [Send(Opcode.BINARY, b"second"), Send(Opcode.BINARY, b"first.")]
    tail = opened("last-half-second-lost")
    assert sum(len(act.payload) for act in tail.sends(bytes(32000)) if isinstance(act, Send)) == 32000 - 19200


@pytest.mark.parametrize(
    ("name", "deadly"),
    [
        ("dies-of-hotwords-as-object", {"hotwords": {"阿里巴巴": 20}}),
        ("dies-of-chunk-size-as-string", {"chunk_size": "5,10,5"}),
        ("dies-of-negative-steps", {"chunk_size": [5, -10, 5]}),
        ("dies-of-audio-fs-zero", {"audio_fs": 0}),
        ("dies-of-itn-as-number", {"itn": 1}),
    ],
)
def test_a_server_dies_of_a_named_input(name: str, deadly: dict[str, Any]) -> None:
    """The deadly value crashes the server, an ordinary configuration does not."""
    connection = opened(name)
    assert fields(connection.says(**opening())) == [opening()]
    assert connection.says(**(opening() | deadly)) == [Crash()]


def test_broken_json_kills_hangs_or_mutes() -> None:
    """Text that is no JSON has three fates; commands of funasr-realtime are not among it."""
    for name, fate in (
        ("dies-of-broken-json", Crash()),
        ("restarts-on-broken-json", Crash(restarts=True)),
        ("hangs-on-broken-json", Hold()),
        ("muted-by-broken-json", Hold()),
    ):
        text = Connection(fault_named(name).breaks(dialect_named("funasr-2pass"))()).hooks.client[Opcode.TEXT]
        assert list(text(b"START")) == [Send(Opcode.TEXT, b"START")]
        assert list(text(b'{"mode":')) == [fate]


@pytest.mark.parametrize("name", [name for name, fault in FAULTS.items() if not fault.front])
def test_every_fault_bears_an_ordinary_session(name: str) -> None:
    """No fault stumbles over the messages of any dialect that it is for."""
    fault = fault_named(name)
    for dialect in fault.dialects:
        hooks = fault.breaks(dialect_named(dialect))()
        text, audio = hooks.client.get(Opcode.TEXT), hooks.client.get(Opcode.BINARY)
        for payload in (encode(opening(hotwords={"你好": 20})), "START", encode(END_OF_INPUT), "STOP"):
            assert text is None or list(text(payload.encode())) is not None
        for data in (b"", b"\x01", bytes(3200)):
            assert audio is None or list(audio(data)) is not None
        answer = hooks.server.get(Opcode.TEXT)
        for reply in (PARTIAL, SENTENCE, FINAL, {"event": "started"}, _update(), {"is_end": True}):
            assert answer is None or list(answer(encode(reply).encode())) is not None
        if hooks.closed is not None:
            hooks.closed()


def _update() -> dict[str, Any]:
    sentences = [{"text": "你好。", "start": 370, "end": 850}]
    return {
        "sentences": sentences,
        "partial": "",
        "partial_start_ms": 0,
        "duration_ms": 900,
        "is_final": False,
    }
