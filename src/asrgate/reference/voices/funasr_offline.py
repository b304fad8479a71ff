"""`funasr-offline`: the C++ file server, which answers each end frame once and never says `is_final:true`."""

from __future__ import annotations

from collections.abc import Iterator

from asrgate.reference.pcm import Floats, PcmStream
from asrgate.reference.punctuation import punctuate
from asrgate.reference.recogniser import Recogniser, Token
from asrgate.reference.transcriber import Passes, Segment, Transcriber
from asrgate.reference.voices.fields import Refusal, parse_object
from asrgate.reference.voices.replies import cpp_json, stamp_sents, stamp_string
from asrgate.reference.voices.settings import OFFLINE_FIELDS, Settings, ends_input, updated
from asrgate.reference.written import write

_NO_PCM = "this server decodes no files; send samples, and wav_format pcm"

_MOST_HELD_BYTES = 64_000_000
"""Audio kept for a configuration that is still to come: half an hour at 16 kHz, then 16 kHz is assumed."""


class OfflineVoice:
    """One connection to the C++ file server: docs/protocol.md sections 4.4 and 5.2.

    The real server keeps the audio until the end frame and then recognises it. Here recognition follows the
    audio as soon as a text message has told the rate, so that a long upload costs time and not memory.
    """

    def __init__(self, recogniser: Recogniser, opened_epoch_ms: int) -> None:
        self._recogniser = recogniser
        self._settings = Settings()
        self._configured = False
        self._pcm: PcmStream
        self._transcriber: Transcriber
        self._begin_utterance()

    def receive_text(self, text: str) -> Iterator[str]:
        """Take a configuration or an end frame; `mode` and `chunk_size` are not looked at."""
        try:
            message = parse_object(text.removeprefix("\ufeff"))
            if message.get("wav_name", "") is None:
                del message["wav_name"]
            settings = updated(self._settings, message, OFFLINE_FIELDS)
        except Refusal as refusal:
            yield self._error(str(refusal))
            return
        self._apply(settings)
        if ends_input(message):
            yield self._end_utterance()

    def receive_audio(self, data: bytes) -> Iterator[str]:
        """Take audio; unlike the real-time server, also before any configuration."""
        self._held += data
        if self._configured or len(self._held) > _MOST_HELD_BYTES:
            self._hear_held()
        yield from ()

    def _apply(self, settings: Settings) -> None:
        if settings.audio_fs != self._settings.audio_fs:
            if self._configured:
                self._hear(self._pcm.finish())
            self._pcm = PcmStream(settings.audio_fs)
        self._settings = settings
        self._configured = True
        self._hear_held()

    def _hear_held(self) -> None:
        samples = self._pcm.accept(bytes(self._held))
        self._held.clear()
        self._hear(samples)

    def _hear(self, samples: Floats) -> None:
        for heard in self._transcriber.accept(samples, self._passes()):
            if isinstance(heard, Segment):
                self._segments.append(heard)

    def _end_utterance(self) -> str:
        self._hear(self._pcm.finish())
        self._segments += [h for h in self._transcriber.finish(self._passes()) if isinstance(h, Segment)]
        reply = self._result() if self._settings.is_pcm else self._error(_NO_PCM)
        self._begin_utterance()
        return reply

    def _begin_utterance(self) -> None:
        self._held = bytearray()
        self._pcm = PcmStream(self._settings.audio_fs)
        self._transcriber = Transcriber(self._recogniser)
        self._segments: list[Segment] = []

    def _result(self) -> str:
        tokens: list[Token] = []
        marks: list[str] = []
        for segment in self._segments:
            tokens += segment.tokens
            marks += punctuate(segment.tokens, complete=segment.complete)
        if not tokens:
            return self._reply("")
        written = write(tokens, marks, itn=self._settings.itn)
        return self._reply(written.text, stamp_sents=stamp_sents(written), timestamp=stamp_string(written))

    def _error(self, reason: str) -> str:
        """Return an error in the form of a result, with a field that tells it from one."""
        return self._reply(f"ERROR. {reason}", error=reason)

    def _reply(self, text: str, **more: object) -> str:
        said = {"is_final": False, "mode": "offline", "text": text, "wav_name": self._settings.wav_name}
        return cpp_json(said | more)

    def _passes(self) -> Passes:
        return Passes(partials=False, hotwords=self._settings.hotwords)
