"""An exchange read as utterances: what was sent for each, what came back, and what ended it.

An utterance ends with its end frame; its replies end with the terminating message of the dialect
(docs/protocol.md section 9.5). Messages are told apart by their order alone, never by their content.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from asrgate.measure.error_rate import align
from asrgate.wire.dialects import Dialect, dialect_named, transcript
from asrgate.wire.exchange import Exchange, Frame
from asrgate.wire.results import Message as Message
from asrgate.wire.results import partials_in, sentences_in
from asrgate.wire.scenario import StreamAudio

SAMPLE_BYTES = 2

VARIES = 0.2
"""Share of the characters in which two readings of the same audio may differ on a server that is in order.

Engines on graphics cards do not repeat themselves exactly; a lost or a foreign sentence differs in more.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Utterance:
    """One utterance of a session.

    `settings` is what the configuration frames had said by its end frame, the later ones winning. `replies`
    includes the terminating message; `late` came after it, before anything was sent for the next utterance.
    """

    exchange: Exchange
    configs: tuple[Frame, ...]
    audio: tuple[Frame, ...]
    end: Frame | None
    settings: dict[str, Any]
    replies: tuple[Message, ...] = ()
    terminator: Message | None = None
    late: tuple[Message, ...] = ()

    @property
    def dialect(self) -> Dialect:
        """The dialect that the session was judged to speak."""
        return dialect_named(self.exchange.dialect)

    @property
    def audio_ms(self) -> float:
        """Length of the audio that was sent for it."""
        return self.length_ms(self.audio)

    def length_ms(self, audio: Iterable[Frame]) -> float:
        """Length of the audio in some of its frames."""
        return sum(f.size / SAMPLE_BYTES * 1000 / _rate_hz(self.exchange, f) for f in audio)

    @property
    def sentences(self) -> tuple[Message, ...]:
        """Sentence results with text, in order of arrival."""
        return sentences_in(self.dialect, self.replies)

    @property
    def partials(self) -> tuple[Message, ...]:
        """Partials with text, in order of arrival."""
        return partials_in(self.dialect, self.replies)

    @property
    def text(self) -> str:
        """What was recognised, as received."""
        return transcript(self.dialect, (reply for _, reply in self.replies))


def utterances(exchange: Exchange) -> tuple[Utterance, ...]:
    """The utterances of a session, in order; the last may lack its end frame."""
    sent = _as_sent(exchange)
    return _with_replies(exchange, sent) if sent else ()


def text_of(exchange: Exchange) -> str:
    """All recognised text of a session, as received, never normalised."""
    return transcript(dialect_named(exchange.dialect), (reply for _, reply in exchange.replies()))


def reads_as_before(before: str, now: str) -> bool:
    """Whether two texts of the same audio differ by no more than an engine varies."""
    rate = align(before, now).rate
    return rate is not None and rate <= VARIES


def sentences_of(exchange: Exchange) -> tuple[Message, ...]:
    """All sentence results with text, of all utterances of a session."""
    return tuple(message for utterance in utterances(exchange) for message in utterance.sentences)


def ended(exchanges: Iterable[Exchange]) -> tuple[Utterance, ...]:
    """The utterances of these sessions for which an end frame was sent."""
    return tuple(u for exchange in exchanges for u in utterances(exchange) if u.end is not None)


def watched_until_ns(exchange: Exchange) -> int:
    """The last instant at which the session is known to have been watched (ns since the exchange began)."""
    instants = [step.ended_ns for step in exchange.steps] + [frame.at_ns for frame in exchange.frames]
    if exchange.closing is not None:
        instants.append(exchange.closing.at_ns)
    return max(instants, default=0)


def configuration(frame: Frame) -> dict[str, Any]:
    """The fields of a configuration or end frame; empty when it is not a JSON object."""
    try:
        value = json.loads(frame.text or "")
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}


def _as_sent(exchange: Exchange) -> list[Utterance]:
    found: list[Utterance] = []
    configs: list[Frame] = []
    audio: list[Frame] = []
    settings: dict[str, Any] = {}
    for frame in exchange.frames:
        if frame.direction != "sent" or frame.role not in ("config", "audio", "end"):
            continue
        if frame.role == "audio":
            audio.append(frame)
            continue
        settings = settings | configuration(frame)
        if frame.role == "config":
            configs.append(frame)
            continue
        found.append(
            Utterance(
                exchange=exchange, configs=tuple(configs), audio=tuple(audio), end=frame, settings=settings
            )
        )
        configs, audio = [], []
    if configs or audio:
        found.append(
            Utterance(
                exchange=exchange, configs=tuple(configs), audio=tuple(audio), end=None, settings=settings
            )
        )
    return found


def _with_replies(exchange: Exchange, sent: list[Utterance]) -> tuple[Utterance, ...]:
    dialect = dialect_named(exchange.dialect)
    replies: list[list[Message]] = [[] for _ in sent]
    late: list[list[Message]] = [[] for _ in sent]
    terminators: list[Message | None] = [None for _ in sent]
    current = 0
    for frame, reply in exchange.replies():
        while (
            current + 1 < len(sent)
            and _first_frame(sent[current + 1]).index < frame.index
            and (terminators[current] is not None or _given_up(sent[current], sent[current + 1]))
        ):
            current += 1
        if terminators[current] is not None:
            late[current].append((frame, reply))
            continue
        replies[current].append((frame, reply))
        end = sent[current].end
        if end is not None and end.index < frame.index and dialect.terminates(reply):
            terminators[current] = (frame, reply)
    return tuple(
        replace(utterance, replies=tuple(replies[n]), late=tuple(late[n]), terminator=terminators[n])
        for n, utterance in enumerate(sent)
    )


def _given_up(utterance: Utterance, following: Utterance) -> bool:
    """Whether the client waited in vain for the terminating message before it went on.

    What comes from then on answers the next utterance.
    """
    return utterance.end is not None and any(
        utterance.end.step < done.step < _first_frame(following).step
        for done in utterance.exchange.steps
        if done.outcome == "timeout"
    )


def _first_frame(utterance: Utterance) -> Frame:
    """The first frame that was sent for an utterance."""
    sent = [*utterance.configs, *utterance.audio]
    return min(sent if utterance.end is None else [*sent, utterance.end], key=lambda frame: frame.index)


def _rate_hz(exchange: Exchange, frame: Frame) -> int:
    """Sampling rate of the audio that a frame is cut from."""
    step = exchange.scenario.steps[frame.step]
    if not isinstance(step, StreamAudio):
        raise ValueError(f"frame {frame.index} is marked as audio, but step {frame.step} streams none")
    rate_hz: int = step.audio.sample_rate_hz
    return rate_hz
