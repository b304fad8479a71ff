"""LAT: how long a client waits (docs/protocol.md section 6)."""

from collections.abc import Sequence

from asrgate.judge import latency
from asrgate.judge.finding import Finding
from asrgate.suite.declarations import check
from asrgate.suite.given import Given
from asrgate.wire.exchange import Exchange


@check("LAT-01")
def test_connects_in_time(cycles: Sequence[Exchange]) -> Finding:
    return latency.connects_in_time(cycles)


@check("LAT-02")
def test_first_partial_in_time(plain_paced: Exchange, given: Given) -> Finding:
    start_ms, end_ms = given.speech_ms(plain_paced)
    return latency.first_partial_in_time(plain_paced, speech_start_ms=start_ms, speech_ms=end_ms - start_ms)


@check("LAT-03")
def test_sentence_in_time(falls_silent: Exchange, given: Given) -> Finding:
    _, end_ms = given.speech_ms(falls_silent)
    return latency.sentence_in_time(falls_silent, speech_end_ms=end_ms)


@check("LAT-04")
def test_final_in_time(paced: Sequence[Exchange]) -> Finding:
    return latency.final_in_time(paced)


@check("LAT-05")
def test_empty_session_in_time(empty: Exchange) -> Finding:
    return latency.empty_session_in_time(empty)


@check("LAT-07")
def test_quick_preset_is_quicker(
    paced_presets: tuple[Sequence[Exchange], Sequence[Exchange]],
) -> Finding:
    quick, accurate = paced_presets
    return latency.quick_preset_is_quicker(quick, accurate)
