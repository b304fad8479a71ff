"""A finished run in lines for a terminal; in a pipe they are the same without colour."""

from collections.abc import Iterator
from pathlib import Path

from rich.console import RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from asrgate.judge.finding import Level, Verdict
from asrgate.measure.accuracy import Accuracy
from asrgate.measure.latency import Distribution
from asrgate.measure.scores import Rate
from asrgate.report.headline import headline, qualifications, standing
from asrgate.report.hotword_lines import hotword_lines
from asrgate.report.language import Words, words_of
from asrgate.report.numbers import DASH, bounds, milliseconds, percent, seconds
from asrgate.report.record import FindingRecord, Run
from asrgate.report.speaker_line import speaker_line

_SHOWN_WITH_REASON = (Verdict.FAIL, Verdict.ERROR, Verdict.DEVIATION, Verdict.INCONCLUSIVE)
_STYLES = {
    Verdict.FAIL: "bold red",
    Verdict.ERROR: "bold red",
    Verdict.DEVIATION: "yellow",
    Verdict.INCONCLUSIVE: "yellow",
    Verdict.PASS: "green",
    Verdict.SKIPPED: "dim",
    Verdict.UNSUPPORTED: "dim",
}
_LOAD_STYLES = {"capacity": "bold green", "objectives held": "bold green", "objectives missed": "bold red"}
_VERDICT_STYLES = {"conformant": "bold green", "not conformant": "bold red", "inconclusive": "bold yellow"}


def tables(run: Run) -> Iterator[RenderableType]:
    """What failed and why, then every verdict by family, then the numbers."""
    words = words_of("en")
    judged = [finding for finding in run.findings if finding.verdict != Verdict.SKIPPED]
    if judged:
        yield from _reasons(judged, words)
        yield _verdicts(judged, words)
    yield from _numbers(run, words)


def conclusion(run: Run, report: Path) -> Iterator[Text]:
    """The verdict in a sentence, what it does not say, and where the report is."""
    yield Text(headline(run, "en"), _VERDICT_STYLES[run.verdict])
    for sentence in qualifications(run, "en"):
        yield Text(sentence)
    yield Text(f"Report: {report}")


def rates_conclusion(run: Run, report: Path) -> Iterator[Text]:
    """The same for a run that judged nothing: how much was measured, and where the report is."""
    clips = len({score.id for score in run.accuracy.clips}) if run.accuracy is not None else 0
    yield Text(f"{clips} clips, {run.sessions} sessions, {seconds(run.audio_s)} s of audio.")
    if run.interrupted:
        yield Text("The run was interrupted: this is what was measured until then.", "yellow")
    yield Text(f"Report: {report}")


def load_conclusion(run: Run, report: Path) -> Iterator[Text]:
    """The same for a load run: what it comes to in a sentence, and what that leaves open."""
    yield Text(headline(run, "en"), _LOAD_STYLES.get(standing(run), "bold yellow"))
    for sentence in qualifications(run, "en"):
        yield Text(sentence)
    yield Text(f"Report: {report}")


def _reasons(findings: list[FindingRecord], words: Words) -> Iterator[RenderableType]:
    """What was not held or not judged; requirements that share a reason share their lines."""
    shown = [finding for finding in findings if finding.verdict in _SHOWN_WITH_REASON]
    shown.sort(key=lambda f: (_SHOWN_WITH_REASON.index(Verdict(f.verdict)), f.level != Level.MUST))
    groups: dict[tuple[str, str], list[FindingRecord]] = {}
    for finding in shown:
        groups.setdefault((finding.verdict, finding.reason), []).append(finding)
    for (verdict, reason), group in groups.items():
        style = _STYLES[Verdict(verdict)]
        ids = ", ".join(finding.id for finding in group)
        first = group[0]
        said = words(f"verdict.{verdict}")
        if len(group) == 1:
            said = f"{first.level} {said}: {first.title}"
        yield Padding(Text.assemble((f"{ids} ", style), said), (1, 0, 0, 0), expand=False)
        yield Padding(Text(reason, "dim"), (0, 0, 0, 2), expand=False)


def _verdicts(findings: list[FindingRecord], words: Words) -> RenderableType:
    table = Table.grid(padding=(0, 2))
    for family in dict.fromkeys(finding.family for finding in findings):
        row = Text()
        for finding in findings:
            if finding.family == family:
                row.append(f"{finding.id} ", "dim")
                row.append(f"{words(f'verdict.{finding.verdict}')}   ", _STYLES[Verdict(finding.verdict)])
        table.add_row(Text(words.named("family", family)), row)
    return Padding(table, (1, 0), expand=False)


def _numbers(run: Run, words: Words) -> Iterator[RenderableType]:
    table = Table.grid(padding=(0, 2))
    for name, rate in run.accuracy.slices.items() if run.accuracy is not None else ():
        if rate.value is not None:
            label = words("rate.wer" if name.endswith("/en") else "rate.cer")
            interval = f"95 % {bounds(rate.ci95)}" if rate.ci95 is not None else ""
            table.add_row(
                f"{label}, {name}", Text(percent(rate.value), "bold"), interval, f"n = {rate.clips}"
            )
    for label, view in _other_views(run.accuracy, words) if run.accuracy is not None else ():
        interval = f"95 % {bounds(view.ci95)}" if view.ci95 is not None else ""
        table.add_row(label, Text(percent(view.value), "bold"), interval, f"n = {view.clips}")
    for label, latency in _latencies(run, words):
        if latency.n:
            median = Text(_unit(latency.median), "bold")
            p95 = f"p95 {_unit(latency.p95)}"
            table.add_row(label, median, p95, f"n = {latency.n}")
    if table.row_count:
        yield Padding(table, (0, 0, 1, 0), expand=False)
    for sentence in _sentences(run.accuracy, words) if run.accuracy is not None else ():
        yield Padding(Text(sentence), (0, 0, 1, 0), expand=False)


def _sentences(accuracy: Accuracy, words: Words) -> Iterator[str]:
    """What no table says: what hotwords changed, and how well speakers were told apart."""
    if accuracy.hotwords is not None:
        yield " ".join(hotword_lines(accuracy.hotwords, words))
    if accuracy.speakers is not None and accuracy.speakers.der is not None:
        yield speaker_line(accuracy.speakers, words)


def _latencies(run: Run, words: Words) -> Iterator[tuple[str, Distribution]]:
    """When words appeared, in each mode, and the latencies of the sessions."""
    for time in run.accuracy.time if run.accuracy is not None else ():
        yield f"{words('time.emission')}, {time.mode}", time.emission
    for latency in run.latencies:
        yield words.named("latency", latency.name), latency


def _other_views(accuracy: Accuracy, words: Words) -> Iterator[tuple[str, Rate]]:
    """The rates of the run in the views that are not that of its headline."""
    for view in accuracy.views:
        if view.name != accuracy.normaliser and view.rate.value is not None:
            yield f"{words('view.' + view.name.partition('/')[0])}, {accuracy.mode}", view.rate


def _unit(value_ms: float | None) -> str:
    return DASH if value_ms is None else f"{milliseconds(value_ms)} ms"
