"""The microphone, through the `mic` extra."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractContextManager
from typing import Any

from asrgate.errors import UsageError


async def spoken(sample_rate_hz: int, frame_ms: int, stop: asyncio.Event) -> AsyncIterator[bytes]:
    """Yield what the default microphone hears, mono 16-bit PCM in frames of `frame_ms`, until `stop` is set.

    Raises:
        UsageError: the `mic` extra or PortAudio is missing, or there is no microphone at that rate.
    """
    loop, heard = asyncio.get_running_loop(), asyncio.Queue[bytes]()
    with listening(sample_rate_hz, frame_ms, lambda data: loop.call_soon_threadsafe(heard.put_nowait, data)):
        while not stop.is_set():
            try:
                async with asyncio.timeout(frame_ms / 1000 * 5):
                    yield await heard.get()
            except TimeoutError:
                continue
    while not heard.empty():
        yield heard.get_nowait()


def listening(
    sample_rate_hz: int, frame_ms: int, keep: Callable[[bytes], object]
) -> AbstractContextManager[object]:
    """Give `keep` what the default microphone hears while the context lasts, in a thread of its own.

    Mono 16-bit PCM in frames of `frame_ms`.

    Raises:
        UsageError: the `mic` extra or PortAudio is missing, or there is no microphone at that rate.
    """
    sounddevice = require_microphone()

    def heard(data: Any, frames: int, time: Any, status: Any) -> None:
        keep(bytes(data))

    try:
        stream: AbstractContextManager[object] = sounddevice.RawInputStream(
            samplerate=sample_rate_hz,
            blocksize=sample_rate_hz * frame_ms // 1000,
            channels=1,
            dtype="int16",
            callback=heard,
        )
    except sounddevice.PortAudioError as error:
        raise UsageError(f"No microphone that records mono at {sample_rate_hz} Hz: {error}.") from error
    return stream


def require_microphone() -> Any:
    """Return the module that records.

    Raises:
        UsageError: the `mic` extra or PortAudio is missing; the message says how to get it.
    """
    try:
        import sounddevice
    except ImportError as error:
        raise UsageError("The microphone needs the extra 'mic': pip install 'asrgate[mic]'.") from error
    except OSError as error:
        raise UsageError(
            f"The microphone needs the PortAudio library ({error}); "
            f"on Debian and Ubuntu: apt install libportaudio2."
        ) from error
    return sounddevice
