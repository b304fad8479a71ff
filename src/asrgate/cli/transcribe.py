"""`asrgate transcribe`: a plain client for sound files."""

import asyncio
import json
from dataclasses import dataclass
from pathlib import Path

import click
from rich.console import Console

from asrgate.audio.clips import file_sha256
from asrgate.audio.conversion import converted
from asrgate.audio.framing import SAMPLE_BYTES, ByChunk
from asrgate.audio.reading import read_sound
from asrgate.audio.source import AudioRef
from asrgate.cli.asking import (
    chunk_size_option,
    hotword_option,
    itn_option,
    mode_option,
    rate_option,
    require_rate,
)
from asrgate.cli.captions import as_srt, captions, sentence_records
from asrgate.cli.live import LiveText, Show, live_text
from asrgate.cli.options import Reach, dialect_option, endpoint_at, endpoint_options
from asrgate.errors import AsrgateError, ConnectStep, EndpointUnreachable, UsageError
from asrgate.judge.utterances import text_of
from asrgate.wire.detection import detect
from asrgate.wire.dialects import Dialect, dialect_named
from asrgate.wire.endpoint import Endpoint
from asrgate.wire.exchange import Exchange
from asrgate.wire.messages import opening
from asrgate.wire.scenario import AwaitTerminator, Close, Connect, Scenario, SendText, StreamAudio
from asrgate.wire.session import drive

ANSWER_S = 30.0
"""How long the last reply may take after the end frame, besides the length of the audio."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Recording:
    """A sound file brought to what servers take: mono 16-bit PCM."""

    path: Path
    source: AudioRef
    pcm: bytes

    @property
    def duration_s(self) -> float:
        return len(self.pcm) / SAMPLE_BYTES / self.source.sample_rate_hz


@dataclass(frozen=True, slots=True, kw_only=True)
class _Manner:
    """How the audio is sent and what is asked for."""

    mode: str
    itn: bool
    hotwords: dict[str, int]
    framing: ByChunk
    pace: float | None


@click.command()
@click.argument("arguments", metavar="FILE... [URL]", nargs=-1, required=True)
@mode_option
@rate_option
@itn_option
@hotword_option
@chunk_size_option
@click.option(
    "--pace",
    type=click.Choice(["real", "max"]),
    default="max",
    show_default=True,
    help="Send as a microphone would, or as fast as the endpoint takes it.",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "jsonl", "srt"]),
    default="text",
    show_default=True,
    help="Plain text, one JSON object per sentence, or subtitles.",
)
@click.option("--quiet", is_flag=True, help="No partials.")
@dialect_option
@endpoint_options
def transcribe(
    arguments: tuple[str, ...],
    mode: str,
    rate: str,
    itn: bool,
    hotwords: dict[str, int],
    chunk_size: tuple[int, int, int],
    pace: str,
    form: str,
    quiet: bool,
    dialect: str | None,
    reach: Reach,
) -> None:
    """Transcribe each FILE at URL, or without URL on the embedded endpoint.

    Files of any common kind are converted first. Standard output holds only the result; partials appear on
    standard error while they come: rewritten in place on a terminal, as lines elsewhere.
    """
    files, url = _files_and_url(arguments)
    if form == "srt" and len(files) > 1:
        raise UsageError(f"--format srt takes one FILE, got {len(files)}: run it once for each.")
    recordings = [_read(file, int(rate)) for file in files]
    manner = _Manner(
        mode=mode,
        itn=itn,
        hotwords=hotwords,
        framing=ByChunk(chunk_size),
        pace=1.0 if pace == "real" else None,
    )
    with endpoint_at(url, reach, dialect) as endpoint:
        spoken = asyncio.run(_dialect(endpoint, reach, dialect))
        require_rate(spoken, int(rate))
        for recording in recordings:
            with live_text(Console(stderr=True)) as show:
                exchange = asyncio.run(
                    _transcribed(recording, endpoint, spoken, manner, _nothing if quiet else show)
                )
            _require_session(exchange)
            _print(exchange, recording, form, named=len(recordings) > 1)
            _require_whole(exchange, recording)


def _nothing(settled: str, guess: str) -> None:
    """Show no partials."""


def _files_and_url(arguments: tuple[str, ...]) -> tuple[list[Path], str | None]:
    """Tell the URL from the files; it may stand anywhere."""
    urls = [argument for argument in arguments if "://" in argument]
    files = [Path(argument) for argument in arguments if "://" not in argument]
    if len(urls) > 1:
        raise UsageError(f"expected at most one URL, got {len(urls)}: {' '.join(urls)}")
    if not files:
        raise UsageError("expected at least one FILE to transcribe")
    return files, urls[0] if urls else None


def _read(path: Path, rate_hz: int) -> _Recording:
    sound = read_sound(path)
    source = AudioRef(path.name, file_sha256(path), rate_hz)
    return _Recording(path=path, source=source, pcm=converted(sound, rate_hz).pcm)


async def _dialect(endpoint: Endpoint, reach: Reach, named: str | None) -> Dialect:
    await reach.wait_for(endpoint)
    return dialect_named(named) if named is not None else (await detect(endpoint)).dialect


async def _transcribed(
    recording: _Recording, endpoint: Endpoint, dialect: Dialect, manner: _Manner, show: Show
) -> Exchange:
    return await drive(
        _scenario(recording, dialect, manner),
        endpoint=endpoint,
        dialect=dialect,
        pcm=lambda source: recording.pcm,
        recorder=LiveText(dialect, show),
    )


def _scenario(recording: _Recording, dialect: Dialect, manner: _Manner) -> Scenario:
    asked = opening(
        mode=manner.mode,
        wav_name=recording.path.stem,
        audio_fs=recording.source.sample_rate_hz,
        itn=manner.itn,
        hotwords=manner.hotwords,
        chunk_size=manner.framing.chunk_size,
        chunk_interval=manner.framing.chunk_interval,
    )
    return Scenario(
        name="transcribe",
        steps=(
            Connect(),
            *(SendText(text=text, role="config") for text in dialect.opening_texts(asked)),
            StreamAudio(audio=recording.source, framing=manner.framing, pace=manner.pace),
            SendText(text=dialect.ending_text, role="end"),
            AwaitTerminator(timeout_s=ANSWER_S + recording.duration_s),
            Close(),
        ),
    )


def _print(exchange: Exchange, recording: _Recording, form: str, *, named: bool) -> None:
    match form:
        case "jsonl":
            for record in sentence_records(exchange):
                click.echo(json.dumps({"file": str(recording.path)} | record, ensure_ascii=False))
        case "srt":
            click.echo(as_srt(captions(exchange)), nl=False)
        case _:
            text = text_of(exchange)
            click.echo(f"{recording.path}: {text}" if named else text)


def _require_session(exchange: Exchange) -> None:
    if exchange.failure is not None:
        step = exchange.failure.step or ConnectStep.WEBSOCKET
        raise EndpointUnreachable(step, exchange.failure.message)


def _require_whole(exchange: Exchange, recording: _Recording) -> None:
    """Make sure that the session came to its proper end.

    Raises:
        AsrgateError: it ended early or with an error, so that text may be missing.
    """
    for _, reply in exchange.replies():
        if isinstance(reply.error, str):
            raise AsrgateError(f"{recording.path}: the server reports an error: {reply.error}")
    if any(step.outcome == "terminator" for step in exchange.steps):
        return
    raise AsrgateError(f"{recording.path}: {_how_it_broke_off(exchange, recording)}; text may be missing.")


def _how_it_broke_off(exchange: Exchange, recording: _Recording) -> str:
    closing = exchange.closing
    if closing is None or closing.who == "client":
        return f"no last reply came within {ANSWER_S + recording.duration_s:.0f} s of the end"
    if closing.code is None:
        return "the connection was cut before the last reply"
    return f"the server closed the session with code {closing.code} before the last reply"
