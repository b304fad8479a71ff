"""One sentence for each way in which an endpoint cannot be reached: the step, what came, what to try."""

import asyncio
import ssl
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from asrgate.errors import ConnectStep, UsageError
from asrgate.wire.connection import open_session
from asrgate.wire.diagnosis import Diagnosis
from asrgate.wire.endpoint import Endpoint
from asrgate.wire.scenario import Connect
from wire.fake_servers import accept_upgrade, answering_http, hanging, silent


async def diagnosis_of(endpoint: Endpoint) -> Diagnosis:
    """Return why no session can be opened, having checked that it is one sentence about this endpoint."""
    attempt = await open_session(endpoint, Connect())
    assert attempt.session is None
    assert attempt.diagnosis is not None
    sentence = attempt.diagnosis.sentence
    assert sentence.startswith(f"{endpoint.public_url}: the {attempt.diagnosis.step} step failed: ")
    assert sentence.endswith(".")
    assert "\n" not in sentence
    return attempt.diagnosis


def as_wss(endpoint: Endpoint) -> Endpoint:
    """Return the endpoint spoken to with TLS."""
    return replace(endpoint, url=endpoint.url.replace("ws://", "wss://"))


def as_ws(endpoint: Endpoint) -> Endpoint:
    """Return the endpoint spoken to without TLS."""
    return replace(endpoint, url=endpoint.url.replace("wss://", "ws://"))


@pytest.fixture
def self_signed(tmp_path: Path) -> ssl.SSLContext:
    """Return the TLS settings of a server that vouches for itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name.from_rfc4514_string("CN=alibaba")
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    file = tmp_path / "self-signed.pem"
    encoding = serialization.Encoding.PEM
    private = key.private_bytes(encoding, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    file.write_bytes(private + certificate.public_bytes(encoding))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    return context


async def test_nothing_listens(unused_tcp_port: int) -> None:
    """A refused connection points at host, port and a server that is still starting."""
    found = await diagnosis_of(Endpoint(url=f"ws://127.0.0.1:{unused_tcp_port}"))
    assert found.step is ConnectStep.TCP
    assert "nothing listens" in found.sentence
    assert "--wait" in found.sentence
    assert found.may_pass


async def test_a_name_that_does_not_resolve() -> None:
    """The name is shown."""
    found = await diagnosis_of(Endpoint(url="ws://no-such-host.invalid:10095"))
    assert found.step is ConnectStep.NAME
    assert "'no-such-host.invalid'" in found.sentence


async def test_a_name_that_cannot_be_one() -> None:
    """A host name beyond the limits of DNS is no crash."""
    found = await diagnosis_of(Endpoint(url=f"ws://{'x' * 70}.example:1"))
    assert found.step is ConnectStep.NAME


@pytest.mark.parametrize("scheme", ["ws", "wss"])
async def test_a_server_that_never_answers(listen, scheme: str) -> None:
    """A TCP server that says nothing ends at the time-out, with the step that it hung in."""
    endpoint = replace(await listen(hanging), connect_timeout_s=0.3)
    found = await diagnosis_of(as_wss(endpoint) if scheme == "wss" else endpoint)
    assert found.step is (ConnectStep.TLS if scheme == "wss" else ConnectStep.HTTP)
    assert "within 0.3 s" in found.sentence


@pytest.mark.parametrize(
    ("head", "body", "came", "hint", "may_pass"),
    [
        ("200 OK", "<html>hello</html>", "HTTP 200 OK", "web server", False),
        ("404 Not Found", "", "HTTP 404 Not Found", "check the path", False),
        ("426 Upgrade Required", "", "HTTP 426", "check port", False),
        ("400 Bad Request", "missing subprotocol", "missing subprotocol", "--subprotocol binary", False),
        ("400 Bad Request", "", "HTTP 400", "check the path", False),
        ("401 Unauthorized", "", "HTTP 401", "--header", False),
        ("403 Forbidden", "", "HTTP 403", "--header", False),
        ("302 Found\r\nLocation: https://login.example/", "", "HTTP 302", "https://login.example/", False),
        ("500 Internal Server Error", "", "HTTP 500", "check port", True),
        ("502 Bad Gateway", "", "HTTP 502", "--wait", True),
        ("503 Service Unavailable", "", "HTTP 503", "--wait", True),
    ],
)
async def test_http_answers(listen, head: str, body: str, came: str, hint: str, may_pass: bool) -> None:
    """Each status has its own advice, and says whether waiting may help."""
    found = await diagnosis_of(replace(await listen(answering_http(head, body)), connect_timeout_s=1))
    assert found.step is ConnectStep.HTTP
    assert came in found.sentence
    assert hint in found.sentence
    assert found.may_pass is may_pass


async def test_a_server_that_wants_a_subprotocol(serve) -> None:
    """A real server that refuses clients which offer none is told apart."""
    endpoint = replace(await serve(silent, subprotocols=["binary"]), subprotocols=())
    found = await diagnosis_of(endpoint)
    assert found.step is ConnectStep.HTTP
    assert "--subprotocol binary" in found.sentence


async def test_a_server_that_closes_instead_of_answering(listen) -> None:
    """End of the connection before any byte of an answer."""

    async def closing(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")

    found = await diagnosis_of(replace(await listen(closing), connect_timeout_s=1))
    assert found.step is ConnectStep.HTTP
    assert "closed the connection" in found.sentence


async def test_a_server_of_another_protocol(listen) -> None:
    """An answer that is not HTTP."""

    async def mail(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 mail.example ESMTP\r\n")
        await reader.read()

    found = await diagnosis_of(await listen(mail))
    assert found.step is ConnectStep.HTTP
    assert "does not speak HTTP" in found.sentence


async def test_a_web_server_of_the_old_kind(listen) -> None:
    """HTTP/1.0 cannot upgrade; the sentence says that a web server answered, not that nobody speaks HTTP."""

    async def old(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.0 404 File not found\r\nContent-Length: 0\r\n\r\n")
        await writer.drain()

    found = await diagnosis_of(await listen(old))
    assert found.step is ConnectStep.HTTP
    assert "a web server of HTTP/1.0 answered" in found.sentence
    assert "check port and path" in found.sentence


async def test_a_tls_port_spoken_to_as_ws(serve, server_tls: Callable[..., ssl.SSLContext]) -> None:
    """The advice is the same address with wss."""
    endpoint = as_ws(await serve(silent, ssl=server_tls()))
    found = await diagnosis_of(endpoint)
    assert found.step is ConnectStep.HTTP
    assert "speaks TLS" in found.sentence
    assert endpoint.url.replace("ws://", "wss://") in found.sentence


async def test_a_plain_port_spoken_to_as_wss(serve) -> None:
    """The advice is the same address with ws."""
    endpoint = await serve(silent)
    found = await diagnosis_of(as_wss(endpoint))
    assert found.step is ConnectStep.TLS
    assert "plain HTTP" in found.sentence
    assert endpoint.url in found.sentence


async def test_a_port_that_speaks_neither(listen) -> None:
    """TLS that is broken off by something else."""

    async def rude(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(10)
        writer.write(b"what?\r\n")

    found = await diagnosis_of(as_wss(await listen(rude)))
    assert found.step is ConnectStep.TLS
    assert "broke the TLS handshake off" in found.sentence


async def test_a_self_signed_certificate(serve, self_signed: ssl.SSLContext) -> None:
    """The advice names both ways on."""
    found = await diagnosis_of(await serve(silent, ssl=self_signed))
    assert found.step is ConnectStep.TLS
    assert "self-signed certificate" in found.sentence
    assert "--insecure" in found.sentence
    assert "--ca FILE" in found.sentence
    assert not found.may_pass


async def test_an_expired_certificate(serve, server_tls, trusting) -> None:
    """The reason is the date, not the authority."""
    found = await diagnosis_of(trusting(await serve(silent, ssl=server_tls(expired=True))))
    assert found.step is ConnectStep.TLS
    assert "certificate has expired" in found.sentence


async def test_a_certificate_for_another_host(serve, server_tls, trusting) -> None:
    """The reason is the name."""
    found = await diagnosis_of(trusting(await serve(silent, ssl=server_tls("asr.example"))))
    assert found.step is ConnectStep.TLS
    assert "mismatch" in found.sentence


async def test_an_insecure_endpoint_is_reached_all_the_same(serve, self_signed: ssl.SSLContext) -> None:
    """`--insecure` goes on, and keeps the reason."""
    attempt = await open_session(replace(await serve(silent, ssl=self_signed), insecure=True), Connect())
    assert attempt.session is not None
    await attempt.session.close()
    assert attempt.tls is not None
    assert attempt.tls.verify_error == "self-signed certificate"
    assert attempt.tls.subject == "CN=alibaba"


async def test_a_proxy_that_is_not_there(serve, unused_tcp_port: int) -> None:
    """The proxy is blamed, and its password is not shown."""
    endpoint = replace(await serve(silent), proxy=f"http://me:secret@127.0.0.1:{unused_tcp_port}")
    found = await diagnosis_of(endpoint)
    assert found.step is ConnectStep.PROXY
    assert f"http://127.0.0.1:{unused_tcp_port}" in found.sentence
    assert "secret" not in found.sentence


async def test_a_proxy_that_refuses(listen, serve) -> None:
    """What the proxy said is shown."""
    proxy = await listen(answering_http("407 Proxy Authentication Required"))
    endpoint = replace(await serve(silent), proxy=proxy.url.replace("ws://", "http://"))
    found = await diagnosis_of(endpoint)
    assert found.step is ConnectStep.PROXY
    assert "407" in found.sentence


async def test_a_proxy_that_works(listen, serve) -> None:
    """Through an HTTP proxy the session is the same; the name is left to the proxy."""
    target = await serve(silent)

    async def tunnel(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        there_reader, there_writer = await asyncio.open_connection("127.0.0.1", target.port)
        writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")

        async def pump(source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
            while data := await source.read(4096):
                sink.write(data)
            sink.close()

        await asyncio.gather(pump(reader, there_writer), pump(there_reader, writer))

    proxy = await listen(tunnel)
    attempt = await open_session(replace(target, proxy=proxy.url.replace("ws://", "http://")), Connect())
    assert attempt.session is not None
    await attempt.session.close()
    assert attempt.handshake is not None
    assert attempt.handshake.name_ms is None
    assert attempt.handshake.tcp_ms is not None


async def test_a_wrong_accept_key_is_not_a_websocket(listen) -> None:
    """101 alone is not enough (RFC 6455, section 4.1)."""

    async def lying(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(
            b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: bm90IHlvdXIga2V5\r\n\r\n"
        )
        await reader.read()

    endpoint = await listen(lying)
    found = await diagnosis_of(endpoint)
    assert found.step is ConnectStep.WEBSOCKET
    attempt = await open_session(endpoint, Connect())
    assert attempt.handshake is not None
    assert (attempt.handshake.status, attempt.handshake.accept_valid) == (101, False)


async def test_a_hand_made_upgrade_is_accepted(listen) -> None:
    """The tests' own raw server is a valid one, so that its faults are those it shows."""

    async def plain(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await accept_upgrade(reader, writer)
        await reader.read()

    attempt = await open_session(await listen(plain), Connect())
    assert attempt.session is not None
    attempt.session.transport.abort()
    assert attempt.handshake is not None
    assert attempt.handshake.accept_valid


@pytest.mark.parametrize("content", [None, "not a certificate"])
async def test_a_ca_file_that_cannot_be_used(tmp_path: Path, content: str | None) -> None:
    """That is wrong use, not an endpoint that cannot be reached."""
    file = tmp_path / "ca.pem"
    if content is not None:
        file.write_text(content)
    with pytest.raises(UsageError, match=r"--ca .*ca\.pem"):
        await open_session(Endpoint(url="wss://127.0.0.1:1", ca_file=file), Connect())
