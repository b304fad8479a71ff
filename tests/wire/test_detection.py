"""Telling the dialect of an endpoint, and refusing what cannot be told."""

import json
from dataclasses import replace
from typing import Any

import pytest
from websockets.asyncio.server import ServerConnection

from asrgate.errors import ConnectStep, EndpointUnreachable, UsageError
from asrgate.wire import detection
from asrgate.wire.detection import DialectUnknown, detect, recognised
from wire.fake_servers import EMPTY_FINALS, answering, is_end, silent

COMMANDS = {"START": {"event": "started"}, "STOP": {"event": "stopped"}}


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait for answers that never come only a little."""
    for name in ("EMPTY_UTTERANCE", "START_COMMAND"):
        scenario = getattr(detection, name)
        steps = tuple(
            replace(s, timeout_s=0.3) if s.kind in ("await-reply", "await-terminator") else s
            for s in scenario.steps
        )
        monkeypatch.setattr(detection, name, replace(scenario, steps=steps))


@pytest.mark.parametrize("name", EMPTY_FINALS)
async def test_tells_each_dialect_by_its_empty_final(serve, name: str) -> None:
    """The answer to an utterance without audio is enough."""
    endpoint = await serve(answering(EMPTY_FINALS[name]))
    found = await detect(endpoint)
    assert found.dialect.name == name
    assert found.exchanges[0].dialect == name
    assert found.facts[0]


@pytest.mark.parametrize(
    ("reply", "name", "fact"),
    [
        (
            {"mode": "2pass-offline", "text": "", "is_final": False, "wav_name": "w"},
            "funasr-python",
            "inverted",
        ),
        ({"mode": "offline", "text": "", "wav_name": "w"}, "funasr-offline", "never final"),
        (
            {"text": "", "is_final": True, "wav_name": "w", "timestamp": "[]"},
            "funasr-2pass-0.1",
            "before 2026",
        ),
        (
            {"text": "", "is_final": True, "wav_name": "w", "timestamp": True},
            "funasr-2pass-0.1",
            "before 2026",
        ),
    ],
)
async def test_tells_older_releases(serve, reply: dict[str, Any], name: str, fact: str) -> None:
    """Servers of other years are told as well, and the fact says which."""
    found = await detect(await serve(answering(reply)))
    assert found.dialect.name == name
    assert fact in found.facts[0]


async def test_silence_after_selecting_binary_is_a_python_server_of_2026(serve) -> None:
    """The release that lost the answer to an end frame is told by its subprotocol."""
    found = await detect(await serve(silent, subprotocols=["binary"]))
    assert found.dialect.name == "funasr-python"
    assert "between 2026-02 and 2026-07" in found.facts[0]


async def test_start_is_sent_only_to_a_silent_endpoint_and_on_a_new_connection(serve) -> None:
    """`funasr-realtime` ignores JSON and answers commands; both exchanges are kept."""
    sessions: list[list[str | bytes]] = []

    async def realtime(connection: ServerConnection) -> None:
        sessions.append([])
        async for message in connection:
            sessions[-1].append(message)
            if message in COMMANDS:
                await connection.send(json.dumps(COMMANDS[message]))

    found = await detect(await serve(realtime, subprotocols=None))
    assert found.dialect.name == "funasr-realtime"
    assert found.facts[0] == "START was answered with the event started"
    assert ["START" in session for session in sessions] == [False, True]
    assert sessions[1] == ["START", "STOP"]
    assert [exchange.scenario.name for exchange in found.exchanges] == ["detect", "detect-start"]
    assert found.as_record()["empty_final_ms"] > 0


async def test_a_realtime_server_that_refuses_json_is_told_as_well(serve) -> None:
    """An event in answer to an opening frame says who is there; START confirms it."""

    async def realtime(connection: ServerConnection) -> None:
        async for message in connection:
            refusal = {"event": "error", "error": "no command"}
            await connection.send(json.dumps(COMMANDS.get(str(message), refusal)))

    found = await detect(await serve(realtime, subprotocols=None))
    assert found.dialect.name == "funasr-realtime"
    assert len(found.exchanges) == 2


async def test_a_forced_realtime_server_is_asked_by_commands(serve) -> None:
    """Who names the dialect knows what START does; no JSON is sent."""
    seen: list[str | bytes] = []

    async def realtime(connection: ServerConnection) -> None:
        async for message in connection:
            seen.append(message)
            await connection.send(json.dumps(COMMANDS[str(message)]))

    found = await detect(await serve(realtime, subprotocols=None), forced="funasr-realtime")
    assert found.facts[0] == "told by the user: funasr-realtime"
    assert seen == ["START", "STOP"]


async def test_an_endpoint_that_answers_is_never_sent_start(serve) -> None:
    """`START` mutes or kills servers that speak another dialect."""
    seen: list[str | bytes] = []

    async def two_pass(connection: ServerConnection) -> None:
        async for message in connection:
            seen.append(message)
            if is_end(message):
                await connection.send(json.dumps(EMPTY_FINALS["funasr-2pass"]))

    await detect(await serve(two_pass))
    assert len(seen) == 2
    assert json.loads(seen[0])["chunk_size"] == [5, 10, 5]
    assert json.loads(seen[1]) == {"is_speaking": False, "is_end": True}


async def test_an_endpoint_that_never_answers_has_no_dialect(serve) -> None:
    """The sentence says what was tried and what to do."""
    with pytest.raises(DialectUnknown, match=r"no answer .* --dialect"):
        await detect(await serve(silent, subprotocols=None))


async def test_an_endpoint_with_other_answers_has_no_dialect(serve) -> None:
    """What came is shown."""
    with pytest.raises(DialectUnknown, match=r"like no known dialect .*hello"):
        await detect(await serve(answering({"say": "hello"})))


async def test_a_dialect_can_be_forced(serve) -> None:
    """The user's word counts; what the replies look like is still reported."""
    endpoint = await serve(answering(EMPTY_FINALS["funasr-offline"]))
    found = await detect(endpoint, forced="funasr-2pass")
    assert found.dialect.name == "funasr-2pass"
    assert found.facts[0] == "told by the user: funasr-2pass"
    assert "look like funasr-offline" in found.facts[1]


async def test_a_forced_dialect_needs_no_answer(serve) -> None:
    """A server that says nothing can be judged too."""
    found = await detect(await serve(silent, subprotocols=None), forced="funasr-offline")
    assert found.dialect.name == "funasr-offline"


async def test_an_unknown_dialect_is_wrong_use(serve) -> None:
    """The error lists what there is, before anything is sent."""
    with pytest.raises(UsageError, match="funasr-2pass, "):
        await detect(await serve(silent), forced="whisper")


async def test_the_record_has_facts_and_times(serve) -> None:
    """What `run.json` keeps is plain data."""
    found = await detect(await serve(answering(EMPTY_FINALS["funasr-2pass"]), server_header="Fake/1"))
    record = found.as_record()
    assert json.loads(json.dumps(record)) == record
    assert record["subprotocol"] == "binary"
    assert record["server"] == "Fake/1"
    assert all(record[key] > 0 for key in ("connect_ms", "ping_ms", "empty_final_ms"))
    assert "subprotocol selected: binary" in found.facts


async def test_times_that_were_not_measured_are_missing(serve) -> None:
    """No answer means no time, not zero."""
    found = await detect(await serve(silent, subprotocols=None), forced="funasr-2pass")
    assert found.as_record()["empty_final_ms"] is None


async def test_an_endpoint_that_cannot_be_reached(unused_tcp_port: int) -> None:
    """The error names the step."""
    from asrgate.wire.endpoint import Endpoint

    with pytest.raises(EndpointUnreachable) as caught:
        await detect(Endpoint(url=f"ws://127.0.0.1:{unused_tcp_port}"))
    assert caught.value.step is ConnectStep.TCP


async def test_an_endpoint_that_closes_at_once_is_not_reached(serve) -> None:
    """A session that ends before any answer is none."""

    async def closing(connection: ServerConnection) -> None:
        await connection.close(1013, "try again later")

    with pytest.raises(EndpointUnreachable, match=r"close code 1013 \(try again later\)") as caught:
        await detect(await serve(closing))
    assert caught.value.step is ConnectStep.WEBSOCKET


async def test_recognises_a_saved_exchange(serve) -> None:
    """The dialect is told from the exchange alone, so that a saved one will do."""
    found = await detect(await serve(answering(EMPTY_FINALS["funasr-python"])))
    told = recognised(found.exchanges[0])
    assert told is not None
    assert told[0].name == "funasr-python"
