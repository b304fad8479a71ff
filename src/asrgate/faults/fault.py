"""A fault: a name, a sentence, the requirements that must catch it, and how it breaks a connection."""

import ssl
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from asrgate.faults.talk import Breaking
from asrgate.wire.dialects import DIALECTS

JSON_DIALECTS = tuple(name for name, dialect in DIALECTS.items() if dialect.asks_by == "json")
CPP_DIALECTS = ("funasr-2pass", "funasr-2pass-0.1", "funasr-offline")
SERVER_DIALECTS = ("funasr-2pass", "funasr-2pass-0.1", "funasr-python")
"""Those with partials that talk JSON."""

F = TypeVar("F")


@dataclass(frozen=True, slots=True)
class Front:
    """TLS in front of the proxy, and the authority (PEM) that vouches for it, None when nobody does."""

    context: ssl.SSLContext
    authority_pem: bytes | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One way to break a good endpoint.

    `caught_by` are the requirements that must fail; `dialects` those for which the fault makes sense.
    `front` makes what clients meet before the first byte of HTTP, None for plain TCP.
    """

    name: str
    family: str
    sentence: str
    caught_by: tuple[str, ...]
    breaks: Breaking
    dialects: tuple[str, ...] = JSON_DIALECTS
    front: Callable[[], Front] | None = None


def fault(
    *caught_by: str,
    by: Callable[[F], Breaking],
    dialects: tuple[str, ...] = JSON_DIALECTS,
    front: Callable[[], Front] | None = None,
) -> Callable[[F], Fault]:
    """Make a function a fault: its name and docstring are the fault's, its module the family."""

    def made(function: F) -> Fault:
        name: str = function.__name__  # type: ignore[attr-defined]
        return Fault(
            name=name.strip("_").replace("_", "-"),
            family=function.__module__.rpartition(".")[2],
            sentence=" ".join((function.__doc__ or "").split()),
            caught_by=caught_by,
            breaks=by(function),
            dialects=dialects,
            front=front,
        )

    return made
