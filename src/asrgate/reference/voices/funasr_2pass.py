"""`funasr-2pass`: the C++ real-time server of the main branch, with slices, times and epoch time stamps."""

from __future__ import annotations

from asrgate.reference.recogniser import Recogniser
from asrgate.reference.transcriber import Delta, Segment
from asrgate.reference.voices.replies import stamp_sents, stamp_string
from asrgate.reference.voices.two_pass import TwoPassConversation
from asrgate.reference.written import WrittenSentence

FIRST_PARTIAL, LATER_PARTIAL, SENTENCE = 0, 1, 2


class TwoPassVoice(TwoPassConversation):
    """Replies as in docs/protocol.md section 4.2.

    `index` counts the sentences of the connection. In mode `online` no sentence is ever announced, so there
    it only moves with the final. `start_time` is that of the last first partial, even if that belonged to
    an earlier sentence.
    """

    def __init__(self, recogniser: Recogniser, opened_epoch_ms: int) -> None:
        self._index = 0
        self._sentence_open = False
        self._start_time_ms = 0
        super().__init__(recogniser, opened_epoch_ms)

    def _partial(self, delta: Delta, *, final: bool) -> dict[str, object]:
        slice_type = LATER_PARTIAL if self._sentence_open else FIRST_PARTIAL
        if not self._sentence_open:
            self._sentence_open = True
            self._start_time_ms = delta.segment_start_ms
        return {
            "index": self._index,
            "is_final": final,
            "mode": "2pass-online",
            "slice_type": slice_type,
            "text": delta.text,
            "timestamp": self._opened_epoch_ms,
            "wav_name": self._settings.wav_name,
        }

    def _sentence(self, segment: Segment, written: WrittenSentence, *, final: bool) -> dict[str, object]:
        message: dict[str, object] = {
            "end_time": segment.end_ms,
            "index": self._index,
            "is_final": final,
            "mode": "2pass-offline",
            "slice_type": SENTENCE,
            "stamp_sents": stamp_sents(written),
            "start_time": self._start_time_ms,
            "text": written.text,
            "timestamp": stamp_string(written),
            "wav_name": self._settings.wav_name,
        }
        self._next_sentence()
        return message

    def _online_segment(self, segment: Segment, *, final: bool) -> dict[str, object] | None:
        return self._partial(Delta(segment.rest, segment.start_ms), final=final) if segment.rest else None

    def _empty_final(self) -> dict[str, object]:
        return {
            "is_final": True,
            "mode": self._last_pass,
            "text": "",
            "timestamp": self._opened_epoch_ms,
            "wav_name": self._settings.wav_name,
        }

    def _begin_utterance(self) -> None:
        super()._begin_utterance()
        if self._sentence_open:
            self._next_sentence()
        self._start_time_ms = 0

    def _next_sentence(self) -> None:
        self._index += 1
        self._sentence_open = False
