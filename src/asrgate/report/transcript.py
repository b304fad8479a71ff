"""An exchange in lines of text, for a terminal: both directions, times in ms, deciding frames marked."""

from collections.abc import Iterator

from asrgate.report.ladder import AudioRun, Gap, Ladder, Row, Shown
from asrgate.report.language import Words, words_of
from asrgate.report.numbers import DASH, count, milliseconds

_ARROWS = {"sent": "→", "received": "←"}
_INDENT = " " * 16


def transcript_lines(ladder: Ladder) -> Iterator[str]:
    """Yield the lines of an exchange.

    Request headers are not among them, for they may hold secrets.
    """
    words = words_of("en")
    if ladder.handshake is not None:
        facts = words(
            "frame.handshake_facts",
            status=DASH if ladder.handshake.status is None else ladder.handshake.status,
            subprotocol=ladder.handshake.subprotocol or words("frame.none"),
            ms=milliseconds(ladder.handshake.total_ms),
        )
        yield _line(ladder.handshake.total_ms, "⇄", f"{words('frame.handshake')}  {facts}")
    for row in ladder.rows:
        yield from _row(row, words)
    if ladder.closing is not None:
        code = ladder.closing.code
        how = words("frame.no_code") if code is None else words("frame.close_code", code=code)
        who = words("frame.closed", who=words(f"who.{ladder.closing.who}"))
        yield _line(ladder.closed_at_ms, "⊣", f"{who}, {how} {ladder.closing.reason}".rstrip())
    if ladder.failure is not None:
        yield _line(None, "⊣", f"{words('frame.failure')}: {ladder.failure.message}")


def _row(row: Row, words: Words) -> Iterator[str]:
    match row:
        case Gap():
            yield _line(None, "⋮", words("frame.gap", n=row.frames))
        case AudioRun():
            until = f", until {milliseconds(row.until_ms)} ms" if row.frames > 1 else ""
            yield _line(row.at_ms, "→", _mark(row.deciding) + _audio(row, words) + until)
        case Shown():
            role = words(f"role.{row.frame.role}")
            first, *rest = _content(row, words).split("\n")
            yield _line(row.at_ms, _ARROWS[row.frame.direction], f"{_mark(row.deciding)}{role}  {first}")
            yield from (f"{_INDENT}{line}" for line in rest)


def _content(row: Shown, words: Words) -> str:
    if row.text is not None:
        cut = f" {words('frame.cut', n=row.characters)}" if row.characters else ""
        return row.text + cut
    if row.frame.kind in ("ping", "pong"):
        return row.frame.kind
    return words("frame.binary", bytes=count(row.frame.size))


def _audio(row: AudioRun, words: Words) -> str:
    total = count(row.total_bytes)
    if row.frames == 1:
        return words("frame.audio_one", bytes=total)
    if row.smallest_bytes == row.largest_bytes:
        return words("frame.audio_same", n=row.frames, size=count(row.largest_bytes), bytes=total)
    smallest, largest = count(row.smallest_bytes), count(row.largest_bytes)
    return words("frame.audio_mixed", n=row.frames, smallest=smallest, largest=largest, bytes=total)


def _mark(deciding: bool) -> str:
    return "◆ " if deciding else ""


def _line(at_ms: float | None, sign: str, what: str) -> str:
    at = "" if at_ms is None else milliseconds(at_ms)
    return f"{at:>12}  {sign} {what}"
