"""Callers for Locust: `locust -f load/locustfile.py --host wss://host:10095`.

Each user speaks one clip after another in real time, on a connection of its own, and waits for the final.
Times are ms from the planned instant of what they refer to, so that a late send does not make the server
look quicker.
"""

import itertools
import ssl
import time
from argparse import ArgumentParser
from typing import Any

import gevent
from locust import User, constant, events, task
from locust.exception import StopUser
from websockets.exceptions import InvalidHandshake, WebSocketException
from websockets.sync.client import ClientConnection, connect

from asrgate.audio.clips import Clip, bundled_clips_directory, load_clips
from asrgate.audio.framing import AudioFrame, ByChunk, frames
from asrgate.audio.source import audio_of, pcm_of
from asrgate.wire.dialects import DIALECTS, FUNASR_2PASS, dialect_named
from asrgate.wire.messages import END_OF_INPUT, NotAReply, encode, opening, parse_reply

FINAL_WITHIN_S = 10.0
"""How long after the end frame, plus once the length of the audio, a final may take (END-01)."""


@events.init_command_line_parser.add_listener
def add_options(parser: ArgumentParser) -> None:
    """What a speech user needs to know beyond Locust's own options."""
    parser.add_argument(
        "--dialect", choices=list(DIALECTS), default=FUNASR_2PASS.name, help="dialect of the server"
    )
    parser.add_argument(
        "--mode", choices=["2pass", "online", "offline"], default="2pass", help="mode to ask for"
    )
    parser.add_argument("--insecure", action="store_true", help="accept any TLS certificate")


@events.init.add_listener
def catch_up_with_the_clock(**_: Any) -> None:
    """Let `--run-time` count from here: gevent's clock still shows when the imports above began."""
    gevent.get_hub().loop.update_now()


class SpeechUser(User):
    """A caller: one clip per task, at the pace of speech, with a breath between calls."""

    wait_time = constant(1)
    _numbers = itertools.count(1)
    _clips = load_clips(bundled_clips_directory())

    def on_start(self) -> None:
        """Choose the clips to speak, other ones first than the caller before."""
        if not self.host:
            self.environment.runner.quit()
            raise StopUser("no endpoint: give --host ws://host:10095")
        options = self.environment.parsed_options
        self.number = next(self._numbers)
        self.dialect = dialect_named(options.dialect)
        self.mode: str = options.mode
        self.insecure: bool = options.insecure
        plain = self._clips.tagged("plain")
        start = self.number % len(plain)
        self.turns = itertools.cycle(plain[start:] + plain[:start])

    @task
    def utterance(self) -> None:
        """Connect, speak one clip, wait for its final, close."""
        clip = next(self.turns)
        began_s = time.perf_counter()
        try:
            session = connect(
                self.host, subprotocols=["binary"], ssl=_tls(self.host, self.insecure), compression=None
            )
        except (OSError, TimeoutError, InvalidHandshake) as error:
            self._measured("connect", began_s, error)
            return
        self._measured("connect", began_s)
        with session:
            self._speak(session, clip)

    def _speak(self, session: ClientConnection, clip: Clip) -> None:
        source = audio_of(clip)
        spoken = list(frames(pcm_of(source, self._clips), ByChunk(), source.sample_rate_hz))
        name = f"caller-{self.number}-{clip.id}"
        settings = opening(mode=self.mode, wav_name=name)
        session.send(encode(settings))
        start_s = time.perf_counter()
        end_s = start_s + spoken[-1].due_ms / 1000
        listener = gevent.spawn(self._listen, session, start_s + (clip.speech_start_ms or 0) / 1000, end_s)
        try:
            _pace(session, spoken, start_s)
            session.send(encode(END_OF_INPUT))
            listener.join(timeout=FINAL_WITHIN_S + clip.duration_ms / 1000)
            failure = listener.value if listener.ready() else TimeoutError(f"no final for {clip.id}")
        except WebSocketException as error:
            failure = error
        listener.kill()
        self._measured("final after end", end_s, failure)

    def _listen(self, session: ClientConnection, onset_s: float, end_s: float) -> Exception | None:
        """Read until the terminator; return what went wrong."""
        partial_seen = False
        try:
            for message in session:
                reply = parse_reply(message if isinstance(message, str) else "")
                if self.dialect.is_partial(reply) and not partial_seen:
                    partial_seen = True
                    self._measured("first partial after onset", onset_s)
                if self.dialect.terminates(reply) and time.perf_counter() >= end_s:
                    return None
        except (WebSocketException, NotAReply) as error:
            return error
        return ConnectionError("the server closed before the final")

    def _measured(self, name: str, since_s: float, failure: Exception | None = None) -> None:
        self.environment.events.request.fire(
            request_type="speech",
            name=name,
            response_time=(time.perf_counter() - since_s) * 1000,
            response_length=0,
            exception=failure,
            context={},
        )


def _pace(session: ClientConnection, spoken: list[AudioFrame], start_s: float) -> None:
    """Send every frame at its absolute due time; one that is late does not move those after it."""
    for frame in spoken:
        gevent.sleep(max(0.0, start_s + frame.due_ms / 1000 - time.perf_counter()))
        session.send(frame.payload)


def _tls(url: str, insecure: bool) -> Any:
    if not url.startswith("wss:"):
        return None
    context = ssl.create_default_context()
    if insecure:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context
