"""Who spoke when: the labels of a deployment against the turns of clips in which several people speak.

The diarisation error rate (DER) is that of NIST's Rich Transcription evaluations: missed speech, speech that
is none and speech of the wrong speaker, over the speech that there is. Labels are matched with speakers in
the way that suits them best, so that their names do not matter. Around the boundaries of turns nothing is
counted.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from asrgate.audio.clips import Clip
from asrgate.measure.interval import interval95
from asrgate.measure.share import Share, share_of
from asrgate.wire.dialects import Dialect, dialect_named
from asrgate.wire.exchange import Exchange

COLLAR_MS = 250
"""On either side of a boundary, as in NIST's evaluations: nobody can say to the millisecond where it is."""

UNKNOWN = "unknown"
"""The label of a server of funasr-python without speakers (docs/protocol.md section 4.5)."""

Labelled = list[tuple[str, int, int]]
"""Label, start and end in ms."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SpeakerClip:
    """The labels of one clip.

    `der` is the diarisation error rate, 0 and up, 1 where a clip has no label, None without speech. Of
    `speech_ms`, which is what was spoken outside the collars, `missed_ms` had no label and `confused_ms` that
    of another speaker; `false_ms` were labelled though nobody spoke. A turn is right when most of it has the
    label of its speaker. `labels` counts different ones.
    """

    id: str
    speakers: int
    labels: int
    turns: int
    right_turns: int
    der: float | None
    speech_ms: int
    missed_ms: int
    false_ms: int
    confused_ms: int
    reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SpeakerScore:
    """The labels of all clips with turns of several speakers, in one mode.

    `der` pools them; `ci95` is its interval by bootstrap over clips. `right_turns` says how consistent labels
    are. `reason` says why a number is missing.
    """

    mode: str
    der: float | None
    ci95: tuple[float, float] | None
    right_turns: Share
    clips: tuple[SpeakerClip, ...]
    reason: str | None = None


def speakers_of(sessions: Sequence[tuple[Clip, str, Exchange]], mode: str) -> SpeakerScore | None:
    """Score the sessions of this mode whose clips have turns of several speakers; None without such clips."""
    several = [(clip, exchange) for clip, of_mode, exchange in sessions if of_mode == mode and _several(clip)]
    if not several:
        return None
    dialect = dialect_named(several[0][1].dialect)
    answered = [(clip, exchange) for clip, exchange in several if any(True for _ in exchange.replies())]
    told = [(clip, labels_of(exchange)) for clip, exchange in answered]
    if not any(labels for _, labels in told):
        reason = _why_nothing(dialect, [exchange for _, exchange in several])
        return SpeakerScore(
            mode=mode, der=None, ci95=None, right_turns=share_of(0, 0), clips=(), reason=reason
        )
    clips = tuple(score_labels(clip, labels) for clip, labels in told)
    counted = [clip for clip in clips if clip.der is not None]
    errors = [clip.missed_ms + clip.false_ms + clip.confused_ms for clip in counted]
    speech = [clip.speech_ms for clip in counted]
    interval = interval95(errors, speech)
    silent = len(several) - len(answered)
    reasons = [f"{silent} of {len(several)} clips gave no answer and are not in this rate"] if silent else []
    return SpeakerScore(
        mode=mode,
        der=sum(errors) / sum(speech) if sum(speech) else None,
        ci95=interval.bounds,
        right_turns=share_of(sum(c.right_turns for c in counted), sum(c.turns for c in counted)),
        clips=clips,
        reason="; ".join([*reasons, *([interval.reason] if interval.reason else [])]) or None,
    )


def labels_of(exchange: Exchange) -> Labelled:
    """Return the stretches of the audio that the last update gives a speaker; [] where it gives none."""
    updates = [reply for _, reply in exchange.replies() if reply.has("sentences")]
    return [
        (str(sentence["spk"]), sentence["start"], sentence["end"])
        for sentence in (updates[-1].locked if updates else ())
        if sentence.get("spk") is not None
        and all(type(sentence.get(edge)) is int for edge in ("start", "end"))
        and sentence["start"] <= sentence["end"]
    ]


def score_labels(clip: Clip, labels: Labelled) -> SpeakerClip:
    """Return how the labels of a clip agree with its turns.

    Raises:
        ValueError: the clip has no turns.
    """
    # Imported here: it brings scipy along, which every command would wait for.
    from simpleder import DER  # type: ignore[import-untyped]

    if not clip.turns:
        raise ValueError(f"clip {clip.id} has no turns")
    spoken = [(turn.speaker, float(turn.start_ms), float(turn.end_ms)) for turn in clip.turns]
    found = DER(
        spoken,
        [(label, float(start), float(end)) for label, start, end in labels],
        collar=float(COLLAR_MS),
        detailed=True,
    )
    return SpeakerClip(
        id=clip.id,
        speakers=len({turn.speaker for turn in clip.turns}),
        labels=len({label for label, _, _ in labels}),
        turns=len(clip.turns),
        right_turns=_right_turns(clip, labels, found["speaker_mapping"]),
        der=found["der"] if found["ref_length"] else None,
        speech_ms=round(found["ref_length"]),
        missed_ms=round(found["miss"]),
        false_ms=round(found["false_alarm"]),
        confused_ms=round(found["confusion"]),
        reason=None if found["ref_length"] else "the turns are shorter than what is not counted around them",
    )


def _right_turns(clip: Clip, labels: Labelled, label_of: dict[str, str]) -> int:
    """How many turns have the label of their speaker for more than half of their length."""
    right = 0
    for turn in clip.turns:
        held_ms = sum(
            max(0, min(end, turn.end_ms) - max(start, turn.start_ms))
            for label, start, end in labels
            if label == label_of.get(turn.speaker)
        )
        right += 2 * held_ms > turn.end_ms - turn.start_ms
    return right


def _several(clip: Clip) -> bool:
    return len({turn.speaker for turn in clip.turns}) > 1


def _why_nothing(dialect: Dialect, exchanges: Sequence[Exchange]) -> str:
    if not any(True for exchange in exchanges for _ in exchange.replies()):
        return "no clip with several speakers was answered"
    if dialect.tells == "everything":
        return "no final says who spoke: the server runs without speaker diarisation"
    named = {
        reply.spk_name
        for exchange in exchanges
        for _, reply in exchange.replies()
        if isinstance(reply.spk_name, str) and reply.spk_name not in ("", UNKNOWN)
    }
    if named:
        return "speakers are named, but not when they speak: stamps of this dialect count from the segment"
    if dialect.name == "funasr-python":
        return f"every sentence names its speaker {UNKNOWN!r} or not at all: no speaker is registered"
    return f"{dialect.name} has no field for speakers"
