"""LOAD-05, -06, -07, -09: what is asked beside and after a load; judged by load runs (docs/load.md)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median

from asrgate.judge.breach import counted
from asrgate.judge.finding import Finding, failed, inconclusive, passed
from asrgate.judge.load import MOST_MISMATCHES

RECOVERS_WITHIN_S = 60.0
"""How long after an overload a caller who calls alone is to be served as before (LOAD-05)."""

CYCLES = 500
SLOWER_HANDSHAKES = 1.5
SLOWER_HANDSHAKES_FROM_MS = 10.0
"""Connections that are opened and closed, how many times as long the last hundred handshakes may take as the
first, and from what difference on that counts (LOAD-06)."""

HUNDRED = 100
LEAKED_BYTES = 65_536
"""What a connection may leave behind in the memory of the server, on average: less is how allocators are."""

SLOWER_BY = 0.2
SLOWER_FROM_MS = 50.0
"""How much longer a clip alone may take after a load than before, and from what difference on (LOAD-07)."""

TIMES_AS_LONG = 2.0
LONGER_FROM_MS = 200.0
"""What an uploader may do to the p95 of the others, and from what difference on that counts (LOAD-09)."""

FEWEST = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Canary:
    """One clip spoken when nobody else was calling, before a load and after it.

    A text is None when no final came, `why` says what came instead. `same` is whether the texts read alike.
    Times are those of the finals, of each time that it was spoken.
    """

    clip: str
    before: str | None
    after: str | None
    same: bool
    before_ms: Sequence[float] = ()
    after_ms: Sequence[float] = ()
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """The 95th percentile of the finals of paced callers, of `n` calls; None when these are too few."""

    streams: int
    uploaders: int
    n: int
    final_p95_ms: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Churn:
    """Connections that were opened and closed one after another: the time of each handshake, in turn.

    `refused` says why one was not let in, None when all were. `grew_bytes` is by how much the memory of the
    server grew over the last `grew_over` of them, None where that was not watched.
    """

    handshakes_ms: Sequence[float]
    refused: str | None = None
    grew_bytes: float | None = None
    grew_over: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Overload:
    """What came of `streams` callers where `carried` are the load, and of one who called alone afterwards.

    `void` says why the load says nothing about the endpoint. `died` tells how it died. `recovered_s` is how
    long after the overload a caller was served as before; None when nobody was, and `last` says how then.
    """

    carried: int
    streams: int
    sessions: int
    errors: Mapping[str, int] = field(default_factory=dict)
    compared: int = 0
    mismatches: int = 0
    final_ms: float | None = None
    void: str | None = None
    died: str | None = None
    recovered_s: float | None = None
    last: str = ""


def overload_passes(overload: Overload | None) -> Finding:
    """LOAD-05: twice the load is borne by delay or refusal, and a minute later all is as before."""
    if overload is None:
        return inconclusive("LOAD-05", "the endpoint was not put under twice the load")
    told = f"{overload.streams} callers where {overload.carried} were the load: {_borne(overload)}"
    if overload.died is not None:
        return failed("LOAD-05", f"{told}. {overload.died}")
    if overload.mismatches > MOST_MISMATCHES * overload.compared:
        wrong = (
            f"{overload.mismatches} of {counted(overload.compared, 'text')} were not those of the clip alone"
        )
        return failed("LOAD-05", f"{told}; {wrong}, which is neither delay nor refusal")
    if overload.recovered_s is None:
        late = f"{RECOVERS_WITHIN_S:.0f} s after it one caller alone was not served as before"
        return failed("LOAD-05", f"{told}; {late}: {overload.last}")
    if overload.void is not None:
        return inconclusive("LOAD-05", f"{overload.streams} callers say nothing: {overload.void}")
    if not overload.sessions:
        return inconclusive("LOAD-05", f"no call of {overload.streams} callers ended")
    return passed("LOAD-05", f"{told}; {overload.recovered_s:.0f} s later one alone was served as before")


def connections_leave_nothing(churn: Churn | None, *, cycles: int = CYCLES) -> Finding:
    """LOAD-06: 500 connections that come and go slow no later handshake, and leave no memory behind."""
    if churn is None:
        return inconclusive("LOAD-06", "no connections were opened and closed one after another")
    number = len(churn.handshakes_ms)
    if churn.refused is not None:
        return failed("LOAD-06", f"after {counted(number, 'connection')} {churn.refused}")
    if number < cycles:
        return inconclusive("LOAD-06", f"{cycles} connections are needed, there were {number}")
    part = min(HUNDRED, number // 4)
    first, last = median(churn.handshakes_ms[:part]), median(churn.handshakes_ms[-part:])
    told = (
        f"the first {part} of {number} handshakes took {first:.1f} ms in the median, the last {last:.1f} ms"
    )
    if last > SLOWER_HANDSHAKES * first and last - first > SLOWER_HANDSHAKES_FROM_MS:
        return failed("LOAD-06", told)
    if churn.grew_bytes is None or not churn.grew_over:
        return passed("LOAD-06", f"{told}; the memory of the server was not watched")
    memory = (
        f"memory grew by {churn.grew_bytes / 2**20:.1f} MiB over {counted(churn.grew_over, 'connection')}"
    )
    if churn.grew_bytes > LEAKED_BYTES * churn.grew_over:
        return failed("LOAD-06", f"{told}; {memory}")
    return passed("LOAD-06", f"{told}; {memory}")


def canary_is_unchanged(canaries: Sequence[Canary]) -> Finding:
    """LOAD-07: after a load a clip alone gives the text that it gave before, and takes as long."""
    heard = [canary for canary in canaries if canary.before is not None]
    if not heard:
        return inconclusive("LOAD-07", "no clip was heard alone before the load and after it")
    for canary in heard:
        if canary.after is None:
            return failed("LOAD-07", f"after the load {canary.clip} alone got no final: {canary.why}")
        if not canary.same:
            texts = f"{canary.after!r}, before it {canary.before!r}"
            return failed("LOAD-07", f"after the load {canary.clip} alone gave {texts}")
    same = f"{counted(len(heard), 'clip')} gave the same text"
    earlier = [ms for canary in heard for ms in canary.before_ms]
    later = [ms for canary in heard for ms in canary.after_ms]
    if min(len(earlier), len(later)) < FEWEST:
        few = f"there were {len(earlier)} before and {len(later)} after"
        return inconclusive("LOAD-07", f"{same}; {FEWEST} finals tell whether they took longer, {few}")
    before, after = median(earlier), median(later)
    told = f"{same}; finals took {before:.0f} ms before the load and {after:.0f} ms after it, in the median"
    if after - before > max(SLOWER_BY * before, SLOWER_FROM_MS):
        return failed("LOAD-07", told)
    return passed("LOAD-07", told)


def uploads_hold_up_nobody(measured: Sequence[Beside]) -> Finding:
    """LOAD-09: who uploads without pace does not double the 95th percentile of those that speak."""
    told = ""
    for uploaded in measured:
        if not uploaded.uploaders:
            continue
        alike = [b for b in measured if not b.uploaders and b.streams == uploaded.streams]
        if not alike:
            continue
        without = alike[0]
        if without.final_p95_ms is None or uploaded.final_p95_ms is None:
            there = f"{without.n} without and {uploaded.n} with {counted(uploaded.uploaders, 'uploader')}"
            told = told or f"a 95th percentile needs 72 finals each; there were {there}"
            continue
        before, after = without.final_p95_ms, uploaded.final_p95_ms
        compared = (
            f"at {counted(uploaded.streams, 'stream')} the 95th percentile of finals was {before:.0f} ms, "
            f"and {after:.0f} ms beside {counted(uploaded.uploaders, 'uploader')} without pace"
        )
        if after > TIMES_AS_LONG * before and after - before > LONGER_FROM_MS:
            return failed("LOAD-09", compared)
        return passed("LOAD-09", compared)
    return inconclusive("LOAD-09", told or "nobody uploaded without pace: --abuse unpaced=1")


def _borne(overload: Overload) -> str:
    kinds = ", ".join(f"{number} {kind}" for kind, number in sorted(overload.errors.items()))
    share = f"{sum(overload.errors.values())} of {counted(overload.sessions, 'call')} failed"
    final = f", finals {overload.final_ms:.0f} ms in the median" if overload.final_ms is not None else ""
    return f"{share}{f' ({kinds})' if kinds else ''}{final}"
