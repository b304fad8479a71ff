"""Accuracy: what the endpoint wrote for each clip, scored against what is spoken in it."""

from collections.abc import Sequence
from dataclasses import dataclass

from asrgate.audio.clips import Clip, ClipSet
from asrgate.measure.error_rate import align, nearest, unit_of
from asrgate.measure.facets import Facet, facets_of, speaker_interval
from asrgate.measure.heard import text_of
from asrgate.measure.hotwords import HotwordComparison
from asrgate.measure.itn import ItnCategory, ItnScore, itn_categories, itn_scores
from asrgate.measure.latency import spoken_latencies
from asrgate.measure.mode_costs import ModeCost, mode_costs
from asrgate.measure.normalisation import TEXT
from asrgate.measure.punctuation import PunctuationScore, punctuation_of
from asrgate.measure.scores import BY_CHARACTER, ClipScore, Rate, by_language, pooled
from asrgate.measure.speakers import SpeakerScore
from asrgate.measure.time import ModeTime, SessionTime, mode_times, session_time
from asrgate.measure.trade_off import TradeOff, trade_offs
from asrgate.measure.traits import ModeTraits, traits_of
from asrgate.measure.view_rates import ViewRate, view_rates
from asrgate.wire.dialects import dialect_named
from asrgate.wire.exchange import Exchange

_MAIN_MODES = ("2pass", "offline", "online")
_NEAREST = "compared with the spoken text and every accepted written form of the clip; the nearest counts"


@dataclass(frozen=True, slots=True, kw_only=True)
class Accuracy:
    """Error rates over the clips.

    `cer` pools the Chinese and mixed clips of the main mode, and `pooled` says from what.

    `slices` holds a rate per mode and language, for example `2pass/zh`; those of clips in which nobody speaks
    are named `2pass/non-speech` and have no rate, only insertions. `normaliser` names the view and its
    version, and `steps` what was done to both sides before they were compared. `views` are other views of
    the same sessions, `facets` the rates of parts of the clips. `cer_ci95_by_speaker` is the interval of
    `cer` when speakers are drawn instead of clips, None for the reason beside it. Where clips were sent at
    another rate or degraded, the mode says so: `2pass@8000`, `2pass+pink-10` (`audio.conditions`).
    `traits`, `punctuation` and `mode_costs` are what an error rate does not tell. `itn` and `itn_categories`
    say how numbers are written in the main mode. `time` says when words appeared and how far stamps are off,
    `trade_off` what latency presets cost, `hotwords` what hotwords changed, None where that was not asked,
    `speakers` who was said to speak when, None where no clip has several speakers.
    """

    cer: float | None
    cer_ci95: tuple[float, float] | None
    pooled: Rate
    mode: str
    normaliser: str
    steps: tuple[str, ...]
    clips: tuple[ClipScore, ...]
    slices: dict[str, Rate]
    views: tuple[ViewRate, ...] = ()
    facets: tuple[Facet, ...] = ()
    cer_ci95_by_speaker: tuple[float, float] | None = None
    by_speaker_reason: str | None = None
    traits: tuple[ModeTraits, ...] = ()
    punctuation: tuple[PunctuationScore, ...] = ()
    mode_costs: tuple[ModeCost, ...] = ()
    itn: tuple[ItnScore, ...] = ()
    itn_categories: tuple[ItnCategory, ...] = ()
    time: tuple[ModeTime, ...] = ()
    trade_off: tuple[TradeOff, ...] = ()
    hotwords: HotwordComparison | None = None
    speakers: SpeakerScore | None = None


def main_mode(modes: Sequence[str]) -> str:
    """Return the mode that stands for a run which measured these."""
    return next((mode for mode in _MAIN_MODES if mode in modes), modes[0])


def accuracy_of(
    sessions: Sequence[tuple[Clip, str, Exchange]], spoken: Sequence[tuple[Clip, str, Exchange]] = ()
) -> Accuracy:
    """Score sessions that each sent one clip, in the named mode (`2pass`, `offline`, `online`).

    `spoken` are sessions with `itn` off, whose texts say how those of the same clips and modes are written.

    Raises:
        ValueError: there are no sessions.
    """
    if not sessions:
        raise ValueError("accuracy needs at least one session")
    timed = [session_time(clip, mode, exchange) for clip, mode, exchange in sessions]
    scores = tuple(_score(*session, time) for session, time in zip(sessions, timed, strict=True))
    times = mode_times(sessions[0][2].dialect, timed)
    main = main_mode(list(dict.fromkeys(score.mode for score in scores)))
    paired = [(clip, score) for (clip, _, _), score in zip(sessions, scores, strict=True)]
    written = {(score.id, score.mode): score.hypothesis for score in scores if score.cer is not None}
    itn = itn_scores(
        (clip, written[clip.id, mode], text_of(exchange))
        for clip, mode, exchange in spoken
        if (clip.id, mode) in written
    )
    standing = [(c, s) for c, s in paired if s.mode == main and s.language in BY_CHARACTER]
    whole = pooled(score for _, score in standing)
    by_speaker = speaker_interval(standing)
    return Accuracy(
        cer=whole.value,
        cer_ci95=whole.ci95,
        pooled=whole,
        mode=main,
        normaliser=TEXT.title,
        steps=(*TEXT.step_names, _NEAREST),
        clips=scores,
        slices=by_language(scores),
        views=view_rates(paired, main),
        facets=facets_of(paired),
        cer_ci95_by_speaker=by_speaker.bounds,
        by_speaker_reason=by_speaker.reason,
        traits=traits_of(scores),
        punctuation=punctuation_of(paired),
        mode_costs=mode_costs(scores),
        itn=itn,
        itn_categories=itn_categories(itn),
        time=times,
        trade_off=trade_offs(scores, times),
    )


def _score(clip: Clip, mode: str, exchange: Exchange, time: SessionTime) -> ClipScore:
    dialect = dialect_named(exchange.dialect)
    replies = [reply for _, reply in exchange.replies()]
    heard = text_of(exchange)
    first_partial_ms, final_ms = spoken_latencies(exchange, ClipSet(clip.path.parent, (clip,)))
    if not TEXT(clip.text):
        language, said, counted, reason = "none", clip.text, align("", heard), "nobody speaks in this clip"
    elif not replies:
        # A session that failed is a finding, not a mistake in hearing: it is named, and left out of the rate.
        language, said, counted, reason = clip.language, clip.text, align("", ""), _why_silent(exchange)
    else:
        unit = unit_of(clip.language)
        said, counted = nearest((clip.text, *clip.written), heard, unit)
        language, reason = clip.language, None
    return ClipScore(
        id=clip.id,
        mode=mode,
        language=language,
        reference=said,
        hypothesis=heard,
        cer=counted.rate,
        substitutions=counted.substitutions,
        deletions=counted.deletions,
        insertions=counted.insertions,
        units=counted.units,
        edits=counted.edits,
        exchange=f"exchanges/{exchange.id}.jsonl",
        reason=reason,
        partials=sum(dialect.is_partial(reply) and bool(reply.text_or_empty) for reply in replies),
        first_partial_ms=first_partial_ms,
        final_ms=final_ms,
        emission_ms=time.emission_ms,
        partial_tokens=time.changes.told if time.changes else None,
        partial_tokens_changed=time.changes.changed if time.changes else None,
    )


def _why_silent(exchange: Exchange) -> str:
    if exchange.failure is not None:
        return f"no answer: {exchange.failure.message}"
    return "no answer came in this session"
