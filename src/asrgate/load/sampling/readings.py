"""What was sampled, as `samples.jsonl` of a run holds it: one line for each device at each instant.

Metrics carry their unit in their name (`gpu_power_w`, `rss_bytes`); shares are 0 to 1. A metric that a device
does not have is absent, and a gap says why.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock
from typing import Literal

from pydantic import TypeAdapter, ValidationError

from asrgate.errors import UsageError

Source = Literal["nvml", "prometheus", "process"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What one device said at one instant.

    `at` is in seconds of the epoch. `identity` tells the same device from another under the same name: the
    UUID of a card, the start of a process. `model` is what a person calls a card.
    """

    kind: Literal["reading"] = "reading"
    at: float
    source: Source
    device: str
    values: dict[str, float]
    throttled: tuple[str, ...] = ()
    identity: str | None = None
    model: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """What could not be sampled, and why; `at` is None for what holds as long as the run."""

    kind: Literal["gap"] = "gap"
    at: float | None = None
    subject: str
    reason: str


Sample = Reading | Gap

SAMPLE: TypeAdapter[Sample] = TypeAdapter(Sample)


@dataclass(slots=True)
class SampleFile:
    """Where samples go as they come, from any thread; what holds as long as the run is written once."""

    path: Path
    _told: set[Gap] = field(default_factory=set)
    _lock: Lock = field(default_factory=Lock)

    def write(self, samples: tuple[Sample, ...]) -> None:
        """Append samples; they are in the file when this returns.

        Raises:
            OSError: the file cannot be written.
        """
        with self._lock:
            lines = [self._line(sample) for sample in samples if not self._is_told(sample)]
            if lines:
                with self.path.open("a", encoding="utf-8", errors="backslashreplace") as file:
                    file.writelines(lines)

    def _is_told(self, sample: Sample) -> bool:
        if isinstance(sample, Reading) or sample.at is not None:
            return False
        told = sample in self._told
        self._told.add(sample)
        return told

    @staticmethod
    def _line(sample: Sample) -> str:
        told = SAMPLE.dump_python(sample, mode="json", exclude_defaults=True) | {"kind": sample.kind}
        return json.dumps(told, ensure_ascii=False) + "\n"


def read_samples(path: Path) -> Iterator[Sample]:
    """The samples of a file, none if there is no file; a last line that was cut off is left out.

    Raises:
        UsageError: the file cannot be read, or a line of it is no sample.
    """
    try:
        *whole, _ = path.read_text(encoding="utf-8").split("\n")
    except FileNotFoundError:
        return
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror}") from error
    for number, line in enumerate(whole, 1):
        try:
            yield SAMPLE.validate_json(line)
        except ValidationError as error:
            first = error.errors()[0]
            where = ".".join(map(str, first["loc"]))
            raise UsageError(f"{path}, line {number}: {where}: {first['msg']}") from error
