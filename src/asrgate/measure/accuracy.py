"""Accuracy: what the endpoint wrote for each clip, scored against what is spoken in it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from asrgate.audio.clips import Clip, ClipSet
from asrgate.measure.error_rate import Edit, align, nearest, unit_of
from asrgate.measure.interval import interval95
from asrgate.measure.latency import spoken_latencies
from asrgate.measure.normalisation import TEXT
from asrgate.wire.dialects import dialect_named, transcript
from asrgate.wire.exchange import Exchange

NON_SPEECH = "non-speech"
_MAIN_MODES = ("2pass", "offline", "online")
_NEAREST = "compared with the spoken text and every accepted written form of the clip; the nearest counts"


@dataclass(frozen=True, slots=True, kw_only=True)
class ClipScore:
    """One clip in one mode, its texts as spoken and as received, its counts after normalisation.

    `reference` is the accepted form that was nearest. `cer` is the character (English: word) error rate, 0
    and up; None when there was nothing to score, and `reason` says why. `partials` are those with text.
    Latencies as `measure.latency` defines them, None unless the clip was sent at the pace of speech.
    """

    id: str
    mode: str
    language: str
    reference: str
    hypothesis: str
    cer: float | None
    substitutions: int
    deletions: int
    insertions: int
    units: int
    edits: tuple[Edit, ...] = ()
    exchange: str | None = None
    reason: str | None = None
    partials: int = 0
    first_partial_ms: float | None = None
    final_ms: float | None = None

    @property
    def errors(self) -> int:
        """Substitutions, deletions and insertions together."""
        return self.substitutions + self.deletions + self.insertions


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """A pooled error rate with its 95 % bootstrap interval by clip, and what it was pooled from.

    `clips` are those that gave a number; `reason` says why a value is missing or which clips are not in it.
    """

    value: float | None
    ci95: tuple[float, float] | None
    clips: int
    units: int
    substitutions: int
    deletions: int
    insertions: int
    reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Accuracy:
    """Error rates over the clips.

    `cer` pools the Chinese and mixed clips of the main mode, and `pooled` says from what.

    `slices` holds a rate per mode and language, for example `2pass/zh`; those of clips in which nobody speaks
    are named `2pass/non-speech` and have no rate, only insertions. `normaliser` names the view and its
    version, and `steps` what was done to both sides before they were compared.
    """

    cer: float | None
    cer_ci95: tuple[float, float] | None
    pooled: Rate
    mode: str
    normaliser: str
    steps: tuple[str, ...]
    clips: tuple[ClipScore, ...]
    slices: dict[str, Rate]


def accuracy_of(sessions: Sequence[tuple[Clip, str, Exchange]]) -> Accuracy:
    """Score sessions that each sent one clip, in the named mode (`2pass`, `offline`, `online`).

    Raises:
        ValueError: there are no sessions.
    """
    if not sessions:
        raise ValueError("accuracy needs at least one session")
    scores = tuple(_score(clip, mode, exchange) for clip, mode, exchange in sessions)
    modes = list(dict.fromkeys(score.mode for score in scores))
    main = next((mode for mode in _MAIN_MODES if mode in modes), modes[0])
    pooled = _pooled(s for s in scores if s.mode == main and s.language in ("zh", "mixed"))
    return Accuracy(
        cer=pooled.value,
        cer_ci95=pooled.ci95,
        pooled=pooled,
        mode=main,
        normaliser=TEXT.title,
        steps=(*(step.name for step in TEXT.steps), _NEAREST),
        clips=scores,
        slices=_slices(scores),
    )


def _score(clip: Clip, mode: str, exchange: Exchange) -> ClipScore:
    dialect = dialect_named(exchange.dialect)
    replies = [reply for _, reply in exchange.replies()]
    heard = _encodable(transcript(dialect, replies))
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
    )


def _encodable(text: str) -> str:
    """Text whose lone surrogates, which JSON can carry and UTF-8 cannot, are written as escapes."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def _why_silent(exchange: Exchange) -> str:
    if exchange.failure is not None:
        return f"no answer: {exchange.failure.message}"
    return "no answer came in this session"


def _slices(scores: Sequence[ClipScore]) -> dict[str, Rate]:
    members: dict[str, list[ClipScore]] = {}
    for score in scores:
        language = NON_SPEECH if score.language == "none" else score.language
        members.setdefault(f"{score.mode}/{language}", []).append(score)
    return {name: _pooled(within) for name, within in sorted(members.items())}


def _non_speech(scores: Sequence[ClipScore]) -> str:
    with_text = sum(score.insertions > 0 for score in scores)
    characters = sum(score.insertions for score in scores)
    return (
        f"nobody speaks in these {len(scores)} clips; {with_text} gave text, {characters} characters together"
    )


def _pooled(scores: Iterable[ClipScore]) -> Rate:
    members = list(scores)
    counted = [score for score in members if score.cer is not None]
    errors, units = [score.errors for score in counted], [score.units for score in counted]
    interval = interval95(errors, units)
    silent = sum(score.language != "none" for score in members) - len(counted)
    reasons = [f"{silent} of {len(members)} clips gave no answer and are not in this rate"] if silent else []
    if counted and interval.reason:
        reasons.append(interval.reason)
    if not members:
        reasons.append("no clip of this kind")
    elif all(score.language == "none" for score in members):
        reasons.append(_non_speech(members))
    return Rate(
        value=sum(errors) / sum(units) if counted else None,
        ci95=interval.bounds,
        clips=len(counted),
        units=sum(units),
        substitutions=sum(score.substitutions for score in members),
        deletions=sum(score.deletions for score in members),
        insertions=sum(score.insertions for score in members),
        reason="; ".join(reasons) or None,
    )
