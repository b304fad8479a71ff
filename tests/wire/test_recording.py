"""Exchanges as files: written while they happen, read back equal."""

from itertools import accumulate
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from websockets.asyncio.server import ServerConnection

from asrgate.audio.framing import ByChunk, OddCuts
from asrgate.audio.source import AudioRef, Noise, Silence, SyntheticSilence, SyntheticTone
from asrgate.errors import ConnectStep, UsageError
from asrgate.wire.dialects import FUNASR_2PASS
from asrgate.wire.exchange import Closing, Failure, Frame, Handshake, StepDone, TlsFacts
from asrgate.wire.messages import END_OF_INPUT, encode
from asrgate.wire.recording import Head, Record, Recorder, exchange_of, line_of, read_exchange
from asrgate.wire.scenario import (
    AwaitTerminator,
    Close,
    Connect,
    Drop,
    Ping,
    Scenario,
    SendBytes,
    SendText,
    StreamAudio,
)
from asrgate.wire.session import drive
from wire.fake_servers import answering

FINITE = st.floats(allow_nan=False, allow_infinity=False)
MAYBE_MS = st.none() | FINITE
COUNT = st.integers(0, 2**62)
HEADERS = st.lists(st.tuples(st.text(), st.text()), max_size=3).map(tuple)

STEPS = st.one_of(
    st.builds(SendText, text=st.text(), role=st.sampled_from(["config", "end", "other"])),
    st.builds(SendBytes, payload_hex=st.binary().map(bytes.hex), opcode=st.sampled_from(["binary", "text"])),
    st.builds(AwaitTerminator, timeout_s=FINITE),
    st.builds(Ping, payload_hex=st.binary(max_size=125).map(bytes.hex)),
    st.builds(Close, code=st.integers(1000, 4999), reason=st.text(max_size=20)),
    st.just(Drop()),
    st.builds(
        StreamAudio,
        audio=st.sampled_from(
            [
                AudioRef("a", "0" * 64, 8000, (Noise(10.0), Silence(before_ms=5))),
                SyntheticTone(100),
                SyntheticSilence(2000),
            ]
        ),
        framing=st.sampled_from([ByChunk((8, 8, 4), 5), OddCuts(seed=4)]),
        pace=st.none() | st.floats(0.1, 10),
    ),
)
SCENARIOS = st.builds(
    Scenario,
    name=st.text(min_size=1),
    purpose=st.text(),
    steps=st.lists(STEPS, max_size=4).map(lambda steps: (Connect(), *steps)),
)
HEADS = st.builds(
    Head, scenario=SCENARIOS, dialect=st.text(), url=st.text(), started_at=st.text(), version=st.just(1)
)
FRAMES = st.builds(
    Frame,
    index=COUNT,
    at_ns=COUNT,
    size=COUNT,
    step=COUNT,
    due_ns=st.none() | COUNT,
    text=st.none() | st.text(),
    offset=st.none() | COUNT,
    sha256=st.none() | st.text(),
)
RECORDS = st.one_of(
    FRAMES,
    st.builds(StepDone, step=COUNT, began_ns=COUNT, ended_ns=COUNT),
    st.builds(Closing, at_ns=COUNT, took_ms=MAYBE_MS),
    st.builds(Failure, step=st.none() | st.sampled_from(ConnectStep), message=st.text()),
    st.builds(TlsFacts, names=st.lists(st.text()).map(tuple)),
    st.builds(
        Handshake,
        request_headers=HEADERS,
        response_headers=HEADERS,
        name_ms=MAYBE_MS,
        tcp_ms=MAYBE_MS,
        tls_ms=MAYBE_MS,
        upgrade_ms=MAYBE_MS,
        total_ms=FINITE,
    ),
)


def written(path: Path, records: list[Record]) -> Path:
    """Write records as a run does."""
    with Recorder(path) as recorder:
        for record in records:
            recorder.write(record)
    return path


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a path to write exchanges to."""
    return tmp_path_factory.mktemp("exchanges") / "x.jsonl"


@given(head=HEADS, records=st.lists(RECORDS, max_size=6))
def test_an_exchange_reads_back_equal(file: Path, head: Head, records: list[Record]) -> None:
    """Whatever happened, the file says the same as the exchange in memory."""
    happened: list[Record] = [head, *records]
    assert read_exchange(written(file, happened)) == exchange_of(happened)


@given(head=HEADS, frames=st.lists(FRAMES, max_size=4), data=st.data())
def test_a_file_that_was_cut_off_reads_as_what_had_happened(
    file: Path, head: Head, frames: list[Frame], data: st.DataObject
) -> None:
    """Every place where a killed run may have stopped writing leaves a valid exchange."""
    content = written(file, [head, *frames]).read_bytes()
    line_ends = [*accumulate(len(line_of(record).encode()) + 1 for record in (head, *frames))]
    cut = data.draw(st.integers(line_ends[0], len(content)))
    file.write_bytes(content[:cut])
    exchange = read_exchange(file)
    whole = sum(end <= cut for end in line_ends) - 1
    assert exchange.frames == tuple(frames[:whole])
    assert exchange.scenario == head.scenario


async def test_lines_are_in_the_file_while_the_session_runs(serve, tmp_path: Path) -> None:
    """When the server sees the end frame, the file already holds it."""
    path = tmp_path / "deep" / "x.jsonl"
    seen: list[str | None] = []

    async def looking(connection: ServerConnection) -> None:
        async for _ in connection:
            seen.append(read_exchange(path).frames[-1].text)

    endpoint = await serve(looking)
    scenario = Scenario(name="s", steps=(Connect(), SendText(text="{}"), SendText(text="[]"), Close()))
    with Recorder(path) as recorder:
        await drive(
            scenario, endpoint=endpoint, dialect=FUNASR_2PASS, pcm=lambda source: b"", recorder=recorder
        )
    assert seen[-1] == "[]"


async def test_a_driven_exchange_reads_back_equal(serve, tmp_path: Path) -> None:
    """What `drive` returns and what it wrote are the same."""
    endpoint = await serve(answering({"text": "好\u2028\x85\r\n", "is_final": True}))
    end = SendText(text=encode(END_OF_INPUT), role="end")
    scenario = Scenario(
        name="s", purpose="p", steps=(Connect(), end, AwaitTerminator(timeout_s=20), Ping(payload_hex="00"))
    )
    with Recorder(tmp_path / "x.jsonl") as recorder:
        exchange = await drive(
            scenario, endpoint=endpoint, dialect=FUNASR_2PASS, pcm=lambda source: b"", recorder=recorder
        )
    read = read_exchange(recorder.path)
    assert read == exchange
    assert read.scenario.purpose == "p"


HEAD = Head(scenario=Scenario(name="s", steps=(Connect(),)), dialect="d", url="u", started_at="t")


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("", "is not an exchange"),
        ("not JSON\n", "line 1: not a known record"),
        ('{"nonsense": 1}\n', "line 1: not a known record"),
        ('{"frame": {}, "step": {}}\n', "line 1: not a known record"),
        ("[]\n", "line 1: not a known record"),
        (line_of(HEAD) + '\n{"step": {"step": "x"}}\n', "line 2: Input should be a valid integer"),
        ('{"failure": {"step": null, "message": "m"}}\n', "is not an exchange"),
        (line_of(HEAD).replace('"version":1', '"version":2') + "\n", "line 1: version 2"),
    ],
)
def test_a_file_that_is_no_exchange_is_refused(tmp_path: Path, content: str, reason: str) -> None:
    """The error names the file and the line."""
    path = tmp_path / "x.jsonl"
    path.write_text(content)
    with pytest.raises(UsageError, match=reason) as caught:
        read_exchange(path)
    assert str(path) in str(caught.value)


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    """The error says what is wrong."""
    with pytest.raises(UsageError, match="No such file"):
        read_exchange(tmp_path / "none.jsonl")
