"""FS: audio at 8 kHz (docs/protocol.md section 7.1)."""

from collections.abc import Sequence

from asrgate.judge import sample_rate
from asrgate.judge.finding import Finding
from asrgate.judge.sample_rate import RatePair
from asrgate.suite.declarations import check


@check("FS-01")
def test_declared_rate_is_honoured(declared_8khz: Sequence[RatePair]) -> Finding:
    return sample_rate.declared_rate_is_honoured(declared_8khz)


@check("FS-02")
def test_undeclared_8khz_reads_right(undeclared_8khz: Sequence[RatePair]) -> Finding:
    return sample_rate.undeclared_8khz_reads_right(undeclared_8khz)
