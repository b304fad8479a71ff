"""Faults of the audio on its way up (docs/protocol.md section 3.3)."""

import time
from collections.abc import Iterable

from websockets.frames import Close, CloseCode, Opcode

from asrgate.faults.acts import Act, Back, Hold, Send
from asrgate.faults.fault import fault
from asrgate.faults.talk import Breaking, Fields, Talk, built, on_audio, on_end, talking

Cuts = Iterable[bytes | Act]

_CPP = ("funasr-2pass", "funasr-2pass-0.1", "funasr-offline")
_STALL_S = 2.0
_SECOND_BYTES = 32000


@fault("MODE-08", by=on_audio)
def frames_dropped_in_2pass(talk: Talk, data: bytes) -> Cuts:
    """In mode 2pass every fourth audio frame is dropped."""
    talk.memory["count"] = talk.memory.get("count", 0) + 1
    if talk.settings.get("mode") != "2pass" or talk.memory["count"] % 4:
        yield data


@fault("CHUNK-01", by=on_audio, dialects=_CPP)
def small_frames_dropped(talk: Talk, data: bytes) -> Cuts:
    """Audio frames of less than 100 bytes are dropped."""
    if len(data) >= 100 or not data:
        yield data


@fault("CHUNK-01", by=on_audio, dialects=_CPP)
def large_frames_truncated(talk: Talk, data: bytes) -> Cuts:
    """Audio frames keep their first 16 KiB only."""
    yield data[: 2**14]


@fault("CHUNK-02", by=on_audio, dialects=_CPP)
def odd_frames_rounded_down(talk: Talk, data: bytes) -> Cuts:
    """The last byte of an audio frame of odd length is dropped."""
    yield data[: len(data) // 2 * 2]


@fault("CHUNK-02", by=on_audio, dialects=_CPP)
def audio_shifted_by_a_byte(talk: Talk, data: bytes) -> Cuts:
    """After the first audio frame of odd length a byte more is lost."""
    if len(data) % 2 and not talk.memory.get("shifted"):
        talk.memory["shifted"] = True
        data = data[1:]
    yield data


@fault("CHUNK-05", by=on_audio)
def fast_audio_overruns(talk: Talk, data: bytes) -> Cuts:
    """What comes more than 1 s ahead of real time is dropped now and then."""
    began = talk.memory.setdefault(talk.ends, time.monotonic())
    ahead_s = talk.audio_s - (time.monotonic() - began)
    talk.memory["count"] = talk.memory.get("count", 0) + 1
    if ahead_s < 1.0 or talk.memory["count"] % 3:
        yield data


@fault("CHUNK-07", by=on_audio)
def empty_frames_close(talk: Talk, data: bytes) -> Cuts:
    """An audio frame without any byte ends the connection with 1003."""
    if data:
        yield data
    else:
        yield Back(Send(Opcode.CLOSE, Close(CloseCode.UNSUPPORTED_DATA, "empty").serialize()))


@fault("CHUNK-08", by=on_audio)
def stalls_lose_audio(talk: Talk, data: bytes) -> Cuts:
    """After a stall of more than 2 s the next second of audio is lost."""
    now = time.monotonic()
    before, talk.memory["at"] = talk.memory.get("at", now), now
    if now - before > _STALL_S:
        talk.memory["lose"] = _SECOND_BYTES
    lost = min(len(data), talk.memory.get("lose", 0))
    talk.memory["lose"] = talk.memory.get("lose", 0) - lost
    yield data[lost:] if lost else data


@fault("CHUNK-09", by=on_audio)
def audio_before_configuration_dropped(talk: Talk, data: bytes) -> Cuts:
    """Audio before the configuration is dropped without a word."""
    if talk.configs:
        yield data


@fault("MODE-08", by=on_audio)
def frames_swapped_in_2pass(talk: Talk, data: bytes) -> Cuts:
    """In mode 2pass neighbouring audio frames change their places."""
    held = talk.memory.pop("held", None)
    if talk.settings.get("mode") == "2pass" and held is None:
        talk.memory["held"] = data
        return
    yield data
    if held is not None:
        yield held


@fault("END-08", by=built)
def last_half_second_lost() -> Breaking:
    """The last 0.6 s of the audio before an end frame never reach the recogniser."""
    keep = 19200

    def audio(talk: Talk, data: bytes) -> Cuts:
        held = talk.memory.get("held", b"") + data
        talk.memory["held"] = held[-keep:]
        if len(held) > keep:
            yield held[:-keep]

    def fields(talk: Talk, fields: Fields) -> Iterable[Fields | Act]:
        talk.memory["held"] = b""
        yield fields

    return talking(audio=audio, fields=fields)


@fault("ACC-03", by=on_audio)
def first_words_lost(talk: Talk, data: bytes) -> Cuts:
    """The first half second of speech is lost while the recogniser wakes up."""
    quiet = talk.memory.get(("heard", talk.ends), 0)
    if quiet < _SECOND_BYTES // 2 and data.strip(b"\0"):
        talk.memory["heard", talk.ends] = quiet + len(data)
        yield bytes(len(data))
    else:
        yield data


@fault("END-07", by=on_end)
def second_end_closes(talk: Talk, fields: Fields) -> Iterable[Fields | Act]:
    """A second end frame closes the connection with 1011."""
    if talk.ends > 1 and not talk.audio_bytes:
        yield Back(Send(Opcode.CLOSE, Close(CloseCode.INTERNAL_ERROR, "already ended").serialize()))
    else:
        yield fields


@fault("FS-05", by=on_audio)
def wav_headers_hang(talk: Talk, data: bytes) -> Cuts:
    """A WAV header among the samples makes the session hang."""
    yield Hold() if data.startswith(b"RIFF") else data
