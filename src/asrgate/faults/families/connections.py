"""Faults of a server that dies of how its clients come and go (docs/protocol.md section 11)."""

import time
from collections.abc import Callable

from websockets.frames import CloseCode, Opcode

from asrgate.faults.acts import Acts, Back, Crash, Hold, Hook, Hooks, Raw, Send
from asrgate.faults.fault import fault
from asrgate.faults.heads import refusal
from asrgate.faults.talk import Breaking, Open, built


@fault("ROB-25", by=built)
def dies_of_resets() -> Breaking:
    """The process dies when a client is gone without a close."""
    return _dropping(lambda drops: drops >= 1)


@fault("ROB-28", by=built)
def dies_of_many_resets() -> Breaking:
    """The process dies when ten clients were gone without a close."""
    return _dropping(lambda drops: drops >= 10)


@fault("ROB-27", by=built)
def dies_of_churn() -> Breaking:
    """The process dies when 50 clients have come, configured a session, and left without any audio."""

    def breaking() -> Open:
        left = 0

        def opened() -> Hooks:
            came: set[Opcode] = set()

            def noting(opcode: Opcode) -> Hook:
                def hook(payload: bytes) -> Acts:
                    came.add(opcode)
                    return [Send(opcode, payload)]

                return hook

            def closed() -> Acts:
                nonlocal left
                left += came == {Opcode.TEXT}
                return [Crash()] if left >= 50 else []

            hooks: dict[int, Hook] = {opcode: noting(opcode) for opcode in (Opcode.TEXT, Opcode.BINARY)}
            return Hooks(client=hooks, closed=closed)

        return opened

    return lambda dialect: breaking()


@fault("ROB-30", by=built)
def dies_of_vanished_clients() -> Breaking:
    """The process dies when a client that was silent for 5 s is gone without a close."""
    return _dropping(lambda drops: True, silent_s=5.0)


@fault("ROB-31", by=built)
def rejected_clients_locked_out() -> Breaking:
    """After a session was closed with 1007 the next upgrades are answered with 403."""

    def breaking() -> Open:
        locked = 0

        def opened() -> Hooks:
            return Hooks(request=request, server={Opcode.CLOSE: close})

        def request(head: bytes) -> Acts:
            nonlocal locked
            locked = max(locked - 1, 0)
            return [Back(Raw(refusal(403, "Forbidden"))), Hold()] if locked else [Raw(head)]

        def close(payload: bytes) -> Acts:
            nonlocal locked
            if payload[:2] == CloseCode.INVALID_DATA.to_bytes(2):
                locked = 40
            return [Send(Opcode.CLOSE, payload)]

        return opened

    return lambda dialect: breaking()


def _dropping(deadly: Callable[[int], bool], *, silent_s: float = 0.0) -> Breaking:
    """Count clients that are gone without a close frame, after a configuration and so long a silence."""

    def breaking() -> Open:
        drops = 0

        def opened() -> Hooks:
            heard_at: list[float] = []
            said_farewell = False

            def heard(opcode: Opcode) -> Hook:
                def hook(payload: bytes) -> Acts:
                    heard_at.append(time.monotonic())
                    return [Send(opcode, payload)]

                return hook

            def farewell(payload: bytes) -> Acts:
                nonlocal said_farewell
                said_farewell = True
                return [Send(Opcode.CLOSE, payload)]

            def closed() -> Acts:
                nonlocal drops
                if said_farewell or not heard_at or time.monotonic() - heard_at[-1] < silent_s:
                    return []
                drops += 1
                return [Crash()] if deadly(drops) else []

            hooks: dict[int, Hook] = {opcode: heard(opcode) for opcode in (Opcode.TEXT, Opcode.BINARY)}
            return Hooks(client=hooks | {Opcode.CLOSE: farewell}, closed=closed)

        return opened

    return lambda dialect: breaking()
