"""`funasr-realtime` started with speaker diarisation: its final says who spoke each sentence."""

from __future__ import annotations

from collections.abc import Iterator

from asrgate.reference.pcm import PcmStream
from asrgate.reference.speakers import SpeakerEar, Turn
from asrgate.reference.transcriber import Heard, Segment
from asrgate.reference.voices.funasr_realtime import RealtimeVoice


class SpeakerRealtimeVoice(RealtimeVoice):
    """The realtime server, whose final splits sentences by speaker and has `spk` in each.

    Updates before it have none: only when all was heard it is known which voices are alike
    (docs/protocol.md section 4.6).
    """

    def receive_audio(self, data: bytes) -> Iterator[str]:
        """Take audio, and listen to the voice in it."""
        if self._active:
            self._ear.hear(self._ear_pcm.accept(data))
        yield from super().receive_audio(data)

    def _begin(self) -> None:
        super()._begin()
        self._ear, self._ear_pcm = SpeakerEar(), PcmStream()

    def _note(self, heard: Heard) -> None:
        super()._note(heard)
        if isinstance(heard, Segment):
            self._ear.note(heard)

    def _final(self) -> str:
        self._sentences = [self._told(turn) for turn in self._ear.turns()]
        return super()._final()

    def _told(self, turn: Turn) -> dict[str, object]:
        return {
            "text": self._text(turn.tokens, complete=turn.complete),
            "start": turn.tokens[0].start_ms,
            "end": turn.tokens[-1].end_ms,
            "spk": turn.speaker,
        }
