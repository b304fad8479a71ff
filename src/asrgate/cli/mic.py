"""`asrgate mic`: talk to an endpoint."""

import asyncio
import signal
from contextlib import suppress

import click
from rich.console import Console

from asrgate.audio.framing import ByChunk
from asrgate.audio.microphone import require_microphone, spoken
from asrgate.cli.asking import (
    chunk_size_option,
    hotword_option,
    itn_option,
    mode_option,
    rate_option,
    require_rate,
)
from asrgate.cli.live import LiveText, live_text
from asrgate.cli.options import Reach, dialect_option, endpoint_at, endpoint_options
from asrgate.wire.detection import detect
from asrgate.wire.dialects import dialect_named, transcript
from asrgate.wire.endpoint import Endpoint
from asrgate.wire.live import converse
from asrgate.wire.messages import Reply, opening


@click.command()
@click.argument("url", required=False)
@mode_option
@rate_option
@itn_option
@hotword_option
@chunk_size_option
@click.option("--seconds", type=click.FloatRange(min=0.1), help="Stop after so long, instead of at Ctrl-C.")
@dialect_option
@endpoint_options
def mic(
    url: str | None,
    mode: str,
    rate: str,
    itn: bool,
    hotwords: dict[str, int],
    chunk_size: tuple[int, int, int],
    seconds: float | None,
    dialect: str | None,
    reach: Reach,
) -> None:
    """Recognise what the microphone hears at URL, or without URL on the embedded endpoint, until Ctrl-C.

    Partials appear while you speak; standard output gets the text at the end. Needs the extra `mic`.
    """
    require_microphone()
    settings = opening(
        mode=mode,
        wav_name="microphone",
        audio_fs=int(rate),
        itn=itn,
        hotwords=hotwords,
        chunk_size=chunk_size,
    )
    with endpoint_at(url, reach, dialect) as endpoint:
        click.echo(asyncio.run(_conversation(endpoint, reach, dialect, settings, seconds)))


async def _conversation(
    endpoint: Endpoint, reach: Reach, named: str | None, settings: dict[str, object], seconds: float | None
) -> str:
    """Return the text of one conversation; Ctrl-C ends the speaking, not the listening."""
    await reach.wait_for(endpoint)
    dialect = dialect_named(named) if named is not None else (await detect(endpoint)).dialect
    require_rate(dialect, int(str(settings["audio_fs"])))
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    with suppress(NotImplementedError):
        loop.add_signal_handler(signal.SIGINT, stop.set)
    if seconds is not None:
        loop.call_later(seconds, stop.set)
    else:
        click.echo("Speak; Ctrl-C ends.", err=True)
    audio = spoken(int(str(settings["audio_fs"])), round(ByChunk().stride_ms), stop)
    replies: list[Reply] = []
    with live_text(Console(stderr=True)) as show:
        shown = LiveText(dialect, show)
        async for reply in converse(endpoint, dialect, settings, audio):
            shown.read(reply)
            replies.append(reply)
    return transcript(dialect, replies)
