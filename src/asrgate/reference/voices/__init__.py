"""The voices of the embedded endpoint: one module per dialect, each a protocol state machine without sockets.

A voice is one connection's side of the conversation. It takes the messages that a client sends and yields
the messages that the server answers, in order; docs/embedded-endpoint.md lists where it differs from the
real server on purpose.
"""

from collections.abc import Callable, Iterator
from typing import Protocol

from asrgate.reference.recogniser import Recogniser
from asrgate.reference.voices.funasr_2pass import TwoPassVoice
from asrgate.reference.voices.funasr_2pass_01 import TwoPass01Voice
from asrgate.reference.voices.funasr_offline import OfflineVoice
from asrgate.reference.voices.funasr_python import PythonVoice
from asrgate.reference.voices.funasr_realtime import RealtimeVoice
from asrgate.reference.voices.realtime_speakers import SpeakerRealtimeVoice


class Voice(Protocol):
    """One connection, seen from the server."""

    def receive_text(self, text: str) -> Iterator[str]:
        """Take a text message; yield the replies, as JSON text."""

    def receive_audio(self, data: bytes) -> Iterator[str]:
        """Take a binary message; yield the replies, as JSON text."""


VOICES: dict[str, Callable[[Recogniser, int], Voice]] = {
    "funasr-2pass": TwoPassVoice,
    "funasr-2pass-0.1": TwoPass01Voice,
    "funasr-offline": OfflineVoice,
    "funasr-python": PythonVoice,
    "funasr-realtime": RealtimeVoice,
}
"""How to make a voice: from the process's recogniser and the time when the connection opened, in epoch ms."""

SPEAKER_VOICES: dict[str, Callable[[Recogniser, int], Voice]] = {"funasr-realtime": SpeakerRealtimeVoice}
"""The same for voices that say who spoke."""
