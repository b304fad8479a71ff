"""Whether the endpoint died: all calls that were under way cut off at one instant, and then nobody let in."""

from collections.abc import Iterable, Sequence

from asrgate.load.figures import Figures
from asrgate.report.load_record import DeathRecord

TOGETHER_S = 1.0
"""Within this time all calls are cut when a process dies."""

FEWEST = 3
NEARLY_ALL = 0.9
"""So many calls, and this share of those that were under way, have to be cut: fewer may be bad luck."""


def deaths_in(calls: Iterable[Figures], began_at: float) -> tuple[DeathRecord, ...]:
    """Each time at which the endpoint cut all calls, in order; `began_at` is when the run began."""
    known = list(calls)
    cuts = sorted((call for call in known if call.error == "closed early"), key=lambda call: call.ended_at)
    found: list[DeathRecord] = []
    while cuts:
        together = [cut for cut in cuts if cut.ended_at <= cuts[0].ended_at + TOGETHER_S]
        death = _death(together, known, began_at)
        if death is not None:
            found.append(death)
        cuts = cuts[len(together) if death is not None else 1 :]
    return tuple(found)


def _death(together: Sequence[Figures], calls: Sequence[Figures], began_at: float) -> DeathRecord | None:
    at, last = together[0].ended_at, together[-1].ended_at
    under_way = [call for call in calls if call.began_at < at and call.ended_at >= at]
    if len(together) < FEWEST or len(together) < NEARLY_ALL * len(under_way):
        return None
    after = sorted((call for call in calls if call.began_at > last), key=lambda call: call.began_at)
    served = next((call for call in after if call.connect_ms is not None), None)
    until = served.began_at if served is not None else float("inf")
    return DeathRecord(
        at_s=round(at - began_at, 2),
        streams=len(under_way),
        cut=len(together),
        refused=sum(call.connect_ms is None for call in after if call.began_at < until),
        back_after_s=None if served is None else round(until - at, 1),
    )
