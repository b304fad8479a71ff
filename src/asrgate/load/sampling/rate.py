"""How fast a counter grows."""

from dataclasses import dataclass


@dataclass(slots=True)
class Rate:
    """Remembers a counter from one reading to the next."""

    _at: float | None = None
    _count: float = 0.0

    def per_s(self, at: float, count: float) -> float | None:
        """Growth per second since the reading before; None at the first, and when the counter began anew."""
        before_at, before = self._at, self._count
        self._at, self._count = at, count
        if before_at is None or at <= before_at or count < before:
            return None
        return (count - before) / (at - before_at)
