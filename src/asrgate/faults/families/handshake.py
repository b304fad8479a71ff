"""Faults of the opening handshake, of ping and of close (docs/protocol.md section 2)."""

from itertools import count

from websockets.frames import Close, CloseCode, Frame, Opcode

from asrgate.faults.acts import FRAGMENT, UNMASKED, Abort, Acts, Back, Hold, Hook, Hooks, Pause, Raw, Send
from asrgate.faults.fault import fault
from asrgate.faults.heads import header, is_upgrade, path_of, refusal, with_header, without_header
from asrgate.faults.talk import Breaking, Open, built, hooked

_SOME = 17
"""Every 17th connection is broken: with all of them broken there would be no session to judge."""

_SLOW_S = 6.0
_SLUGGISH_S = 3.0


@fault("HS-01", by=built)
def accept_key_wrong() -> Breaking:
    """Every 17th upgrade is answered with the Sec-WebSocket-Accept of another key."""
    return _every_17th(
        lambda: Hooks(response=lambda head: [Raw(with_header(head, "Sec-WebSocket-Accept", "bm90IHlvdXI="))])
    )


@fault("HS-01", by=built)
def upgrade_answered_200() -> Breaking:
    """Every 17th upgrade is answered with 200, as by a web server."""
    return _every_17th(lambda: Hooks(request=_refused(200, "OK")))


@fault("HS-01", "HS-12", by=built)
def upgrade_refused_at_times() -> Breaking:
    """Every 17th upgrade is answered with 503, as by a gateway that is overloaded."""
    return _every_17th(lambda: Hooks(request=_refused(503, "Service Unavailable")))


@fault("HS-04", by=hooked)
def subprotocol_demanded() -> Hooks:
    """A client that offers no subprotocol is refused with 403."""

    def request(head: bytes) -> Acts:
        offers = header(head, "Sec-WebSocket-Protocol") is not None
        return [Raw(head)] if offers or not is_upgrade(head) else _refused(403, "Forbidden")(head)

    return Hooks(request=request)


@fault("HS-05", by=built)
def other_subprotocol_selected() -> Breaking:
    """Every 17th upgrade selects the subprotocol chat, which nobody offered."""
    chat = ("Sec-WebSocket-Protocol", "chat")
    return _every_17th(lambda: Hooks(response=lambda head: [Raw(with_header(head, *chat))]))


@fault("HS-06", by=hooked, dialects=("funasr-python",))
def binary_not_selected() -> Hooks:
    """The subprotocol binary is never selected."""
    return Hooks(response=lambda head: [Raw(without_header(head, "Sec-WebSocket-Protocol"))])


@fault("HS-07", by=hooked)
def compression_promised() -> Hooks:
    """An offer of compression is accepted, and what comes compressed then garbled."""
    offered = False

    def request(head: bytes) -> Acts:
        nonlocal offered
        offered = "permessage-deflate" in (header(head, "Sec-WebSocket-Extensions") or "")
        return [Raw(without_header(head, "Sec-WebSocket-Extensions"))]

    def response(head: bytes) -> Acts:
        promise = with_header(head, "Sec-WebSocket-Extensions", "permessage-deflate")
        return [Raw(promise if offered else head)]

    return Hooks(request=request, response=response)


@fault("HS-07", by=hooked)
def compression_flag_unasked() -> Hooks:
    """Text to clients that offer compression has the flag of compression, which was not negotiated."""
    offered = False

    def request(head: bytes) -> Acts:
        nonlocal offered
        offered = header(head, "Sec-WebSocket-Extensions") is not None
        return [Raw(without_header(head, "Sec-WebSocket-Extensions"))]

    def text(payload: bytes) -> Acts:
        frame = Frame(Opcode.TEXT, payload, rsv1=offered)
        return [Raw(frame.serialize(mask=False))]

    return Hooks(request=request, server={Opcode.TEXT: text})


@fault("HS-08", "HS-09", by=hooked)
def pong_missing() -> Hooks:
    """Pings are never answered."""
    return Hooks(client={Opcode.PING: lambda payload: []})


@fault("HS-08", by=hooked)
def pong_with_other_payload() -> Hooks:
    """A pong carries another payload than its ping."""
    return Hooks(server={Opcode.PONG: lambda payload: [Send(Opcode.PONG, payload[::-1] + b"!")]})


@fault("HS-08", "HS-09", by=hooked)
def pong_late() -> Hooks:
    """Pongs come after 6 s."""
    return Hooks(server={Opcode.PONG: lambda payload: [Pause(_SLOW_S), Send(Opcode.PONG, payload)]})


@fault("HS-09", by=hooked)
def pong_sluggish() -> Hooks:
    """Pongs come after 3 s."""
    return Hooks(server={Opcode.PONG: lambda payload: [Pause(_SLUGGISH_S), Send(Opcode.PONG, payload)]})


@fault("HS-11", by=hooked)
def close_unanswered() -> Hooks:
    """The client's close is never answered, and TCP stays open."""
    return Hooks(client={Opcode.CLOSE: lambda payload: [Hold()]}, gone=lambda: [Hold()])


@fault("HS-11", by=hooked)
def close_by_reset() -> Hooks:
    """The client's close is answered by a reset of the connection."""
    return Hooks(client={Opcode.CLOSE: lambda payload: [Abort()]})


@fault("HS-11", by=hooked)
def tcp_stays_open() -> Hooks:
    """The client's close is answered, but TCP never ends."""
    return Hooks(gone=lambda: [Hold()])


@fault("HS-11", by=hooked)
def close_code_unlawful() -> Hooks:
    """The client's close is answered with 1005, which may not be sent."""
    unlawful = CloseCode.NO_STATUS_RCVD.to_bytes(2)
    return Hooks(server={Opcode.CLOSE: lambda payload: [Send(Opcode.CLOSE, unlawful)]})


@fault("HS-15", by=hooked)
def unmasked_frames_taken() -> Hooks:
    """Frames without a mask are taken as if they had one."""
    return Hooks(client={UNMASKED: lambda payload: [Send(Opcode.TEXT, payload)]})


@fault("HS-15", by=built)
def reserved_opcodes_ignored() -> Breaking:
    """Frames with reserved opcodes are ignored."""
    reserved: dict[int, Hook] = {n: lambda payload: [] for n in (*range(3, 8), *range(11, 16))}
    return hooked(lambda: Hooks(client=reserved))


@fault("HS-16", by=hooked)
def fragments_refused() -> Hooks:
    """A fragmented message ends the connection with 1003."""
    close = Close(CloseCode.UNSUPPORTED_DATA, "no fragments, please").serialize()
    return Hooks(client={FRAGMENT: lambda payload: [Back(Send(Opcode.CLOSE, close))]})


@fault("HS-16", by=hooked)
def fragments_lost() -> Hooks:
    """Fragmented messages are dropped."""
    return Hooks(client={FRAGMENT: lambda payload: []})


@fault("HS-13", by=hooked)
def plain_get_hangs() -> Hooks:
    """A plain GET is never answered."""
    return Hooks(request=lambda head: [Raw(head)] if is_upgrade(head) else [Hold()])


@fault("HS-13", by=hooked)
def plain_get_answered_200() -> Hooks:
    """A plain GET is answered with 200 and a page."""

    def response(head: bytes) -> Acts:
        page = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nhi"
        return [Raw(page), Hold()] if not head.startswith(b"HTTP/1.1 101") else [Raw(head)]

    return Hooks(response=response)


@fault("HS-14", by=hooked)
def any_version_taken() -> Hooks:
    """Every Sec-WebSocket-Version is taken for 13."""
    return Hooks(request=lambda head: [Raw(with_header(head, "Sec-WebSocket-Version", "13"))])


@fault("HS-17", by=hooked)
def stalled_handshakes_kept() -> Hooks:
    """A connection on which nothing is asked is kept for ever."""
    return Hooks(request=lambda head: [Raw(head)], gone=lambda: [Hold()])


@fault("HS-18", by=hooked)
def path_demanded() -> Hooks:
    """Every path but the root is answered with 404."""
    return Hooks(
        request=lambda head: [Raw(head)] if path_of(head) == "/" else _refused(404, "Not Found")(head)
    )


@fault("HS-03", by=hooked)
def tls_on_plain_port_hangs() -> Hooks:
    """TLS on a port that speaks plain HTTP is never answered."""
    strange = False

    def stranger(data: bytes) -> Acts:
        nonlocal strange
        strange = True
        return [Hold()]

    return Hooks(stranger=stranger, gone=lambda: [Hold()] if strange else [])


@fault("LAT-01", by=hooked)
def handshakes_slow() -> Hooks:
    """An upgrade takes 1.2 s."""
    return Hooks(request=lambda head: [Pause(1.2), Raw(head)])


@fault("SEC-05", by=built)
def idle_connections_use_up_all() -> Breaking:
    """Only 50 connections are taken at a time; the next are left waiting."""

    def breaking() -> Open:
        open_now = [0]

        def opened() -> Hooks:
            open_now[0] += 1
            return Hooks(opened=lambda: [Hold()] if open_now[0] > 50 else [], closed=left)

        def left() -> Acts:
            open_now[0] -= 1
            return []

        return opened

    return lambda dialect: breaking()


def _every_17th(broken: Open) -> Breaking:
    def breaking() -> Open:
        numbers = count(1)
        return lambda: broken() if next(numbers) % _SOME == 0 else Hooks()

    return lambda dialect: breaking()


def _refused(status: int, reason: str) -> Hook:
    return lambda head: [Back(Raw(refusal(status, reason))), Hold()]
