"""Faults of hotwords: stripped, leaking, distorting, stalling (docs/protocol.md section 3.5)."""

import json
from collections.abc import Iterable
from typing import Any

from asrgate.faults.acts import Act, Crash, Pause
from asrgate.faults.fault import fault
from asrgate.faults.talk import Breaking, Fields, Talk, built, on_config, talking

Texts = Iterable[Fields | Act]


@fault("HOT-02", by=on_config)
def hotwords_stripped(talk: Talk, fields: Fields) -> Texts:
    """Hotwords are dropped on the way."""
    yield fields | {"hotwords": ""} if "hotwords" in fields else fields


@fault("HOT-04", by=on_config)
def hotwords_leak(talk: Talk, fields: Fields) -> Texts:
    """A session without hotwords gets those of another one that runs beside it."""
    if fields.get("hotwords"):
        yield fields
        return
    yield Pause(0.3)
    foreign = [words for other in talk.others if (words := other.settings.get("hotwords"))]
    yield fields | {"hotwords": foreign[-1]} if foreign else fields


@fault("HOT-03", by=built)
def hotwords_distort() -> Breaking:
    """With hotwords every sentence result has a hotword in place of its second and third character."""

    def reply(talk: Talk, reply: Fields) -> Texts:
        words = _words(talk.settings.get("hotwords"))
        text = str(reply.get("text", ""))
        bent = words and talk.is_sentence(reply)
        yield reply | {"text": text[:1] + words[0] + text[3:]} if bent else reply

    return talking(reply=reply)


@fault("HOT-05", by=built)
def plain_hotwords_refused() -> Breaking:
    """A session whose configuration has hotwords as plain words gets no answer."""

    def reply(talk: Talk, reply: Fields) -> Texts:
        words = talk.settings.get("hotwords")
        if not isinstance(words, str) or not words or words.startswith("{"):
            yield reply

    return talking(reply=reply)


@fault("HOT-06", by=on_config)
def string_weights_dropped(talk: Talk, fields: Fields) -> Texts:
    """Hotwords with a weight that is a string are dropped without a word."""
    weights = _weights(fields.get("hotwords"))
    dropped = any(isinstance(weight, str) for weight in weights.values())
    yield fields | {"hotwords": ""} if dropped else fields


@fault("HOT-07", by=on_config)
def hotwords_of_second_utterance_dropped(talk: Talk, fields: Fields) -> Texts:
    """Hotwords in a later configuration are dropped without a word."""
    yield fields if talk.configs == 1 else _without_hotwords(fields)


@fault("HOT-08", by=on_config)
def dies_of_odd_hotwords(talk: Talk, fields: Fields) -> Texts:
    """The process dies of hotwords with a weight that is no number from 1 to 100."""
    weights = _weights(fields.get("hotwords")).values()
    odd = any(type(weight) is int and not 1 <= weight <= 100 for weight in weights)
    yield Crash() if odd else fields


@fault("HOT-09", by=on_config)
def many_hotwords_stall(talk: Talk, fields: Fields) -> Texts:
    """Hotwords take 5 ms each before anything else is heard."""
    yield Pause(0.005 * len(_words(fields.get("hotwords"))))
    yield fields


def _without_hotwords(fields: Fields) -> Fields:
    return {key: value for key, value in fields.items() if key != "hotwords"}


def _weights(hotwords: Any) -> dict[str, Any]:
    try:
        weights = json.loads(hotwords)
    except (TypeError, ValueError):
        return {}
    return weights if isinstance(weights, dict) else {}


def _words(hotwords: Any) -> list[str]:
    return list(_weights(hotwords)) or (hotwords.split() if isinstance(hotwords, str) else [])
