"""FS: rates and forms of audio (docs/protocol.md sections 3.3, 7.1, 7.14 and 7.18)."""

from collections.abc import Mapping, Sequence

from asrgate.judge import formats, sample_rate
from asrgate.judge.finding import Finding
from asrgate.judge.sample_rate import RatePair
from asrgate.judge.steadiness import unless_it_varies
from asrgate.suite.declarations import check
from asrgate.wire.exchange import Exchange


@check("FS-01")
def test_declared_rate_is_honoured(declared_8khz: Sequence[RatePair]) -> Finding:
    return sample_rate.declared_rate_is_honoured(declared_8khz)


@check("FS-02")
def test_undeclared_8khz_reads_right(undeclared_8khz: Sequence[RatePair]) -> Finding:
    return sample_rate.undeclared_8khz_reads_right(undeclared_8khz)


@check("FS-03")
def test_stamps_keep_their_place(declared_8khz: Sequence[RatePair]) -> Finding:
    return sample_rate.stamps_keep_their_place(declared_8khz)


@check("FS-04")
def test_higher_rates_are_honoured(
    plain: Exchange, higher_rates: Mapping[int, Exchange], repeats: Sequence[Exchange]
) -> Finding:
    return unless_it_varies(sample_rate.higher_rates_are_honoured(plain, higher_rates), repeats)


@check("FS-05")
def test_mistakes_do_no_harm(
    plain: Exchange, mistakes: Mapping[str, Exchange], after_mistakes: Exchange
) -> Finding:
    return formats.mistakes_do_no_harm(plain, mistakes, after_mistakes)


@check("FS-06")
def test_wrong_format_refused_at_once(compressed: Exchange) -> Finding:
    return formats.wrong_format_refused_at_once(compressed)
