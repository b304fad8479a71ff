"""Time: when words appeared, how steady they were, and how far stamps are off, by mode (docs/time.md)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from statistics import median

from asrgate.audio.clips import Clip
from asrgate.measure.emission import Emission, emissions
from asrgate.measure.finalisation import Finalisation, finalisations
from asrgate.measure.latency import Distribution, distribution_of
from asrgate.measure.spoken import began_ns
from asrgate.measure.stability import Changes, Stability, changes, stability_of
from asrgate.measure.stamp_error import StampError, StampErrors, stamp_errors, stamp_errors_of
from asrgate.wire.dialects import dialect_named
from asrgate.wire.exchange import Exchange

NOT_IN_REAL_TIME = "clips were not sent at the pace of speech (--pace real)"
_NO_WORD = "no word whose times are known was heard as it is spoken"


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionTime:
    """What one session tells about time; `paced` is whether it was sent at the pace of speech."""

    mode: str
    paced: bool
    words: tuple[Emission, ...]
    finals: tuple[Finalisation, ...]
    changes: Changes | None
    stamps: tuple[StampError, ...]

    @property
    def emission_ms(self) -> float | None:
        """The median over the words of the clip, whatever brought them; None without any."""
        return round(median(word.latency_ms for word in self.words), 3) if self.words else None


@dataclass(frozen=True, slots=True, kw_only=True)
class ModeTime:
    """What the sessions of one mode tell about time, in ms.

    `emission` is of words that a partial brought, `emission_by_sentence` of words that no partial held
    before the sentence result; both count from the end of the word in the audio. `finalisation` is of
    sentence results after a pause, `finalisation_at_end` of those that only the end frame brought; both
    count from the end of speech. All of these, and `stability`, need the pace of speech; `stamps` do not.
    """

    mode: str
    emission: Distribution
    emission_by_sentence: Distribution
    finalisation: Distribution
    finalisation_at_end: Distribution
    stability: Stability | None
    stamps: StampErrors
    reason: str | None = None


def session_time(clip: Clip, mode: str, exchange: Exchange) -> SessionTime:
    """Measure one session that sent one clip, in the named mode."""
    paced = began_ns(exchange) is not None
    return SessionTime(
        mode=mode,
        paced=paced,
        words=emissions(clip, exchange),
        finals=finalisations(clip, exchange),
        changes=changes(clip, exchange) if paced and clip.text else None,
        stamps=stamp_errors(clip, exchange),
    )


def mode_times(dialect: str, sessions: Sequence[SessionTime]) -> tuple[ModeTime, ...]:
    """Return the numbers of every mode, in the order of the sessions, which all speak `dialect`."""
    modes = dict.fromkeys(session.mode for session in sessions)
    return tuple(_of_mode(dialect, mode, [s for s in sessions if s.mode == mode]) for mode in modes)


def _of_mode(dialect: str, mode: str, sessions: Sequence[SessionTime]) -> ModeTime:
    paced = any(session.paced for session in sessions)
    words = [word for session in sessions for word in session.words]
    finals = [final for session in sessions for final in session.finals]
    counted = [session.changes for session in sessions if session.changes is not None]

    def distribution(name: str, samples: Sequence[float], nothing: str) -> Distribution:
        found = distribution_of(name, samples)
        if found.n:
            return found
        return replace(found, reason=nothing if paced else NOT_IN_REAL_TIME)

    return ModeTime(
        mode=mode,
        emission=distribution(
            "emission", [w.latency_ms for w in words if w.by == "partial"], f"{_NO_WORD} in a partial"
        ),
        emission_by_sentence=distribution(
            "emission-by-sentence",
            [w.latency_ms for w in words if w.by == "sentence"],
            "no word came first in a sentence result",
        ),
        finalisation=distribution(
            "finalisation",
            [f.latency_ms for f in finals if not f.at_end],
            "no sentence result came before the end frame, after a pause that is known",
        ),
        finalisation_at_end=distribution(
            "finalisation-at-end",
            [f.latency_ms for f in finals if f.at_end],
            "no sentence result came after the end frame",
        ),
        stability=stability_of(counted, words) if counted else None,
        stamps=stamp_errors_of(dialect_named(dialect), [session.stamps for session in sessions]),
        reason=None if paced else NOT_IN_REAL_TIME,
    )
