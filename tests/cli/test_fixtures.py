"""`asrgate fixtures` lists, verifies and makes clips."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from asrgate.audio.clips import bundled_clips_directory, load_clips
from asrgate.cli import main

TONES = Path(__file__).parents[1] / "tones"


def fixtures(*arguments: str | Path, **environment: str) -> Result:
    """Run the command."""
    return CliRunner().invoke(main, ["fixtures", *map(str, arguments)], env=environment)


def test_list_shows_each_clip() -> None:
    """The table has a line for each clip and says how many there are."""
    result = fixtures("list")
    assert result.exit_code == 0
    for clip in load_clips(bundled_clips_directory()).clips:
        assert f"\n{clip.id} " in result.output
    assert "阿里开源的语音识别真是太牛了" in result.output
    assert "131 clips" in result.output


def test_list_as_json_is_nothing_but_json() -> None:
    """--json gives every fact of the clips chosen by tag."""
    result = fixtures("list", "--json", "--tag", "date")
    clips = json.loads(result.stdout)
    assert [clip["id"] for clip in clips] == ["date", "meeting-date", "birthday", "founded"]
    assert clips[0]["written"][0] == "2024年7月25日"


def test_another_folder_replaces_the_bundled_one() -> None:
    """--fixtures, or the environment, points the command at a set of one's own."""
    by_option = fixtures("list", "--fixtures", TONES)
    by_environment = fixtures("list", ASRGATE_FIXTURES=str(TONES))
    assert by_option.exit_code == 0
    assert "do re mi" in by_option.output
    assert by_environment.output == by_option.output


@pytest.mark.parametrize("directory", [bundled_clips_directory(), TONES], ids=["bundled", "tones"])
def test_verify_passes_what_holds(directory: Path) -> None:
    """A folder in order ends with status 0 and the number of clips."""
    result = fixtures("verify", "--fixtures", directory)
    assert result.exit_code == 0
    assert "all hold" in result.output


def test_verify_names_every_problem(tmp_path: Path) -> None:
    """A folder not in order ends with status 2 and a line per problem."""
    tones = shutil.copytree(TONES, tmp_path / "tones")
    (tones / "rise.flac").write_bytes((tones / "fall.flac").read_bytes())
    (tones / "call.flac").unlink()
    result = fixtures("verify", "--fixtures", tones)
    assert result.exit_code == 2
    problems = result.stdout.splitlines()
    assert problems[0].startswith("manifest.jsonl, line 1, clip rise: field sha256: expected ")
    assert problems[1] == "manifest.jsonl, line 3, clip call: field file: call.flac does not exist"
    assert "2 problems in" in result.output


def test_list_refuses_a_wrong_hash_in_one_sentence(tmp_path: Path) -> None:
    """A clip whose file was changed is not used, and the message names both hashes."""
    tones = shutil.copytree(TONES, tmp_path / "tones")
    (tones / "rise.flac").write_bytes((tones / "fall.flac").read_bytes())
    result = fixtures("list", "--fixtures", tones)
    assert result.exit_code == 2
    assert "clip rise: field sha256: rise.flac has " in result.output
    assert len(result.output.strip().splitlines()) == 1


def test_make_does_not_replace_clips_unasked(tmp_path: Path) -> None:
    """A folder that has a manifest is left alone without --force."""
    tones = shutil.copytree(TONES, tmp_path / "tones")
    before = (tones / "manifest.jsonl").read_bytes()
    result = fixtures("make", tones)
    assert result.exit_code == 2
    assert "holds clips already" in result.output
    assert (tones / "manifest.jsonl").read_bytes() == before


def test_make_without_synthesiser_says_how_to_get_it(tmp_path: Path) -> None:
    """Without espeak-ng the recipe ends with status 2 and names the remedy."""
    (tmp_path / "libespeak-ng.so.1").write_text("this is no library")
    result = fixtures("make", tmp_path / "made", LD_LIBRARY_PATH=str(tmp_path))
    assert result.exit_code == 2
    assert "espeak-ng is not installed: `apt-get install espeak-ng`" in result.output


def test_synthesiser_repeats_itself() -> None:
    """The same text gives the same samples in every process, which the hashes of the clips rely on."""
    request = b'{"voice": "cmn-latn-pinyin", "words_per_minute": 175, "text": "ni3 hao3"}'
    speak = [sys.executable, "-B", str(bundled_clips_directory() / "recipe" / "speak.py")]
    first, again = (subprocess.run(speak, input=request, capture_output=True, check=False) for _ in range(2))
    if first.returncode != 0:
        pytest.skip("espeak-ng is not installed; only the recipe needs it")
    assert len(first.stdout) > 20000
    assert first.stdout == again.stdout
