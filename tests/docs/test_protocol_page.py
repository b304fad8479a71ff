"""The protocol page: its example client runs, and what the code cites in it exists."""

import re
from difflib import SequenceMatcher
from pathlib import Path
from types import ModuleType

import pytest

from asrgate.audio.clips import bundled_clips_directory, load_clips
from asrgate.audio.conversion import write_wav
from asrgate.audio.source import audio_of, pcm_of
from asrgate.reference.server import ServeOptions, serving
from asrgate.wire.dialects import DIALECTS

REPOSITORY = Path(__file__).parents[2]
PAGE = REPOSITORY / "docs" / "protocol.md"


@pytest.fixture(scope="module")
def client() -> ModuleType:
    """Return section 9.8 as a module."""
    source = re.search(r"^```python\n(.*?)^```", PAGE.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)
    assert source, f"{PAGE} has no Python client"
    module = ModuleType("whole_client")
    exec(source[1], module.__dict__)
    return module


@pytest.mark.parametrize("dialect", [name for name in DIALECTS if name != "funasr-realtime"])
async def test_whole_client_hears_the_sentence(client: ModuleType, dialect: str, tmp_path: Path) -> None:
    """The client of section 9.8 ends by itself, with the sentence, on every JSON dialect."""
    clips = load_clips(bundled_clips_directory())
    clip = min(clips.tagged("plain"), key=lambda clip: clip.duration_ms)
    recording = tmp_path / "speech.wav"
    write_wav(recording, pcm_of(audio_of(clip), clips), 16000)
    async with serving(ServeOptions(port=0, dialect=dialect, workers=1)) as server:
        heard = await client.transcribe(server.url, str(recording))
    assert SequenceMatcher(None, heard, clip.text).ratio() > 0.5, f"{heard!r} for {clip.text!r}"


@pytest.mark.parametrize("folder", ["src", "conformance", "tests"])
def test_cited_sections_exist(folder: str) -> None:
    """Every section number that code or requirements cite is a heading of the page."""
    headings = set(re.findall(r"^#{2,3} ([\d.]+) ", PAGE.read_text(encoding="utf-8"), re.MULTILINE))
    files = [path for suffix in ("py", "toml") for path in (REPOSITORY / folder).rglob(f"*.{suffix}")]
    missing = {
        f"{path.relative_to(REPOSITORY)}: {number}"
        for path in files
        for cited in re.findall(r"protocol\.md sections? ([\d., and]*\d)", path.read_text(encoding="utf-8"))
        for number in re.findall(r"\d+(?:\.\d+)?", cited)
        if number not in headings
    }
    assert not missing
