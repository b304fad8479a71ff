"""Sessions at the pace of speech with replies at given instants, and clips whose word times are known."""

import json
from collections.abc import Sequence
from dataclasses import replace

from asrgate.audio.clips import Clip, WordTime
from asrgate.audio.framing import ByChunk
from asrgate.audio.source import audio_of
from asrgate.wire.exchange import Direction, Exchange, Frame, FrameRole
from asrgate.wire.messages import END_OF_INPUT, encode, opening
from asrgate.wire.scenario import Connect, Scenario, SendText, StreamAudio
from report.sample import clip

MS = 1_000_000
ORIGIN_MS = 250
"""When the first sample is spoken, in ms since the exchange began."""

FRAME_MS = 60


def timed_clip(*words: tuple[str, int, int], tail_ms: int = 600, text: str | None = None) -> Clip:
    """A clip of words, each with its start and end in ms."""
    last = words[-1][2]
    return replace(
        clip("timed", text if text is not None else "".join(word for word, _, _ in words)),
        words=tuple(WordTime(*word) for word in words),
        speech_start_ms=words[0][1],
        speech_end_ms=last,
        duration_ms=last + tail_ms,
    )


def session(
    clip_: Clip,
    *replies: tuple[float, dict[str, object]],
    dialect: str = "funasr-2pass",
    pace: float | None = 1.0,
    late_ms: float = 0.0,
) -> Exchange:
    """Send a clip; each reply comes so many ms after the first sample was spoken.

    With `late_ms` every frame of audio leaves later than planned.
    """
    scenario = Scenario(
        name="timed",
        steps=(
            Connect(),
            SendText(text=encode(opening()), role="config"),
            StreamAudio(audio=audio_of(clip_), framing=ByChunk(), pace=pace),
            SendText(text=encode(END_OF_INPUT), role="end"),
        ),
    )
    frames = [_audio(number, late_ms, pace) for number in range(-(-clip_.duration_ms // FRAME_MS))]
    over_ms = frames[-1].at_ns / MS - ORIGIN_MS
    frames.append(_text("sent", "end", over_ms, encode(END_OF_INPUT), 3))
    frames += [_text("received", "reply", at_ms, json.dumps(message), 2) for at_ms, message in replies]
    ordered = sorted(frames, key=lambda frame: frame.at_ns)
    return Exchange(
        scenario=scenario,
        dialect=dialect,
        url="ws://127.0.0.1:10095",
        started_at="2026-11-22T12:00:00+00:00",
        frames=tuple(replace(frame, index=index) for index, frame in enumerate(ordered)),
    )


def partial(text: str) -> dict[str, object]:
    """A delta of the first pass."""
    return {"mode": "2pass-online", "text": text, "is_final": False}


def sentence(text: str, stamps: Sequence[tuple[int, int]] | None = None) -> dict[str, object]:
    """A result of the second pass, with its word stamps as a string."""
    told = {} if stamps is None else {"timestamp": json.dumps([list(stamp) for stamp in stamps])}
    return {"mode": "2pass-offline", "text": text, "is_final": False, **told}


def update(partial: str, *sentences: tuple[str, int, int]) -> dict[str, object]:
    """An update of funasr-realtime: everything since the session began."""
    told = [{"text": text, "start": start, "end": end} for text, start, end in sentences]
    return {"sentences": told, "partial": partial, "is_final": False}


def _audio(number: int, late_ms: float, pace: float | None) -> Frame:
    due_ns = (ORIGIN_MS + (number + 1) * FRAME_MS) * MS
    return Frame(
        index=0,
        direction="sent",
        kind="binary",
        role="audio",
        at_ns=due_ns + round(late_ms * MS),
        due_ns=None if pace is None else due_ns,
        size=FRAME_MS * 32,
        step=2,
        offset=number * FRAME_MS * 32,
    )


def _text(direction: Direction, role: FrameRole, at_ms: float, text: str, step: int) -> Frame:
    return Frame(
        index=0,
        direction=direction,
        kind="text",
        role=role,
        at_ns=round((ORIGIN_MS + at_ms) * MS),
        size=len(text.encode()),
        step=step,
        text=text,
    )
