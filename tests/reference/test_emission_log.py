"""The log of the embedded endpoint: what it writes of sessions on real sockets."""

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from websockets.asyncio.client import ClientConnection, connect

from asrgate.cli import main
from asrgate.reference.embedded import embedded_endpoint
from asrgate.reference.emission_log import EmissionLog

from .talk import CONFIG, at_8_khz, pcm


async def uttered(client: ClientConnection, audio: bytes, **config: Any) -> list[str]:
    """Send one utterance in frames of 60 ms; return the replies up to the one that ends it."""
    await client.send(json.dumps(CONFIG | config))
    for start in range(0, len(audio), 1920):
        await client.send(audio[start : start + 1920])
    await client.send('{"is_speaking":false,"is_end":true}')
    replies: list[str] = []
    while not replies or json.loads(replies[-1]).get("is_final") is not True:
        replies.append(str(await asyncio.wait_for(client.recv(), 20)))
    return replies


def lines_of(file: Path) -> list[dict[str, Any]]:
    """What the log holds."""
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]


def test_every_reply_has_a_line_with_the_audio_that_had_come(tmp_path: Path) -> None:
    """Two utterances on one connection, the second at 8 kHz: audio counts from the beginning of each."""
    file = tmp_path / "emissions.jsonl"
    audio = pcm("guide")

    async def talk(url: str) -> tuple[list[str], list[str]]:
        async with connect(url) as client:
            first = await uttered(client, audio, wav_name="first")
            return first, await uttered(client, at_8_khz(audio), wav_name="second", audio_fs=8000)

    with embedded_endpoint(workers=1, emissions=file) as endpoint:
        first, second = asyncio.run(talk(endpoint.url))
    lines = lines_of(file)
    assert [line["reply"] for line in lines] == first + second
    assert [line["wav_name"] for line in lines] == ["first"] * len(first) + ["second"] * len(second)
    assert {line["session"] for line in lines} == {1}
    length_ms = len(audio) / 32
    for said in (lines[: len(first)], lines[len(first) :]):
        heard = [line["audio_ms"] for line in said]
        assert heard == sorted(heard)
        assert heard[-1] == pytest.approx(length_ms, abs=1)
    instants = [line["at_ns"] for line in lines]
    assert instants == sorted(instants)
    assert all(line["audio_at_ns"] <= line["at_ns"] for line in lines)


def test_sessions_are_told_apart(tmp_path: Path) -> None:
    """Two connections at the same time have numbers of their own."""
    file = tmp_path / "emissions.jsonl"

    async def talk(url: str) -> None:
        async with connect(url) as one, connect(url) as other:
            await asyncio.gather(uttered(one, b"", wav_name="one"), uttered(other, b"", wav_name="other"))

    with embedded_endpoint(workers=1, emissions=file) as endpoint:
        asyncio.run(talk(endpoint.url))
    lines = lines_of(file)
    assert sorted(line["wav_name"] for line in lines) == ["one", "other"]
    assert sorted(line["session"] for line in lines) == [1, 2]
    assert {(line["audio_ms"], line["audio_at_ns"]) for line in lines} == {(0.0, None)}


def test_whatever_a_client_says_is_borne(tmp_path: Path) -> None:
    """Commands, no JSON, JSON that is no object, a rate that is none: the log goes on."""
    file = tmp_path / "emissions.jsonl"
    with EmissionLog(file) as log:
        session = log.session()
        for message in (
            "START",
            "{",
            "[1]",
            '{"audio_fs":"x","wav_name":3}',
            '{"audio_fs":0}',
            bytes(1920),
            "STOP",
        ):
            session.heard(message)
        session.said("{}")
        session.heard(bytes(320))
        session.said("{}")
    assert [line["audio_ms"] for line in lines_of(file)] == [60.0, 10.0]


def test_a_file_that_cannot_be_written_is_told() -> None:
    """By the option's name, and before anybody connects."""
    result = CliRunner().invoke(main, ["serve", "--port", "0", "--emissions", "/nowhere/at/all.jsonl"])
    assert result.exit_code == 2
    assert "--emissions /nowhere/at/all.jsonl: No such file or directory" in result.stderr
