"""What the embedded endpoint's own log says of emission and stamps, with nothing of asrgate's own measures.

Only sessions whose sentence results hold exactly what was spoken, and whose partials are a beginning of it:
then the n-th character is there as soon as n characters are, and no text has to be aligned with another.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from asrgate.audio.clips import Clip
from asrgate.wire.exchange import Exchange

_NS_PER_MS = 1_000_000
_MARKS = "，。？！、"


@dataclass(frozen=True, slots=True)
class Logged:
    """The emission latency of each word of a clip, and its stamp's error at the start and the end, in ms."""

    latencies_ms: tuple[float, ...]
    stamps_ms: tuple[tuple[int, int], ...]


def read_log(path: Path) -> dict[str, list[dict[str, Any]]]:
    """Return the lines of the log by the name that the client gave its session."""
    sessions: dict[str, list[dict[str, Any]]] = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        entry = json.loads(line)
        sessions.setdefault(entry["wav_name"], []).append(entry)
    return sessions


def logged(clip: Clip, lines: Sequence[dict[str, Any]]) -> Logged | None:
    """Return what the log says of a session in mode 2pass or online; None where it is not as plain as that.

    The audio began when its least delayed frame says so: no frame comes before it was spoken.
    """
    spoken = "".join(word.text for word in clip.words)
    origin_ns = min(line["audio_at_ns"] - line["audio_ms"] * _NS_PER_MS for line in lines)
    settled, open_text = "", ""
    there: list[float] = []
    stamps: list[list[int]] = []
    for line in lines:
        reply = json.loads(line["reply"])
        text = _bare(reply["text"])
        if text and reply["mode"] == "2pass-offline":
            settled, open_text = settled + text, ""
            stamps += json.loads(reply["timestamp"])
        else:
            open_text += text
        if not spoken.startswith(settled + open_text):
            return None
        while len(there) < len(settled + open_text):
            there.append((line["at_ns"] - origin_ns) / _NS_PER_MS)
    if len(there) != len(clip.words) or len(stamps) not in (0, len(clip.words)):
        return None
    return Logged(
        tuple(at - word.end_ms for at, word in zip(there, clip.words, strict=True)),
        tuple(
            (start - word.start_ms, end - word.end_ms)
            for (start, end), word in zip(stamps, clip.words[: len(stamps)], strict=True)
        ),
    )


def _bare(text: str) -> str:
    return "".join(character for character in text if character not in _MARKS)


def is_plain(clip: Clip) -> bool:
    """Whether a clip is Chinese and each of its words a single character."""
    return clip.language == "zh" and bool(clip.words) and all(len(word.text) == 1 for word in clip.words)


def name_of(exchange: Exchange) -> str:
    """Return the name that the client gave its session."""
    opening: dict[str, Any] = json.loads(exchange.sent("config")[0].text or "{}")
    return str(opening["wav_name"])
