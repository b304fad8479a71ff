"""A clip made ready for many callers: its WebSocket frames, and the instant at which each is due."""

from dataclasses import dataclass
from functools import cache

from websockets.frames import Frame, Opcode

from asrgate.audio.clips import Clip, ClipSet
from asrgate.audio.conversion import pcm16
from asrgate.audio.framing import ByChunk, Framing, frames
from asrgate.audio.source import audio_of, pcm_of
from asrgate.load.watermark import clip_id, digits_of, own_digits, samples_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Speech:
    """What is sent of one clip. `due_ns` counts from the instant at which its first sample is spoken.

    Where it is not `paced`, all of it is sent as fast as the server takes it.

    The frames carry their masks already. A mask keeps a page in a browser from writing bytes of its choice
    past a careless proxy (RFC 6455, section 10.3); whoever measures load chooses all bytes anyway, so that
    many callers may send frames that were masked once.
    """

    clip: Clip
    sample_rate_hz: int
    frames: tuple[bytes, ...]
    due_ns: tuple[int, ...]
    paced: bool = True

    @property
    def send_ns(self) -> tuple[int, ...]:
        """When its frames are to be sent."""
        return self.due_ns if self.paced else (0,) * len(self.due_ns)

    @property
    def length_ns(self) -> int:
        """How long the audio lasts, which is when its last frame is due."""
        return self.due_ns[-1]


def speech_of(
    clip: Clip, clips: ClipSet, *, sample_rate_hz: int = 16000, framing: Framing | None = None
) -> Speech:
    """Prepare a clip, in frames as FunASR's own clients cut them unless told otherwise."""
    if digits_of(clip.id) is not None:
        pcm = pcm16(samples_of(clip.id)).pcm
    else:
        pcm = pcm_of(audio_of(clip, sample_rate_hz=sample_rate_hz), clips)
    cut = tuple(frames(pcm, framing or ByChunk(), sample_rate_hz))
    return Speech(
        clip=clip,
        sample_rate_hz=sample_rate_hz,
        frames=tuple(Frame(Opcode.BINARY, frame.payload).serialize(mask=True) for frame in cut),
        due_ns=tuple(round(frame.due_ms * 1e6) for frame in cut),
    )


def own_speech(number: int, *, long: bool = False) -> Speech:
    """What the caller of this number says, when each says digits of its own."""
    return _composed(clip_id(number, long=long), long=long)


@cache
def _composed(clip: str, *, long: bool) -> Speech:
    """Kept by the clip and not by the caller: of those there is no end where calls arrive for hours."""
    clips = own_digits(long=long)
    return speech_of(clips.get(clip), clips)
