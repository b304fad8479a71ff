"""`asrgate probe`: what an endpoint speaks, and how fast it answers."""

import asyncio
import json
from dataclasses import replace

import pytest
from click.testing import CliRunner, Result

from asrgate.cli import main
from wire.fake_servers import EMPTY_FINALS, answering, answering_http, silent
from wire.fake_servers import counting as counting_2pass


async def run(*arguments: str, **options: object) -> Result:
    """Run the command in a thread, so that the test's servers can answer it."""
    return await asyncio.to_thread(CliRunner().invoke, main, arguments, **options)


@pytest.mark.parametrize("name", EMPTY_FINALS)
async def test_names_the_dialect_and_how_it_was_told(serve, name: str) -> None:
    """Dialect, facts and times are printed, on standard output alone."""
    endpoint = await serve(answering(EMPTY_FINALS[name]))
    result = await run("probe", endpoint.url)
    assert result.exit_code == 0
    assert f"{name}: FunASR" in result.stdout
    assert "subprotocol selected: binary" in result.stdout
    for label in ("connect", "ping", "answer"):
        line = next(line for line in result.stdout.splitlines() if line.startswith(label))
        assert " ms" in line
    assert result.stderr == ""


async def test_json_holds_all_facts(serve) -> None:
    """`--json` leaves one JSON object on standard output and nothing else."""
    endpoint = await serve(answering(EMPTY_FINALS["funasr-2pass"]))
    result = await run("probe", endpoint.url, "--json")
    record = json.loads(result.stdout)
    assert (record["url"], record["dialect"], record["tls"]) == (endpoint.url, "funasr-2pass", None)
    assert record["handshake"]["status"] == 101
    assert record["ping_ms"] > 0
    assert record["empty_final_ms"] > 0


async def test_tells_about_the_certificate(serve, server_tls) -> None:
    """With --insecure the reason why the certificate does not verify is printed."""
    endpoint = await serve(answering(EMPTY_FINALS["funasr-offline"]), ssl=server_tls())
    result = await run("probe", endpoint.url, "--insecure")
    assert result.exit_code == 0
    assert "does not verify: " in result.stdout
    assert "names 127.0.0.1" in result.stdout


async def test_trusts_the_given_authority(serve, server_tls, trusting) -> None:
    """With --ca the certificate verifies."""
    endpoint = trusting(await serve(answering(EMPTY_FINALS["funasr-offline"]), ssl=server_tls()))
    result = await run("probe", endpoint.url, "--ca", str(endpoint.ca_file))
    assert result.exit_code == 0
    assert "certificate verifies" in result.stdout


async def test_secret_headers_are_sent_and_never_shown(serve) -> None:
    """A header reaches the server; neither form of the output holds its value."""
    seen: list[str] = []

    async def remembering(connection) -> None:
        seen.append(connection.request.headers["X-Api-Key"])
        await counting_2pass(connection)

    endpoint = await serve(remembering)
    for form in ((), ("--json",)):
        result = await run("probe", endpoint.url, "--header", "X-Api-Key: hunter2", *form)
        assert result.exit_code == 0
        assert "hunter2" not in result.output
    assert set(seen) == {"hunter2"}


async def test_headers_come_from_the_environment_too(serve) -> None:
    """`ASRGATE_HEADER` holds one header on each line."""
    seen: list[tuple[str, str]] = []

    async def remembering(connection) -> None:
        headers = connection.request.headers
        seen.append((headers["A"], headers["Authorization"]))
        await counting_2pass(connection)

    endpoint = await serve(remembering)
    await run("probe", endpoint.url, env={"ASRGATE_HEADER": "A: 1\nAuthorization: Bearer x y"})
    assert seen == [("1", "Bearer x y")]


@pytest.mark.parametrize(("given", "offered"), [((), "binary"), (("--subprotocol", "chat"), "chat")])
async def test_offers_the_subprotocol_asked_for(serve, given: tuple[str, ...], offered: str) -> None:
    """`binary` unless told otherwise."""
    endpoint = await serve(counting_2pass, subprotocols=["chat", "binary"])
    result = await run("probe", endpoint.url, *given)
    assert f"subprotocol selected: {offered}" in result.stdout


async def test_offers_no_subprotocol_when_told_so(serve) -> None:
    """A server that wants one refuses, and the advice says what to do."""
    endpoint = await serve(silent)
    result = await run("probe", endpoint.url, "--subprotocol", "none")
    assert result.exit_code == 3
    assert "--subprotocol binary" in result.stderr


async def test_an_endpoint_that_cannot_be_reached_is_exit_3(unused_tcp_port: int) -> None:
    """One sentence on standard error, no traceback, nothing on standard output."""
    result = await run("probe", f"ws://127.0.0.1:{unused_tcp_port}")
    assert result.exit_code == 3
    assert result.stdout == ""
    assert result.stderr.count("\n") == 1
    assert "the TCP step failed: nothing listens" in result.stderr


async def test_waiting_says_what_it_waits_for(listen) -> None:
    """With --wait a gateway that has no server yet is asked again."""
    endpoint = replace(await listen(answering_http("503 Service Unavailable")))
    result = await run("probe", endpoint.url, "--wait", "0.1")
    assert result.exit_code == 3
    assert "trying for up to" in result.stderr


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["http://127.0.0.1:1"], "not a WebSocket URL"),
        (["ws://127.0.0.1:1/#a"], "fragment"),
        (["ws://127.0.0.1:1", "--header", "no colon"], "expected 'Name: value'"),
        (["ws://127.0.0.1:1", "--header", "A: b\tc"], "characters that a header cannot carry"),
        (["ws://127.0.0.1:1", "--proxy", "127.0.0.1:8080"], "beginning with one of http://"),
        (["ws://127.0.0.1:1", "--proxy", "http://127.0.0.1:x"], "beginning with one of http://"),
        (["ws://127.0.0.1:1", "--subprotocol", "none", "--subprotocol", "a"], "stands alone"),
        (["ws://127.0.0.1:1", "--ca", "/no/such/file"], "no such file"),
        (["ws://127.0.0.1:1", "--timeout", "0"], "0.1"),
        (["ws://127.0.0.1:1", "--dialect", "whisper"], "funasr-2pass-0.1"),
    ],
)
def test_wrong_options_are_exit_2(arguments: list[str], reason: str) -> None:
    """The message names what is expected."""
    result = CliRunner().invoke(main, ["probe", *arguments])
    assert result.exit_code == 2
    assert reason in result.stderr


@pytest.mark.parametrize(("dialect", "subprotocol"), [("funasr-python", "binary"), ("funasr-realtime", None)])
def test_without_url_the_embedded_endpoint_is_probed(dialect: str, subprotocol: str | None) -> None:
    """It speaks the dialect asked for, and is told to do so by its replies."""
    result = CliRunner().invoke(main, ["probe", "--json", "--dialect", dialect])
    assert result.exit_code == 0
    record = json.loads(result.stdout)
    assert record["dialect"] == dialect
    assert record["subprotocol"] == subprotocol
    assert record["empty_final_ms"] > 0
