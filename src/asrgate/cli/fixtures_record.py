"""`asrgate fixtures record`: clips of your own people, one prompt after another."""

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path
from typing import cast

import click
import numpy as np

from asrgate.audio.clips import MANIFEST_NAME, bundled_clips_directory, load_clips
from asrgate.audio.importing.listing import Listing, Recording, text_lines
from asrgate.audio.importing.writing import clip_written
from asrgate.audio.manifest import Language
from asrgate.audio.microphone import listening, require_microphone
from asrgate.audio.takes import Pcm, Take, take_of
from asrgate.errors import UsageError

_BLOCK_MS = 60


@click.command()
@click.argument("directory", metavar="DIR", type=click.Path(path_type=Path, file_okay=False))
@click.option(
    "--prompts",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="What to read aloud, a line for each clip; what one person says in the bundled clips if not given.",
)
@click.option("--speaker", default="", metavar="NAME", help="Label of the person who speaks.")
@click.option(
    "--rate",
    "rate_hz",
    type=click.Choice(["16000", "8000"]),
    default="16000",
    show_default=True,
    help="Samples per second, in Hz.",
)
@click.option("--language", type=click.Choice(["zh", "en", "mixed"]), help="Told by the text if not given.")
def record(directory: Path, prompts: Path | None, speaker: str, rate_hz: str, language: str | None) -> None:
    """Record clips in DIR: read each prompt aloud, hear whether the level is right, keep it or take it again.

    A folder that has some already is gone on with; each clip is in it at once. Needs the extra `mic`.
    """
    require_microphone()
    texts = _prompts(prompts)
    known = (
        {clip.id for clip in load_clips(directory).clips} if (directory / MANIFEST_NAME).is_file() else set()
    )
    left = [text for text in texts if _name(text, speaker) not in known]
    click.echo(f"{len(left)} of {len(texts)} prompts are left. Wait a moment before and after you speak.")
    kept = 0
    for number, text in enumerate(left, 1):
        click.echo(f"\n{number}/{len(left)}  {click.style(text, bold=True)}")
        try:
            pcm = _until_kept(int(rate_hz))
        except _Quit:
            break
        if pcm is not None:
            _keep(pcm, int(rate_hz), text, speaker, cast("Language | None", language), directory)
            kept += 1
    click.echo(f"{kept} clips were recorded, {len(known) + kept} are in {directory}.")
    if known or kept:
        click.echo(f"Try them: asrgate accuracy --fixtures {directory}")


class _Quit(Exception):
    """Whoever records has had enough."""


def _until_kept(rate_hz: int) -> Pcm | None:
    """One prompt, as often as it takes; gives its samples, None when it was skipped.

    Raises:
        _Quit: nothing more shall be recorded.
    """
    while True:
        if _asked("Enter to record, s to skip, q to quit", ("", "s", "q")) == "s":
            return None
        blocks: list[bytes] = []
        with listening(rate_hz, _BLOCK_MS, blocks.append):
            _asked("Recording; Enter to stop", ("",))
        pcm = np.frombuffer(b"".join(blocks), "<i2").astype(np.int16)
        take = take_of(pcm, rate_hz)
        _tell(take)
        usual = "r" if take.faults else "k"
        answer = _asked(f"k keep, r retake, s skip, q quit [{usual}]", ("", "k", "r", "s", "q")) or usual
        if answer == "k":
            return pcm
        if answer == "s":
            return None


def _asked(question: str, answers: Sequence[str]) -> str:
    """One of the answers; `q` ends it all wherever it is one."""
    while True:
        answer = click.prompt(question, default="", show_default=False, prompt_suffix=": ").strip().lower()
        if answer in answers:
            if answer == "q":
                raise _Quit
            return str(answer)
        click.echo(f"{answer!r} is none of them.")


def _tell(take: Take) -> None:
    click.echo(
        f"{take.duration_ms / 1000:.1f} s, peak {take.peak_dbfs:.0f} dBFS, room {take.noise_dbfs:.0f} dBFS"
    )
    for fault in take.faults:
        click.echo(click.style(f"  {fault}", fg="yellow"))


def _keep(
    pcm: Pcm, rate_hz: int, text: str, speaker: str, language: Language | None, directory: Path
) -> None:
    recording = Recording(
        id=_name(text, speaker), audio=directory, text=text, where=str(directory), speaker=speaker
    )
    try:
        (directory / "clips").mkdir(parents=True, exist_ok=True)
        entry = clip_written(
            recording,
            (pcm / np.float32(32768)).astype(np.float32),
            rate_hz,
            directory,
            language=language,
            tags=(),
            speech_ms=take_of(pcm, rate_hz).speech_ms,
        )
        with (directory / MANIFEST_NAME).open("a", encoding="utf-8") as manifest:
            manifest.write(json.dumps(entry.model_dump(), ensure_ascii=False) + "\n")
    except OSError as error:
        raise UsageError(f"{directory}: {error.strerror}; expected a folder that can be written") from error


def _prompts(file: Path | None) -> list[str]:
    if file is None:
        clips = load_clips(bundled_clips_directory()).clips
        texts = (clip.text for clip in clips if clip.text and not clip.turns)
        return list(dict.fromkeys(texts))
    listing = Listing()
    texts = (line.strip() for _, line in text_lines(file, listing))
    prompts = list(dict.fromkeys(texts))
    if listing.problems or not prompts:
        raise UsageError(f"--prompts: {listing.problems[0] if listing.problems else f'{file} is empty'}")
    return prompts


def _name(text: str, speaker: str) -> str:
    """The same prompt of the same person has the same name, so that a session can be gone on with."""
    digest = hashlib.sha256(text.encode()).hexdigest()[:8]
    return f"{speaker or 'take'}-{digest}"
