"""TLS as a client sees it: whether a certificate verifies, why not, and what it says."""

import asyncio
import hashlib
import ssl
from functools import lru_cache
from pathlib import Path
from typing import cast

from cryptography import x509
from cryptography.x509.oid import ExtensionOID

from asrgate.errors import UsageError
from asrgate.wire.endpoint import Endpoint
from asrgate.wire.exchange import TlsFacts
from asrgate.wire.transport import Stopwatch, connected_socket

_SECOND_HANDSHAKE_S = 5.0

# One certificate gives one answer: it is asked for once, not with every session.
_verify_errors: dict[tuple[str, int, Path | None, str], str | None] = {}


@lru_cache(maxsize=8)
def client_context(ca_file: Path | None, *, verify: bool) -> ssl.SSLContext:
    """Return the settings of a TLS client: TLS 1.2 and up; `ca_file` replaces the system's authorities.

    Raises:
        UsageError: the file cannot be read or holds no certificate.
    """
    try:
        context = ssl.create_default_context(cafile=ca_file)
    except FileNotFoundError as error:
        raise UsageError(f"--ca {ca_file}: there is no such file.") from error
    except ssl.SSLError as error:
        raise UsageError(f"--ca {ca_file}: expected certificates in PEM form, found none.") from error
    except OSError as error:
        raise UsageError(f"--ca {ca_file}: {error.strerror}.") from error
    if not verify:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context


def verify_failure(error: ssl.SSLCertVerificationError) -> str:
    """Return why a certificate does not verify, in OpenSSL's words: "certificate has expired"."""
    return error.verify_message.rstrip(".")


async def tls_facts(transport: asyncio.BaseTransport, endpoint: Endpoint) -> TlsFacts | None:
    """Return what the TLS handshake of an open connection showed, None without TLS.

    When the endpoint is not to be verified, a second handshake tells whether it would.
    """
    tls = cast(ssl.SSLObject | None, transport.get_extra_info("ssl_object"))
    if tls is None:
        return None
    certificate = tls.getpeercert(binary_form=True) or b""
    fingerprint = hashlib.sha256(certificate).hexdigest()
    verify_error = await _verify_error(endpoint, fingerprint) if endpoint.insecure else None
    subject, issuer, names, not_before, not_after = _certificate_facts(certificate)
    return TlsFacts(
        version=tls.version() or "",
        cipher=(tls.cipher() or ("",))[0],
        subject=subject,
        issuer=issuer,
        names=names,
        not_before=not_before,
        not_after=not_after,
        fingerprint_sha256=fingerprint,
        verified=verify_error is None,
        verify_error=verify_error,
    )


async def _verify_error(endpoint: Endpoint, fingerprint: str) -> str | None:
    key = (endpoint.host, endpoint.port, endpoint.ca_file, fingerprint)
    if key not in _verify_errors:
        _verify_errors[key] = await _second_handshake(endpoint)
    return _verify_errors[key]


async def _second_handshake(endpoint: Endpoint) -> str | None:
    """Return why the certificate does not verify, None when it does."""
    context = client_context(endpoint.ca_file, verify=True)
    try:
        async with asyncio.timeout(_SECOND_HANDSHAKE_S):
            sock = await connected_socket(endpoint, Stopwatch())
            _, writer = await asyncio.open_connection(sock=sock, ssl=context, server_hostname=endpoint.host)
    except ssl.SSLCertVerificationError as error:
        return verify_failure(error)
    except OSError as error:
        return f"could not be checked: {error or type(error).__name__}"
    writer.transport.abort()
    return None


def _certificate_facts(der: bytes) -> tuple[str, str, tuple[str, ...], str, str]:
    """Return subject, issuer, names, and the first and last instant of validity (ISO 8601, UTC)."""
    try:
        certificate = x509.load_der_x509_certificate(der)
        return (
            certificate.subject.rfc4514_string(),
            certificate.issuer.rfc4514_string(),
            _names(certificate),
            certificate.not_valid_before_utc.isoformat(),
            certificate.not_valid_after_utc.isoformat(),
        )
    except ValueError as error:
        return f"not readable: {error}", "", (), "", ""


def _names(certificate: x509.Certificate) -> tuple[str, ...]:
    try:
        extension = certificate.extensions.get_extension_for_oid(ExtensionOID.SUBJECT_ALTERNATIVE_NAME)
    except x509.ExtensionNotFound:
        return ()
    alternatives = cast(x509.SubjectAlternativeName, extension.value)
    return tuple(str(name.value) for name in alternatives)
