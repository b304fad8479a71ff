"""One connection as the proxy relays it: two ways of bytes, with a fault's hooks in between."""

import asyncio
import contextlib
import socket
import struct
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, cast

from websockets.frames import Opcode

from asrgate.faults.acts import (
    FRAGMENT,
    UNMASKED,
    Abort,
    Act,
    Acts,
    Back,
    Crash,
    Hold,
    Hook,
    Hooks,
    Pause,
    Raw,
    Send,
)
from asrgate.faults.frames import FrameCutter, WireFrame, written
from asrgate.faults.heads import without_header

_READ_BYTES = 2**16
_HEAD_END = b"\r\n\r\n"
_LARGEST_HEAD_BYTES = 2**16
_METHOD = b"GET "

_DATA = frozenset({Opcode.CONT, Opcode.TEXT, Opcode.BINARY})
_RESET = struct.pack("ii", 1, 0)
"""SO_LINGER: close with a reset."""


class Gone(Exception):
    """The connection was ended by an act."""


class Side:
    """One end of a connection: a stream to read from and to write to. Frames to servers are masked."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, masked: bool) -> None:
        self.reader = reader
        self._writer = writer
        self.masked = masked

    async def send(self, opcode: Opcode, payload: bytes) -> None:
        """Write a whole frame."""
        await self.write(written(opcode, payload, masked=self.masked))

    async def write(self, data: bytes) -> None:
        """Write bytes, no faster than they are taken."""
        self._writer.write(data)
        await self._writer.drain()

    def end(self) -> None:
        """Say that nothing more comes, as far as the transport can."""
        if self._writer.can_write_eof():
            self._writer.write_eof()
        else:
            self._writer.close()

    async def close(self) -> None:
        """Close, after what was written has gone."""
        self._writer.close()
        with contextlib.suppress(OSError):
            await self._writer.wait_closed()

    def abort(self) -> None:
        """Reset the connection."""
        sock = self._writer.get_extra_info("socket")
        with contextlib.suppress(OSError, AttributeError):
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
        cast(Any, self._writer.transport).abort()


class Relay:
    """Relays one connection until either side ends it. `crash` is told whether the server restarts."""

    def __init__(self, client: Side, server: Side, hooks: Hooks, crash: Callable[[bool], None]) -> None:
        self._client = client
        self._server = server
        self._hooks = hooks
        self._crash = crash
        self._client_left = asyncio.Event()

    async def run(self) -> None:
        """Relay until both ways have ended, or one broke; then nothing of the connection is left."""
        up = _Way(self._client, self._server, self._hooks.client, self.perform)
        down = _Way(self._server, self._client, self._hooks.server, self.perform)
        request, response = self._hooks.request, self._hooks.response
        if self._hooks.looks_into_messages and request is None:
            request = _uncompressed
        try:
            async with asyncio.TaskGroup() as ways:
                ways.create_task(self._run_up(up, request))
                ways.create_task(down.run(response, gone=self._hooks.gone))
        except* (OSError, Gone):
            self.abort()
        await self._client.close()
        await self._server.close()

    async def _run_up(self, way: "_Way", head: Hook | None) -> None:
        try:
            await way.run(head, stranger=self._hooks.stranger)
        finally:
            self._client_left.set()

    def abort(self) -> None:
        """Reset both connections."""
        self._client.abort()
        self._server.abort()

    async def perform(self, acts: Acts, towards: Side) -> None:
        """Do what a hook answered.

        Raises:
            Gone: the connection is over.
        """
        for act in acts:
            await self._act(act, towards)

    async def _act(self, act: Act, towards: Side) -> None:
        match act:
            case Send(opcode, payload):
                await towards.send(opcode, payload)
            case Raw(data):
                await towards.write(data)
            case Back(back):
                await self._act(back, self._client if towards is self._server else self._server)
            case Pause(seconds):
                await asyncio.sleep(seconds)
            case Hold():
                await self._hold(towards)
            case Abort():
                raise Gone
            case Crash(restarts):
                self._crash(restarts)
                raise Gone

    async def _hold(self, towards: Side) -> None:
        """Hang until the client gives up."""
        if towards is self._server:
            while await self._client.reader.read(_READ_BYTES):
                pass
        else:
            await self._client_left.wait()
        raise Gone


Perform = Callable[[Acts, Side], Awaitable[None]]


class _Way:
    """One direction: heads first, then frames. Without hooks bytes pass as they come."""

    def __init__(self, source: Side, target: Side, hooks: Mapping[int, Hook], perform: Perform) -> None:
        self._source = source
        self._target = target
        self._hooks = hooks
        self._perform = perform
        self._parts: list[WireFrame] = []

    async def run(
        self,
        head: Hook | None,
        *,
        stranger: Hook | None = None,
        gone: Callable[[], Acts] | None = None,
    ) -> None:
        if head is not None or stranger is not None or self._hooks:
            rest = await self._pass_head(head, stranger)
            if self._hooks and rest is not None:
                await self._pass_frames(rest)
            elif rest:
                await self._target.write(rest)
        await self._pass_bytes()
        if gone is not None:
            await self._perform(gone(), self._target)
        self._target.end()

    async def _pass_head(self, hook: Hook | None, stranger: Hook | None) -> bytes | None:
        """Pass the head of a handshake; returns what came behind it, None when there was none."""
        held = b""
        while _HEAD_END not in held:
            data = await self._source.reader.read(_READ_BYTES)
            held += data
            if stranger is not None and held[: len(_METHOD)] != _METHOD[: len(held)]:
                await self._perform(stranger(held), self._target)
                return None
            if not data or len(held) > _LARGEST_HEAD_BYTES:
                if held:
                    await self._target.write(held)
                return None
        end = held.index(_HEAD_END) + len(_HEAD_END)
        await self._perform([Raw(held[:end])] if hook is None else hook(held[:end]), self._target)
        return held[end:]

    async def _pass_frames(self, rest: bytes) -> None:
        cutter = FrameCutter()
        data = rest
        while True:
            for piece in cutter.feed(data):
                if isinstance(piece, bytes):
                    await self._target.write(piece)
                else:
                    await self._pass_frame(piece)
            data = await self._source.reader.read(_READ_BYTES)
            if not data:
                break
        left = b"".join(part.raw for part in self._parts) + cutter.rest
        if left:
            await self._target.write(left)

    async def _pass_frame(self, frame: WireFrame) -> None:
        """Pass a frame, or what its hook makes of it; parts of a message wait for the whole."""
        if frame.masked != self._target.masked:
            # Against the rules: an endpoint must see it as it came, unless a fault says otherwise.
            hook = self._hooks.get(UNMASKED)
            acts = [Raw(frame.raw)] if hook is None else hook(frame.payload)
            await self._perform(acts, self._target)
            return
        if frame.opcode not in _DATA or frame.rsv or not self._is_expected(frame):
            await self._flush()
            await self._pass_whole(frame.opcode, frame.payload, frame.raw)
            return
        fragmented = bool(self._parts) or not frame.fin
        if fragmented and FRAGMENT in self._hooks:
            await self._perform(self._hooks[FRAGMENT](frame.payload), self._target)
            return
        self._parts.append(frame)
        if frame.fin:
            parts, self._parts = self._parts, []
            raw = b"".join(part.raw for part in parts)
            await self._pass_whole(parts[0].opcode, b"".join(part.payload for part in parts), raw)

    def _is_expected(self, frame: WireFrame) -> bool:
        """Whether the frame continues what is held; RFC 6455 section 5.4 allows nothing else."""
        return (frame.opcode == Opcode.CONT) == bool(self._parts)

    async def _flush(self) -> None:
        """Pass on what is held."""
        parts, self._parts = self._parts, []
        for part in parts:
            await self._target.write(part.raw)

    async def _pass_whole(self, opcode: int, payload: bytes, raw: bytes) -> None:
        hook = self._hooks.get(opcode)
        await self._perform([Raw(raw)] if hook is None else hook(payload), self._target)

    async def _pass_bytes(self) -> None:
        while data := await self._source.reader.read(_READ_BYTES):
            await self._target.write(data)


def _uncompressed(head: bytes) -> Acts:
    """Let a request not offer compression; a hook for requests sees to that by itself."""
    return [Raw(without_header(head, "Sec-WebSocket-Extensions"))]
