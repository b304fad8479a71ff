"""`funasr-realtime`: the Fun-ASR-Nano server, driven by text commands, which repeats everything it heard."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping

from asrgate.reference.pcm import SAMPLE_RATE_HZ, PcmStream
from asrgate.reference.punctuation import punctuate
from asrgate.reference.recogniser import Recogniser, Token
from asrgate.reference.transcriber import Delta, Heard, Passes, Transcriber
from asrgate.reference.vad import VadOptions
from asrgate.reference.voices.fields import DEFAULT_HOTWORD_WEIGHT, quoted
from asrgate.reference.written import write

_STEP_MS = 480
"""New audio between two updates."""

_PATIENT = VadOptions(
    end_silences=((0, 2000), (5000, 1500), (10000, 1000), (15000, 800), (30000, 400)), max_segment_ms=60000
)
"""This server's detector waits two seconds while the speech is still short (docs/protocol.md section 6.3)."""

_SAMPLE_BYTES = 2


class RealtimeVoice:
    """One connection to the realtime server: docs/protocol.md sections 3.8, 4.6 and 5.4.

    Hotwords, replacements and the language stay in force on their connection; START forgets the rest. The
    language is taken note of and has no effect: the recogniser has one model.
    """

    def __init__(self, recogniser: Recogniser, opened_epoch_ms: int) -> None:
        self._recogniser = recogniser
        self._hotwords: Mapping[str, float] = {}
        self._replacements: Mapping[str, str] = {}
        self._active = False
        self._begin()

    def receive_text(self, text: str) -> Iterator[str]:
        """Take a command, in any case and with blanks around it; answer any other text with an error."""
        command = text.strip()
        name, colon, value = command.partition(":")
        match name.upper() + colon:
            case "START":
                self._begin()
                self._active = True
                yield _event("started")
            case "STOP":
                yield from self._stop()
            case "COMMIT":
                yield _event("error", error="COMMIT needs a server whose clients say where utterances end")
            case "HOTWORDS:":
                words = _listed(value)
                self._hotwords = dict.fromkeys(words, DEFAULT_HOTWORD_WEIGHT)
                yield _event("hotwords_set", hotwords=words)
            case "POSTPROCESS_HOTWORDS:":
                self._replacements = _pairs(value)
                yield _event("postprocess_hotwords_set", postprocess_hotwords=self._replacements)
            case "LANGUAGE:":
                yield _event("language_set", language=value.strip())
            case _:
                yield _event("error", error=f"no command of this server: {quoted(command)}")

    def receive_audio(self, data: bytes) -> Iterator[str]:
        """Take audio; what comes before START or after STOP is dropped."""
        if not self._active:
            return
        self._heard_bytes += len(data)
        for heard in self._transcriber.accept(self._pcm.accept(data), self._passes()):
            self._note(heard)
            yield self._update()
        if self._duration_ms - self._told_ms >= _STEP_MS:
            yield self._update()

    def _begin(self) -> None:
        self._pcm = PcmStream()
        self._transcriber = Transcriber(self._recogniser, _PATIENT)
        self._heard_bytes = 0
        self._told_ms = 0
        self._sentences: list[dict[str, object]] = []
        self._partial = ""
        self._partial_start_ms = 0

    def _stop(self) -> Iterator[str]:
        if self._active and self._heard_bytes:
            for heard in self._transcriber.finish(self._passes()):
                self._note(heard)
            yield self._final()
        self._active = False
        yield _event("stopped")

    def _note(self, heard: Heard) -> None:
        if isinstance(heard, Delta):
            self._partial += heard.text
            self._partial_start_ms = heard.segment_start_ms
            return
        self._partial = ""
        if heard.tokens:
            text = self._text(heard.tokens, complete=heard.complete)
            self._sentences.append({"text": text, "start": heard.start_ms, "end": heard.end_ms})

    def _text(self, tokens: tuple[Token, ...], *, complete: bool) -> str:
        text = write(tokens, punctuate(tokens, complete=complete), itn=False).text
        for wrong, right in self._replacements.items():
            text = text.replace(wrong, right)
        return text

    @property
    def _duration_ms(self) -> int:
        return self._heard_bytes // _SAMPLE_BYTES * 1000 // SAMPLE_RATE_HZ

    def _update(self) -> str:
        self._told_ms = self._duration_ms
        start_ms = self._partial_start_ms if self._partial else self._duration_ms
        return self._everything(self._partial, start_ms, final=False)

    def _final(self) -> str:
        return self._everything("", 0, final=True)

    def _everything(self, partial: str, partial_start_ms: int, *, final: bool) -> str:
        return _json(
            {
                "sentences": self._sentences,
                "partial": partial,
                "partial_start_ms": partial_start_ms,
                "duration_ms": self._duration_ms,
                "is_final": final,
            }
        )

    def _passes(self) -> Passes:
        return Passes(step_ms=_STEP_MS, hotwords=self._hotwords, partial_hotwords=self._hotwords)


def _event(name: str, **about: object) -> str:
    return _json({"event": name} | about)


def _json(message: Mapping[str, object]) -> str:
    """Return the message as the server writes it: keys in order of insertion, ASCII only."""
    return json.dumps(message)


def _listed(value: str) -> list[str]:
    return [word for part in value.split(",") if (word := part.strip())]


def _pairs(value: str) -> dict[str, str]:
    """Return the pairs of a list such as `wrong=>right,word`, where a lone word stands for itself."""
    pairs = {}
    for entry in _listed(value):
        wrong, arrow, right = (part.strip() for part in entry.partition("=>"))
        if wrong:
            pairs[wrong] = right if arrow else wrong
    return pairs
