"""What is wrong in a session, by the state that its server has to see: pure functions over exchanges."""

import pytest

from asrgate.audio.framing import ByChunk
from asrgate.audio.source import SyntheticSilence
from asrgate.fuzz.causes import cause_of, traits_of
from asrgate.fuzz.model import Reading, problems_of
from asrgate.wire.exchange import Exchange
from asrgate.wire.messages import encode, opening
from asrgate.wire.scenario import AwaitTerminator, Connect, Scenario, SendText, StreamAudio
from judge.exchanges import session

FINAL = {"is_final": True, "text": "", "timestamp": 1, "wav_name": "t1"}
ERROR = FINAL | {"text": "ERROR. something", "error": "something"}


def rules(exchange: Exchange) -> list[str]:
    """The rules that a session broke."""
    return [problem.rule for problem in problems_of(exchange, {})]


def test_one_final_for_each_end_is_owed() -> None:
    """Two ends, two finals, whether awaited or not."""
    assert rules(session().config(wav_name="t1").end().reply(FINAL).end().reply(FINAL).close()) == []
    assert rules(session().config(wav_name="t1").end().end().reply(FINAL, FINAL).close()) == []


def test_a_final_that_is_missing_or_too_many_is_told() -> None:
    """A wait in vain is needed for the one, a message for the other."""
    waited = session().config(wav_name="t1").end().timed_out(10).close()
    assert rules(waited) == ["terminator missing"]
    assert rules(session().config(wav_name="t1").end().close()) == []
    doubled = session().config(wav_name="t1").end().reply(FINAL, FINAL).close()
    assert rules(doubled) == ["terminator too many"]


def test_a_deaf_server_owes_nothing() -> None:
    """Without chunk_size the C++ server is silent by design; a good one answers with an error (CFG-03)."""
    deaf = session().config(wav_name="t1", omit=("chunk_size",)).end()
    assert rules(deaf.timed_out(10).close()) == []
    assert rules(session().config(wav_name="t1", omit=("chunk_size",)).end().reply(ERROR).close()) == []


def test_a_muted_server_owes_nothing() -> None:
    """After text that is no JSON everything may be ignored, or the text refused."""
    assert rules(session().config(wav_name="t1").text("PING").end().timed_out(10).close()) == []
    assert rules(session().config(wav_name="t1").text("PING").reply(ERROR).end().reply(FINAL).close()) == []


def test_what_the_protocol_allows_is_not_refused() -> None:
    """An error on an ordinary session is a breach, and so is one on an unknown field."""
    refused = session().config(wav_name="t1", vendor_extension=[1]).end().reply(ERROR).close()
    assert rules(refused) == ["refused"]


def test_a_wrong_format_may_be_refused_and_an_unknown_mode_too() -> None:
    """Either at once or at the end; the end is answered all the same."""
    assert (
        rules(session().config(wav_name="t1", wav_format="mp3").reply(ERROR).end().reply(FINAL).close()) == []
    )
    assert rules(session().config(wav_name="t1", mode="office").end().reply(FINAL).close()) == []


def test_the_name_in_force_at_the_end_comes_back() -> None:
    """Each final carries the name of its own utterance, also when the next one has begun."""
    both = session().config(wav_name="t1").end().config(wav_name="t2").end()
    assert rules(both.reply(FINAL, FINAL | {"wav_name": "t2"}).close()) == []
    both = session().config(wav_name="t1").end().config(wav_name="t2").end()
    assert rules(both.reply(FINAL, FINAL).close()) == ["wav_name"]


def test_a_name_that_was_never_given_is_not_judged() -> None:
    """What a server calls a session without a name is its own affair."""
    assert (
        rules(session().config(omit=("wav_name",)).end().reply(FINAL | {"wav_name": "anything"}).close())
        == []
    )


def test_nothing_comes_when_everything_was_answered() -> None:
    """A sentence after the final of the last utterance belongs to nobody."""
    late = {"is_final": False, "text": "你好", "mode": "2pass-offline", "wav_name": "t1"}
    assert rules(session().config(wav_name="t1").end().reply(FINAL, late).close()) == [
        "after everything was answered"
    ]


def test_types_and_labels_are_held_to() -> None:
    """A reply is an object with text, of a mode that the dialect has."""
    unknown = FINAL | {"mode": "online-2pass", "text": "好"}
    assert rules(session().config(wav_name="t1").end().reply(unknown).close()) == ["mode of a reply"]
    assert rules(session().config(wav_name="t1").end().reply(FINAL | {"text": None}).close()) == [
        "type of text"
    ]
    assert rules(session().config(wav_name="t1").end().reply("[1]").close()) == ["not a reply"]


@pytest.mark.parametrize(("who", "code"), [("server", 1011), ("network", None)])
def test_a_connection_that_ends_by_itself_is_told(who: str, code: int | None) -> None:
    """No server of the real-time dialect closes over what the protocol allows."""
    assert rules(session().config(wav_name="t1").closed(who, code)) == [f"closed by the {who}"]  # type: ignore[arg-type]


def test_the_python_server_may_close_over_an_error_nobody_asked_for() -> None:
    """Audio without chunk_size and an end without is_end: it closes with 1000 (docs/protocol.md 5.3)."""
    name = "funasr-python"
    closed = session(name).config(wav_name="t1", omit=("chunk_size",)).audio(60)
    assert rules(closed.text('{"is_speaking":false}').closed("server", 1000)) == []
    fine = session(name).config(wav_name="t1").closed("server", 1000)
    assert rules(fine) == ["closed by the server"]


def test_text_is_held_against_the_plain_reading() -> None:
    """The same audio reads the same; an engine that varies may vary."""
    audio = SyntheticSilence(duration_ms=600)
    sentence = FINAL | {"text": "你。", "mode": "2pass-offline"}
    exchange = session().config(wav_name="t1").audio(600).end().reply(sentence).close()
    key = (audio, "2pass")
    assert problems_of(exchange, {key: Reading(text="你", steady=True)}) == ()
    (problem,) = problems_of(exchange, {key: Reading(text="你好", steady=True)})
    assert (problem.rule, problem.sentence) == (
        "text",
        "an utterance reads '你', sent plainly it reads '你好'",
    )
    varied = session().config(wav_name="t1").audio(600).end()
    long = varied.reply(FINAL | {"text": "一二三四五六七八九", "mode": "2pass-offline"}).close()
    assert problems_of(long, {key: Reading(text="一二三四五六七八十", steady=False)}) == ()


def test_a_cause_is_the_rule_and_what_is_unusual() -> None:
    """Usual fields, names that tell sessions apart, and the usual framing are no part of it."""
    fields = opening(wav_name="fuzz-2") | {"itn": False, "extra": 1}
    stream = StreamAudio(audio=SyntheticSilence(duration_ms=100), framing=ByChunk())
    end = SendText(text=encode({"is_speaking": False}), role="end")
    config = SendText(text=encode(fields), role="config")
    steps = (Connect(), config, stream, end, end, AwaitTerminator(timeout_s=1))
    traits = traits_of(Scenario(name="fuzz", steps=steps), "funasr-2pass")
    assert traits == {"itn", "extra", "audio", "second end"}
    assert cause_of("text", traits) == "text (audio, extra, itn, second end)"
    assert cause_of("text", frozenset()) == "text"
