"""What was wrong in a generated session: the exchange held against what the dialect owes."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from asrgate.audio.source import AudioSource
from asrgate.fuzz.expectation import Expectation, expectation_of
from asrgate.judge.configuration import error_in
from asrgate.judge.utterances import reads_as_before
from asrgate.measure.normalisation import TEXT
from asrgate.wire.dialects import Dialect, dialect_named, transcript
from asrgate.wire.exchange import Exchange, Frame
from asrgate.wire.messages import NotAReply, Reply, parse_reply
from asrgate.wire.scenario import AwaitTerminator, StreamAudio

SHOWN_CHARACTERS = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """A rule that a session broke: its key, one sentence with what was seen, and the frames that show it."""

    rule: str
    sentence: str
    frames: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """How audio reads when it is sent plainly; `steady` when it read the same every time."""

    text: str
    steady: bool


Readings = Mapping[tuple[AudioSource, str], Reading]
"""What audio reads in a mode, in frames of 60 ms on a connection of its own."""


TOO_MANY = "terminator too many"
CUT_OFF = "closed by the network"
NOT_OPENED = "not opened"


def problems_of(exchange: Exchange, readings: Readings) -> tuple[Problem, ...]:
    """The rules that a session broke, each once, in the order of the frames that show it.

    An excess of terminating messages comes first: it makes others look as if they belonged elsewhere.
    """
    if exchange.handshake is None or exchange.handshake.status != 101:
        message = exchange.failure.message if exchange.failure is not None else "no handshake"
        return (Problem(rule=NOT_OPENED, sentence=f"the session was not opened: {message}"),)
    account = _Account(exchange, readings)
    found: dict[str, Problem] = {}
    for problem in account.problems():
        found.setdefault(problem.rule, problem)
    return tuple(sorted(found.values(), key=lambda problem: problem.rule != TOO_MANY))


@dataclass(frozen=True, slots=True)
class _Utterance:
    """What an end frame closed: its audio, and the mode in which that was to be read."""

    audio: tuple[AudioSource, ...]
    reads: str | None


class _Account:
    """The account of one session: what is owed, and what came."""

    def __init__(self, exchange: Exchange, readings: Readings) -> None:
        self._exchange = exchange
        self._readings = readings
        self._dialect: Dialect = dialect_named(exchange.dialect)
        self._expected: Expectation = expectation_of(self._dialect)
        self._least = self._most = self._refusals = 0
        self._terminators = self._errors = 0
        self._may_close = False
        self._names: set[str] = set()
        self._end_names: list[tuple[str, ...]] = []
        """The names in force at each end frame: its terminating message carries one of them."""
        self._nameless = False
        """Whether something may still be answered that was sent before the client gave a name."""
        self._silent = self._dialect.names_sessions
        """Whether everything that was sent has been answered, so that nothing may come."""
        self._comparable = True
        self._steps_of_audio: list[int] = []
        self._modes: set[str | None] = set()
        self._ended: list[_Utterance] = []
        self._replies: list[list[Reply]] = [[]]
        """What came for each utterance: every terminating message ends one."""

    def problems(self) -> Iterator[Problem]:
        """Yield what was wrong, in order."""
        waits = self._waits()
        for frame in self._exchange.frames:
            while waits and waits[0][0] < frame.step:
                yield from self._waited(*waits.pop(0))
            if frame.direction == "sent":
                self._send(frame)
            elif frame.kind in ("text", "binary"):
                yield from self._receive(frame)
        for wait in waits:
            yield from self._waited(*wait)
        yield from self._closed()
        yield from self._read()

    def _waits(self) -> list[tuple[int, str]]:
        """The waits for terminating messages that were driven: their steps, and how they ended."""
        steps = self._exchange.scenario.steps
        return [
            (done.step, done.outcome)
            for done in self._exchange.steps
            if isinstance(steps[done.step], AwaitTerminator)
        ]

    def _send(self, frame: Frame) -> None:
        if frame.kind == "binary":
            step = self._exchange.scenario.steps[frame.step]
            owed = self._expected.audio(frame.size)
            self._silent = False
            if isinstance(step, StreamAudio) and frame.step not in self._steps_of_audio:
                self._steps_of_audio.append(frame.step)
            self._modes.add(self._expected.reads)
        elif frame.kind == "text":
            before = self._expected.reads
            owed = self._expected.text(frame.text or "")
            if self._steps_of_audio and self._expected.reads != before:
                # Configured in the middle of the audio: some of it is read in another way.
                self._modes.add(None)
        else:
            return
        self._least += owed.least
        self._most += owed.most
        self._refusals += owed.refusal
        self._may_close |= owed.close
        if owed.refusal or owed.most != owed.least:
            self._comparable = False
        if owed.most:
            self._end_utterance()
            self._end_names.append(tuple(map(repr, self._expected.names)))
        if owed.most or owed.refusal or owed.event:
            self._silent = False
        answerable = owed.most > 0 or owed.refusal or frame.kind == "binary"
        self._nameless |= not self._expected.names and answerable
        self._names |= set(map(repr, self._expected.names))

    def _end_utterance(self) -> None:
        steps = self._exchange.scenario.steps
        done = {step.step: step.outcome for step in self._exchange.steps}
        sources = []
        whole = True
        for number in self._steps_of_audio:
            step = steps[number]
            assert isinstance(step, StreamAudio)
            sources.append(step.audio)
            whole &= done.get(number) == "done"
        reads = next(iter(self._modes)) if len(self._modes) == 1 and whole else None
        self._ended.append(_Utterance(tuple(sources), reads))
        self._steps_of_audio, self._modes = [], set()

    def _receive(self, frame: Frame) -> Iterator[Problem]:
        try:
            reply = parse_reply(frame.text or "")
        except NotAReply as error:
            yield Problem(rule="not a reply", sentence=f"a server message is {error}", frames=(frame.index,))
            return
        # What is wrong first decides: an excess of messages makes more look wrong after it.
        terminates = self._dialect.terminates(reply)
        silent, named = self._silent, self._misnamed(frame, reply, terminates=terminates)
        yield from self._mistyped(frame, reply)
        yield from self._counted(frame, reply, terminates=terminates)
        yield from named
        if silent and not terminates:
            what = f"a message with the text {_shown(reply.text_or_empty)}"
            yield Problem(
                rule="after everything was answered",
                sentence=f"{what} came when everything that was sent had been answered",
                frames=(frame.index,),
            )

    def _counted(self, frame: Frame, reply: Reply, *, terminates: bool) -> Iterator[Problem]:
        error = error_in(reply)
        if error is not None and not self._refusals:
            sentence = f"what the protocol allows was refused: {_shown(error)}"
            yield Problem(rule="refused", sentence=sentence, frames=(frame.index,))
        self._errors += error is not None
        self._replies[-1].append(reply)
        if not terminates:
            return
        self._replies.append([])
        self._terminators += 1
        if self._terminators > self._most + self._refusals:
            sentence = f"{self._terminators} terminating messages came for {self._most} end frames"
            yield Problem(rule=TOO_MANY, sentence=sentence, frames=(frame.index,))
        # Events answer commands in their own time: of those it is never known whether all have come.
        settled = (
            self._dialect.names_sessions
            and self._terminators >= self._most
            and not self._refusals
            and not self._steps_of_audio
        )
        if settled:
            self._silent = True
            self._nameless = False
            self._names = set(map(repr, self._expected.names))

    def _mistyped(self, frame: Frame, reply: Reply) -> Iterator[Problem]:
        for field, kind in (("text", str), ("is_final", bool), ("is_end", bool)):
            value = getattr(reply, field)
            if reply.has(field) and not isinstance(value, kind):
                yield Problem(
                    rule=f"type of {field}",
                    sentence=f"{field} is {_shortened(repr(value))}, expected {kind.__name__}",
                    frames=(frame.index,),
                )
        if not self._dialect.names_sessions:
            yield from self._misshapen(frame, reply)
            return
        if not reply.has("text") and reply.is_end is not True:
            yield Problem(rule="text missing", sentence="a result has no text", frames=(frame.index,))
        known = self._dialect.partial_modes | self._dialect.sentence_modes
        if reply.has("mode") and reply.mode not in known and reply.is_end is not True:
            yield Problem(
                rule="mode of a reply",
                sentence=f"mode is {_shortened(repr(reply.mode))}, expected {' or '.join(sorted(known))}",
                frames=(frame.index,),
            )

    def _misshapen(self, frame: Frame, reply: Reply) -> Iterator[Problem]:
        """Judge a message that tells an event, or everything heard since the session began."""
        if reply.has("event"):
            return
        for field, kind in (("sentences", list), ("partial", str), ("is_final", bool)):
            value = getattr(reply, field, None)
            if not isinstance(value, kind):
                yield Problem(
                    rule=f"type of {field}",
                    sentence=f"{field} is {_shortened(repr(value))}, expected {kind.__name__}",
                    frames=(frame.index,),
                )

    def _misnamed(self, frame: Frame, reply: Reply, *, terminates: bool) -> list[Problem]:
        """Judge the echo of names, once the client has given one."""
        allowed: Collection[str] = self._names
        if terminates and self._comparable and self._terminators < len(self._end_names):
            allowed = self._end_names[self._terminators]
        echoed = reply.has("wav_name") and repr(reply.wav_name) in allowed
        if self._nameless or not allowed or echoed:
            return []
        came = (
            f"wav_name is {_shortened(repr(reply.wav_name))}"
            if reply.has("wav_name")
            else "a reply has no wav_name"
        )
        sentence = f"{came}, sent was {' or '.join(sorted(map(_shortened, allowed)))}"
        return [Problem(rule="wav_name", sentence=sentence, frames=(frame.index,))]

    def _waited(self, step: int, outcome: str) -> Iterator[Problem]:
        """Judge a wait for terminating messages that is over."""
        if outcome == "timeout" and self._terminators < self._least:
            awaited = self._exchange.scenario.steps[step]
            waited_s = awaited.timeout_s if isinstance(awaited, AwaitTerminator) else 0
            ends = [f.index for f in self._exchange.frames if f.role == "end" and f.step < step]
            yield Problem(
                rule="terminator missing",
                sentence=f"{self._terminators} terminating messages came for {self._least} end frames within "
                f"{waited_s:g} s",
                frames=tuple(ends[-1:]),
            )

    def _closed(self) -> Iterator[Problem]:
        closing = self._exchange.closing
        if closing is None:
            if self._exchange.failure is not None:
                yield Problem(rule="no data taken", sentence=self._exchange.failure.message)
            return
        if closing.who == "client" or (self._may_close and closing.code == 1000):
            return
        how = f"with code {closing.code}" if closing.code is not None else "without a close frame"
        yield Problem(
            rule=f"closed by the {closing.who}",
            sentence=f"the {closing.who} ended the connection {how}",
        )

    def _read(self) -> Iterator[Problem]:
        """Judge the text of each utterance against how its audio reads when it is sent plainly."""
        if not self._comparable or self._terminators != len(self._ended):
            return
        for utterance, replies in zip(self._ended, self._replies, strict=False):
            if len(utterance.audio) != 1 or utterance.reads is None:
                continue
            reading = self._readings.get((utterance.audio[0], utterance.reads))
            if reading is None:
                continue
            text = TEXT(transcript(self._dialect, replies))
            if text == reading.text or (not reading.steady and reads_as_before(reading.text, text)):
                continue
            yield Problem(
                rule="text",
                sentence=f"an utterance reads {_shown(text)}, sent plainly it reads {_shown(reading.text)}",
            )


def _shown(text: str) -> str:
    return repr(_shortened(text))


def _shortened(text: str) -> str:
    return text if len(text) <= SHOWN_CHARACTERS else text[: SHOWN_CHARACTERS - 1] + "…"
