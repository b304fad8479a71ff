"""A comparison in Markdown, short enough for a comment on a pull request."""

from collections.abc import Iterator, Sequence

from asrgate.gate.record import Comparison, Side
from asrgate.gate.wording import amount, name_of, rise, sentence
from asrgate.report.language import Language, Words, words_of
from asrgate.report.summary import plain

_MARK = {"worse": "❌", "not worse": "✅", "too noisy": "❔", "not comparable": "⚠️"}


def comparison_markdown(comparison: Comparison, language: Language) -> str:
    """Return the answer, the numbers, the requirements that changed, and where it comes from."""
    words = words_of(language)
    parts = [
        f"## {_MARK[comparison.answer]} asrgate: {words(f'gate.{comparison.answer}')}",
        plain(sentence(comparison, words)),
        *([plain(f"{words('gate.confirmed')}: {comparison.confirmed}")] if comparison.confirmed else []),
        *_metrics(comparison, words),
        *_requirements(comparison, words),
        f"{_side(comparison.base, words('gate.base'), words)}  \n"
        f"{_side(comparison.new, words('gate.new'), words)}",
    ]
    return "\n\n".join(parts) + "\n"


def _metrics(comparison: Comparison, words: Words) -> Iterator[str]:
    if not comparison.metrics:
        return
    rows = []
    for metric in comparison.metrics:
        answer = words(f"gate.{metric.answer}") if metric.gating else words("gate.not_gating")
        rows.append(
            (
                name_of(metric, words),
                amount(metric.base, metric),
                amount(metric.new, metric),
                rise(metric),
                amount(metric.tolerance, metric),
                str(metric.n),
                f"**{answer}**" if metric.answer == "worse" else answer,
            )
        )
    columns = ("metric", "base", "new", "difference", "tolerance")
    yield _table([*(words(f"gate.{column}") for column in columns), "n", words("gate.answer")], rows)


def _requirements(comparison: Comparison, words: Words) -> Iterator[str]:
    if not comparison.requirements:
        return
    rows = []
    for one in comparison.requirements:
        title = one.title_zh if words.language == "zh" else one.title
        before, after = (words(f"verdict.{v}") if v else "" for v in (one.before, one.after))
        rows.append(
            (f"**{one.id}** {plain(title)}", one.level, f"{before} → {after}", words(f"gate.{one.change}"))
        )
    yield _table([words("gate.requirements"), "", "", words("gate.answer")], rows)


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def _side(side: Side, name: str, words: Words) -> str:
    count = len(side.runs)
    runs = words("gate.one_run") if count == 1 else words("gate.runs", n=count)
    return f"{name}: `{side.endpoint}` · {side.dialect} · {runs} · {side.started_at} · asrgate {side.asrgate}"
