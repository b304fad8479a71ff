"""What tells one cause of failure from another: the broken rule, and what is unusual in the session."""

import json
from collections.abc import Iterator

from asrgate.audio.framing import (
    SAMPLE_BYTES,
    Bursts,
    ByBytes,
    ByChunk,
    EmptyFrames,
    Framing,
    OddCuts,
    RandomSizes,
    Stalled,
    Whole,
)
from asrgate.fuzz.configurations import usual_fields
from asrgate.fuzz.sessions import USUAL_FRAMING
from asrgate.wire.scenario import Drop, Ping, Scenario, SendText, StreamAudio

_NAMED_APART = frozenset({"wav_name"})
_USUAL_BYTES = USUAL_FRAMING.stride_bytes(16_000)
_LONG_FRAMES, _SHORT_FRAMES = "frames above 60 ms", "frames below 60 ms"
_CUT_SAMPLES = "cuts through samples"
MOST_MISSING = 5
"""An opening frame that lacks so many of the usual fields is none."""


def traits_of(scenario: Scenario, dialect: str) -> frozenset[str]:
    """What is unusual in a session: fields, framings, and the shape of the whole."""
    return frozenset(_traits(scenario, dialect))


def cause_of(rule: str, traits: frozenset[str]) -> str:
    """The key of a cause, which a person can read."""
    return f"{rule} ({', '.join(sorted(traits))})" if traits else rule


def _traits(scenario: Scenario, dialect: str) -> Iterator[str]:
    ends = 0
    for step in scenario.steps:
        match step:
            case SendText(role="end"):
                ends += 1
                if ends == 2:
                    yield "second end"
            case SendText(text=text):
                yield from _unusual(text, dialect)
            case StreamAudio(framing=framing):
                yield "audio"
                yield from _unusual_frames(framing)
            case Drop():
                yield "drop"
            case Ping():
                yield "ping"
            case _:
                pass


def _unusual_frames(framing: Framing) -> Iterator[str]:
    """What a server notices of a framing: ways to cut that look alike to it are one trait."""
    match framing:
        case ByChunk():
            pass
        case Whole():
            yield _LONG_FRAMES
        case ByBytes(size_bytes=size):
            yield from [_LONG_FRAMES] if size > _USUAL_BYTES else []
            yield from [_SHORT_FRAMES] if size < _USUAL_BYTES else []
            yield from [_CUT_SAMPLES] if size % SAMPLE_BYTES else []
        case RandomSizes() | OddCuts():
            yield from (_LONG_FRAMES, _SHORT_FRAMES, _CUT_SAMPLES)
        case Stalled(cuts=cuts):
            yield "a stall"
            yield from _unusual_frames(cuts)
        case Bursts(cuts=cuts):
            yield "bursts"
            yield from _unusual_frames(cuts)
        case EmptyFrames(cuts=cuts):
            yield "empty frames"
            yield from _unusual_frames(cuts)


def _unusual(text: str, dialect: str) -> Iterator[str]:
    try:
        fields = json.loads(text.removeprefix("\ufeff"))
    except (ValueError, RecursionError):
        yield "text that is no JSON"
        return
    if not isinstance(fields, dict):
        yield "JSON that is no object"
        return
    if text.startswith("\ufeff"):
        yield "byte order mark"
    if fields.get("is_speaking") is False or fields.get("is_finished") is True:
        yield "end that is owed nothing"
        return
    usual = usual_fields(dialect, 1)
    missing = [name for name in usual if name not in fields]
    # A frame that configures next to nothing is one trait, and not one for each field that it lacks.
    yield from [f"no {name}" for name in missing] if len(missing) < MOST_MISSING else ["next to no fields"]
    for name, value in fields.items():
        as_usual = name in usual and (value == usual[name] or _is_plain_name(name, value))
        if not as_usual:
            yield name or "a field without a name"


def _is_plain_name(name: str, value: object) -> bool:
    return name in _NAMED_APART and isinstance(value, str) and value.startswith("fuzz-")
