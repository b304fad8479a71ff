"""How to reach a deployment."""

import pytest

from asrgate.errors import UsageError
from asrgate.wire.endpoint import Endpoint


@pytest.mark.parametrize(
    ("url", "secure", "host", "port"),
    [
        ("ws://asr.example:10095", False, "asr.example", 10095),
        ("wss://asr.example", True, "asr.example", 443),
        ("ws://asr.example/path?x=1", False, "asr.example", 80),
        ("wss://[::1]:10095/", True, "::1", 10095),
    ],
)
def test_reads_the_parts_of_a_url(url: str, secure: bool, host: str, port: int) -> None:
    """Scheme, host and port, with the port that the scheme implies."""
    endpoint = Endpoint(url=url)
    assert (endpoint.secure, endpoint.host, endpoint.port) == (secure, host, port)


def test_the_public_url_holds_no_secret() -> None:
    """Neither user and password nor query may stand in a report; an IPv6 address keeps its brackets."""
    endpoint = Endpoint(url="wss://me:secret@[::1]:10095/wss/?token=secret")
    assert endpoint.public_url == "wss://[::1]:10095/wss/"


@pytest.mark.parametrize(
    "url",
    [
        "",
        "asr.example:10095",
        "http://asr.example",
        "ws://",
        "ws://a:0",
        "ws://a:70000",
        "ws://a:x",
        "ws://a/#b",
    ],
)
def test_refuses_what_is_no_websocket_url(url: str) -> None:
    """The error shows what came."""
    with pytest.raises(UsageError, match="endpoint"):
        Endpoint(url=url)
