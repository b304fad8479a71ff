"""What a server owes a client, message by message: the states of docs/protocol.md section 5 as pure machines.

The same machine says how a session goes on while it is generated, and what had to come when it is judged.
Where servers differ within a dialect, or fall silent by design, nothing is owed but an answer is allowed.
"""

import json
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from asrgate.wire.dialects import Dialect


@dataclass(frozen=True, slots=True, kw_only=True)
class Owed:
    """What one message of the client entitles it to.

    Attributes:
        least: Terminating messages that must come for it.
        most: Terminating messages that may come for it.
        refusal: Whether the server may say that it cannot use it.
        close: Whether the server may close the connection over it.
        event: Whether the server may say something to it that ends nothing.
    """

    least: int = 0
    most: int = 0
    refusal: bool = False
    close: bool = False
    event: bool = False


MODES = ("2pass", "online", "offline")
NOTHING = Owed()
END = Owed(least=1, most=1)
ODD = Owed(refusal=True)


class Expectation(ABC):
    """One connection as its server has to see it.

    Attributes:
        names: Values of `wav_name` that a reply to the next message may carry; empty while none was sent.
        reads: The mode in which audio is read now if nothing but the audio decides the text, otherwise None.
    """

    def __init__(self) -> None:
        self.names: tuple[object, ...] = ()
        self.reads: str | None = None

    @abstractmethod
    def text(self, text: str) -> Owed:
        """Take a text frame of the client."""

    @abstractmethod
    def audio(self, size_bytes: int) -> Owed:
        """Take a binary frame of the client."""


def expectation_of(dialect: Dialect) -> Expectation:
    """The machine of a dialect, at the beginning of a connection."""
    return _MACHINES[dialect.name]()


class _Cpp(Expectation):
    """The C++ servers: a field counts from when it comes, and what is no JSON may mute the connection."""

    _text_fields: tuple[str, ...] = ("wav_name", "wav_format", "mode", "svs_lang")
    _flag_fields = ("itn", "svs_itn", "is_speaking", "is_finished")

    def __init__(self) -> None:
        super().__init__()
        self._fields: dict[str, Any] = {}
        self._sure = True
        self._texts = 0
        self._early_audio = False

    def text(self, text: str) -> Owed:
        """Take a text frame."""
        self._texts += 1
        try:
            value = _strictly(text.removeprefix("\ufeff"))
        except (ValueError, RecursionError):
            self._sure = False
            self._update_reads()
            return ODD
        value = {} if value is None else value
        if not isinstance(value, dict):
            self._sure = False
            self._update_reads()
            return ODD
        return self._object(value)

    def audio(self, size_bytes: int) -> Owed:
        """Take audio: it is never answered for itself."""
        if not self._configured:
            self._early_audio = True
            self._update_reads()
        return NOTHING

    @property
    @abstractmethod
    def _configured(self) -> bool:
        """Whether audio is recognised."""

    @abstractmethod
    def _mode(self) -> str | None:
        """The mode that audio is read in, None when it cannot be compared."""

    def _object(self, message: dict[str, Any]) -> Owed:
        usable, doubtful = self._usable(message), self._doubtful(message)
        if "hotwords" in message and self._texts > 1:
            del message["hotwords"]
        name = message.get("wav_name")
        if isinstance(name, str):
            sure = usable and not doubtful
            self.names = (name,) if sure else (*self.names, name) if self.names else ()
        if usable:
            # Whether a message that may be refused has configured the connection is not known.
            self._sure &= self._configured or not doubtful
            self._take(message)
        self._update_reads()
        if not _ends(message):
            return NOTHING if usable and not doubtful else ODD
        self._early_audio = False
        self._update_reads()
        if not usable or not self._sure or not self._configured:
            return Owed(most=1, refusal=True)
        return Owed(least=1, most=1, refusal=doubtful or not self._is_pcm)

    def _doubtful(self, message: dict[str, Any]) -> bool:
        """Whether servers of the dialect differ over the message: some use it, a good one may refuse it."""
        return message.get("wav_format") not in (None, "pcm", "PCM")

    def _take(self, message: dict[str, Any]) -> None:
        self._fields |= {key: value for key, value in message.items() if value is not None}

    def _usable(self, message: dict[str, Any]) -> bool:
        texts = all(isinstance(message.get(field, ""), str) for field in self._text_fields)
        flags = all(isinstance(message.get(field, True), bool) for field in self._flag_fields)
        return texts and flags and _is_number(message.get("audio_fs", 16000))

    @property
    def _is_pcm(self) -> bool:
        return self._fields.get("wav_format", "pcm") in ("pcm", "PCM")

    def _update_reads(self) -> None:
        plain = (
            self._sure
            and self._configured
            and not self._early_audio
            and self._is_pcm
            and self._fields.get("itn", True) is True
            and not self._fields.get("hotwords")
            and self._fields.get("svs_lang", "auto") == "auto"
            and int(self._fields.get("audio_fs", 16000)) == 16000
        )
        self.reads = self._mode() if plain else None


class _TwoPass(_Cpp):
    """`funasr-2pass` and `funasr-2pass-0.1` (section 5.1): deaf until a valid `chunk_size`, which stays."""

    def __init__(self) -> None:
        super().__init__()
        self._chunk_size: tuple[int, ...] | None = None

    @property
    def _configured(self) -> bool:
        return self._chunk_size is not None

    def _usable(self, message: dict[str, Any]) -> bool:
        return super()._usable(message) and (
            self._configured or "chunk_size" not in message or _is_chunk_size(message["chunk_size"])
        )

    def _take(self, message: dict[str, Any]) -> None:
        super()._take(message)
        if self._chunk_size is None and "chunk_size" in message:
            self._chunk_size = tuple(map(int, message["chunk_size"]))

    def _doubtful(self, message: dict[str, Any]) -> bool:
        # An unknown mode runs as 2pass (section 3.2).
        return message.get("mode", "2pass") not in MODES or super()._doubtful(message)

    def _mode(self) -> str | None:
        mode = self._fields.get("mode", "2pass")
        if mode == "online":
            # In this mode the text is made of partials, whose context chunk_size decides.
            return "online" if self._chunk_size == (5, 10, 5) else None
        return mode if mode in MODES else None


class _Offline(_Cpp):
    """`funasr-offline` (section 5.2): needs no configuration, and answers every end frame once."""

    _text_fields = ("wav_name", "wav_format", "svs_lang")

    @property
    def _configured(self) -> bool:
        return True

    def _usable(self, message: dict[str, Any]) -> bool:
        named = {k: v for k, v in message.items() if not (k in ("wav_name", "wav_format") and v is None)}
        return super()._usable(named)

    def _mode(self) -> str:
        return "offline"


class _Python(Expectation):
    """`funasr-python` (section 5.3): collects errors, and tells them in the acknowledgement."""

    def __init__(self) -> None:
        super().__init__()
        self._mode: object = "2pass"
        self._chunk_size: tuple[int, ...] | None = None
        self._interval = 10
        self._hotwords: object = ""
        self._tainted = False
        self._even = True

    def text(self, text: str) -> Owed:
        """Take a text frame: what cannot be read is ignored, or closes the connection.

        Python reads NaN and half a surrogate pair as well; a good server may refuse them.
        """
        try:
            value = _strictly(text)
        except (ValueError, RecursionError):
            return ODD
        if not isinstance(value, dict):
            return ODD if isinstance(value, list | str) else Owed(refusal=True, close=True)
        return self._object(value)

    def audio(self, size_bytes: int) -> Owed:
        """Take audio: each frame is a unit of work, and what does not suit is told at the end."""
        usable = self._mode in MODES and self._chunk_size is not None and 1 <= self._interval <= 20
        self._tainted |= not usable or size_bytes % 2 == 1 or size_bytes < 2
        # Frames below 1 ms break the look-back to the speech onset (section 3.3).
        self._even &= size_bytes % 32 == 0
        self._update_reads()
        return NOTHING

    def _object(self, message: dict[str, Any]) -> Owed:
        name = message.get("wav_name")
        try:
            if "chunk_size" in message:
                self._chunk_size = _python_chunk_size(message["chunk_size"])
        except (TypeError, ValueError):
            self.names = (*self.names, name) if name and self.names else self.names
            self._tainted = True
            ends = "is_speaking" in message and not message["is_speaking"]
            return Owed(most=int(ends), refusal=True, close=True)
        self.names = (name,) if name else self.names
        self._mode = message.get("mode") or self._mode
        self._hotwords = message.get("hotwords", self._hotwords)
        self._interval = _python_interval(message.get("chunk_interval", self._interval), self._interval)
        self._update_reads()
        if "is_speaking" not in message or message["is_speaking"]:
            return NOTHING
        tainted = self._tainted or self._mode not in MODES
        self._tainted, self._even = False, True
        self._update_reads()
        if message.get("is_end") is True:
            return Owed(least=1, most=1, refusal=tainted)
        return Owed(most=1, refusal=tainted, close=tainted)

    def _update_reads(self) -> None:
        plain = (
            not self._tainted
            and self._even
            and self._mode in ("2pass", "offline")
            and self._chunk_size is not None
            and len(self._chunk_size) == 3
            and 1 <= self._chunk_size[1] <= 20
            and self._interval == 10
            and not self._hotwords
        )
        self.reads = str(self._mode) if plain else None


class _Realtime(Expectation):
    """`funasr-realtime` (section 5.4): begun and ended by commands, and told by events."""

    def __init__(self) -> None:
        super().__init__()
        self._active = self._heard = self._tainted = self._biased = False

    def text(self, text: str) -> Owed:
        """Take a command; what is none is ignored, or refused."""
        command, _, argument = text.strip().partition(":")
        match command.upper():
            case "START":
                # What was heard before is forgotten, and its text with it.
                self._tainted |= self._active and self._heard
                self._active = True
                owed = Owed(event=True)
            case "STOP":
                self._active = self._heard = self._tainted = False
                owed = END
            case "HOTWORDS" | "POSTPROCESS_HOTWORDS" | "LANGUAGE":
                self._biased |= bool(argument.strip())
                owed = ODD
            case _:
                owed = ODD
        self._update_reads()
        return owed

    def audio(self, size_bytes: int) -> Owed:
        """Take audio: an odd number of bytes may end the connection."""
        whole = size_bytes > 0 and size_bytes % 2 == 0
        self._heard |= self._active
        self._tainted |= self._active and not whole
        self._update_reads()
        return NOTHING if whole or not self._active else Owed(refusal=True, close=True)

    def _update_reads(self) -> None:
        self.reads = "offline" if self._active and not self._tainted and not self._biased else None


def _strictly(text: str) -> Any:
    """A JSON value, as strictly as the C++ servers read it.

    Raises:
        ValueError: it is no JSON, holds NaN, or a lone surrogate.
    """

    def refuse(constant: str) -> Any:
        raise ValueError(constant)

    value = json.loads(text, parse_constant=refuse)
    json.dumps(value, ensure_ascii=False).encode()
    return value


def _ends(message: dict[str, Any]) -> bool:
    return message.get("is_speaking") is False or message.get("is_finished") is True


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_chunk_size(value: object) -> bool:
    return isinstance(value, list) and len(value) == 3 and all(map(_is_number, value)) and int(value[1]) != 0


def _python_chunk_size(value: Any) -> tuple[int, ...] | None:
    """The numbers of a chunk_size, None when there are too few; `"5,10,5"` will do."""
    parts = value.split(",") if isinstance(value, str) and value else value
    if parts == "":
        return None
    if not isinstance(parts, list):
        raise TypeError(value)
    numbers = tuple(int(part) for part in parts)
    return numbers if len(numbers) >= 3 and numbers[1] > 0 else None


def _python_interval(value: Any, before: int) -> int:
    try:
        return int(value)
    except (TypeError, ValueError, OverflowError):
        return before


_MACHINES: dict[str, Callable[[], Expectation]] = {
    "funasr-2pass": _TwoPass,
    "funasr-2pass-0.1": _TwoPass,
    "funasr-offline": _Offline,
    "funasr-python": _Python,
    "funasr-realtime": _Realtime,
}
