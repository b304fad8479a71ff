"""Whether what a call was told is right: a fast wrong answer is an error.

Every call that got its final is read as an exchange and judged by those judges of the conformance suite that
look at one session and cost little. Its text is compared with what the same clip gave alone, and digits that
another caller speaks prove that sessions were crossed (ACC-07).
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cache
from typing import Literal

from asrgate.audio.clips import Clip
from asrgate.audio.framing import Whole
from asrgate.audio.source import audio_of
from asrgate.judge.catalogue import load_catalogue
from asrgate.judge.finding import Finding, Verdict
from asrgate.judge.judges import JUDGES
from asrgate.load.heard import Heard
from asrgate.load.trace import Trace
from asrgate.load.watermark import digits_of, in_digits, owner_of
from asrgate.measure.normalisation import TEXT
from asrgate.suite.locations import requirements_file
from asrgate.wire.dialects import dialect_named
from asrgate.wire.exchange import Exchange, Frame
from asrgate.wire.messages import opening
from asrgate.wire.scenario import Connect, Scenario, SendText, StreamAudio

CHEAP = (
    "SCH-01",
    "SCH-02",
    "SCH-03",
    "SCH-04",
    "SCH-06",
    "SCH-07",
    "SCH-09",
    "TS-01",
    "TS-02",
    "TS-04",
    "TS-10",
    "RT-02",
    "RT-03",
)
"""What one session alone shows, at little cost. No server that is in order breaks any of it."""

CROSSED = "ACC-07"

_NS_PER_MS = 1_000_000
_BYTES_PER_MS = 32
"""Of 16 kHz audio in 16 bits, which is what callers send."""

Judge = Callable[[Sequence[Exchange]], Finding]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wrong:
    """What was wrong with the answer to a call: the requirement that a judge says it broke, or its text.

    `crossed` is whether it holds what another session spoke.
    """

    kind: Literal["protocol", "text"]
    message: str
    requirement: str | None = None
    crossed: bool = False


def wrong_with(
    heard: Heard, clip: Clip, alone: Mapping[str, str], excused: Collection[str] = ()
) -> Wrong | None:
    """What was wrong with the answer to a call that got its final, None when it was right.

    `alone` is the text that each clip gave when nobody else was calling. `excused` are requirements that the
    endpoint breaks even then: they are no matter of load.
    """
    crossing = _crossed(heard, clip, alone)
    if crossing is not None:
        return Wrong(kind="protocol", requirement=CROSSED, message=f"{CROSSED}: {crossing}", crossed=True)
    for finding in broken_in(heard.trace, clip, excused):
        message = f"{finding.requirement}: {finding.reason}"
        return Wrong(kind="protocol", requirement=finding.requirement, message=message)
    expected = alone.get(clip.id)
    if expected is not None and not reads_alike(heard.text, expected, clip):
        return Wrong(kind="text", message=f"{heard.text!r} came, alone it was {expected!r}")
    return None


def reads_alike(text: str, expected: str, clip: Clip) -> bool:
    """Whether a text is what the clip gave alone, punctuation aside; of composed clips digit by digit."""
    view = TEXT if digits_of(clip.id) is None else in_digits
    return view(text) == view(expected)


def broken_in(trace: Trace, clip: Clip, excused: Collection[str] = ()) -> tuple[Finding, ...]:
    """The findings that say which requirements were broken in a call."""
    findings = findings_on(exchange_of(trace, clip), excused)
    return tuple(finding for finding in findings if finding.verdict is Verdict.FAIL)


def findings_on(exchange: Exchange, excused: Collection[str] = ()) -> tuple[Finding, ...]:
    """The findings of the cheap judges on one session."""
    return tuple(judge([exchange]) for id_, judge in _judges(exchange.dialect) if id_ not in excused)


def exchange_of(trace: Trace, clip: Clip) -> Exchange:
    """A call as the judges read it. All its audio is one frame: they do not ask how it was cut."""
    scenario = _scenario(trace, clip)
    frames = []
    for step, asked in enumerate(scenario.steps):
        if isinstance(asked, SendText) and asked.role == "end":
            frames += [_reply(*reply, step) for reply in trace.replies if not _after_end(trace, reply[0])]
            frames.append(_sent(asked, step, trace.end_sent_ms or trace.audio_ms))
        elif isinstance(asked, SendText):
            frames.append(_sent(asked, step, 0.0))
        elif isinstance(asked, StreamAudio):
            frames.append(_audio(trace, step))
    last = len(scenario.steps) - 1
    frames += [_reply(*reply, last) for reply in trace.replies if _after_end(trace, reply[0])]
    return Exchange(
        scenario=scenario,
        dialect=trace.dialect,
        url="",
        started_at=datetime.fromtimestamp(trace.began_at, UTC).isoformat(),
        frames=tuple(replace(frame, index=index) for index, frame in enumerate(frames)),
    )


@cache
def _judges(dialect: str) -> tuple[tuple[str, Judge], ...]:
    """The cheap judges of what applies to a dialect."""
    catalogue = load_catalogue(requirements_file())
    return tuple((id_, JUDGES[id_]) for id_ in CHEAP if dialect in catalogue[id_].dialects)


def _crossed(heard: Heard, clip: Clip, alone: Mapping[str, str]) -> str | None:
    """What shows that the call was told what another one spoke, None when nothing does."""
    own = digits_of(clip.id)
    if own is not None:
        for text in (heard.text, heard.partial_text):
            foreign = owner_of(text, own)
            if foreign is not None:
                return f"{text!r} has the digits {foreign} of another caller, this one spoke {own}"
        return None
    told = TEXT(heard.text)
    mine = alone.get(clip.id)
    for other, text in alone.items():
        if mine is not None and told and TEXT(text) == told != TEXT(mine):
            return f"{heard.text!r} is what the clip {other} gives, this one spoke {clip.id}"
    return None


def _scenario(trace: Trace, clip: Clip) -> Scenario:
    """What the caller did, as far as it is judged."""
    dialect = dialect_named(trace.dialect)
    texts = dialect.opening_texts(opening(mode=trace.mode, wav_name=trace.name))
    return Scenario(
        name=trace.name,
        steps=(
            Connect(),
            *(SendText(text=text, role="config") for text in texts),
            StreamAudio(audio=audio_of(clip), framing=Whole(), pace=1.0),
            SendText(text=dialect.ending_text, role="end"),
        ),
    )


def _after_end(trace: Trace, at_ms: float) -> bool:
    return trace.end_sent_ms is not None and at_ms >= trace.end_sent_ms


def _sent(asked: SendText, step: int, at_ms: float) -> Frame:
    return Frame(
        index=0,
        direction="sent",
        kind="text",
        role="end" if asked.role == "end" else "config",
        at_ns=round(at_ms * _NS_PER_MS),
        size=len(asked.text.encode()),
        step=step,
        text=asked.text,
    )


def _audio(trace: Trace, step: int) -> Frame:
    return Frame(
        index=0,
        direction="sent",
        kind="binary",
        role="audio",
        at_ns=0,
        size=round(trace.audio_ms * _BYTES_PER_MS),
        step=step,
    )


def _reply(at_ms: float, text: str, step: int) -> Frame:
    return Frame(
        index=0,
        direction="received",
        kind="text",
        role="reply",
        at_ns=round(at_ms * _NS_PER_MS),
        size=len(text.encode()),
        step=step,
        text=text,
    )
