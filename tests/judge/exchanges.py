"""Builds exchanges in code, frame by frame, as driving a scenario would have left them."""

import functools
import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any, Self

from asrgate.audio.framing import ByChunk, Framing
from asrgate.audio.source import SyntheticSilence
from asrgate.errors import ConnectStep
from asrgate.judge.finding import Finding, Verdict
from asrgate.wire.exchange import (
    Closing,
    Exchange,
    Failure,
    Frame,
    FrameKind,
    FrameRole,
    Handshake,
    Outcome,
    StepDone,
    TlsFacts,
    Who,
)
from asrgate.wire.messages import END_OF_INPUT, encode, opening
from asrgate.wire.scenario import (
    AwaitTerminator,
    Close,
    Connect,
    Listen,
    Ping,
    Scenario,
    SendBytes,
    SendFrame,
    SendText,
    Step,
    StreamAudio,
)

TESTED: set[tuple[str, Verdict]] = set()
"""Requirements and verdicts that some test expects of the judge, filled by `judged`."""

BY_CHUNK = ByChunk()

HANDSHAKE = Handshake(
    request_headers=(("Host", "127.0.0.1"), ("Sec-WebSocket-Protocol", "binary")),
    status=101,
    response_headers=(("Upgrade", "websocket"), ("Sec-WebSocket-Accept", "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=")),
    subprotocol=None,
    accept_valid=True,
    name_ms=0.1,
    tcp_ms=0.2,
    tls_ms=None,
    upgrade_ms=1.0,
    total_ms=1.5,
)

CERTIFICATE = TlsFacts(
    version="TLSv1.3",
    cipher="TLS_AES_256_GCM_SHA384",
    subject="CN=asr.example",
    issuer="CN=Example CA",
    names=("asr.example",),
    not_before="2026-01-01T00:00:00Z",
    not_after="2027-01-01T00:00:00Z",
    fingerprint_sha256="00" * 32,
    verified=True,
    verify_error=None,
)


def judged(requirement: str, verdict: Verdict, *told: str) -> Callable[[Callable[..., Finding]], Any]:
    """Turn a function that returns a finding into a test of it.

    The finding must be on `requirement`, have this verdict, and its reason must contain every part of `told`,
    and what a row of a table calls `told`; a failure must point at an exchange, but of the calls of a load.
    """
    TESTED.add((requirement, verdict))

    def decorate(function: Callable[..., Finding]) -> Callable[..., None]:
        @functools.wraps(function)
        def test(*args: Any, **kwargs: Any) -> None:
            finding = function(*args, **kwargs)
            assert (finding.requirement, finding.verdict) == (requirement, verdict), finding.reason
            parts = (*told, kwargs.get("told", ""))
            assert [part for part in parts if part not in finding.reason] == [], finding.reason
            assert finding.reason
            assert "\n" not in finding.reason
            assert (
                finding.evidence or verdict is not Verdict.FAIL or requirement.startswith(("LOAD-", "LAT-06"))
            )

        return test

    return decorate


class Session:
    """An exchange in the making; every method adds what one step of a scenario would have left."""

    def __init__(self, dialect: str, name: str) -> None:
        self._steps: list[Step] = [Connect()]
        self._done: list[StepDone] = [StepDone(step=0, began_ns=0, ended_ns=1_500_000, outcome="done")]
        self._frames: list[Frame] = []
        self._now_ns = 1_500_000
        self._exchange = Exchange(
            scenario=Scenario(name=name, steps=(Connect(),)),
            dialect=dialect,
            url="ws://127.0.0.1:10095",
            started_at="2026-11-22T12:00:00+00:00",
            handshake=HANDSHAKE,
        )

    def config(self, *, omit: tuple[str, ...] = (), **fields: Any) -> Self:
        """Send an opening frame: the usual fields, these changed or added, without those in `omit`."""
        settings = {k: v for k, v in (opening() | fields).items() if k not in omit}
        return self.text(encode(settings), role="config")

    def text(self, text: str, role: str = "other") -> Self:
        """Send a text frame."""
        self._begin(SendText(text=text, role=role))  # type: ignore[arg-type]
        self._sent("text", role, len(text.encode()), text=text)  # type: ignore[arg-type]
        return self._end("done")

    def invalid_text(self) -> Self:
        """Send a text frame that is not UTF-8."""
        self._begin(SendBytes(payload_hex="c328ff", opcode="text"))
        self._sent("text", "other", 3)
        return self._end("done")

    def audio(
        self,
        duration_ms: int,
        *,
        rate_hz: int = 16000,
        pace: float | None = None,
        framing: Framing = BY_CHUNK,
        frame_ms: int = 60,
        late_ms: float = 0,
    ) -> Self:
        """Send audio in frames of `frame_ms`; with a pace each leaves `late_ms` after it was due."""
        source = SyntheticSilence(duration_ms=duration_ms, sample_rate_hz=rate_hz)
        self._begin(StreamAudio(audio=source, framing=framing, pace=pace))
        began_ns = self._now_ns
        for start_ms in range(0, duration_ms, frame_ms):
            end_ms = min(start_ms + frame_ms, duration_ms)
            due_ns = None if pace is None else began_ns + round(end_ms * 1e6 / pace)
            self._now_ns = self._now_ns + 10_000 if due_ns is None else due_ns + round(late_ms * 1e6)
            size = (end_ms - start_ms) * rate_hz // 1000 * 2
            self._sent(
                "binary", "audio", size, due_ns=due_ns, offset=start_ms * rate_hz // 1000 * 2, sha256="00"
            )
        return self._end("done")

    def frame(self, size: int) -> Self:
        """Send a frame of audio of so many bytes."""
        source = SyntheticSilence(duration_ms=size // 32)
        self._begin(StreamAudio(audio=source, framing=BY_CHUNK))
        self._sent("binary", "audio", size, offset=0, sha256="00")
        return self._end("done")

    def end(self, **fields: Any) -> Self:
        """Send the end frame."""
        return self.text(encode(END_OF_INPUT | fields), role="end")

    def reply(self, *messages: dict[str, Any] | str, after_ms: float = 10) -> Self:
        """Receive these messages, each `after_ms` after what was before."""
        for message in messages:
            text = message if isinstance(message, str) else json.dumps(message, ensure_ascii=False)
            self._now_ns += round(after_ms * 1e6)
            self._received("text", len(text.encode()), text=text)
        return self

    def binary_reply(self, size: int) -> Self:
        """Receive a binary message."""
        self._now_ns += 10_000_000
        self._received("binary", size)
        return self

    def terminated(self) -> Self:
        """Finish the wait for the terminating message, which has come."""
        self._begin(AwaitTerminator(timeout_s=30))
        return self._end("terminator")

    def timed_out(self, seconds: float = 30) -> Self:
        """Wait in vain for the terminating message."""
        self._begin(AwaitTerminator(timeout_s=seconds))
        self._now_ns += round(seconds * 1e9)
        return self._end("timeout")

    def listen(self, seconds: float) -> Self:
        """Listen on."""
        self._begin(Listen(seconds=seconds))
        self._now_ns += round(seconds * 1e9)
        return self._end("done")

    def ping(self, payload: str, *, pong: str | None, after_ms: float = 3) -> Self:
        """Send a ping and receive this pong, or none within 5 s; payloads are hexadecimal."""
        self._begin(Ping(payload_hex=payload))
        self._sent("ping", "control", len(payload) // 2, text=payload)
        self._now_ns += round((5000 if pong is None else after_ms) * 1e6)
        if pong is not None:
            self._received("pong", len(pong) // 2, text=pong, role="control")
        return self._end("timeout" if pong is None else "pong")

    def raw_frame(self, step: SendFrame) -> Self:
        """Send a frame past the WebSocket library."""
        self._begin(step)
        self._sent("raw", "other", 2 + len(step.payload_hex) // 2)
        return self._end("done")

    def fragments(self, payload: str, *, pong: bool = True) -> Self:
        """Send a text in fragments, with this ping between them."""
        self._begin(SendText(text="{}", role="config", fragments=3))
        self._sent("text", "config", 2, text="{}")
        self._sent("ping", "control", len(payload) // 2, text=payload)
        if pong:
            self._received("pong", len(payload) // 2, text=payload, role="control")
        return self._end("done")

    def close(
        self, code: int = 1000, *, clean: bool = True, took_ms: float = 2, answered: int | None = None
    ) -> Exchange:
        """Close, and return the exchange; a clean close is answered with its own code, or with `answered`."""
        self._begin(Close(code=code))
        self._now_ns += round(took_ms * 1e6)
        self._end("done")
        answer = (answered or code) if clean else None
        return self.closed("client", code, clean=clean, took_ms=took_ms, answered=answer)

    def closed(
        self,
        who: Who,
        code: int | None,
        *,
        clean: bool = True,
        took_ms: float | None = None,
        answered: int | None = None,
        reason: str = "",
    ) -> Exchange:
        """Return the exchange, ended by somebody."""
        closing = Closing(
            who=who,
            code=code,
            reason=reason,
            clean=clean,
            at_ns=self._now_ns,
            took_ms=took_ms,
            answered=answered,
        )
        return replace(self.exchange(), closing=closing)

    def exchange(self) -> Exchange:
        """Return the exchange as it is now."""
        scenario = replace(self._exchange.scenario, steps=tuple(self._steps))
        return replace(self._exchange, scenario=scenario, frames=tuple(self._frames), steps=tuple(self._done))

    def _begin(self, step: Step) -> None:
        self._steps.append(step)
        self._began_ns = self._now_ns

    def _end(self, outcome: Outcome) -> Self:
        step = len(self._steps) - 1
        done = StepDone(step=step, began_ns=self._began_ns, ended_ns=self._now_ns, outcome=outcome)
        self._done.append(done)
        return self

    def _sent(self, kind: FrameKind, role: FrameRole, size: int, **facts: Any) -> None:
        self._frames.append(self._frame("sent", kind, role, size, **facts))

    def _received(self, kind: FrameKind, size: int, *, role: FrameRole = "reply", **facts: Any) -> None:
        self._frames.append(self._frame("received", kind, role, size, **facts))

    def _frame(self, direction: Any, kind: FrameKind, role: FrameRole, size: int, **facts: Any) -> Frame:
        return Frame(
            index=len(self._frames),
            direction=direction,
            kind=kind,
            role=role,
            at_ns=self._now_ns,
            size=size,
            step=len(self._steps) - 1,
            **facts,
        )


def session(dialect: str = "funasr-2pass", name: str = "session") -> Session:
    """Begin an exchange with an open connection."""
    return Session(dialect, name)


def unopened(dialect: str = "funasr-2pass") -> Exchange:
    """An exchange of which the connection was refused."""
    return replace(
        session(dialect).exchange(),
        handshake=None,
        failure=Failure(step=ConnectStep.TCP, message="connection refused"),
    )
