"""The load of a run in Markdown: a line for each step, and the limit beside the number."""

from asrgate.report.language import Words
from asrgate.report.load_headline import answer_of, metric_of
from asrgate.report.load_outcome import Told, outcomes_of
from asrgate.report.load_record import CapacityRecord, LoadRecord
from asrgate.report.numbers import count, milliseconds, percent, plain
from asrgate.report.record import Run

_MARK = {"held": "✅", "provisional": "≈", "missed": "❌", "open": "❔", "saturated": "⚠️"}
_TIMES = ("first_partial_ms", "partial_lag_ms", "final_ms")


def load_parts(run: Run, load: LoadRecord, words: Words) -> list[str]:
    """Return the steps as a table, and for a search what is left of each limit at its answer."""
    if not load.steps:
        return []
    names = [f"{words(f'short.{name}')} p95, ms" for name in _TIMES]
    head = [
        words("load.streams"),
        "",
        words("load.sessions"),
        words("load.error_rate"),
        *names,
        words("load.throughput"),
    ]
    table = [
        _line(head),
        _line(["--:", "---", *["--:"] * (len(head) - 2)]),
        *(_step(told, run) for told in outcomes_of(load)),
    ]
    parts = ["\n".join(table)]
    answer = answer_of(run)
    if answer is not None and answer.streams:
        parts.append(_headroom(answer, words))
    return parts


def _step(told: Told, run: Run) -> str:
    step, outcome = told
    mark = _MARK[outcome] if run.valid else _MARK["saturated"]
    times = [milliseconds(getattr(step, name).p95) for name in _TIMES]
    throughput = plain(step.audio_seconds_per_second)
    return _line(
        [count(step.streams), mark, count(step.sessions), percent(step.error_rate), *times, throughput]
    )


def _headroom(capacity: CapacityRecord, words: Words) -> str:
    left = [
        f"`{metric_of(objective)}` {percent(share)}"
        for objective, share in capacity.headroom.items()
        if share is not None
    ]
    return f"{words('load.headroom')}: {words('count.separator').join(left)}" if left else ""


def _line(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |"
