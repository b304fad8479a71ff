"""What named exchanges are built from: the dialect, the clips, the steps of a client, and who drives."""

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any

from asrgate.audio.clips import Clip, ClipSet
from asrgate.audio.conditions import Condition
from asrgate.audio.framing import ByChunk, Framing
from asrgate.audio.source import AudioSource, Silence, audio_of, duration_ms, speech_bounds_ms
from asrgate.errors import AsrgateError
from asrgate.fuzz.budget import Budget
from asrgate.judge.generated import Generated
from asrgate.suite.hotword_trial import USUAL_WEIGHT, HotwordTrial
from asrgate.suite.jobs import Job, NotDriven, Order
from asrgate.wire.dialects import Dialect
from asrgate.wire.exchange import Exchange
from asrgate.wire.messages import opening
from asrgate.wire.scenario import (
    AwaitTerminator,
    Close,
    Connect,
    Listen,
    Scenario,
    SendText,
    Step,
    StreamAudio,
)

_PLAIN_CONNECT = Connect()

RECOVERY_S = 60.0
"""So long a server may take that a watchdog starts again and that loads its models (`--recovery`)."""

TERMINATOR_BOUND_S = 10.0
"""A terminator may take this long plus once the length of the audio (END-01)."""

MODES = ("2pass", "online", "offline")
SENTENCE_MS = 2000
"""With more speech than this a partial fits before the end of the sentence (MODE-02)."""


class MissingClip(AsrgateError):
    """The folder of clips has none with the tags that a check needs: the check is inconclusive."""


def nothing_generated() -> Generated:
    """There are no generated sessions.

    Raises:
        NotDriven: always.
    """
    raise NotDriven("generated sessions are driven only with --fuzz")


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """The ground on which exchanges are built.

    Whoever builds asks for scenarios with `drive`, `in_turn` and `at_once`, and gets their exchanges. That
    happens twice: while a run is planned they are exchanges in which nothing has happened yet, later those
    that the endpoint gave. `seed` decides whatever is random; `name` and `purpose` are of what is built;
    `expected` are features that the user declared, whose absence excuses nothing; `hazard` is that of the
    requirement for which is built; for `recovery_s` a server that is gone is waited for. `generated` gives
    what came of generated sessions, of which `fuzz` says how many. Clips are scored in those of
    `only_modes` that the dialect has (empty: in all), at `scored_pace` (None: as fast as they are taken),
    under each of `conditions`; `hotword_trial` says what is asked about hotwords beside.
    """

    dialect: Dialect
    clips: ClipSet
    driven: Callable[[Job], tuple[Exchange, ...]]
    seed: int = 0
    name: str = ""
    purpose: str = ""
    hazard: int = 0
    recovery_s: float = RECOVERY_S
    expected: frozenset[str] = frozenset()
    fuzz: Budget | None = None
    generated: Callable[[], Generated] = nothing_generated
    only_modes: tuple[str, ...] = ()
    scored_pace: float | None = None
    conditions: tuple[Condition, ...] = (Condition(),)
    hotword_trial: HotwordTrial | None = None

    # Driving

    def drive(self, scenario: Scenario, *, after: Iterable[Exchange] = ()) -> Exchange:
        """The exchange of a scenario, driven when those in `after` are over."""
        return self._driven([scenario], Order.IN_TURN, after)[0]

    def in_turn(self, scenarios: Iterable[Scenario]) -> tuple[Exchange, ...]:
        """The exchanges of scenarios that are driven one after another."""
        return self._driven(scenarios, Order.IN_TURN)

    def at_once(self, *scenarios: Scenario) -> tuple[Exchange, ...]:
        """The exchanges of scenarios that are driven at the same time."""
        return self._driven(scenarios, Order.AT_ONCE)

    def _driven(
        self, scenarios: Iterable[Scenario], order: Order, after: Iterable[Exchange] = ()
    ) -> tuple[Exchange, ...]:
        job = Job(
            scenarios=tuple(
                replace(s, name=s.name or self.name, purpose=s.purpose or self.purpose) for s in scenarios
            ),
            order=order,
            after=frozenset(exchange.scenario.fingerprint for exchange in after),
            hazard=self.hazard,
        )
        return self.driven(job)

    def each(self, scenarios: Iterable[Scenario]) -> tuple[Exchange, ...]:
        """The exchanges of those scenarios that were driven, each whenever there is room.

        Raises:
            NotDriven: none was.
        """
        found: list[Exchange] = []
        missing: NotDriven | None = None
        for scenario in scenarios:
            try:
                found.append(self.drive(scenario))
            except NotDriven as error:
                missing = missing or error
        if missing is not None and not found:
            raise missing
        return tuple(found)

    def whichever(self, *named: "Callable[[Given], Exchange | Sequence[Exchange]]") -> tuple[Exchange, ...]:
        """The exchanges of those names for which there are clips and which were driven, in one row.

        Raises:
            MissingClip: there are clips for none of them.
            NotDriven: none was driven before the run was broken off.
        """
        found: list[Exchange] = []
        missing: MissingClip | NotDriven | None = None
        for build in named:
            try:
                built = build(self)
            except (MissingClip, NotDriven) as error:
                missing = missing or error
            else:
                found += [built] if isinstance(built, Exchange) else built
        if missing is not None and not found:
            raise missing
        return tuple(found)

    # Clips

    def sentence(self) -> Clip:
        """The plain clip that most checks use: the first with more than 2 s of speech, or else the first.

        Raises:
            MissingClip: there is no plain clip.
        """
        plain = self.tagged("plain")
        return next((clip for clip in plain if _speech_ms(clip) > SENTENCE_MS), plain[0])

    def other_sentence(self) -> Clip:
        """A plain clip that is not `sentence`.

        Raises:
            MissingClip: there is none.
        """
        first = self.sentence()
        return next(clip for clip in self.tagged("plain", at_least=2) if clip is not first)

    def shortest(self, tag: str) -> Clip:
        """The shortest clip that carries `tag`.

        Raises:
            MissingClip: there is none.
        """
        return min(self.tagged(tag), key=lambda clip: clip.duration_ms)

    def dares_to_send(self, clip: Clip) -> bool:
        """Whether no server of this dialect is known to die of the clip (ROB-26)."""
        return self.dialect.bears_noise or clip.language != "none" or "silence" in clip.tags

    def tagged(self, tag: str, *, at_least: int = 1, at_most: int | None = None) -> tuple[Clip, ...]:
        """The clips that carry `tag`, the first `at_most` of them.

        Raises:
            MissingClip: the folder has fewer than `at_least`.
        """
        found = self.clips.tagged(tag)
        if not found:
            raise MissingClip(f"the fixtures folder has no clip tagged {tag!r}")
        if len(found) < at_least:
            raise MissingClip(
                f"the fixtures folder has {len(found)} clips tagged {tag!r}, {at_least} are needed"
            )
        return found[:at_most]

    def differing(self, tag: str, count: int) -> tuple[Clip, ...]:
        """The first `count` clips that carry `tag`, no two of them with the same words.

        Raises:
            MissingClip: there are fewer.
        """
        found: dict[str, Clip] = {}
        for clip in self.tagged(tag, at_least=count):
            found.setdefault(clip.text, clip)
        if len(found) < count:
            raise MissingClip(
                f"the fixtures folder has {len(found)} clips tagged {tag!r} that say different things, "
                f"{count} are needed"
            )
        return tuple(found.values())[:count]

    def speech_ms(self, exchange: Exchange) -> tuple[int, int]:
        """Start and end of speech within the first audio that was sent, in ms.

        Raises:
            MissingClip: they are not known.
        """
        audio = next(step.audio for step in exchange.scenario.steps if isinstance(step, StreamAudio))
        bounds = speech_bounds_ms(audio, self.clips)
        if bounds is None:
            raise MissingClip("the manifest does not say when speech starts and ends in this clip")
        return bounds

    # Steps of a client

    @property
    def modes(self) -> tuple[str, ...]:
        """The modes that can be requested of this dialect, the main one first."""
        return MODES if "modes" in self.dialect.features else ("offline",)

    @property
    def scored_modes(self) -> tuple[str, ...]:
        """The modes in which clips are scored, the main one first."""
        return tuple(mode for mode in self.modes if not self.only_modes or mode in self.only_modes)

    def utterance(
        self,
        audio: Clip | AudioSource,
        *,
        name: str = "",
        listen_s: float = 0.0,
        rate_hz: int = 16000,
        silence_before_ms: int = 0,
        silence_after_ms: int = 0,
        **turn: Any,
    ) -> Scenario:
        """A session of one utterance: opening frame, audio, end frame, terminator, close.

        A clip is sent at `rate_hz` with silence around it, another source as it is; `listen_s` is how long to
        listen on after the terminator. The rest is what `turn` takes.
        """
        heard = _shaped(audio, rate_hz, silence_before_ms, silence_after_ms)
        listening = (Listen(seconds=listen_s),) if listen_s else ()
        # Where the opening carries no name, sessions that differ in nothing else differ in how they close.
        reason = "" if self.dialect.names_sessions else turn.get("wav_name", "")
        return self.session(*self.turn(heard, **turn), *listening, Close(reason=reason), name=name)

    def turn(
        self,
        audio: AudioSource,
        *,
        mode: str | None = None,
        framing: Framing | None = None,
        pace: float | None = None,
        omit: Sequence[str] = (),
        **settings: Any,
    ) -> tuple[Step, ...]:
        """The steps of one utterance within a session: opening frame, audio, end frame, terminator.

        `settings` are fields of the opening frame (`itn`, `hotwords`, `chunk_size`, `wav_name` …), those in
        `omit` are left out, and those in `also` go as they are. Audio goes as fast as the endpoint takes it
        unless there is a `pace`.
        """
        mode = mode or self.modes[0]
        stream = StreamAudio(audio=audio, framing=framing or ByChunk(), pace=pace)
        settings.setdefault("audio_fs", audio.sample_rate_hz)
        settings.setdefault("wav_name", _wav_name(mode, stream, omit, settings))
        return *self.opening(mode=mode, omit=omit, **settings), stream, *self.ending(after=audio)

    def hotwords(self, terms: Iterable[str]) -> dict[str, Any]:
        """The settings that ask for hotwords of the usual weight, in the form that the models read."""
        return self.weighted_hotwords(dict.fromkeys(terms, USUAL_WEIGHT))

    def weighted_hotwords(self, weights: Mapping[str, int]) -> dict[str, Any]:
        """The settings that ask for hotwords of these weights; without them where the models read words."""
        if self.dialect.hotwords_as == "words":
            return {"also": {"hotwords": " ".join(weights)}}
        return {"hotwords": dict(weights)}

    def opening(
        self,
        *,
        mode: str | None = None,
        omit: Sequence[str] = (),
        also: Mapping[str, object] = MappingProxyType({}),
        **settings: Any,
    ) -> tuple[SendText, ...]:
        """How a client opens an utterance in this dialect, without what is in `omit`, with what is in `also`.

        One frame in the JSON dialects; in funasr-realtime the commands for those of the fields that have one.
        """
        fields = opening(mode=mode or self.modes[0], **settings) | dict(also)
        asked = {k: v for k, v in fields.items() if k not in omit}
        return tuple(SendText(text=text, role="config") for text in self.dialect.opening_texts(asked))

    def ending(self, *, after: AudioSource | None = None) -> tuple[Step, Step]:
        """The end frame of the dialect, and a wait for its terminator as END-01 allows."""
        heard_s = duration_ms(after, self.clips) / 1000 if after else 0.0
        return (
            SendText(text=self.dialect.ending_text, role="end"),
            AwaitTerminator(timeout_s=TERMINATOR_BOUND_S + heard_s),
        )

    def session(
        self, *steps: Step | tuple[Step, ...], name: str = "", connect: Connect = _PLAIN_CONNECT
    ) -> Scenario:
        """A scenario of these steps and rows of steps, on a connection as the endpoint's settings say."""
        rows = (step if isinstance(step, tuple) else (step,) for step in steps)
        return Scenario(name=name, steps=(connect, *(step for row in rows for step in row)))


def _speech_ms(clip: Clip) -> int:
    return (clip.speech_end_ms or 0) - (clip.speech_start_ms or 0)


def _shaped(audio: Clip | AudioSource, rate_hz: int, before_ms: int, after_ms: int) -> AudioSource:
    if not isinstance(audio, Clip):
        return audio
    around = (Silence(before_ms, after_ms),) if before_ms or after_ms else ()
    return audio_of(audio, *around, sample_rate_hz=rate_hz)


def _wav_name(mode: str, stream: StreamAudio, omit: Sequence[str], settings: dict[str, Any]) -> str:
    """A name that differs between sessions that differ, so that a reply to another session shows (ACC-07)."""
    facts = json.dumps([mode, repr(stream), *omit, settings], sort_keys=True, ensure_ascii=False)
    return f"asrgate-{hashlib.sha256(facts.encode()).hexdigest()[:8]}"
