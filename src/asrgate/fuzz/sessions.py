"""Whole sessions: utterance after utterance, through every state that the dialect allows, as scenarios."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st

from asrgate.audio.clips import ClipSet
from asrgate.audio.framing import SAMPLE_BYTES, ByChunk
from asrgate.audio.source import AudioSource, duration_ms, pcm_of
from asrgate.fuzz.commands import ASIDES, STARTS, STOPS
from asrgate.fuzz.configurations import BESIDE, configurations, hostile_configurations, usual_fields
from asrgate.fuzz.dangers import FRAIL
from asrgate.fuzz.expectation import expectation_of
from asrgate.fuzz.framings import spoken, streams
from asrgate.wire.dialects import Dialect
from asrgate.wire.messages import END_OF_INPUT, encode
from asrgate.wire.scenario import (
    AwaitTerminator,
    Close,
    Connect,
    Drop,
    Listen,
    Ping,
    Scenario,
    SendText,
    Step,
    StreamAudio,
)

TERMINATOR_BOUND_S = 10.0
"""A terminating message may take this long plus once the length of the audio (END-01)."""

QUIET_S = 0.1
"""How long to listen where no answer is owed."""

HOSTILE_WAIT_S = 2.0
"""How long a hostile session waits for the answer that few servers give to it."""


USUAL_FRAMING = ByChunk()

_AWAIT = AwaitTerminator(timeout_s=TERMINATOR_BOUND_S)


@dataclass(frozen=True, slots=True, repr=False)
class Ground:
    """What sessions are made of: the dialect, and speech with its lengths in bytes."""

    dialect: Dialect
    clips: ClipSet
    speech: tuple[tuple[AudioSource, int], ...]

    @classmethod
    def of(cls, dialect: Dialect, clips: ClipSet) -> "Ground":
        """The ground on a folder of clips; without plain clips in it there is only silence."""
        return cls(dialect, clips, tuple((audio, len(pcm_of(audio, clips))) for audio in spoken(clips)))


def sessions(ground: Ground) -> st.SearchStrategy[Scenario]:
    """Sessions that keep to what the dialect's servers live through."""
    turns = st.lists(_turns(ground), min_size=1, max_size=3)
    return st.builds(
        lambda said, left: _scenario(ground, [*(step for turn in said for step in turn), *left]),
        turns,
        _leaving(ground),
    )


def hostile_sessions(ground: Ground) -> st.SearchStrategy[Scenario]:
    """Sessions with one configuration that may end a process, some audio and an end frame."""
    usual = usual_fields(ground.dialect.name, 1)
    audio = ground.speech[0][0] if ground.speech else None
    return hostile_configurations(usual).map(lambda text: _hostile(text, audio))


def plain_session(ground: Ground, audio: AudioSource, mode: str, number: int = 0) -> Scenario:
    """One utterance in frames of 60 ms, whose text is what the same audio is held against."""
    fields = usual_fields(ground.dialect.name, 0) | {"mode": mode, "wav_name": f"reading-{number}"}
    opened = map(_config, ground.dialect.opening_texts(fields))
    stream = StreamAudio(audio=audio, framing=USUAL_FRAMING)
    return _scenario(ground, [*opened, stream, _end(ground.dialect.ending_text), _AWAIT], name="reading")


def modes_of(dialect: Dialect) -> tuple[str, ...]:
    """The modes that are asked for."""
    return ("2pass", "online", "offline") if "modes" in dialect.features else ("offline",)


def _turns(ground: Ground) -> st.SearchStrategy[list[Step]]:
    """One utterance: configured, spoken and ended, each of it perhaps not, or twice, or in another order."""
    rarely, count = st.sampled_from([False, False, False, True]), st.sampled_from([0, 1, 1, 1, 1, 2])
    speaking, besides = streams(ground.speech), _besides(ground.dialect.name)
    openings, ends = _openings(ground.dialect), _ends(ground.dialect)
    once_speaking = st.lists(speaking, max_size=1)

    @st.composite
    def turn(draw: st.DrawFn) -> list[Step]:
        said: list[Step] = [draw(speaking)] if draw(rarely) else []
        said += [draw(openings) for _ in range(draw(count))]
        said += [draw(besides)] if draw(rarely) else []
        said += [draw(speaking) for _ in range(draw(count))]
        if draw(rarely):
            said += [draw(openings), *draw(once_speaking)]
        for _ in range(draw(count)):
            said += [draw(ends), _AWAIT] if draw(st.booleans()) else [draw(ends)]
        return said

    return turn()


def _besides(dialect: str) -> st.SearchStrategy[Step]:
    """Steps that say nothing of an utterance: text that configures nothing, a ping, a pause."""
    return st.one_of(
        BESIDE.get(dialect, ASIDES).map(lambda text: SendText(text=text)),
        st.integers(0, 2**32 - 1).map(lambda number: Ping(payload_hex=f"{number:08x}")),
        st.integers(1, 10).map(lambda tenths: Listen(seconds=tenths / 10)),
    )


def _openings(dialect: Dialect) -> st.SearchStrategy[SendText]:
    """What configures an utterance."""
    if dialect.asks_by == "commands":
        return STARTS.map(_config)
    return configurations(dialect.name).map(_config)


def _ends(dialect: Dialect) -> st.SearchStrategy[SendText]:
    """What ends an utterance, in one of its forms (docs/protocol.md section 3.4)."""
    if dialect.asks_by == "commands":
        return STOPS.map(_end)
    usual = usual_fields(dialect.name, 1)
    forms: list[dict[str, Any]] = [END_OF_INPUT, {"is_speaking": False}, usual | END_OF_INPUT]
    if dialect.name in ("funasr-2pass", "funasr-offline"):
        forms.append({"is_finished": True})
    if dialect.name == "funasr-python":
        forms += [{"is_speaking": 0, "is_end": True}, {"is_speaking": None, "is_end": True}]
    return st.sampled_from(forms).map(encode).map(_end)


def _config(text: str) -> SendText:
    return SendText(text=text, role="config")


def _end(text: str) -> SendText:
    return SendText(text=text, role="end")


def _leaving(ground: Ground) -> st.SearchStrategy[Sequence[Step]]:
    """How the client leaves: once it is answered, or before, or without a word."""
    ways: list[Sequence[Step]] = [(_AWAIT,), (_AWAIT, Listen(seconds=QUIET_S)), (_AWAIT, Close(code=1001))]
    early: list[Sequence[Step]] = [(Close(),), (Drop(),)]
    return st.sampled_from(ways if ground.dialect.name in FRAIL else [*ways, *early])


def _scenario(ground: Ground, said: Iterable[Step], name: str = "fuzz") -> Scenario:
    """The session in which the client says this, as far as the dialect allows.

    What would be out of place in a state is left out: a wait where no answer is owed, audio and end frames
    before the configuration where images die of them, and the next utterance before the answer where servers
    do not serialise them.
    """
    allowed = _Allowed(ground)
    for step in said:
        allowed.take(step)
    return Scenario(name=name, steps=allowed.heard_out)


class _Allowed:
    """A session as far as it is allowed."""

    def __init__(self, ground: Ground) -> None:
        self.steps: list[Step] = [Connect()]
        self._ground = ground
        self._expected = expectation_of(ground.dialect)
        self._configured = ground.dialect.name != "funasr-2pass-0.1"
        self._in_turn = ground.dialect.name == "funasr-offline"
        self._owed = 0
        self._heard_s = 0.0
        self._pings: set[str] = set()

    @property
    def heard_out(self) -> tuple[Step, ...]:
        """The steps, and time for what may still come, unless the client does not care to wait for it."""
        awaited = isinstance(self.steps[-1], AwaitTerminator | Listen | Close | Drop | Connect)
        return tuple(self.steps) if awaited else (*self.steps, Listen(seconds=QUIET_S))

    def take(self, step: Step) -> None:
        """Add a step, with what has to stand before it, or leave it out."""
        match step:
            case SendText(role=role) if self._configured or role == "config":
                self._configured = True
                self._say(step)
            case StreamAudio(audio=audio) if self._configured:
                self._before_more()
                self._heard_s += duration_ms(audio, self._ground.clips) / 1000
                self._expected.audio(SAMPLE_BYTES)
                self.steps.append(step)
            case AwaitTerminator() if self._owed:
                self._await()
            case Ping(payload_hex=payload) if payload not in self._pings:
                self._pings.add(payload)
                self.steps.append(step)
            case Listen() | Close() | Drop():
                self.steps.append(step)
            case _:
                pass

    def _say(self, step: SendText) -> None:
        self._before_more()
        owed = self._expected.text(step.text)
        role = "end" if owed.least else "config" if step.role == "end" else step.role
        self.steps.append(SendText(text=step.text, role=role))
        self._owed += owed.least
        if not owed.least and (owed.most or owed.refusal):
            self.steps.append(Listen(seconds=QUIET_S))

    def _before_more(self) -> None:
        if self._in_turn and self._owed:
            self._await()

    def _await(self) -> None:
        self.steps.append(AwaitTerminator(timeout_s=TERMINATOR_BOUND_S + self._heard_s))
        self._owed, self._heard_s = 0, 0.0


def _hostile(text: str, audio: AudioSource | None) -> Scenario:
    spoken = (StreamAudio(audio=audio, framing=USUAL_FRAMING),) if audio is not None else ()
    end = SendText(text=encode(END_OF_INPUT), role="end")
    steps = (
        Connect(),
        SendText(text=text, role="config"),
        *spoken,
        end,
        AwaitTerminator(timeout_s=HOSTILE_WAIT_S),
    )
    return Scenario(name="hostile-fuzz", steps=steps)
