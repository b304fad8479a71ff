"""The trace of a call: one line of JSON, from which everything about the call can be computed again.

Every worker appends to a file of its own as calls end, so that nothing is lost when a run is, and files of
many workers are pooled by reading them all.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pydantic import TypeAdapter, ValidationError

from asrgate.errors import UsageError
from asrgate.load.call import Call, ErrorKind
from asrgate.load.line import Opening
from asrgate.load.pulse import both_clocks, tenths_of
from asrgate.load.tail import LineFile


@dataclass(frozen=True, slots=True, kw_only=True)
class Trace:
    """What happened in one call. Times without another unit are ms since its first sample was due.

    `began_at` is that instant in seconds of the epoch, by the worker's clock; `lateness` counts frames by how
    late each left, in tenths of ms. `name` is the `wav_name` that the caller asked for, `replies` are the
    server's messages as they came. `turn` counts the utterances of a connection from 0: only the first one
    knows its opening. `paced` is whether frames were due at the pace of speech. `ingredient` is how the
    caller misbehaved on purpose, None for one that did not.
    """

    worker: str
    caller: int
    turn: int = 0
    ingredient: str | None = None
    clip: str
    name: str
    mode: str
    dialect: str
    began_at: float
    audio_ms: float
    paced: bool = True
    opening: Opening | None
    lateness: dict[int, int]
    end_sent_ms: float | None
    replies: tuple[tuple[float, str], ...]
    held_bytes: int
    closed_by: Literal["client", "server", "network"] | None
    close_code: int | None
    hung_up_ms: float | None = None
    error: ErrorKind | None
    error_message: str

    @property
    def ended_ms(self) -> float:
        """When the last thing happened in it."""
        least_ms = self.audio_ms if self.error is None and self.paced else 0.0
        cut_ms = (self.hung_up_ms or 0.0) if self.error == "closed early" else 0.0
        return max([least_ms, cut_ms, *(at_ms for at_ms, _ in self.replies)])


TRACE: TypeAdapter[Trace] = TypeAdapter(Trace)


def trace_of(call: Call, *, worker: str, mode: str, dialect: str, ingredient: str | None = None) -> Trace:
    """The trace of a call that is over."""

    def since_ms(at_ns: int) -> float:
        return round((at_ns - call.began_ns) / 1e6, 3)

    at, monotonic_s = both_clocks()
    return Trace(
        worker=worker,
        caller=call.caller,
        turn=call.turn,
        ingredient=ingredient,
        clip=call.speech.clip.id,
        name=call.name,
        mode=mode,
        dialect=dialect,
        began_at=round(at - (monotonic_s - call.began_ns / 1e9), 4),
        audio_ms=call.speech.length_ns / 1e6,
        paced=call.speech.paced,
        opening=call.opening,
        lateness=tenths_of(call.late_ns),
        end_sent_ms=None if call.end_sent_ns is None else since_ms(call.end_sent_ns),
        replies=tuple((since_ms(at_ns), text) for at_ns, text in call.replies),
        held_bytes=call.held_bytes,
        closed_by=call.hangup.who if call.hangup else None,
        close_code=call.hangup.code if call.hangup else None,
        hung_up_ms=since_ms(call.hangup.at_ns) if call.hangup else None,
        error=call.error,
        error_message=call.error_message,
    )


class TraceFile(LineFile[Trace]):
    """The traces of one worker."""

    def __init__(self, path: Path) -> None:
        super().__init__(path, TRACE)


def read_traces(paths: Iterable[Path]) -> Iterator[Trace]:
    """The traces of some files; a last line that was cut off when a worker died is left out.

    Raises:
        UsageError: a file cannot be read, or a line of it is no trace.
    """
    for path in paths:
        try:
            lines = path.read_text(encoding="utf-8").split("\n")
        except OSError as error:
            raise UsageError(f"{path}: {error.strerror}") from error
        *whole, _ = lines
        for number, line in enumerate(whole, 1):
            try:
                yield TRACE.validate_json(line)
            except ValidationError as error:
                first = error.errors()[0]
                where = ".".join(map(str, first["loc"]))
                raise UsageError(f"{path}, line {number}: {where}: {first['msg']}") from error
