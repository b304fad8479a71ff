"""`funasr-python`: the Python server, where all sentences are final and an acknowledgement ends a session."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from asrgate.reference.pcm import PcmStream
from asrgate.reference.punctuation import COMMA, FULL_STOP, QUESTION, punctuate
from asrgate.reference.recogniser import Recogniser
from asrgate.reference.transcriber import Delta, Heard, Passes, Segment, Transcriber
from asrgate.reference.vad import VadOptions
from asrgate.reference.voices.fields import (
    Refusal,
    loads_strictly,
    parse_json,
    plain_hotwords,
    quoted,
    weighted_hotwords,
)
from asrgate.reference.written import write

_MODES = ("2pass", "online", "offline")
_PATIENT = VadOptions(
    end_silences=((0, 2000), (10000, 1000), (20000, 800), (30000, 400)), max_segment_ms=60000
)
"""This server's detector waits two seconds while the speech is still short (docs/protocol.md section 6.3)."""
_PUNCTUATION_NUMBERS = {"": 1, COMMA: 2, FULL_STOP: 3, QUESTION: 4}
_STEP_MS = 60


class PythonVoice:
    """One connection to the Python server: docs/protocol.md sections 4.5 and 5.3.

    Time stamps are relative to the segment; there is no inverse text normalisation and no resampling:
    `audio_fs` is accepted and has no effect. Errors are collected and told in the acknowledgement.
    """

    def __init__(self, recogniser: Recogniser, opened_epoch_ms: int) -> None:
        self._recogniser = recogniser
        self._mode: object = "2pass"
        self._wav_name: object = "microphone"
        self._speaking = True
        self._step_ms: int | None = None
        self._usable_interval = True
        self._hotwords: Mapping[str, float] = {}
        self._begin_utterance()

    def receive_text(self, text: str) -> Iterator[str]:
        """Take a configuration or an end frame."""
        try:
            message = parse_json(text)
            if not isinstance(message, dict):
                raise Refusal(f"the text message must be a JSON object, not {quoted(message)}")
            if isinstance(message.get("is_speaking"), str):
                # Any string is true in Python: the real server goes on as if nothing had been sent.
                raise Refusal(f"is_speaking must be true or false, not {quoted(message['is_speaking'])}")
            self._configure(message)
        except Refusal as refusal:
            yield self._acknowledgement(str(refusal))
            return
        if "is_speaking" in message:
            self._speaking = bool(message["is_speaking"])
            if not self._speaking:
                yield from self._end_utterance(acknowledge=message.get("is_end") is True)

    def receive_audio(self, data: bytes) -> Iterator[str]:
        """Take audio; while it cannot be used it is discarded, and the acknowledgement will say why."""
        samples = self._pcm.accept(data)
        reason = self._reason_to_discard()
        if reason:
            self._error = reason
            return
        for heard in self._transcriber.accept(samples, self._passes()):
            yield from self._messages(heard, flushing=False)

    def _configure(self, message: Mapping[str, Any]) -> None:
        step_ms = _step_ms(message["chunk_size"]) if "chunk_size" in message else self._step_ms
        interval = _whole_number("chunk_interval", message.get("chunk_interval", 10), default=10)
        hotwords = _hotwords(message["hotwords"]) if "hotwords" in message else self._hotwords
        self._step_ms, self._hotwords = step_ms, hotwords
        if "chunk_interval" in message:
            self._usable_interval = interval > 0
        self._mode = message.get("mode") or self._mode
        self._wav_name = message.get("wav_name") or self._wav_name

    def _reason_to_discard(self) -> str:
        if self._mode not in _MODES:
            return f"unsupported mode: {self._mode!r}"
        if self._step_ms is None:
            return "audio frame discarded: chunk_size is not configured"
        return "" if self._usable_interval else "audio frame discarded: chunk_interval must be above 0"

    def _end_utterance(self, *, acknowledge: bool) -> Iterator[str]:
        if self._mode in _MODES:
            yield from self._rest()
        # In an unknown mode nothing is told but the error, also of what came before the mode.
        error = self._error or ("" if self._mode in _MODES else self._reason_to_discard())
        self._begin_utterance()
        if acknowledge or error:
            yield self._acknowledgement(error)

    def _rest(self) -> Iterator[str]:
        for heard in self._transcriber.finish(self._passes()):
            yield from self._messages(heard, flushing=True)
        if self._transcriber.heard_ms > self._told_ms and self._mode != "online":
            yield self._sentence(None)

    def _begin_utterance(self) -> None:
        self._pcm = PcmStream()
        self._transcriber = Transcriber(self._recogniser, _PATIENT)
        self._told_ms = 0
        self._error = ""

    def _messages(self, heard: Heard, *, flushing: bool) -> Iterator[str]:
        if isinstance(heard, Delta):
            yield self._partial(heard.text, final=False)
        elif self._mode == "online":
            if heard.rest:
                yield self._partial(heard.rest, final=flushing)
        elif heard.tokens:
            self._told_ms = heard.known_ms
            yield self._sentence(heard)

    def _partial(self, text: str, *, final: bool) -> str:
        mode = "2pass-online" if self._mode == "2pass" else self._mode
        return python_json({"mode": mode, "text": text, "wav_name": self._wav_name, "is_final": final})

    def _sentence(self, segment: Segment | None) -> str:
        tokens = segment.tokens if segment else ()
        written = write(tokens, punctuate(tokens, complete=not segment or segment.complete), itn=False)
        message: dict[str, object] = {
            "mode": "2pass-offline" if self._mode == "2pass" else self._mode,
            "spk_name": "unknown",
            "spk_score": 0.0,
            "text": written.text,
            "wav_name": self._wav_name,
            "is_final": True,
        }
        if segment:
            message["timestamp"] = [
                [start - segment.start_ms, end - segment.start_ms] for start, end in written.stamps
            ]
            message["punc_array"] = [_PUNCTUATION_NUMBERS[mark] for mark in written.marks]
        return python_json(message)

    def _acknowledgement(self, error: str) -> str:
        message: dict[str, object] = {
            "mode": self._mode,
            "wav_name": self._wav_name,
            "is_final": not error,
            "is_end": True,
        }
        return python_json(message | {"error": error} if error else message)

    def _passes(self) -> Passes:
        return Passes(
            # After an end frame the real server sends no partials until is_speaking:true comes again.
            partials=self._mode == "online" or (self._mode == "2pass" and self._speaking),
            step_ms=self._step_ms or _STEP_MS,
            hotwords=self._hotwords,
            partial_hotwords=self._hotwords,
        )


def python_json(message: Mapping[str, object]) -> str:
    """Return the message as the Python server writes it: keys in order of insertion, ASCII only."""
    return json.dumps(message)


def _step_ms(chunk_size: object) -> int | None:
    """Return the speech between two partials, None when the list cannot be used; "5,10,5" will do."""
    values = chunk_size.split(",") if isinstance(chunk_size, str) and chunk_size else chunk_size
    if values == "":
        return None
    if not isinstance(values, list):
        raise Refusal(
            f"chunk_size must be a list of three numbers such as [5,10,5], not {quoted(chunk_size)}"
        )
    numbers = [_whole_number("chunk_size", value) for value in values]
    usable = len(numbers) >= 3 and numbers[1] > 0
    return numbers[1] * _STEP_MS if usable else None


def _whole_number(name: str, value: Any, *, default: int | None = None) -> int:
    try:
        return int(value)
    except (TypeError, ValueError, OverflowError):
        if default is not None:
            return default
        raise Refusal(f"{name} must hold numbers, not {quoted(value)}") from None


def _hotwords(value: object) -> dict[str, float]:
    """Return the words of a list in any of the forms that clients send; the model takes what it is given."""
    if isinstance(value, str):
        try:
            value = loads_strictly(value)
        except (ValueError, RecursionError):
            return plain_hotwords(str(value))
    if isinstance(value, dict):
        return weighted_hotwords(value)
    if isinstance(value, list):
        return plain_hotwords(" ".join(word for word in value if isinstance(word, str)))
    return plain_hotwords(value) if isinstance(value, str) else {}
