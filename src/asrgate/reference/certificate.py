"""A certificate for the embedded endpoint, made anew at each start."""

from __future__ import annotations

import ssl
from dataclasses import dataclass

import trustme

_LOOPBACK_NAMES = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True, slots=True)
class Identity:
    """A server's TLS context, and the authority (PEM) with which a client can verify it."""

    context: ssl.SSLContext
    authority_pem: bytes


def new_identity(host: str) -> Identity:
    """Return a certificate for the loopback names and `host`, signed by an authority made for it."""
    authority = trustme.CA()
    names = dict.fromkeys((*_LOOPBACK_NAMES, host))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(*names).configure_cert(context)
    return Identity(context, authority.cert_pem.bytes())
