"""Faults of a server that dies or hangs of what it should survive (docs/protocol.md section 11)."""

from collections.abc import Callable, Iterable
from typing import Any

from asrgate.faults.acts import Act, Crash
from asrgate.faults.fault import fault
from asrgate.faults.talk import (
    Breaking,
    Talk,
    fields_of,
    on_audio,
    on_text,
)


def dies_of_text(deadly: Callable[[str], bool]) -> Breaking:
    """The process dies of a text frame."""

    def text(talk: Talk, said: str) -> Iterable[str | Act]:
        yield Crash() if deadly(said) else said

    return on_text(text)


def dies_of_field(deadly: Callable[[Any], bool], name: str) -> Breaking:
    """The process dies of a configuration whose field `name` is there and `deadly`."""
    return dies_of_text(lambda text: name in (found := fields_of(text) or {}) and deadly(found[name]))


@fault("ROB-01", by=dies_of_text)
def dies_of_broken_json(text: str) -> bool:
    """The process dies of text that is not JSON."""
    return fields_of(text) is None


@fault("ROB-20", by=dies_of_text)
def dies_of_invalid_utf8(text: str) -> bool:
    """The process dies of a text frame that is not UTF-8."""
    return any("\ud800" <= character <= "\udfff" for character in text)


@fault("ROB-22", by=on_audio)
def dies_of_odd_frames(talk: Talk, data: bytes) -> Iterable[bytes | Act]:
    """The process dies of an audio frame of odd length."""
    yield Crash() if len(data) % 2 else data


@fault("ROB-23", by=on_audio)
def dies_of_early_audio(talk: Talk, data: bytes) -> Iterable[bytes | Act]:
    """The process dies of audio before the configuration."""
    yield data if talk.configs else Crash()
