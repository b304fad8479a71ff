"""Recognised text while it comes: rewritten in place on a terminal, line by line elsewhere."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click
from rich.console import Console
from rich.live import Live
from rich.text import Text

from asrgate.wire.dialects import Dialect, joined
from asrgate.wire.exchange import Frame
from asrgate.wire.messages import NotAReply, Reply, parse_reply
from asrgate.wire.recording import Record

Show = Callable[[str, str], None]
"""Shows what is settled, and what is still a guess."""


class LiveText:
    """Follows an exchange and shows its text after each reply that changes it; a `RecordSink`."""

    def __init__(self, dialect: Dialect, show: Show) -> None:
        self._dialect = dialect
        self._show = show
        self._settled = ""
        self._guess = ""

    def write(self, record: Record, /) -> None:
        """Look at one record."""
        if not isinstance(record, Frame) or record.role != "reply" or record.text is None:
            return
        try:
            self.read(parse_reply(record.text))
        except NotAReply:
            return

    def read(self, reply: Reply) -> None:
        """Look at one reply."""
        if not reply.text_or_empty:
            return
        if self._dialect.tells == "everything":
            shown = joined(s["text"] for s in reply.locked), reply.partial_or_empty
            if shown == (self._settled, self._guess):
                return
            self._settled, self._guess = shown
        elif self._dialect.is_sentence(reply):
            # A sentence result takes the place of the partials before it.
            self._settled, self._guess = self._settled + reply.text_or_empty, ""
        elif self._dialect.is_partial(reply):
            self._guess += reply.text_or_empty
        self._show(self._settled, self._guess)


@contextmanager
def live_text(console: Console) -> Iterator[Show]:
    """Give a function that shows text on the console; on a terminal it is gone when the context ends."""
    if not console.is_terminal:
        yield lambda settled, guess: click.echo(f"partial {settled}{guess}", err=True)
        return
    with Live(console=console, transient=True, auto_refresh=False) as live:
        yield lambda settled, guess: live.update(Text(settled) + Text(guess, style="dim"), refresh=True)
