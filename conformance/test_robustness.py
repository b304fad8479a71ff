"""ROB: what a client should not send, and the endpoint should survive (docs/protocol.md section 11)."""

from collections.abc import Sequence

from asrgate.judge import robustness
from asrgate.judge.finding import Finding
from asrgate.suite.declarations import check
from asrgate.wire.exchange import Exchange


@check("ROB-01")
def test_survives_broken_json(
    broken_json: Sequence[Exchange], after_broken_json: Exchange, plain: Exchange
) -> Finding:
    canary, *hostile = broken_json
    return robustness.survives_broken_json(hostile, canary, after_broken_json, plain)


@check("ROB-20")
def test_closes_on_invalid_utf8(invalid_utf8: Exchange, after_hostile: Exchange, plain: Exchange) -> Finding:
    return robustness.closes_on_invalid_utf8(invalid_utf8, after_hostile, plain)


@check("ROB-22")
def test_survives_odd_frames(
    odd_frames: Sequence[Exchange], after_hostile: Exchange, plain: Exchange
) -> Finding:
    return robustness.survives_odd_frames(odd_frames, after_hostile, plain)


@check("ROB-23")
def test_survives_audio_before_config(
    audio_first: Exchange, after_hostile: Exchange, plain: Exchange
) -> Finding:
    return robustness.survives_audio_before_config(audio_first, after_hostile, plain)
