"""What hotwords do: the same audio with and without them.

One list of terms goes with every clip, as a deployment would send it. Clips that hold a term show what it
gains, the others what it costs.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from asrgate.audio.clips import Clip
from asrgate.measure.error_rate import Alignment, nearest, unit_of
from asrgate.measure.heard import text_of
from asrgate.measure.hotword_latency import HotwordLatency
from asrgate.measure.scores import BY_CHARACTER
from asrgate.measure.share import Share, share_of
from asrgate.measure.terms import counts_of, sounds_within
from asrgate.wire.exchange import Exchange

NEIGHBOUR_TAG = "neighbour"
"""A clip that says something which sounds like a term (docs/fixtures.md)."""

Test = Literal["exact McNemar", "exact sign"]


@dataclass(frozen=True, slots=True, kw_only=True)
class HotwordPair:
    """A clip that was sent without hotwords, and with all the terms as hotwords."""

    clip: Clip
    without: Exchange
    biased: Exchange


@dataclass(frozen=True, slots=True, kw_only=True)
class HotwordOutcome:
    """A term in a clip: how often it was spoken, and heard without and with hotwords.

    What was heard more often than spoken is false. `neighbour` is whether it was not spoken, but something
    that sounds like it was.
    """

    clip: str
    term: str
    spoken: int
    heard_without: int
    heard_with: int
    neighbour: bool = False

    @property
    def right_without(self) -> int:
        """How many of those spoken were heard without hotwords."""
        return min(self.spoken, self.heard_without)

    @property
    def right_with(self) -> int:
        """How many of those spoken were heard with hotwords."""
        return min(self.spoken, self.heard_with)


@dataclass(frozen=True, slots=True, kw_only=True)
class HotwordTerm:
    """A term over all clips: times spoken, of these heard, and times heard where it was not spoken."""

    term: str
    spoken: int
    heard_without: int
    heard_with: int
    false_without: int
    false_with: int
    neighbours: int


@dataclass(frozen=True, slots=True, kw_only=True)
class UnrelatedSpeech:
    """The error rate of clips that hold none of the terms, nor what sounds like one, without and with them.

    `difference` is positive where hotwords cost something; `ci90` is its two-sided 90 % interval by paired
    bootstrap over clips. `reason` says why a number is missing.
    """

    clips: int
    cer_without: float | None
    cer_with: float | None
    difference: float | None
    ci90: tuple[float, float] | None
    reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class HotwordEffect:
    """What one weight did; `weight` is None where each term had its own, or the dialect takes none.

    `gained` were heard only with hotwords, `lost` only without; `p` is the two-sided probability of so
    uneven a split of the clips if hotwords did nothing, by the exact test of Q. McNemar (Psychometrika 12,
    1947). Where a clip holds several terms, whose fates hang together, it is a sign test: what counts of a
    clip is whether it gained more terms than it lost. `reason`
    says why there is no p. `clips` answered both times, `unanswered` did not. Precision is the share of what
    was heard as a term that was spoken as one.
    """

    weight: int | None
    clips: int
    unanswered: int
    recall_without: Share
    recall_with: Share
    precision_without: Share
    precision_with: Share
    gained: int
    lost: int
    p: float | None
    test: Test | None
    unrelated: UnrelatedSpeech
    terms: tuple[HotwordTerm, ...]
    outcomes: tuple[HotwordOutcome, ...]
    reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class HotwordComparison:
    """What hotwords changed in one mode, by weight, and what their number cost in time.

    `main` is the place in `effects` of the weight that stands for all, None with the `reason` where nothing
    was measured.
    """

    mode: str
    effects: tuple[HotwordEffect, ...] = ()
    latencies: tuple[HotwordLatency, ...] = ()
    main: int | None = None
    reason: str | None = None

    @property
    def effect(self) -> HotwordEffect | None:
        """That of the weight that stands for all."""
        return self.effects[self.main] if self.main is not None else None


def hotword_effect(
    pairs: Sequence[HotwordPair], terms: Sequence[str], weight: int | None = None
) -> HotwordEffect:
    """Return what hotwords of this weight did to clips that were each sent twice."""
    answered = [pair for pair in pairs if _replied(pair.without) and _replied(pair.biased)]
    outcomes = [outcome for pair in answered for outcome in _outcomes(pair, terms)]
    spoken = [outcome for outcome in outcomes if outcome.spoken]
    times = sum(outcome.spoken for outcome in spoken)
    without, biased = sum(o.right_without for o in spoken), sum(o.right_with for o in spoken)
    p, test, reason = _p_of(spoken)
    touched = {outcome.clip for outcome in outcomes if outcome.spoken or outcome.neighbour}
    touched |= {pair.clip.id for pair in answered if NEIGHBOUR_TAG in pair.clip.tags}
    return HotwordEffect(
        weight=weight,
        clips=len(answered),
        unanswered=len(pairs) - len(answered),
        recall_without=share_of(without, times),
        recall_with=share_of(biased, times),
        precision_without=share_of(without, sum(outcome.heard_without for outcome in outcomes)),
        precision_with=share_of(biased, sum(outcome.heard_with for outcome in outcomes)),
        gained=sum(max(0, o.right_with - o.right_without) for o in spoken),
        lost=sum(max(0, o.right_without - o.right_with) for o in spoken),
        p=p,
        test=test,
        unrelated=_unrelated([pair for pair in answered if pair.clip.id not in touched]),
        terms=tuple(_term(term, [o for o in outcomes if o.term == term]) for term in terms),
        outcomes=tuple(outcomes),
        reason=reason,
    )


def _replied(exchange: Exchange) -> bool:
    return any(True for _ in exchange.replies())


def _outcomes(pair: HotwordPair, terms: Sequence[str]) -> Iterable[HotwordOutcome]:
    """What became of every term that was spoken, heard, or nearly spoken in a clip."""
    without = counts_of(terms, pair.clip.text, text_of(pair.without))
    biased = counts_of(terms, pair.clip.text, text_of(pair.biased))
    for term, (spoken, heard), (_, heard_with) in zip(terms, without, biased, strict=True):
        neighbour = not spoken and sounds_within(term, pair.clip.text)
        if spoken or heard or heard_with or neighbour:
            yield HotwordOutcome(
                clip=pair.clip.id,
                term=term,
                spoken=spoken,
                heard_without=heard,
                heard_with=heard_with,
                neighbour=neighbour,
            )


def _term(term: str, outcomes: Sequence[HotwordOutcome]) -> HotwordTerm:
    return HotwordTerm(
        term=term,
        spoken=sum(o.spoken for o in outcomes),
        heard_without=sum(o.right_without for o in outcomes),
        heard_with=sum(o.right_with for o in outcomes),
        false_without=sum(o.heard_without - o.right_without for o in outcomes),
        false_with=sum(o.heard_with - o.right_with for o in outcomes),
        neighbours=sum(o.neighbour for o in outcomes),
    )


def _p_of(spoken: Sequence[HotwordOutcome]) -> tuple[float | None, Test | None, str | None]:
    """Two-sided p, the test that gave it, or why there is none."""
    from scipy.stats import binomtest

    if not spoken:
        return None, None, "none of the terms is spoken in a clip that was answered both times"
    gains: dict[str, int] = {}
    times: dict[str, int] = {}
    for outcome in spoken:
        gains[outcome.clip] = gains.get(outcome.clip, 0) + outcome.right_with - outcome.right_without
        times[outcome.clip] = times.get(outcome.clip, 0) + outcome.spoken
    better, worse = sum(gain > 0 for gain in gains.values()), sum(gain < 0 for gain in gains.values())
    p = float(binomtest(better, better + worse).pvalue) if better + worse else 1.0
    return p, "exact McNemar" if max(times.values()) == 1 else "exact sign", None


def _unrelated(pairs: Sequence[HotwordPair]) -> UnrelatedSpeech:
    from asrgate.measure.difference import Counts, rate_difference

    said = [pair for pair in pairs if pair.clip.language in BY_CHARACTER] or [
        pair for pair in pairs if pair.clip.language != "none"
    ]
    sides = [
        [_errors(pair.clip, pair.without) for pair in said],
        [_errors(pair.clip, pair.biased) for pair in said],
    ]
    if not said:
        reason = "no clip without the terms was answered both times"
        return UnrelatedSpeech(
            clips=0, cer_without=None, cer_with=None, difference=None, ci90=None, reason=reason
        )
    without, biased = (sum(a.errors for a in side) / sum(a.units for a in side) for side in sides)
    counts = [[Counts(a.errors, a.units) for a in side] for side in sides]
    found = rate_difference(*counts) if len(said) > 1 else None
    return UnrelatedSpeech(
        clips=len(said),
        cer_without=without,
        cer_with=biased,
        difference=biased - without,
        ci90=(found.low, found.high) if found else None,
        reason=None if found else "an interval needs two clips",
    )


def _errors(clip: Clip, exchange: Exchange) -> Alignment:
    return nearest((clip.text, *clip.written), text_of(exchange), unit_of(clip.language))[1]
