"""A relay on loopback between a client and an endpoint, which spoils the replies that it is told to."""

import asyncio
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from websockets.asyncio.client import connect
from websockets.asyncio.server import Server, ServerConnection, serve

Fields = dict[str, Any]


@dataclass
class Session:
    """What a relayed connection has seen: its client's text frames, and how many replies were passed."""

    said: list[Fields] = field(default_factory=list)
    finals: int = 0


Spoil = Callable[[Fields, Session], list[Fields]]
"""What to send in place of a reply."""


@contextmanager
def relaying(target: str, spoil: Spoil) -> Iterator[str]:
    """Relay to `target` from a free port until the context ends; gives the URL."""
    loop = asyncio.new_event_loop()
    address: list[str] = []
    ready, over = threading.Event(), threading.Event()

    async def relay(client: ServerConnection) -> None:
        session = Session()
        async with connect(target, subprotocols=["binary"], max_size=None, compression=None) as server:  # type: ignore[list-item]

            async def upwards() -> None:
                async for message in client:
                    if isinstance(message, str):
                        session.said.append(_fields(message))
                    await server.send(message)

            async def downwards() -> None:
                async for message in server:
                    for reply in spoil(json.loads(message), session):
                        await client.send(json.dumps(reply, ensure_ascii=False))

            ways = [asyncio.create_task(upwards()), asyncio.create_task(downwards())]
            await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
            for way in ways:
                way.cancel()
            await asyncio.gather(*ways, return_exceptions=True)

    async def run() -> None:
        server: Server
        async with serve(relay, "127.0.0.1", 0, subprotocols=["binary"], max_size=None) as server:  # type: ignore[list-item]
            address.append(f"ws://127.0.0.1:{server.sockets[0].getsockname()[1]}")
            ready.set()
            await loop.run_in_executor(None, over.wait)

    thread = threading.Thread(target=loop.run_until_complete, args=(run(),))
    thread.start()
    ready.wait()
    try:
        yield address[0]
    finally:
        over.set()
        thread.join()
        loop.run_until_complete(loop.shutdown_default_executor())
        loop.close()


def doubled_final(reply: Fields, session: Session) -> list[Fields]:
    """Every terminating message twice."""
    return [reply, reply] if reply.get("is_final") is True else [reply]


def mute_after_second(reply: Fields, session: Session) -> list[Fields]:
    """No terminating message from the second utterance on."""
    session.finals += reply.get("is_final") is True
    return [] if reply.get("is_final") is True and session.finals > 1 else [reply]


def foreign_name(reply: Fields, session: Session) -> list[Fields]:
    """Names with a quote in them come back without it."""
    name = reply.get("wav_name")
    return [reply | {"wav_name": name.replace('"', "")} if isinstance(name, str) else reply]


def lost_tail(reply: Fields, session: Session) -> list[Fields]:
    """Without inverse text normalisation sentences lose their last two characters."""
    raw = any(said.get("itn") is False for said in session.said[:1])
    text = reply.get("text", "")
    return [reply | {"text": text[:1]} if raw and len(text) > 1 and reply.get("slice_type") == 2 else reply]


def retyped_final(reply: Fields, session: Session) -> list[Fields]:
    """`is_final` as a string."""
    return [reply | {"is_final": str(reply["is_final"]).lower()} if "is_final" in reply else reply]


def _fields(message: str) -> Fields:
    try:
        value = json.loads(message.removeprefix("\ufeff"))
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}
