"""Faults of TLS: the proxy speaks it itself, badly (docs/protocol.md section 2.1)."""

import ssl
from datetime import UTC, datetime, timedelta

import trustme

from asrgate.faults.acts import Hooks
from asrgate.faults.fault import Front, fault
from asrgate.faults.talk import hooked

_HERE = ("localhost", "127.0.0.1")


def _expired() -> Front:
    yesterday = datetime.now(UTC) - timedelta(days=1)
    authority = trustme.CA()
    return Front(_speaking(authority.issue_cert(*_HERE, not_after=yesterday)), None)


def _foreign() -> Front:
    return Front(_speaking(trustme.CA().issue_cert("asr.example.com")), None)


def _outdated() -> Front:
    authority = trustme.CA()
    context = _speaking(authority.issue_cert(*_HERE))
    context.set_ciphers("DEFAULT:@SECLEVEL=0")
    context.minimum_version = ssl.TLSVersion.MINIMUM_SUPPORTED
    return Front(context, authority.cert_pem.bytes())


@fault("HS-02", by=hooked, front=_expired)
def certificate_expired() -> Hooks:
    """The certificate has expired, and nobody vouches for it."""
    return Hooks()


@fault("HS-02", by=hooked, front=_foreign)
def certificate_of_another_host() -> Hooks:
    """The certificate is another host's, and nobody vouches for it."""
    return Hooks()


@fault("SEC-01", by=hooked, front=_outdated)
def old_tls_spoken() -> Hooks:
    """TLS 1.0 and 1.1 are spoken."""
    return Hooks()


def _speaking(certificate: trustme.LeafCert) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificate.configure_cert(context)
    return context
