"""The embedded endpoint's own log of what it said and when, to hold what clients measure against."""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from types import TracebackType
from typing import Self

from asrgate.errors import UsageError

_NS_PER_MS = 1_000_000
_SAMPLE_BYTES = 2


class EmissionLog:
    """Writes JSON lines to a file, one for each reply (docs/time.md); a context manager that closes it.

    Raises:
        UsageError: the file cannot be written.
    """

    def __init__(self, path: Path) -> None:
        try:
            self._file = path.open("w", encoding="utf-8", buffering=1)
        except OSError as error:
            raise UsageError(f"--emissions {path}: {error.strerror}") from None
        self._numbers = count(1)

    def session(self) -> SessionLog:
        """Return the log of a connection that was opened just now."""
        return SessionLog(self, next(self._numbers))

    def write(self, line: dict[str, object]) -> None:
        """Append one line; it is in the file when this returns."""
        self._file.write(json.dumps(line, ensure_ascii=False) + "\n")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._file.close()


class SessionLog:
    """What one connection heard and said. Audio is counted from the beginning of each utterance."""

    def __init__(self, log: EmissionLog, number: int) -> None:
        self._log = log
        self._number = number
        self._wav_name = ""
        self._rate_hz = 16000
        self._over = False
        self._audio_ms = 0.0
        self._audio_at_ns: int | None = None

    def heard(self, message: str | bytes) -> None:
        """Take note of a message of the client, which was read just now."""
        if isinstance(message, str):
            self._configured(message)
            return
        if self._over:
            self._over, self._audio_ms = False, 0.0
        self._audio_ms += len(message) / _SAMPLE_BYTES * 1000 / self._rate_hz
        self._audio_at_ns = time.monotonic_ns()

    def said(self, reply: str) -> None:
        """Write down a reply that is handed to the socket now.

        Instants are monotonic, in ns: those of other processes on this machine can be compared with them.
        """
        self._log.write(
            {
                "session": self._number,
                "wav_name": self._wav_name,
                "at_ns": time.monotonic_ns(),
                "at": datetime.now(UTC).isoformat(timespec="milliseconds"),
                "audio_ms": round(self._audio_ms, 3),
                "audio_at_ns": self._audio_at_ns,
                "reply": reply,
            }
        )

    def _configured(self, message: str) -> None:
        if message.strip().upper() == "STOP":
            self._over = True
        try:
            fields = json.loads(message)
        except (ValueError, RecursionError):
            return
        if not isinstance(fields, dict):
            return
        if isinstance(fields.get("wav_name"), str):
            self._wav_name = fields["wav_name"]
        rate_hz = fields.get("audio_fs")
        if type(rate_hz) is int and rate_hz > 0:
            self._rate_hz = rate_hz
        self._over = self._over or fields.get("is_speaking") is False
