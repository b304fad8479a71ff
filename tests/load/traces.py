"""Traces of calls, made in code."""

import json
from collections.abc import Sequence
from typing import Any

from asrgate.audio.clips import Clip
from asrgate.load.line import Opening
from asrgate.load.trace import Trace

BEGAN_AT = 1_795_000_000.0
"""When the first sample was due, s of the epoch."""


def traced(clip: Clip, *replies: tuple[float, dict[str, Any]], **changes: Any) -> Trace:
    """A call of this clip whose end frame left in time, with these replies at ms since its first sample."""
    audio_ms = float(clip.duration_ms)
    facts: dict[str, Any] = {
        "worker": "one",
        "caller": 1,
        "clip": clip.id,
        "name": "x",
        "mode": "2pass",
        "dialect": "funasr-2pass",
        "began_at": BEGAN_AT,
        "audio_ms": audio_ms,
        "opening": Opening(tcp_ms=1.0, tls_ms=None, upgrade_ms=2.0),
        "lateness": {3: 98, 12: 2},
        "end_sent_ms": audio_ms,
        "replies": tuple((at, json.dumps(reply, ensure_ascii=False)) for at, reply in replies),
        "held_bytes": 0,
        "closed_by": "client",
        "close_code": 1000,
        "error": None,
        "error_message": "",
    }
    return Trace(**(facts | changes))


def partial(text: str) -> dict[str, Any]:
    """A delta."""
    return {"mode": "2pass-online", "text": text, "is_final": False, "wav_name": "x"}


def final(text: str) -> dict[str, Any]:
    """The terminating message with the text of the last sentence."""
    return {"mode": "2pass-offline", "text": text, "is_final": True, "wav_name": "x"}


def answered(clip: Clip, text: str, *, final_ms: float = 100, **changes: Any) -> Trace:
    """A call that ended with one sentence, `final_ms` after its end frame was due."""
    return traced(clip, (clip.duration_ms + final_ms, final(text)), **changes)


def many(count: int, clip: Clip, text: str, finals_ms: Sequence[float]) -> list[Trace]:
    """Calls whose finals took these times in turn."""
    return [answered(clip, text, final_ms=finals_ms[n % len(finals_ms)], caller=n) for n in range(count)]
