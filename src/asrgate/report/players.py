"""Players: the sound of the worst clips, small enough to travel in the page."""

import io
from base64 import b64encode
from pathlib import Path

import numpy as np
import soundfile  # type: ignore[import-untyped]

from asrgate.audio.clips import MANIFEST_NAME, Clip, ClipSet, bundled_clips_directory, file_sha256, load_clips
from asrgate.audio.source import audio_of, pcm_of
from asrgate.errors import UsageError
from asrgate.report.differences import differences_of
from asrgate.report.record import Environment, Run

_LONGEST_MS = 30_000
_STRONGEST = 0.9
"""Of MP3's compression, 0 to 1: 3 to 4 KB for a second of speech at 16 kHz."""


def players_of(run: Run) -> dict[str, str]:
    """Return a data URI by ID for each of the main mode's worst clips that lasts half a minute at most.

    Empty where the clips of the run are not where they were any more, or others are there now, or the sound
    library of this machine writes no MP3.
    """
    if run.accuracy is None or "MP3" not in soundfile.available_formats():
        return {}
    clips = _clips_of(run.environment)
    if clips is None:
        return {}
    main = differences_of(run.accuracy)[0]
    wanted = {score.id for score in (*main.worst, *main.non_speech)}
    shown = [clip for clip in clips.clips if clip.id in wanted and clip.duration_ms <= _LONGEST_MS]
    return {clip.id: _data_uri(clip, clips) for clip in shown}


def _clips_of(environment: Environment) -> ClipSet | None:
    bundled = environment.fixtures == "bundled"
    folder = bundled_clips_directory() if bundled else Path(environment.fixtures)
    manifest = folder / MANIFEST_NAME
    if not manifest.is_file() or file_sha256(manifest) != environment.fixtures_sha256:
        return None
    try:
        return load_clips(folder)
    except UsageError:
        return None


def _data_uri(clip: Clip, clips: ClipSet) -> str:
    """The clip as it was sent, as MP3."""
    sent = audio_of(clip)
    samples = np.frombuffer(pcm_of(sent, clips), np.int16)
    encoded = io.BytesIO()
    soundfile.write(encoded, samples, sent.sample_rate_hz, format="MP3", compression_level=_STRONGEST)
    return f"data:audio/mpeg;base64,{b64encode(encoded.getvalue()).decode()}"
