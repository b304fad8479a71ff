"""`funasr-2pass-0.1`: the C++ real-time server of the images 0.1.x, as the deployment guide shows it."""

from __future__ import annotations

from asrgate.reference.transcriber import Delta, Segment
from asrgate.reference.voices.replies import stamp_sents, stamp_string
from asrgate.reference.voices.two_pass import TwoPassConversation
from asrgate.reference.written import WrittenSentence


class TwoPass01Voice(TwoPassConversation):
    """Replies as in docs/protocol.md section 4.3, where `timestamp` is always a string.

    In mode `online` the whole segment comes once more when it ends, as `2pass-offline` without stamps, in
    the place of the last delta: whoever joins only the deltas loses the tail.
    """

    def _partial(self, delta: Delta, *, final: bool) -> dict[str, object]:
        return self._reply("2pass-online", delta.text, final=final)

    def _sentence(self, segment: Segment, written: WrittenSentence, *, final: bool) -> dict[str, object]:
        return self._reply("2pass-offline", written.text, final=final) | {
            "timestamp": stamp_string(written),
            "stamp_sents": [
                {key: value for key, value in item.items() if key != "ts_list"}
                for item in stamp_sents(written)
            ],
        }

    def _online_segment(self, segment: Segment, *, final: bool) -> dict[str, object] | None:
        if not segment.tokens:
            return None
        return self._reply("2pass-offline", self._written(segment).text, final=final)

    def _empty_final(self) -> dict[str, object]:
        return self._reply(self._last_pass, "", final=True)

    def _reply(self, mode: str, text: str, *, final: bool) -> dict[str, object]:
        return {"is_final": final, "mode": mode, "text": text, "wav_name": self._settings.wav_name}
