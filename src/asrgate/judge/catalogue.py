"""The catalogue of requirements, read from conformance/requirements.toml: the one list."""

import tomllib
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from asrgate.errors import UsageError
from asrgate.judge.finding import Level


class Status(StrEnum):
    """On what authority a requirement stands."""

    DOCUMENTED = "documented"
    DE_FACTO = "de facto"
    CONTESTED = "contested"


@dataclass(frozen=True, slots=True, kw_only=True)
class Requirement:
    """One requirement. `dialects` names those it applies to; for the others the finding is `unsupported`.

    `unsupported` says why, for the dialects that it does not apply to. `needs` names the feature that a
    deployment must have. `hazard` orders destructive requirements from mild (1) to hard (9), 0 is harmless.
    `unproved` says why no fault of `asrgate prove` can break it, and is empty where one does. `generated` is
    whether it is judged on generated sessions, and so only with `--fuzz`; `loaded` whether on the calls of a
    load, and so by `asrgate load` and `asrgate capacity` alone.
    """

    id: str
    level: Level
    status: Status
    title: str
    title_zh: str
    source: str
    dialects: tuple[str, ...]
    needs: str | None = None
    hazard: int = 0
    unsupported: str = ""
    unproved: str = ""
    generated: bool = False
    loaded: bool = False

    @property
    def destructive(self) -> bool:
        """Whether asking can take a vulnerable server down; asked only with `--destructive`."""
        return self.hazard > 0

    @property
    def family(self) -> str:
        """The letters before the number, for example `END`."""
        return self.id.partition("-")[0]


def load_catalogue(path: Path) -> dict[str, Requirement]:
    """The requirements by ID, in the file's order.

    Raises:
        UsageError: the file cannot be read, or an entry lacks or misspells a key.
    """
    try:
        entries = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise UsageError(f"requirements {path}: {error}") from error
    catalogue = {}
    for id_, entry in entries.items():
        try:
            catalogue[id_] = Requirement(
                id=id_,
                **{
                    **entry,
                    "level": Level(entry["level"]),
                    "status": Status(entry["status"]),
                    "dialects": tuple(entry["dialects"]),
                },
            )
        except (KeyError, TypeError, ValueError) as error:
            raise UsageError(f"requirements {path}, entry {id_}: {error}") from error
    return catalogue
