"""How many paced streams an endpoint carries on this machine: `python tests/reference/capacity.py 20 40 80`.

Starts the embedded endpoint and the clients on the same cores, so the numbers are those of both together.
"""

from __future__ import annotations

import asyncio
import json
import os
import statistics
import sys
import time
from pathlib import Path

from websockets.asyncio.client import connect

from asrgate.audio.clips import bundled_clips_directory, load_clips
from asrgate.audio.reading import read_sound
from asrgate.reference.embedded import embedded_endpoint

FRAME_MS, SECONDS = 60, 30
CONFIG = {
    "mode": "2pass",
    "chunk_size": [5, 10, 5],
    "audio_fs": 16000,
    "wav_name": "capacity",
    "is_speaking": True,
}


async def stream(url: str, audio: bytes, begins_s: float) -> tuple[float, float]:
    """Send audio in real time; return the latency of the final and the largest slip of a frame, in ms."""
    slip_ms = 0.0
    async with connect(url, compression=None) as client:
        await client.send(json.dumps(CONFIG))
        reader = asyncio.create_task(_final_at(client))
        for number, start in enumerate(range(0, len(audio), 32 * FRAME_MS)):
            due = begins_s + number * FRAME_MS / 1000
            await asyncio.sleep(due - time.monotonic())
            slip_ms = max(slip_ms, (time.monotonic() - due) * 1000)
            await client.send(audio[start : start + 32 * FRAME_MS])
        ended_s = time.monotonic()
        await client.send('{"is_speaking":false}')
        return (await reader - ended_s) * 1000, slip_ms


async def _final_at(client: object) -> float:
    async for message in client:  # type: ignore[attr-defined]
        if json.loads(message)["is_final"]:
            return time.monotonic()
    raise ConnectionError("closed before the final")


async def step(url: str, audio: bytes, streams: int) -> str:
    """Run streams that begin spread over a second; return one line of the table."""
    now = time.monotonic() + 1
    results = await asyncio.gather(*(stream(url, audio, now + n / streams) for n in range(streams)))
    finals = sorted(final for final, _ in results)
    p95 = finals[min(len(finals) - 1, int(0.95 * len(finals)))]
    slip = max(slip for _, slip in results)
    return f"| {streams} | {statistics.median(finals):.0f} | {p95:.0f} | {finals[-1]:.0f} | {slip:.0f} |"


def memory_mib(pid: int) -> int:
    """Return the resident memory of a process and its children, on Linux."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") // 2**20 + sum(memory_mib(int(child)) for child in children)


def main() -> None:
    """Print the table for the stream counts on the command line."""
    samples = read_sound(load_clips(bundled_clips_directory()).get("talk").path).samples.reshape(-1)
    audio = (samples * 32767).astype("<i2").tobytes()[: SECONDS * 32000]
    began = time.monotonic()
    with embedded_endpoint() as endpoint:
        print(f"ready after {time.monotonic() - began:.2f} s on {os.cpu_count()} cores")  # noqa: T201
        print("| streams | final p50 ms | p95 | max | frame slip ms |")  # noqa: T201
        for streams in map(int, sys.argv[1:]):
            print(asyncio.run(step(endpoint.url, audio, streams)), flush=True)  # noqa: T201


if __name__ == "__main__":
    main()
