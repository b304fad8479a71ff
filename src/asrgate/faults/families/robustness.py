"""Faults of a server that dies or hangs of what it should survive (docs/protocol.md section 11).

Most of them are what upstream's C++ servers really die of.
"""

import json
from collections.abc import Callable, Iterable
from typing import Any

from websockets.frames import Opcode

from asrgate.faults.acts import Act, Acts, Crash, Hold, Hooks, Send
from asrgate.faults.fault import fault
from asrgate.faults.talk import (
    Breaking,
    Fields,
    Open,
    Talk,
    built,
    fields_of,
    on_audio,
    on_config,
    on_end,
    on_reply,
    on_text,
    talking,
)

_COMMANDS = ("START", "STOP", "COMMIT", "HOTWORDS:", "POSTPROCESS_HOTWORDS:", "LANGUAGE:")
_LARGE_BYTES = 2**20
_LOUD = 400
"""Samples beyond this are sound, not the noise of a quiet room."""


def dies_of_text(deadly: Callable[[str], bool]) -> Breaking:
    """The process dies of a text frame."""

    def text(talk: Talk, said: str) -> Iterable[str | Act]:
        yield Crash() if deadly(said) else said

    return on_text(text)


def dies_of(name: str) -> Callable[[Callable[[Any], bool]], Breaking]:
    """The process dies of a configuration whose field `name` is there, with a deadly value."""

    def dies(deadly: Callable[[Any], bool]) -> Breaking:
        return dies_of_text(lambda text: name in (found := fields_of(text) or {}) and deadly(found[name]))

    return dies


# Text frames


@fault("ROB-01", by=dies_of_text)
def dies_of_broken_json(text: str) -> bool:
    """The process dies of text that is no JSON."""
    return _is_broken_json(text)


@fault("ROB-01", by=on_text)
def restarts_on_broken_json(talk: Talk, text: str) -> Iterable[str | Act]:
    """The process dies of text that is no JSON, and is back at once."""
    yield Crash(restarts=True) if _is_broken_json(text) else text


@fault("ROB-01", by=built)
def hangs_on_broken_json() -> Breaking:
    """After text that is no JSON the process hangs: it accepts connections, and does nothing."""

    def breaking() -> Open:
        hung = False

        def opened() -> Hooks:
            return Hooks(opened=lambda: [Hold()] if hung else [], client={Opcode.TEXT: text})

        def text(payload: bytes) -> Acts:
            nonlocal hung
            said = payload.decode("utf-8", "surrogateescape")
            hung = hung or _is_broken_json(said)
            return [Hold()] if hung else [Send(Opcode.TEXT, payload)]

        return opened

    return lambda dialect: breaking()


@fault("ROB-02", by=on_text)
def muted_by_broken_json(talk: Talk, text: str) -> Iterable[str | Act]:
    """After text that is no JSON a connection is ignored for ever."""
    yield Hold() if _is_broken_json(text) else text


@fault("ROB-03", by=dies_of_text)
def dies_of_other_json(text: str) -> bool:
    """The process dies of JSON that is no object."""
    return _is_json(text) and fields_of(text) is None


@fault("ROB-18", by=dies_of_text)
def dies_of_nested_json(text: str) -> bool:
    """The process dies of deeply nested JSON."""
    return "[" * 10_000 in text and text.startswith("{")


@fault("ROB-20", by=dies_of_text)
def dies_of_invalid_utf8(text: str) -> bool:
    """The process dies of a text frame that is not UTF-8."""
    return not _is_utf8(text)


@fault("ROB-20", by=on_text)
def invalid_utf8_taken(talk: Talk, text: str) -> Iterable[str | Act]:
    """What is not UTF-8 in a text frame is replaced, and nobody told."""
    yield text.encode("utf-8", "replace").decode()


@fault("ROB-19", by=on_reply)
def names_amplified(talk: Talk, reply: Fields) -> Iterable[Fields | Act]:
    """Every reply repeats the wav_name a hundred times over."""
    yield reply | {"history": 100 * [reply.get("wav_name")]}


# Fields of the wrong type or far out of range


@fault("ROB-04", by=dies_of("hotwords"))
def dies_of_hotwords_as_object(value: Any) -> bool:
    """The process dies of hotwords that are no string, as an object is."""
    return value is not None and not isinstance(value, str)


@fault("ROB-05", by=dies_of("chunk_size"))
def dies_of_chunk_size_as_string(value: Any) -> bool:
    """The process dies of a chunk_size that is no array of numbers, as a string is."""
    return not isinstance(value, list) or not all(type(item) is int for item in value)


@fault("ROB-06", by=dies_of("chunk_size"))
def dies_of_short_chunk_size(value: Any) -> bool:
    """The process dies of a chunk_size of another length than three."""
    return isinstance(value, list) and len(value) != 3


@fault("ROB-07", by=dies_of("chunk_size"))
def dies_of_negative_steps(value: Any) -> bool:
    """The process dies of a negative step length."""
    return _numbers(value) and value[1] < 0


@fault("ROB-08", by=dies_of("chunk_size"))
def dies_of_huge_steps(value: Any) -> bool:
    """The process dies of a step length whose samples overflow 32 bits."""
    return _numbers(value) and value[1] >= 2237


@fault("ROB-09", by=dies_of("chunk_size"))
def dies_of_odd_contexts(value: Any) -> bool:
    """The process dies of negative and huge contexts in chunk_size."""
    return _numbers(value) and not all(0 <= value[n] < 10**6 for n in (0, 2))


@fault("ROB-10", by=dies_of("wav_name"))
def dies_of_wav_name_as_number(value: Any) -> bool:
    """The process dies of a wav_name that is no string."""
    return not isinstance(value, str)


@fault("ROB-11", by=dies_of("mode"))
def dies_of_mode_as_number(value: Any) -> bool:
    """The process dies of a mode that is no string."""
    return not isinstance(value, str)


@fault("ROB-12", by=dies_of("itn"))
def dies_of_itn_as_number(value: Any) -> bool:
    """The process dies of an itn that is no boolean."""
    return not isinstance(value, bool)


@fault("ROB-13", by=dies_of("audio_fs"))
def dies_of_audio_fs_as_string(value: Any) -> bool:
    """The process dies of an audio_fs that is no number."""
    return not isinstance(value, int | float)


@fault("ROB-14", by=dies_of("audio_fs"))
def dies_of_audio_fs_zero(value: Any) -> bool:
    """The process dies of an audio_fs of zero."""
    return isinstance(value, int) and value == 0


@fault("ROB-15", by=dies_of("audio_fs"))
def dies_of_absurd_rates(value: Any) -> bool:
    """The process dies of an audio_fs below 1000 or above 1,000,000."""
    return isinstance(value, int) and value != 0 and not 1000 <= value <= 10**6


@fault("ROB-16", by=dies_of("wav_format"))
def dies_of_wav_format_as_number(value: Any) -> bool:
    """The process dies of a wav_format that is no string."""
    return not isinstance(value, str)


@fault("ROB-17", by=dies_of("svs_itn"))
def dies_of_svs_itn_as_string(value: Any) -> bool:
    """The process dies of an svs_itn that is no boolean."""
    return not isinstance(value, bool)


# Audio


@fault("ROB-21", by=on_audio)
def dies_of_large_messages(talk: Talk, data: bytes) -> Iterable[bytes | Act]:
    """The process dies of a message above every limit."""
    yield data if len(data) <= _LARGE_BYTES else Crash()


@fault("ROB-22", by=on_audio)
def dies_of_odd_frames(talk: Talk, data: bytes) -> Iterable[bytes | Act]:
    """The process dies of an audio frame of odd length."""
    yield Crash() if len(data) % 2 else data


@fault("ROB-23", by=on_audio)
def dies_of_early_audio(talk: Talk, data: bytes) -> Iterable[bytes | Act]:
    """The process dies of audio before the configuration."""
    yield data if talk.configs else Crash()


@fault("ROB-24", by=on_end)
def dies_of_early_end(talk: Talk, fields: Fields) -> Iterable[Fields | Act]:
    """The process dies of an end frame before anything else."""
    yield fields if talk.configs else Crash()


@fault("ROB-26", by=built)
def dies_of_sound_without_words() -> Breaking:
    """The process dies of sound in which no word is recognised."""

    def audio(talk: Talk, data: bytes) -> Iterable[bytes | Act]:
        samples = memoryview(data[: len(data) // 2 * 2]).cast("h")
        talk.memory["loud"] = talk.memory.get("loud") or any(abs(s) > _LOUD for s in samples[::16])
        yield data

    def reply(talk: Talk, reply: Fields) -> Iterable[Fields | Act]:
        talk.memory["said"] = talk.memory.get("said") or bool(reply.get("text"))
        lost = talk.terminates(reply) and talk.memory.get("loud") and not talk.memory["said"]
        yield Crash() if lost else reply

    return talking(audio=audio, reply=reply)


@fault("ROB-29", by=on_config)
def dies_of_haste(talk: Talk, fields: Fields) -> Iterable[Fields | Act]:
    """The process dies of a second utterance before the reply to the first."""
    yield Crash() if talk.ends > talk.terminators else fields


def _is_broken_json(text: str) -> bool:
    """Whether it is text, but neither JSON nor a command."""
    return _is_utf8(text) and not _is_command(text) and not _is_json(text)


def _is_utf8(text: str) -> bool:
    """Whether the frame held UTF-8: what did not came as surrogates."""
    return not any("\ud800" <= character <= "\udfff" for character in text)


def _is_command(text: str) -> bool:
    """Whether it is one of funasr-realtime."""
    return text.strip().upper().startswith(_COMMANDS)


def _is_json(text: str) -> bool:
    try:
        json.loads(text, parse_constant=_refuse)
    except (ValueError, RecursionError):
        return False
    return True


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is no JSON")


def _numbers(value: Any) -> bool:
    return isinstance(value, list) and len(value) == 3 and all(type(item) is int for item in value)
