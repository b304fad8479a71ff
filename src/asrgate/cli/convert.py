"""`asrgate convert`: any sound file to mono 16-bit PCM at one rate."""

from pathlib import Path

import click

from asrgate.audio.conversion import converted, wav_problems, write_wav
from asrgate.audio.reading import Sound, read_raw_pcm, read_sound
from asrgate.errors import AsrgateError, UsageError

_RATE = click.IntRange(1000, 384000)


@click.command()
@click.argument("source", metavar="IN", type=click.Path(path_type=Path))
@click.argument("target", metavar="OUT", type=click.Path(path_type=Path))
@click.argument("rate", type=_RATE, default=8000)
@click.option(
    "--raw", "raw_hz", type=_RATE, metavar="HZ", help="IN is headerless 16-bit mono PCM of this rate."
)
@click.option("--normalise", is_flag=True, help="Bring the highest sample to 0.95 of full scale.")
@click.option("--force", is_flag=True, help="Replace OUT if it exists.")
def convert(source: Path, target: Path, rate: int, raw_hz: int | None, normalise: bool, force: bool) -> None:
    """Convert IN to a mono 16-bit PCM WAV at RATE (Hz, 8000 if not given) and verify what was written.

    Reads WAV of any bit depth, IEEE float, any channel count and rate, FLAC, MP3, OGG and more. The level is
    left as it is unless --normalise asks otherwise; samples beyond full scale are clipped and counted.
    """
    sound = read_sound(source) if raw_hz is None else read_raw_pcm(source, raw_hz)
    _refuse_overwriting(source, target, force)
    result = converted(sound, rate, normalised=normalise)
    click.echo(f"in   {source}: {_described(sound)}")
    for remark in sound.remarks:
        click.echo(f"note {remark}")
    for step in result.steps or ("nothing to change",):
        click.echo(f"did  {step}")
    if result.clipped_samples:
        click.echo(
            f"note {result.clipped_samples} of {result.frames} samples lay beyond full scale "
            f"and were clipped; --normalise avoids this"
        )
    write_wav(target, result.pcm, rate)
    problems = wav_problems(target, result, sound)
    if problems:
        raise AsrgateError(
            f"{target} was written but does not read back as it should: {'; '.join(problems)}."
        )
    click.echo(
        f"out  {target}: WAV (Microsoft), Signed 16 bit PCM, {rate} Hz, 1 channel, "
        f"{result.frames} samples, {result.frames / rate:.3f} s: read back and verified"
    )


def _refuse_overwriting(source: Path, target: Path, force: bool) -> None:
    if target.is_dir():
        raise UsageError(f"OUT {target} is a folder: expected the name of a WAV file.")
    if not target.exists():
        return
    if target.samefile(source):
        raise UsageError(
            f"IN and OUT are the same file, {target}: name another OUT, so that the original stays."
        )
    if not force:
        raise UsageError(f"OUT {target} exists: name another file, or replace it with --force.")


def _described(sound: Sound) -> str:
    facts = sound.facts
    bits = f"{facts.bits} bit, " if facts.bits and "bit" not in facts.codec else ""
    channels = "1 channel" if facts.channels == 1 else f"{facts.channels} channels"
    return (
        f"{facts.container}, {facts.codec}, {bits}{facts.sample_rate_hz} Hz, {channels}, "
        f"{facts.frames} samples, {facts.duration_s:.3f} s"
    )
