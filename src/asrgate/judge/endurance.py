"""LOAD-03, LOAD-04, LAT-06: what holds for hours; judged by load runs (docs/load.md)."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

import numpy as np

from asrgate.judge.breach import counted
from asrgate.judge.finding import Finding, Verdict, failed, inconclusive, passed
from asrgate.judge.timestamps import OVERLAP_MS
from asrgate.measure.trends import SHORTEST_S, WARM_UP, Trend, trend
from asrgate.wire.stamps import Stamp

TWO_HOURS_S = 7200.0
"""How long a session is spoken that shows that sessions last (LOAD-03)."""

TEN_MINUTES_S = 600.0
GROWS_MS_PER_S = 1.0
"""How long a stream is whose replies may fall behind by no more than this (LAT-06)."""

UTTERANCES = 1000
"""How many show that latency does not grow (LOAD-04)."""

SLOWER_BY = 0.2
SLOWER_FROM_MS = 50.0
"""What finals may take longer at the end of these, as a share of their median, and from when it counts."""

LARGER_BY = 0.1
"""By what share memory may grow meanwhile."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LongSession:
    """One session whose audio went on for `spoken_s` without an end, at the pace of speech.

    `cut` says how it ended where that was not the caller's doing. `sentences` hold for each sentence result
    that had stamps when it came, in s since the first sample, and its stamps; `over_session` is whether those
    count from the beginning of the session.
    """

    spoken_s: float
    cut: str | None
    sentences: Sequence[tuple[float, Sequence[Stamp]]]
    over_session: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Growth:
    """How the memory of a process grew: the lower end of the interval as a share of what it had.

    None where there is no slope, and `told` says what there was.
    """

    device: str
    share: float | None
    told: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """The finals of one number of streams in the order of their calls: ms, and s since the first of them."""

    streams: int
    at_s: Sequence[float]
    finals_ms: Sequence[float]
    memory: Sequence[Growth] = ()


def session_lasts(sessions: Sequence[LongSession], *, needed_s: float = TWO_HOURS_S) -> Finding:
    """LOAD-03: a session that is spoken for two hours keeps its connection, and its stamps go on."""
    if not sessions:
        return inconclusive("LOAD-03", "no session was spoken all the while: --shape soak has one")
    for session in sessions:
        lasted = _time(session.spoken_s)
        if session.cut is not None:
            return failed("LOAD-03", f"after {lasted} of speech {session.cut}")
        back = _back(session) if session.over_session else None
        if back is not None:
            return failed("LOAD-03", back)
    longest = max(sessions, key=lambda session: session.spoken_s)
    stamps = sum(len(stamps) for _, stamps in longest.sentences)
    went_on = f"{counted(stamps, 'stamp')} never went back" if stamps else "there were no stamps"
    told = f"a session kept its connection through {_time(longest.spoken_s)} of speech, {went_on}"
    if longest.spoken_s < needed_s:
        return inconclusive("LOAD-03", f"{told}; {_time(needed_s)} are needed")
    return passed("LOAD-03", told)


def latency_stays_flat(
    courses: Sequence[Course], *, utterances: int = UTTERANCES, shortest_s: float = SHORTEST_S
) -> Finding:
    """LOAD-04: over a thousand utterances finals take no longer, and no process of the server grows."""
    enough = [course for course in courses if len(course.finals_ms) >= utterances]
    if not enough:
        most = max((len(course.finals_ms) for course in courses), default=0)
        return inconclusive(
            "LOAD-04", f"{utterances} utterances at one number of streams are needed, there were {most}"
        )
    findings = [_flat(course, shortest_s) for course in enough]
    first = {finding.verdict: finding for finding in reversed(findings)}
    for verdict in (Verdict.FAIL, Verdict.PASS):
        if verdict in first:
            return first[verdict]
    return findings[0]


def stream_keeps_up(sessions: Sequence[LongSession], *, needed_s: float = TEN_MINUTES_S) -> Finding:
    """LAT-06: over ten minutes of speech sentences fall behind by less than 1 ms in a second.

    What counts is the time from the end of the last word of a sentence, by its stamp, to its arrival.
    """
    if not sessions:
        return inconclusive("LAT-06", "no session was spoken all the while: --shape soak has one")
    longest = max(sessions, key=lambda session: session.spoken_s)
    if longest.spoken_s < needed_s:
        lasted = (
            f"{_time(needed_s)} of speech in one session are needed, there were {_time(longest.spoken_s)}"
        )
        return inconclusive("LAT-06", lasted)
    if not longest.over_session or not longest.sentences:
        return inconclusive("LAT-06", "no stamps tell which part of the session a sentence covers")
    at_s = np.array([at for at, _ in longest.sentences])
    behind_ms = np.array([at * 1000 - stamps[-1][1] for at, stamps in longest.sentences])
    found = trend(at_s, behind_ms, shortest_s=(1 - WARM_UP) * needed_s * _NEARLY)
    if found.per_s is None or found.ci95 is None:
        return inconclusive("LAT-06", found.reason or "there is no slope")
    told = (
        f"over {_time(longest.spoken_s)} sentences fell behind by {_slope(found)} "
        f"in {counted(len(behind_ms), 'sentence')}"
    )
    if found.ci95[0] > GROWS_MS_PER_S:
        return failed("LAT-06", f"{told}, expected {GROWS_MS_PER_S:g} ms/s at most")
    if found.ci95[1] > GROWS_MS_PER_S:
        return inconclusive(
            "LAT-06", f"{told}: that leaves open whether it is {GROWS_MS_PER_S:g} ms/s at most"
        )
    return passed("LAT-06", told)


_NEARLY = 0.95
"""The first sentence comes some seconds into a session, and the last one before its end."""


def _back(session: LongSession) -> str | None:
    """Where stamps of the session go back, None where they do not."""
    end_ms = 0
    for at_s, stamps in session.sentences:
        if stamps[0][0] < end_ms - OVERLAP_MS:
            return (
                f"{_time(at_s)} into the session a sentence begins at {stamps[0][0]} ms, "
                f"the one before ended at {end_ms} ms"
            )
        end_ms = stamps[-1][1]
    return None


def _flat(course: Course, shortest_s: float) -> Finding:
    finals = counted(len(course.finals_ms), "utterance")
    at = f"at {counted(course.streams, 'stream')}, {finals}"
    usual_ms = median(course.finals_ms)
    at_s = np.array(course.at_s, dtype=float)
    found = trend(at_s, np.array(course.finals_ms, dtype=float), shortest_s=shortest_s)
    if found.per_s is None or found.ci95 is None:
        return inconclusive("LOAD-04", f"{at}: {found.reason}")
    length_s = float(at_s[-1] - at_s[0])
    sure_ms, grown_ms = found.ci95[0] * length_s, found.per_s * length_s
    told = f"{at}: finals, {usual_ms:.0f} ms in the median, took {grown_ms:+.0f} ms longer at the end"
    if found.grows and sure_ms > max(SLOWER_BY * usual_ms, SLOWER_FROM_MS):
        return failed("LOAD-04", f"{told} than at the beginning, {sure_ms:.0f} ms at the least")
    for growth in course.memory:
        if growth.share is not None and growth.share > LARGER_BY:
            return failed("LOAD-04", f"{at}: the memory of {growth.device} grew, {growth.told}")
    memory = "; ".join(f"memory of {growth.device}: {growth.told}" for growth in course.memory)
    return passed("LOAD-04", f"{told}; {memory or 'no memory was watched'}")


def _slope(found: Trend) -> str:
    assert found.per_s is not None
    assert found.ci95 is not None
    low, high = found.ci95
    return f"{found.per_s:.2f} ms/s ({low:.2f} to {high:.2f})"


def _time(length_s: float) -> str:
    """As people say it: 45 s, 25 min, 2 h."""
    if length_s < 120:
        return f"{length_s:.0f} s"
    return (
        f"{length_s / 60:.0f} min" if length_s < TWO_HOURS_S else f"{length_s / 3600:.1f} h".replace(".0", "")
    )
