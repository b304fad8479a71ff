"""Verdicts and findings: what a judge returns."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from asrgate.wire.exchange import Exchange, Frame


class Level(StrEnum):
    """How binding a requirement is (RFC 2119)."""

    MUST = "MUST"
    SHOULD = "SHOULD"
    MAY = "MAY"


class Verdict(StrEnum):
    """The answers that a finding can give."""

    PASS = "pass"
    FAIL = "fail"
    DEVIATION = "deviation"
    UNSUPPORTED = "unsupported"
    INCONCLUSIVE = "inconclusive"
    SKIPPED = "skipped"
    ERROR = "error"


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """Frames of one exchange that decided a finding: the exchange's id and the frames' indices."""

    exchange: str
    frames: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """The verdict on one requirement, one sentence with the observed values, and the evidence."""

    requirement: str
    verdict: Verdict
    reason: str
    evidence: tuple[Evidence, ...] = ()


def worst(findings: Iterable[Finding]) -> Finding:
    """The first failure among findings on one requirement, or else the first of them."""
    first, *others = findings
    return next((finding for finding in (first, *others) if finding.verdict is Verdict.FAIL), first)


def evidence(exchange: Exchange, *frames: Frame) -> Evidence:
    """Point at frames of an exchange."""
    return Evidence(exchange=exchange.id, frames=tuple(f.index for f in frames))


def passed(requirement: str, reason: str, *shown: Evidence) -> Finding:
    """The requirement held."""
    return Finding(requirement=requirement, verdict=Verdict.PASS, reason=reason, evidence=shown)


def failed(requirement: str, reason: str, *shown: Evidence) -> Finding:
    """The requirement was broken."""
    return Finding(requirement=requirement, verdict=Verdict.FAIL, reason=reason, evidence=shown)


def inconclusive(requirement: str, reason: str, *shown: Evidence) -> Finding:
    """The endpoint gave nothing to judge on."""
    return Finding(requirement=requirement, verdict=Verdict.INCONCLUSIVE, reason=reason, evidence=shown)


def unsupported(requirement: str, reason: str, *shown: Evidence) -> Finding:
    """The requirement does not apply to this dialect or this deployment's features."""
    return Finding(requirement=requirement, verdict=Verdict.UNSUPPORTED, reason=reason, evidence=shown)
