"""Faults that act only while many speak: nothing happens to the eighth session, and then it does."""

import json
from collections.abc import Iterable
from typing import Any

import pytest
from websockets.frames import Opcode

from asrgate.faults.acts import Act, Crash, Hooks, Pause, Send
from asrgate.faults.catalogue import fault_named
from asrgate.faults.families.load import DEADLY, MANY
from asrgate.wire.dialects import FUNASR_2PASS
from asrgate.wire.messages import END_OF_INPUT, encode, opening

PARTIAL = {"text": "你好", "mode": "2pass-online", "is_final": False, "wav_name": "mine"}
FINAL = {"text": "", "mode": "2pass-offline", "is_final": True, "wav_name": "mine"}
SAMPLES = b"\1\0" * 480


def sentence(text: str) -> dict[str, Any]:
    """A sentence result."""
    return {"text": text, "mode": "2pass-offline", "is_final": False, "wav_name": "mine"}


class Speaker:
    """A session through a fault, without a socket, that has begun to speak."""

    def __init__(self, hooks: Hooks, name: str) -> None:
        self._hooks = hooks
        self.says(opening(wav_name=name))
        self.began = list(hooks.client[Opcode.BINARY](SAMPLES))

    def says(self, fields: dict[str, Any]) -> list[Act]:
        """What becomes of a text frame of the client."""
        return list(self._hooks.client[Opcode.TEXT](encode(fields).encode()))

    def hears(self, reply: dict[str, Any]) -> list[Act]:
        """What becomes of a message of the server."""
        return list(self._hooks.server[Opcode.TEXT](encode(reply).encode()))


def speakers(fault: str, count: int) -> list[Speaker]:
    """So many sessions that speak at once."""
    opened = fault_named(fault).breaks(FUNASR_2PASS)
    return [Speaker(opened(), f"caller-{number}") for number in range(count)]


def texts(acts: Iterable[Act]) -> list[str]:
    """The texts that pass."""
    return [json.loads(act.payload)["text"] for act in acts if isinstance(act, Send)]


@pytest.mark.parametrize(
    "fault",
    [
        "sessions-cross-under-load",
        "tails-lost-under-load",
        "falls-behind-under-load",
        "one-in-ten-starves-under-load",
    ],
)
def test_few_sessions_are_served_well(fault: str) -> None:
    """Up to the eighth everything passes as it is."""
    for speaker in speakers(fault, MANY):
        assert len(speaker.hears(PARTIAL)) == 1
        assert texts(speaker.hears(sentence("你好世界。"))) == ["你好世界。"]
        speaker.says(END_OF_INPUT)
        assert len(speaker.hears(FINAL)) == 1


def test_the_ninth_session_crosses_them() -> None:
    """Each gets the sentence that another got before it."""
    first, second, *_ = speakers("sessions-cross-under-load", MANY + 1)
    assert texts(first.hears(sentence("一"))) == ["一"]
    assert texts(second.hears(sentence("二"))) == ["一"]
    assert texts(first.hears(sentence("三"))) == ["二"]
    assert texts(first.hears(PARTIAL)) == ["你好"]


def test_the_ninth_session_loses_tails() -> None:
    """The mark at the end goes with the last two characters."""
    speaker, *_ = speakers("tails-lost-under-load", MANY + 1)
    assert texts(speaker.hears(sentence("你好世界。"))) == ["你好"]
    assert texts(speaker.hears(PARTIAL)) == ["你好"]


def test_those_who_have_ended_do_not_count() -> None:
    """A session that got its terminating message speaks no more."""
    speaker, other, *_ = speakers("tails-lost-under-load", MANY + 1)
    other.says(END_OF_INPUT)
    assert texts(speaker.hears(sentence("你好世界。"))) == ["你好"]
    other.hears(FINAL)
    assert texts(speaker.hears(sentence("你好世界。"))) == ["你好世界。"]


def test_the_twentieth_session_kills() -> None:
    """Not before: nineteen speak on."""
    *others, last = speakers("dies-of-twenty-sessions", DEADLY)
    assert not any(isinstance(act, Crash) for other in others for act in other.began)
    assert any(isinstance(act, Crash) for act in last.began)


def test_partials_fall_behind_until_the_end() -> None:
    """Each takes longer than the audio between two; after the end frame nothing waits."""
    speaker, *_ = speakers("falls-behind-under-load", MANY + 1)
    assert [type(act) for act in speaker.hears(PARTIAL)] == [Pause, Send]
    assert len(speaker.hears(sentence("你好。"))) == 1
    speaker.says(END_OF_INPUT)
    assert len(speaker.hears(PARTIAL)) == 1


def test_some_callers_starve() -> None:
    """Always the same ones, by their names, and only with their terminating message."""
    crowd = speakers("one-in-ten-starves-under-load", 2 * MANY)
    for speaker in crowd:
        speaker.says(END_OF_INPUT)
    waits = [[act for act in speaker.hears(FINAL) if isinstance(act, Pause)] for speaker in crowd[:MANY]]
    assert 0 < sum(map(bool, waits)) < MANY
