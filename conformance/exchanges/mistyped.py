"""Opening frames with values of the wrong type or far out of range: driven only with --destructive."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from asrgate.audio.source import AudioSource, SyntheticSilence, audio_of
from asrgate.judge.aftermath import Aftermath
from asrgate.suite.declarations import exchange
from asrgate.suite.given import Given
from asrgate.suite.hazards import HostileInput
from asrgate.wire.messages import encode, opening
from asrgate.wire.scenario import AwaitTerminator, SendText
from exchanges.hazards import ANSWER_S, LEAVING, watched

Values = Mapping[str, Any]
"""Hostile values of a field, each by its name in words."""


@exchange
def hotwords_types(given: Given) -> Sequence[Aftermath]:
    """Hotwords that are no string."""
    return _fields(
        given,
        "hotwords",
        {"an object": {"阿里巴巴": 20}, "an array": ["阿里巴巴"], "a number": 20, "true": True},
    )


@exchange
def chunk_size_types(given: Given) -> Sequence[Aftermath]:
    """A chunk_size that is no array of numbers."""
    values = {
        'the string "5,10,5"': "5,10,5",
        "an empty string": "",
        "a word": "abc",
        "an object": {"a": 1},
        "null": None,
        "a number": 5,
        "true": True,
        "an array of words": ["a", "b", "c"],
        "an array of numbers in strings": ["5", "10", "5"],
        "an array with null": [None, 10, 5],
    }
    return _fields(given, "chunk_size", values)


@exchange
def negative_steps(given: Given) -> Sequence[Aftermath]:
    """A negative step length, and speech."""
    return _fields(given, "chunk_size", {"[5,-10,5]": [5, -10, 5]})


@exchange
def huge_steps(given: Given) -> Sequence[Aftermath]:
    """Step lengths whose samples overflow 32 bits, and speech."""
    return _fields(given, "chunk_size", _listed([5, 2237, 5], [5, 3000, 5], [5, 10**10, 5]))


@exchange
def odd_contexts(given: Given) -> Sequence[Aftermath]:
    """Negative and huge first and last numbers of chunk_size."""
    sizes = ([-1, 10, 5], [5, 10, -1], [10**6, 10, 5], [5, 10, 10**6], [10**9, 10, 5], [5, 10, 10**9])
    return _fields(given, "chunk_size", _listed(*sizes))


@exchange
def name_types(given: Given) -> Sequence[Aftermath]:
    """A wav_name that is no string."""
    values = {"a number": 5, "null": None, "true": True, "an array": ["a"], "an object": {"a": 1}}
    return _fields(given, "wav_name", values)


@exchange
def mode_types(given: Given) -> Sequence[Aftermath]:
    """A mode that is no string."""
    return _fields(
        given,
        "mode",
        {"a number": 5, "null": None, "true": True, "an array": ["2pass"], "an object": {"a": 1}},
    )


@exchange
def itn_types(given: Given) -> Sequence[Aftermath]:
    """An itn that is no boolean."""
    values = {"0": 0, "1": 1, 'the string "true"': "true", "null": None, "an array": []}
    return _fields(given, "itn", values)


@exchange
def rate_types(given: Given) -> Sequence[Aftermath]:
    """An audio_fs that is no number."""
    return _fields(given, "audio_fs", {'the string "8000"': "8000", "null": None, "an array": [16000]})


@exchange
def rate_zero(given: Given) -> Sequence[Aftermath]:
    """An audio_fs of zero."""
    return _fields(given, "audio_fs", {"0": 0})


@exchange
def absurd_rates(given: Given) -> Sequence[Aftermath]:
    """An audio_fs that makes hours of a fifth of a second, or less than nothing."""
    rates = (-16000, 11, 7, 1, 2**31 - 1, 10**11)
    brief = SyntheticSilence(duration_ms=200)
    return _fields(given, "audio_fs", {str(rate): rate for rate in rates}, audio=brief)


@exchange
def format_types(given: Given) -> Sequence[Aftermath]:
    """A wav_format that is no string."""
    return _fields(given, "wav_format", {"a number": 5, "null": None})


@exchange
def svs_types(given: Given) -> Sequence[Aftermath]:
    """SenseVoice settings of the wrong type."""
    languages = [
        _field(given, "svs_lang", what, value) for what, value in {"a number": 5, "null": None}.items()
    ]
    switches = {'the string "true"': "true", "1": 1, "null": None}
    itns = [_field(given, "svs_itn", what, value) for what, value in switches.items()]
    return watched(given, (*languages, *itns))


def _fields(
    given: Given, field: str, values: Values, audio: AudioSource | None = None
) -> Sequence[Aftermath]:
    return watched(given, (_field(given, field, what, value, audio) for what, value in values.items()))


def _field(given: Given, field: str, what: str, value: Any, audio: AudioSource | None = None) -> HostileInput:
    """An opening frame with this value, and a whole utterance after it: some die of it only then."""
    config = SendText(text=encode(opening() | {field: value}), role="config")
    *_, streams, end, _ = given.turn(audio or audio_of(given.shortest("plain")))
    session = given.session(config, streams, end, AwaitTerminator(timeout_s=ANSWER_S), LEAVING)
    return HostileInput(what=f"{field} as {what}", sessions=(session,))


def _listed(*values: Any) -> Values:
    return {json.dumps(value): value for value in values}
