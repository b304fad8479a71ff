"""A run in Markdown, short enough for a pull request comment or the step summary of a CI system."""

import re

from asrgate.judge.finding import Level, Verdict
from asrgate.measure.time import ModeTime
from asrgate.report.headline import headline, qualifications, standing, title
from asrgate.report.hotword_lines import hotword_lines
from asrgate.report.language import Language, Words, words_of
from asrgate.report.load_headline import missed_beside
from asrgate.report.load_summary import load_parts
from asrgate.report.numbers import DASH, bounds, milliseconds, percent, seconds
from asrgate.report.record import DeviationRecord, FindingRecord, Run
from asrgate.report.speaker_line import speaker_line

_MARK = {
    "conformant": "✅",
    "not conformant": "❌",
    "inconclusive": "❔",
    "invalid": "⚠️",
    "measured": "📏",
    "capacity": "✅",
    "unconfirmed": "❔",
    "objectives held": "✅",
    "objectives missed": "❌",
    "objectives open": "❔",
}
_SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|@~])")
_LONGEST_REASON = 300


def summary_markdown(run: Run, language: Language) -> str:
    """Return the summary: verdict, what failed, error rate, latencies."""
    words = words_of(language)
    parts = [
        f"## {'❌' if missed_beside(run) else _MARK[standing(run)]} asrgate: {title(run, language)}",
        " ".join(map(plain, (headline(run, language), *qualifications(run, language)))),
        *_failures(run, words),
        *_measurements(run, words),
        *(load_parts(run, run.load, words) if run.load is not None else ()),
        f"`{run.endpoint.url}` · {run.endpoint.dialect} · {_sent(run, words)} · "
        f"{run.started_at} · asrgate {run.tool.version}",
    ]
    return "\n\n".join(parts) + "\n"


def _failures(run: Run, words: Words) -> list[str]:
    shown = [f for f in run.findings if f.verdict in (Verdict.FAIL, Verdict.ERROR, Verdict.DEVIATION)]
    if not shown:
        return []
    shown.sort(key=lambda f: (f.verdict != Verdict.FAIL, not f.destructive, f.level != Level.MUST))
    head = f"| {words('compare.requirement')} | {words('compare.verdict')} | {words('matrix.reason')} |"
    entries = {entry.requirement: entry for entry in run.deviations}
    rows = [_row(finding, entries.get(finding.id), words) for finding in shown]
    return ["\n".join([head, "|---|---|---|", *rows])]


def _row(finding: FindingRecord, entry: DeviationRecord | None, words: Words) -> str:
    title = finding.title_zh if words.language == "zh" else finding.title
    reason = finding.reason
    if len(reason) > _LONGEST_REASON:
        reason = reason[:_LONGEST_REASON] + "…"
    verdict = words(f"verdict.{finding.verdict}")
    if entry is not None and entry.link:
        reason = f"{reason} ({entry.link})"
    return f"| **{finding.id}** {plain(title)} | {finding.level} {verdict} | {plain(reason)} |"


def _measurements(run: Run, words: Words) -> list[str]:
    lines = []
    if run.accuracy is not None:
        for name, rate in run.accuracy.slices.items():
            if rate.value is not None:
                interval = DASH if rate.ci95 is None else bounds(rate.ci95)
                label = words("rate.wer" if name.endswith("/en") else "rate.cer")
                lines.append(f"- {label} {name}: **{percent(rate.value)}** ({interval}, n = {rate.clips})")
        if run.accuracy.hotwords is not None:
            said = hotword_lines(run.accuracy.hotwords, words)
            lines.append(f"- {words('hotword.short')}{words('mark.colon')}{plain(' '.join(said))}")
        main = [time for time in run.accuracy.time if time.mode == run.accuracy.mode and time.emission.n]
        lines += [_time(time, words) for time in main]
        if run.accuracy.speakers is not None and run.accuracy.speakers.der is not None:
            said_of_speakers = speaker_line(run.accuracy.speakers, words)
            lines.append(f"- {words('speakers.short')}{words('mark.colon')}{said_of_speakers}")
    for latency in run.latencies:
        if latency.n:
            lines.append(
                f"- {words.named('latency', latency.name)}: {words('latency.median')} "
                f"**{milliseconds(latency.median)}** ms, p95 {milliseconds(latency.p95)} (n = {latency.n})"
            )
    return ["\n".join(lines)] if lines else []


def _time(time: ModeTime, words: Words) -> str:
    """What the main mode tells about time."""
    said = words(
        "time.summary",
        mode=time.mode,
        median=milliseconds(time.emission.median),
        p95=milliseconds(time.emission.p95),
        n=time.emission.n,
        unstable=percent(time.stability.unstable if time.stability else None),
        stamps=milliseconds(time.stamps.start.mean_abs if time.stamps.start else None),
    )
    return f"- {said}"


def _sent(run: Run, words: Words) -> str:
    return words("head.sent_value", sessions=run.sessions, audio=seconds(run.audio_s))


def plain(text: str) -> str:
    """Text on one line in which nothing is markup: replies of a server may stand in it."""
    return _SPECIAL.sub(lambda found: f"&#{ord(found.group())};", " ".join(text.split()))
