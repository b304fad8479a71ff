"""The runs of one deployment, pooled: what each clip gave in each mode, over all repeats."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from asrgate.errors import UsageError
from asrgate.gate.record import Side
from asrgate.measure.difference import Counts
from asrgate.measure.scores import ClipScore
from asrgate.report.files import RUN_FILE, read_run
from asrgate.report.record import Run

Key = tuple[str, str]
"""Mode and clip."""


@dataclass(frozen=True, slots=True)
class Runs:
    """The runs of one deployment and where they lie."""

    paths: tuple[Path, ...]
    runs: tuple[Run, ...]

    @property
    def side(self) -> Side:
        """How a comparison names them."""
        first = self.runs[0]
        return Side(
            runs=tuple(map(str, self.paths)),
            endpoint=first.endpoint.url,
            dialect=first.endpoint.dialect,
            started_at=min(run.started_at for run in self.runs),
            asrgate=first.tool.version,
        )

    @property
    def scored(self) -> tuple[Run, ...]:
        """Those of the runs that scored clips: a run of conformance alone has none."""
        return tuple(run for run in self.runs if run.accuracy is not None)

    @property
    def scores(self) -> dict[Key, tuple[ClipScore, ...]]:
        """What each clip gave in each mode, a score for each repeat."""
        found: dict[Key, list[ClipScore]] = {}
        for run in self.scored:
            for score in run.accuracy.clips if run.accuracy is not None else ():
                found.setdefault((score.mode, score.id), []).append(score)
        return {key: tuple(scores) for key, scores in found.items()}


def read_runs(path: Path) -> Runs:
    """Read a run, or the runs that lie in a folder: several repeats of one measurement.

    Raises:
        UsageError: there is none, or one cannot be read.
    """
    if path.is_dir() and not (path / RUN_FILE).is_file():
        folders = sorted(file.parent for file in path.glob(f"*/{RUN_FILE}"))
        if not folders:
            raise UsageError(
                f"{path}: neither a run nor a folder of runs; expected {RUN_FILE} in it, "
                f"or in folders within it"
            )
        return Runs(tuple(folders), tuple(read_run(folder) for folder in folders))
    return Runs((path,), (read_run(path),))


def counted(scores: Iterable[ClipScore]) -> Counts | None:
    """The errors of a clip over its repeats, None when no repeat was answered or nobody speaks in it."""
    answered = [score for score in scores if score.cer is not None]
    if not answered:
        return None
    return Counts(sum(score.errors for score in answered), sum(score.units for score in answered))


def taken_back(scores: Iterable[ClipScore]) -> Counts | None:
    """What partials told of a clip, and how much of it was changed later; None for nothing."""
    told = [score for score in scores if score.partial_tokens]
    if not told:
        return None
    changed = sum(score.partial_tokens_changed or 0 for score in told)
    return Counts(changed, sum(score.partial_tokens or 0 for score in told))


def known_ms(latencies: Iterable[float | None]) -> tuple[float, ...]:
    """The latencies of a clip over its repeats, as far as they were measured."""
    return tuple(ms for ms in latencies if ms is not None)


def usual_text(scores: Sequence[ClipScore]) -> str:
    """What a clip read most often over its repeats."""
    return Counter(score.hypothesis for score in scores).most_common(1)[0][0]
