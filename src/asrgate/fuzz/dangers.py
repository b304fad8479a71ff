"""What servers are known to die of: the tables of docs/protocol.md section 11, as predicates.

Generated sessions hold nothing of it unless `--destructive` asks for that. Where images of one dialect
differ, the frailest counts.
"""

import json
from collections.abc import Iterator
from typing import Any

from asrgate.audio.source import SyntheticNoise, SyntheticTone
from asrgate.wire.dialects import Dialect
from asrgate.wire.scenario import (
    AwaitTerminator,
    Drop,
    Scenario,
    SendBytes,
    SendText,
    StreamAudio,
)

REAL_TIME = frozenset({"funasr-2pass", "funasr-2pass-0.1"})
CPP = REAL_TIME | {"funasr-offline"}
FRAIL = frozenset({"funasr-2pass-0.1", "funasr-offline"})
"""Dialects of which old images end over what newer ones mute (docs/protocol.md sections 11.2 and 13)."""

MOST_NESTING = 1000
LARGEST_STEP = 2236
LARGEST_SIDE = 100
LONGEST_TEXT_BYTES = 1 << 20
RATES_HZ = (8000, 48000)
MOST_HOTWORDS = 10_000


def why_it_kills(dialect: str, text: str, *, first: bool) -> str | None:
    """Why a server of the dialect may die of this text frame, None when none is known to.

    `first` is whether it is the first text frame of its connection (hotwords are read from that one only).
    """
    if dialect not in CPP:
        return None
    if len(text.encode(errors="replace")) > LONGEST_TEXT_BYTES:
        return "a text frame of more than 1 MiB"
    if _depth(text) > MOST_NESTING:
        return "deep nesting ends the process while it is logged (11.2)"
    try:
        value = json.loads(text.removeprefix("\ufeff"), object_pairs_hook=_Pairs, parse_constant=_refuse)
        text.encode()
    except (ValueError, RecursionError):
        return "text that is not JSON ends images up to 0.1.5 (11.2)" if dialect in FRAIL else None
    if text.startswith("\ufeff") and dialect in FRAIL:
        return "a byte order mark, of which old images have not been seen to survive"
    if value is None:
        return "null, of which old images have not been seen to survive" if dialect in FRAIL else None
    if not isinstance(value, _Pairs):
        return "JSON that is no object ends the process (11.2)"
    return next((why for name, field in value for why in _of_field(dialect, name, field, first=first)), None)


def why_session_kills(dialect: Dialect, scenario: Scenario) -> str | None:
    """Why a server of the dialect may die of the session, None when none is known to."""
    return next(_of_session(dialect, scenario), None)


def _of_session(dialect: Dialect, scenario: Scenario) -> Iterator[str]:
    texts = pending = 0
    rate_hz: object = 16000
    for step in scenario.steps:
        match step:
            case SendText(text=text, role=role):
                why = why_it_kills(dialect.name, text, first=texts == 0)
                if why:
                    yield why
                texts += 1
                rate_hz = _declared_rate(text, rate_hz)
                pending += role == "end"
                if dialect.name == "funasr-offline" and pending > 1:
                    yield "an end frame before the one before is answered (11.4)"
                if dialect.name == "funasr-2pass-0.1" and texts == 1 and role != "config":
                    yield "an end frame before any configuration ends images up to 0.1.5 (#1090)"
            case StreamAudio(audio=audio):
                if not dialect.bears_noise and isinstance(audio, SyntheticNoise | SyntheticTone):
                    yield "sound without words ends images up to 0.1.12 (11.4)"
                if not dialect.bears_noise and audio.sample_rate_hz != rate_hz:
                    yield "audio at another rate than declared is sound without words (11.4)"
                if dialect.name == "funasr-2pass-0.1" and not texts:
                    yield "audio before any configuration, of which old images have not been seen to survive"
            case SendBytes(payload_hex=payload):
                if len(payload) // 2 > LONGEST_TEXT_BYTES:
                    yield "a message of more than 1 MiB"
            case AwaitTerminator():
                pending = 0
            case Drop() if dialect.name == "funasr-2pass-0.1":
                yield "a client that vanishes ended image 0.1.5 (#1185)"
            case _:
                pass


def _of_field(dialect: str, name: str, value: object, *, first: bool) -> Iterator[str]:
    """Yield why a field of a configuration kills (docs/protocol.md section 11.3)."""
    match name:
        case "hotwords":
            if first and not isinstance(value, str) and value is not None:
                yield "hotwords that are no string end the process"
            if isinstance(value, str):
                yield from _of_hotwords(dialect, value)
        case "chunk_size" if dialect in REAL_TIME:
            yield from _of_chunk_size(dialect, value)
        case "mode" if dialect in REAL_TIME and not isinstance(value, str):
            yield "a mode that is no string ends the process"
        case "wav_name" | "wav_format" if not isinstance(value, str):
            if not (value is None and dialect == "funasr-offline"):
                yield f"{name} that is no string ends the process"
        case "svs_lang" if not isinstance(value, str):
            yield "svs_lang that is no string ends the process"
        case "itn" | "svs_itn" if not isinstance(value, bool):
            yield f"{name} that is neither true nor false ends the process"
        case "audio_fs":
            lowest, highest = RATES_HZ
            number = isinstance(value, int | float) and not isinstance(value, bool)
            if not number or not lowest <= value <= highest:  # type: ignore[operator]
                yield f"audio_fs {value!r} ends the process or keeps it busy for minutes"
        case _:
            pass


def _of_hotwords(dialect: str, value: str) -> Iterator[str]:
    try:
        words = json.loads(value)
    except (ValueError, RecursionError):
        words = None
    if isinstance(words, dict):
        if len(words) > MOST_HOTWORDS:
            yield "more than 10,000 hotwords stall everybody"
        if any(not word.strip() for word in words):
            yield "an empty hotword possibly ends the process"
    elif value and dialect in FRAIL:
        yield "hotwords that are not a JSON object end images 0.1.4 and 0.1.5 (#1081)"


def _of_chunk_size(dialect: str, value: object) -> Iterator[str]:
    numbers = isinstance(value, list) and all(
        isinstance(number, int | float) and not isinstance(number, bool) for number in value
    )
    if not isinstance(value, list) or not numbers:
        yield "chunk_size that is no list of numbers ends the process"
        return
    if len(value) != 3 or int(value[1]) == 0:
        if dialect in FRAIL:
            yield "chunk_size that is not three numbers was not looked at before image 0.1.4"
        return
    left, step, right = value
    if not 0 < step <= LARGEST_STEP:
        yield "chunk_size[1] below 0 or above 2236 ends the process when speech is detected"
    if not 0 <= left <= LARGEST_SIDE or not 0 <= right <= LARGEST_SIDE:
        yield "a huge or negative chunk_size[0] or [2] takes all memory"


class _Pairs(list[tuple[str, Any]]):
    """The pairs of a JSON object, duplicates included."""


def _declared_rate(text: str, before: object) -> object:
    try:
        value = json.loads(text.removeprefix("\ufeff"))
    except (ValueError, RecursionError):
        return before
    return value.get("audio_fs", before) if isinstance(value, dict) else before


def _depth(text: str) -> int:
    depth = deepest = 0
    for character in text:
        if character in "[{":
            depth += 1
            deepest = max(deepest, depth)
        elif character in "]}":
            depth -= 1
    return deepest


def _refuse(constant: str) -> Any:
    raise ValueError(constant)
