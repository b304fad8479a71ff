"""How many paced streams an endpoint carries on this machine: `python tests/reference/capacity.py 20 40 80`.

Starts the embedded endpoint and the clients on the same cores, so the numbers are those of both together.
"""

# ruff: noqa: T201 - it prints its results

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
from asrgate.reference.recogniser import Recogniser
from asrgate.reference.voices import VOICES

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


def memory_mib(pid: int) -> list[int]:
    """Return the resident memory of a process and of each of its children, on Linux."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    pages = [int(Path(f"/proc/{process}/statm").read_text().split()[1]) for process in (pid, *children)]
    return [count * os.sysconf("SC_PAGE_SIZE") // 2**20 for count in pages]


def real_time_factor(recogniser: Recogniser, audio: bytes, hotwords: str) -> float:
    """Return the processor time of both passes over audio, in parts of its length."""
    voice = VOICES["funasr-2pass"](recogniser, 0)
    list(voice.receive_text(json.dumps(CONFIG | {"hotwords": hotwords})))
    before = time.process_time()
    for start in range(0, len(audio), 32 * FRAME_MS):
        list(voice.receive_audio(audio[start : start + 32 * FRAME_MS]))
    list(voice.receive_text('{"is_speaking":false}'))
    return (time.process_time() - before) / (len(audio) / 32000)


def main() -> None:
    """Print the table for the stream counts on the command line."""
    samples = read_sound(load_clips(bundled_clips_directory()).get("talk").path).samples.reshape(-1)
    audio = (samples * 32767).astype("<i2").tobytes()[: SECONDS * 32000]
    recogniser = Recogniser.load()
    first = real_time_factor(recogniser, audio, "")
    print(f"real-time factor {first:.4f} for the first stream of a process, which loads the number grammar")
    for hotwords in ("", '{"阿里巴巴":20,"人工智能":20}'):
        factors = sorted(real_time_factor(recogniser, audio, hotwords) for _ in range(5))
        print(f"real-time factor {factors[2]:.4f} (median of 5) with hotwords {hotwords or '-'}")
    began = time.monotonic()
    with embedded_endpoint() as endpoint:
        print(f"ready after {time.monotonic() - began:.2f} s on {os.cpu_count()} cores")
        print("| streams | final p50 ms | p95 | max | frame slip ms |")
        for streams in map(int, sys.argv[1:]):
            print(asyncio.run(step(endpoint.url, audio, streams)), flush=True)
        (server,) = Path(f"/proc/self/task/{os.getpid()}/children").read_text().split()
        print(f"memory of the server and its workers in MiB: {memory_mib(int(server))}")


if __name__ == "__main__":
    main()
