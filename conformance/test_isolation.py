"""ACC: sessions do not mix (docs/protocol.md section 6.5)."""

from collections.abc import Sequence

from asrgate.judge import isolation
from asrgate.judge.finding import Finding
from asrgate.judge.isolation import Concurrent
from asrgate.suite.declarations import check


@check("ACC-07")
def test_sessions_stay_apart(crowd: Sequence[Concurrent]) -> Finding:
    return isolation.sessions_stay_apart(crowd)
