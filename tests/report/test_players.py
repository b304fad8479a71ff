"""The sound of the worst clips in the page."""

import io
from base64 import b64decode
from dataclasses import replace
from pathlib import Path

import pytest
import soundfile  # type: ignore[import-untyped]

from asrgate.audio.clips import MANIFEST_NAME, file_sha256, load_clips
from asrgate.measure.accuracy import accuracy_of
from asrgate.report.files import render_run
from asrgate.report.language import LANGUAGES, Language
from asrgate.report.players import players_of
from asrgate.report.record import Run
from report.reading import page
from report.sample import answered, sample_run

TONES = Path(__file__).parents[1] / "tones"


def _run(folder: Path = TONES, sha256: str | None = None) -> Run:
    """A run in which every tone that says something was heard as something else, but the first."""
    spoken = [clip for clip in load_clips(TONES).clips if clip.language != "none"]
    right, *wrong = spoken
    scored = accuracy_of([answered(right, right.text), *(answered(clip, "错") for clip in wrong)])
    environment = replace(
        sample_run().environment,
        fixtures=str(folder),
        fixtures_sha256=sha256 or file_sha256(TONES / MANIFEST_NAME),
    )
    return sample_run(accuracy=scored, environment=environment)


def test_every_clip_that_was_heard_wrong_has_its_sound() -> None:
    """As long as the clip, but for the padding of MP3; a clip that was heard right needs none."""
    run = _run()
    assert run.accuracy is not None
    wrong = {score.id for score in run.accuracy.clips if score.cer}
    players = players_of(run)
    assert set(players) == wrong
    for id_, uri in players.items():
        kind, _, data = uri.partition(",")
        assert kind == "data:audio/mpeg;base64"
        sound = soundfile.info(io.BytesIO(b64decode(data)))
        assert sound.duration == pytest.approx(load_clips(TONES).get(id_).duration_ms / 1000, abs=0.2)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_page_plays_them_and_fetches_nothing(language: Language, tmp_path: Path) -> None:
    """The policy lets sound come out of the page itself, and from nowhere else."""
    run = _run()
    document = page(render_run(run, tmp_path, tmp_path, language=language).read_text(encoding="utf-8"))
    sounds = document.all("audio")
    assert {sound.attributes["src"] for sound in sounds} == set(players_of(run).values())
    assert all(sound.attributes["aria-label"] for sound in sounds)
    (policy,) = document.all("meta", **{"http-equiv": "Content-Security-Policy"})
    assert (policy.attributes["content"] or "").endswith("; media-src data:")


def test_other_clips_are_not_played_for_those_of_the_run(tmp_path: Path) -> None:
    """Where the clips are gone, or the manifest is another by now, there is no player."""
    assert players_of(_run(tmp_path)) == {}
    assert players_of(_run(sha256="0" * 64)) == {}


def test_a_run_that_scored_nothing_has_no_players() -> None:
    """There is no worst clip."""
    assert players_of(sample_run(accuracy=None)) == {}
