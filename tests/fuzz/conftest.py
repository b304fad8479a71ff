"""A campaign against a small server, with the tone clips."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from asrgate.audio.clips import ClipSet, load_clips
from asrgate.fuzz.budget import Budget
from asrgate.fuzz.campaign import RunningCampaign
from asrgate.fuzz.driving import Sessions
from asrgate.fuzz.planning import campaign_of
from asrgate.fuzz.sessions import Ground
from asrgate.fuzz.store import Store
from asrgate.judge.generated import Generated
from asrgate.wire.dialects import dialect_named
from asrgate.wire.endpoint import Endpoint
from suite.servers import serving

from .servers import Speaker

TONES = Path(__file__).parents[1] / "tones"


@pytest.fixture(scope="session")
def tones() -> ClipSet:
    """The tiny folder of tone clips."""
    return load_clips(TONES)


@dataclass
class Progress:
    """What a campaign says of itself."""

    doings: list[str] = field(default_factory=list)

    def fuzzing(self, doing: str, sessions: int, planned: int | None, causes: int) -> None:
        """Note what it is doing."""
        self.doings.append(doing)


@dataclass
class Fuzzer:
    """Drives campaigns from one seed, which share what was found before."""

    clips: ClipSet
    store: Store
    progress: Progress = field(default_factory=Progress)

    def __call__(self, server: Speaker, *, sessions: int = 40, seed: int = 1) -> Generated:
        """What a campaign finds of a server."""
        dialect = dialect_named("funasr-2pass-0.1")
        campaign = campaign_of(Ground.of(dialect, self.clips), Budget(sessions=sessions), seed)
        with serving(server) as url, self._driving(url) as driving:
            running = RunningCampaign(campaign, driving, self.store, self.progress, recovery_s=0.2)
            running.run()
        return running.result

    @contextmanager
    def _driving(self, url: str) -> Iterator[Sessions]:
        dialect = dialect_named("funasr-2pass-0.1")
        endpoint = Endpoint(url=url)
        with Sessions(
            endpoint=endpoint, dialect=dialect, clips=self.clips, streams=4, most_per_s=1000
        ) as driving:
            yield driving


@pytest.fixture
def fuzz(tones: ClipSet, tmp_path: Path) -> Fuzzer:
    """Drive campaigns that remember, in a folder of the test's own."""
    return Fuzzer(tones, Store(tmp_path, "server", "funasr-2pass-0.1"))
