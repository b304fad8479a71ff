"""An exchange as a reader sees it: both directions in order, audio summarised, deciding frames marked."""

import json
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Literal

from asrgate.wire.exchange import Closing, Exchange, Failure, Frame, Handshake

_CONTEXT = 3
_SHORT = 40
_LONGEST_TEXT = 2000
_ONE_LINE = 88
_NS_PER_MS = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """One frame. `text` is its content, JSON laid out; `characters` counts the whole when `text` was cut."""

    frame: Frame
    at_ms: float
    text: str | None
    characters: int | None = None
    deciding: bool = False
    kind: Literal["frame"] = "frame"


@dataclass(frozen=True, slots=True, kw_only=True)
class AudioRun:
    """Audio frames that followed one another with no other frame between them."""

    first: int
    last: int
    at_ms: float
    until_ms: float
    frames: int
    total_bytes: int
    smallest_bytes: int
    largest_bytes: int
    deciding: bool = False
    kind: Literal["audio"] = "audio"


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """So many frames are not shown here."""

    frames: int
    kind: Literal["gap"] = "gap"


Row = Shown | AudioRun | Gap


@dataclass(frozen=True, slots=True, kw_only=True)
class Ladder:
    """One exchange laid out."""

    exchange: str
    purpose: str
    handshake: Handshake | None
    rows: tuple[Row, ...]
    closing: Closing | None
    closed_at_ms: float | None
    failure: Failure | None


def ladder_of(exchange: Exchange, deciding: Collection[int]) -> Ladder:
    """Lay out an exchange.

    A long one is shown around its deciding frames (by index), at its beginning and at its end; gaps say how
    many frames are missing.
    """
    rows = list(_rows(exchange.frames, deciding))
    closing = exchange.closing
    return Ladder(
        exchange=exchange.id,
        purpose=exchange.scenario.purpose,
        handshake=exchange.handshake,
        rows=tuple(rows if len(rows) <= _SHORT else _around(rows)),
        closing=closing,
        closed_at_ms=None if closing is None else closing.at_ns / _NS_PER_MS,
        failure=exchange.failure,
    )


def _rows(frames: Sequence[Frame], deciding: Collection[int]) -> Iterator[Shown | AudioRun]:
    def run(frame: Frame) -> object:
        # A deciding audio frame stands alone, so that it can be seen.
        alone = frame.role != "audio" or frame.index in deciding
        return frame.index if alone else "audio"

    for key, members in groupby(frames, key=run):
        kept = list(members)
        if key == "audio" or kept[0].role == "audio":
            yield _audio_run(kept, deciding)
        else:
            yield _shown(kept[0], deciding)


def _audio_run(frames: Sequence[Frame], deciding: Collection[int]) -> AudioRun:
    sizes = [frame.size for frame in frames]
    return AudioRun(
        first=frames[0].index,
        last=frames[-1].index,
        at_ms=frames[0].at_ns / _NS_PER_MS,
        until_ms=frames[-1].at_ns / _NS_PER_MS,
        frames=len(frames),
        total_bytes=sum(sizes),
        smallest_bytes=min(sizes),
        largest_bytes=max(sizes),
        deciding=frames[0].index in deciding,
    )


def _shown(frame: Frame, deciding: Collection[int]) -> Shown:
    decides = frame.index in deciding
    text = None if frame.text is None else laid_out(frame.text) if decides else visible(frame.text)
    cut = text is not None and len(text) > _LONGEST_TEXT
    return Shown(
        frame=frame,
        at_ms=frame.at_ns / _NS_PER_MS,
        text=text[:_LONGEST_TEXT] if text is not None and cut else text,
        characters=len(frame.text) if cut and frame.text is not None else None,
        deciding=decides,
    )


def laid_out(text: str) -> str:
    """Return long JSON with one member on a line, in the order of its keys; other text as it is."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return visible(text)
    if not isinstance(value, dict | list) or len(text) <= _ONE_LINE:
        return visible(text)
    if not isinstance(value, dict):
        return visible(json.dumps(value, ensure_ascii=False))
    members = [f"  {_compact(key)}: {_compact(member)}" for key, member in value.items()]
    return visible("{\n" + ",\n".join(members) + "\n}")


def _compact(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def visible(text: str) -> str:
    """Return text whose control characters can be seen."""
    return "".join(
        character if character.isprintable() or character in "\n\t" else ascii(character)[1:-1]
        for character in text
    )


def _around(rows: Sequence[Shown | AudioRun]) -> Iterator[Row]:
    wanted = set(range(_CONTEXT)) | set(range(len(rows) - _CONTEXT, len(rows)))
    for place, row in enumerate(rows):
        if row.deciding:
            wanted |= set(range(place - _CONTEXT, place + _CONTEXT + 1))
    missing = 0
    for place, row in enumerate(rows):
        if place in wanted:
            if missing:
                yield Gap(frames=missing)
                missing = 0
            yield row
        else:
            missing += row.frames if isinstance(row, AudioRun) else 1
    if missing:
        yield Gap(frames=missing)
