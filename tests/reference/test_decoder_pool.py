"""The decoder pool: order, back-pressure, and what happens when a worker dies."""

import asyncio
import json
import os
import signal
from pathlib import Path

import pytest

from asrgate.reference.decoder_pool import MOST_AHEAD_BYTES, DecodedStream, DecoderLost, DecoderPool

from .talk import CONFIG, SPOKEN, pcm

DIALECT = "funasr-2pass"


async def replies_until_final(stream: DecodedStream) -> list[dict[str, object]]:
    """Return the replies up to the first final."""
    replies = []
    async for reply in stream.replies():
        replies.append(json.loads(reply))
        if replies[-1]["is_final"]:
            break
    return replies


async def utter(stream: DecodedStream, audio: bytes) -> list[dict[str, object]]:
    """Send a whole utterance while reading its replies."""
    reading = asyncio.create_task(replies_until_final(stream))
    await stream.send(json.dumps(CONFIG))
    await stream.send(audio)
    await stream.send('{"is_speaking":false}')
    return await reading


async def test_streams_side_by_side_do_not_mix() -> None:
    """More connections than workers: they are spread, and each hears its own audio, again and again."""
    async with DecoderPool(2) as pool:
        streams = [await pool.open(DIALECT) for _ in range(4)]
        assert len(set(pool.worker_pids)) == 2
        assert sorted(pool.connections) == [2, 2]
        for _ in range(2):
            results = await asyncio.gather(
                *(
                    utter(stream, pcm(clip))
                    for stream, clip in zip(streams, ["date", "hello"] * 2, strict=True)
                )
            )
            texts = [result[-1]["text"] for result in results]
            assert texts == ["2024年7月25日。", SPOKEN["hello"] + "。"] * 2
        streams[0].close()
        assert sorted(pool.connections) == [1, 2]


async def test_an_upload_without_pace_waits_for_its_replies_to_be_read() -> None:
    """As long as nobody takes replies, no more than the limit is accepted."""
    async with DecoderPool(1) as pool:
        stream = await pool.open(DIALECT)
        sending = asyncio.create_task(stream.send(bytes(2 * MOST_AHEAD_BYTES)))
        await asyncio.wait([sending], timeout=0.5)
        assert not sending.done()
        assert stream.ahead_bytes < MOST_AHEAD_BYTES + 64_000
        reading = asyncio.create_task(replies_until_final(stream))
        await sending
        await stream.send(json.dumps(CONFIG | {"is_speaking": False}))
        assert (await reading)[-1]["text"] == ""


async def test_a_dead_worker_is_replaced_and_its_streams_are_told() -> None:
    """The connection of a killed worker gets an error; the next connection works."""
    async with DecoderPool(1) as pool:
        stream = await pool.open(DIALECT)
        (pid,) = pool.worker_pids
        os.kill(pid, signal.SIGTERM)
        with pytest.raises(DecoderLost, match="decoder process ended"):
            await replies_until_final(stream)
        with pytest.raises(DecoderLost):
            await stream.send(b"any")
        fresh = await pool.open(DIALECT)
        assert (await utter(fresh, b""))[-1]["text"] == ""
        assert pool.worker_pids != [pid]


async def test_workers_end_with_the_pool() -> None:
    """No process is left behind."""
    async with DecoderPool(1) as pool:
        pids = pool.worker_pids
    for pid in pids:
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)


async def test_a_worker_that_cannot_start_is_an_error(tmp_path: Path) -> None:
    """A pool whose workers do not start does not open."""
    pool = DecoderPool(1, tmp_path / "missing.txt")
    with pytest.raises(DecoderLost, match="before it was ready"):
        await pool.__aenter__()
