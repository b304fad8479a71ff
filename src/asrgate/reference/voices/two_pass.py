"""The conversation of the C++ real-time servers, whatever the fields of their replies.

docs/protocol.md section 5.1 describes the states: audio counts only after a `chunk_size`, each end frame is
answered by exactly one message with `is_final:true`, and the connection goes on with the next utterance.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator

from asrgate.reference.pcm import Floats, PcmStream
from asrgate.reference.punctuation import punctuate
from asrgate.reference.recogniser import Recogniser
from asrgate.reference.transcriber import Delta, Heard, Passes, Segment, Transcriber
from asrgate.reference.voices.fields import Refusal, parse_object
from asrgate.reference.voices.replies import cpp_json
from asrgate.reference.voices.settings import TWO_PASS_FIELDS, Settings, ends_input, updated
from asrgate.reference.written import WrittenSentence, write

MOST_HELD_BYTES = 64_000_000
"""Audio kept for a configuration that is still to come: half an hour at 16 kHz."""

_NO_PCM = "Real-time transcription service ONLY SUPPORT PCM stream."
_NO_CHUNK_SIZE = (
    'no audio was transcribed, because no text message has set chunk_size; send "chunk_size":[5,10,5] first'
)


class TwoPassConversation(ABC):
    """One connection to a C++ real-time server."""

    def __init__(self, recogniser: Recogniser, opened_epoch_ms: int) -> None:
        self._recogniser = recogniser
        self._opened_epoch_ms = opened_epoch_ms
        self._settings = Settings()
        self._refused = False
        self._pcm: PcmStream
        self._transcriber: Transcriber
        self._begin_utterance()

    def receive_text(self, text: str) -> Iterator[str]:
        """Take a configuration or an end frame."""
        try:
            message = parse_object(text.removeprefix("\ufeff"))
            settings = updated(self._settings, message, TWO_PASS_FIELDS)
        except Refusal as refusal:
            yield self._error(str(refusal))
            return
        yield from self._apply(settings)
        if ends_input(message):
            yield from self._end_utterance()

    def receive_audio(self, data: bytes) -> Iterator[str]:
        """Take audio; what comes before a `chunk_size` waits for it, and what is not PCM is refused."""
        if self._settings.chunk_size is None:
            self._held += data[: MOST_HELD_BYTES - len(self._held)]
            return
        samples = self._pcm.accept(data)
        if self._settings.is_pcm:
            yield from self._hear(samples)
        elif not self._refused:
            self._refused = True
            yield self._error(_NO_PCM, final=False)

    @abstractmethod
    def _partial(self, delta: Delta, *, final: bool) -> dict[str, object]:
        """Return the message of a delta."""

    @abstractmethod
    def _sentence(self, segment: Segment, written: WrittenSentence, *, final: bool) -> dict[str, object]:
        """Return the message of a sentence result."""

    @abstractmethod
    def _online_segment(self, segment: Segment, *, final: bool) -> dict[str, object] | None:
        """Return the message that mode `online` sends when a segment ends, if it sends one."""

    @abstractmethod
    def _empty_final(self) -> dict[str, object]:
        """Return the answer to an end frame when there is nothing left to say."""

    def _apply(self, settings: Settings) -> Iterator[str]:
        if settings.audio_fs != self._settings.audio_fs:
            yield from self._hear(self._pcm.finish())
            self._pcm = PcmStream(settings.audio_fs)
        self._settings = settings
        if self._held and settings.chunk_size is not None:
            held = bytes(self._held)
            self._held.clear()
            yield from self.receive_audio(held)

    def _hear(self, samples: Floats) -> Iterator[str]:
        for heard in self._transcriber.accept(samples, self._passes()):
            message = self._message(heard, final=False)
            if message is not None:
                yield cpp_json(message)

    def _end_utterance(self) -> Iterator[str]:
        if not self._settings.is_pcm:
            yield self._error(_NO_PCM)
        elif self._settings.chunk_size is None:
            yield self._error(_NO_CHUNK_SIZE)
        else:
            yield from self._hear(self._pcm.finish())
            last = None
            for heard in self._transcriber.finish(self._passes()):
                last = self._message(heard, final=True)
            yield cpp_json(last or self._empty_final())
        self._begin_utterance()

    def _begin_utterance(self) -> None:
        self._held = bytearray()
        self._refused = False
        self._pcm = PcmStream(self._settings.audio_fs)
        self._transcriber = Transcriber(self._recogniser)

    def _message(self, heard: Heard, *, final: bool) -> dict[str, object] | None:
        if isinstance(heard, Delta):
            return self._partial(heard, final=final)
        if self._settings.mode == "online":
            return self._online_segment(heard, final=final)
        if not heard.tokens:
            return None
        return self._sentence(heard, self._written(heard), final=final)

    def _written(self, segment: Segment) -> WrittenSentence:
        marks = punctuate(segment.tokens, complete=segment.complete)
        return write(segment.tokens, marks, itn=self._settings.itn)

    @property
    def _last_pass(self) -> str:
        """The mode of a final without text: that of the pass that would have had the last word.

        The C++ servers leave the field out.
        """
        return "2pass-online" if self._settings.mode == "online" else "2pass-offline"

    def _passes(self) -> Passes:
        return Passes(
            partials=self._settings.mode != "offline",
            step_ms=self._settings.step_ms,
            hotwords=self._settings.hotwords,
        )

    def _error(self, reason: str, *, final: bool = True) -> str:
        """Return the in-band error of the C++ servers; a final one ends what the client was waiting for.

        Its `error` is ours: theirs looks like a transcript.
        """
        said = {"text": f"ERROR. {reason}", "error": reason}
        return cpp_json(said | {"wav_name": self._settings.wav_name, "is_final": final})
