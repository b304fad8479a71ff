"""Failures of earlier runs, each as the exchange of its smallest session: the next run tries them first."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from asrgate.errors import UsageError
from asrgate.wire.exchange import Exchange
from asrgate.wire.recording import read_exchange, write_exchange

DEFAULT_STORE = Path(".asrgate") / "fuzz"


@dataclass(frozen=True, slots=True)
class Remembered:
    """A failure of an earlier run: its file, the rule that was broken, the cause, and the session."""

    path: Path
    rule: str
    cause: str
    exchange: Exchange


class Store:
    """The folder of one endpoint and dialect."""

    def __init__(self, folder: Path, endpoint: str, dialect: str) -> None:
        self.folder = folder / slug(f"{endpoint}-{dialect}")

    def remembered(self) -> tuple[Remembered, ...]:
        """What earlier runs found, in the order of the files' names; what cannot be read is left out."""
        return tuple(self._readable(sorted(self.folder.glob("*.jsonl"))))

    def keep(self, rule: str, cause: str, exchange: Exchange) -> Path:
        """Save a failure.

        Raises:
            UsageError: the folder cannot be written.
        """
        path = self.folder / f"{slug(rule)}--{slug(cause)}-{exchange.scenario.fingerprint}.jsonl"
        try:
            write_exchange(exchange, path)
        except OSError as error:
            raise UsageError(
                f"--fuzz-store {self.folder}: {error.strerror}; expected a writable folder"
            ) from error
        return path

    def forget(self, remembered: Remembered) -> None:
        """Remove a failure that is no more."""
        remembered.path.unlink(missing_ok=True)

    def _readable(self, paths: Iterable[Path]) -> Iterable[Remembered]:
        for path in paths:
            try:
                exchange = read_exchange(path)
            except UsageError:
                continue
            rule, _, cause = path.stem.rpartition("-")[0].partition("--")
            yield Remembered(path, rule, cause, exchange)


def slug(text: str) -> str:
    """Return the text as it can stand in the name of a file."""
    return re.sub(r"[^a-z0-9.]+", "-", text.lower()).strip("-")[:80] or "none"
