"""Messages of the protocol: the client's configuration, commands and end, and the server's replies."""

import json
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from pydantic import BaseModel, ConfigDict

from asrgate.errors import AsrgateError


class NotAReply(AsrgateError):
    """A server message that is not one JSON object (SCH-01)."""


class Reply(BaseModel):
    """A server message, as it came: nothing is coerced, unknown fields are kept.

    Every field is optional and of any type, because a judge must be able to say what came
    instead of what was expected (docs/protocol.md, server messages).
    """

    model_config = ConfigDict(extra="allow", frozen=True)

    text: Any = None
    mode: Any = None
    wav_name: Any = None
    is_final: Any = None
    timestamp: Any = None
    stamp_sents: Any = None
    is_end: Any = None
    error: Any = None
    slice_type: Any = None
    index: Any = None
    start_time: Any = None
    end_time: Any = None
    spk_name: Any = None
    spk_score: Any = None
    punc_array: Any = None
    sentence_info: Any = None
    event: Any = None
    sentences: Any = None
    partial: Any = None
    partial_start_ms: Any = None
    duration_ms: Any = None
    language: Any = None
    hotwords: Any = None
    postprocess_hotwords: Any = None

    def has(self, field: str) -> bool:
        """Whether the message carried `field`, whatever its value."""
        return field in self.model_fields_set

    @property
    def unknown_fields(self) -> tuple[str, ...]:
        """Names of fields that no known dialect sends, sorted."""
        return tuple(sorted(self.model_extra or {}))

    @property
    def text_or_empty(self) -> str:
        """The text, or "" when there is none or it is not a string; of an update, all that it tells."""
        if isinstance(self.text, str):
            return self.text
        return "".join(sentence["text"] for sentence in self.locked) + self.partial_or_empty

    @property
    def locked(self) -> tuple[dict[str, Any], ...]:
        """The sentences with text that an update of funasr-realtime lists, () when it lists none."""
        listed = self.sentences if isinstance(self.sentences, list) else ()
        return tuple(
            s for s in listed if isinstance(s, dict) and isinstance(s.get("text"), str) and s["text"]
        )

    @property
    def partial_or_empty(self) -> str:
        """The provisional text of an update, or "" when there is none or it is not a string."""
        return self.partial if isinstance(self.partial, str) else ""


def _is_text(value: object) -> bool:
    return isinstance(value, str) and value != ""


@lru_cache(maxsize=256)  # under load a dozen judges read the same messages of one call after another
def parse_reply(message: str) -> Reply:
    """Read one server message.

    Raises:
        NotAReply: the message is not JSON, or not a JSON object.
    """
    try:
        value = json.loads(message)
    except (ValueError, RecursionError) as error:
        raise NotAReply(f"not JSON ({error}): {message[:80]!r}") from error
    if not isinstance(value, dict):
        raise NotAReply(f"a JSON {type(value).__name__}, expected an object: {message[:80]!r}")
    return Reply.model_validate(value)


def encode(fields: dict[str, Any]) -> str:
    """A client message as it goes on the wire: compact JSON with Chinese characters as they are."""
    return json.dumps(fields, ensure_ascii=False, separators=(",", ":"))


def opening(
    *,
    mode: str = "2pass",
    wav_name: str = "asrgate",
    audio_fs: int = 16000,
    itn: bool = True,
    hotwords: dict[str, int] | None = None,
    chunk_size: tuple[int, int, int] = (5, 10, 5),
    chunk_interval: int = 10,
) -> dict[str, Any]:
    """The opening configuration that every dialect understands (docs/protocol.md, a client for all of them).

    `hotwords` become a JSON object inside a string with integer weights; `audio_fs` is in Hz.
    """
    return {
        "mode": mode,
        "chunk_size": list(chunk_size),
        "chunk_interval": chunk_interval,
        "audio_fs": audio_fs,
        "wav_name": wav_name,
        "wav_format": "pcm",
        "is_speaking": True,
        "itn": itn,
        "hotwords": encode(dict(hotwords)) if hotwords else "",
    }


END_OF_INPUT: dict[str, Any] = {"is_speaking": False, "is_end": True}
"""The end frame that every JSON dialect answers: `is_end` asks the Python server for its acknowledgement."""

START = "START"
STOP = "STOP"
"""The commands that begin and end a session of funasr-realtime (docs/protocol.md section 3.8)."""


def commands(fields: Mapping[str, Any]) -> tuple[str, ...]:
    """The commands that ask funasr-realtime for what the fields of an opening frame ask for.

    Hotwords and the language (`svs_lang`) have commands, which stay in force on their connection; the other
    fields have none.
    """
    words, language = _words(fields.get("hotwords")), fields.get("svs_lang")
    return (
        *((f"HOTWORDS:{','.join(words)}",) if words else ()),
        *((f"LANGUAGE:{language}",) if language else ()),
        START,
    )


def _words(hotwords: object) -> tuple[str, ...]:
    """The words of a hotword field: the keys of the JSON object in it, or else what stands between blanks."""
    if not isinstance(hotwords, str):
        return ()
    try:
        weights = json.loads(hotwords)
    except (ValueError, RecursionError):
        return tuple(hotwords.split())
    return tuple(weights) if isinstance(weights, dict) else ()
