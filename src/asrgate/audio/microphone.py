"""The microphone, through the `mic` extra."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

from asrgate.errors import UsageError


async def spoken(sample_rate_hz: int, frame_ms: int, stop: asyncio.Event) -> AsyncIterator[bytes]:
    """Yield what the default microphone hears, mono 16-bit PCM in frames of `frame_ms`, until `stop` is set.

    Raises:
        UsageError: the `mic` extra or PortAudio is missing, or there is no microphone at that rate.
    """
    sounddevice = require_microphone()
    loop, heard = asyncio.get_running_loop(), asyncio.Queue[bytes]()

    def keep(data: Any, frames: int, time: Any, status: Any) -> None:
        loop.call_soon_threadsafe(heard.put_nowait, bytes(data))

    try:
        stream = sounddevice.RawInputStream(
            samplerate=sample_rate_hz,
            blocksize=sample_rate_hz * frame_ms // 1000,
            channels=1,
            dtype="int16",
            callback=keep,
        )
    except sounddevice.PortAudioError as error:
        raise UsageError(f"No microphone that records mono at {sample_rate_hz} Hz: {error}.") from error
    with stream:
        while not stop.is_set():
            try:
                async with asyncio.timeout(frame_ms / 1000 * 5):
                    yield await heard.get()
            except TimeoutError:
                continue
    while not heard.empty():
        yield heard.get_nowait()


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
