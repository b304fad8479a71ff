"""Files that workers write line by line, and their tails: each line is read once, however long the run."""

from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Generic, Self, TypeVar

from pydantic import TypeAdapter, ValidationError

from asrgate.errors import UsageError

Row = TypeVar("Row")


class LineFile(Generic[Row]):
    """Where one worker writes; each row is in the file when `write` returns."""

    def __init__(self, path: Path, rows: TypeAdapter[Row]) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._rows = rows
        self._file = path.open("ab")

    def write(self, row: Row) -> None:
        """Append a row."""
        self._file.write(self._rows.dump_json(row) + b"\n")
        self._file.flush()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()


class Tail(Generic[Row]):
    """The rows of all files of a folder whose names match a pattern, as the files come and grow."""

    def __init__(self, directory: Path, pattern: str, rows: TypeAdapter[Row]) -> None:
        self._directory = directory
        self._pattern = pattern
        self._rows = rows
        self._read_bytes: dict[Path, int] = {}
        self._lines: dict[Path, int] = {}

    def new(self) -> list[Row]:
        """The rows that came since the last time; a line that is not yet whole counts the next time.

        Raises:
            UsageError: a file cannot be read, or a whole line of it is no row.
        """
        return [row for path in sorted(self._directory.glob(self._pattern)) for row in self._new_of(path)]

    def _new_of(self, path: Path) -> Iterator[Row]:
        try:
            with path.open("rb") as file:
                file.seek(self._read_bytes.get(path, 0))
                *whole, _ = file.read().split(b"\n")
        except OSError as error:
            raise UsageError(f"{path}: {error.strerror}") from error
        self._read_bytes[path] = self._read_bytes.get(path, 0) + sum(len(line) + 1 for line in whole)
        for line in whole:
            number = self._lines[path] = self._lines.get(path, 0) + 1
            try:
                yield self._rows.validate_json(line)
            except ValidationError as error:
                first = error.errors()[0]
                where = ".".join(map(str, first["loc"]))
                raise UsageError(f"{path}, line {number}: {where}: {first['msg']}") from error
