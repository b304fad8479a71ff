"""Where a run stands: an endpoint that answered, what it was found to speak, and the clips."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

from asrgate.audio.clips import ClipSet, bundled_clips_directory, load_clips
from asrgate.suite.settings import AUTO, Settings
from asrgate.wire.detection import Detection, detect
from asrgate.wire.dialects import Dialect, dialect_named
from asrgate.wire.endpoint import Endpoint
from asrgate.wire.waiting import wait_until_open

EMBEDDED_DIALECT = "funasr-2pass"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """What every scenario of a run is built on and driven against.

    `server_pid` is the process of the embedded endpoint, None where another one is judged.
    """

    endpoint: Endpoint
    detection: Detection
    clips: ClipSet
    server_pid: int | None = None

    @property
    def dialect(self) -> Dialect:
        """The dialect that the endpoint is judged by."""
        return self.detection.dialect

    @property
    def server(self) -> str | None:
        """What the endpoint calls itself in its `Server` header, None when it does not."""
        return self.detection.server


@contextmanager
def reached(settings: Settings, say: Callable[[str], None]) -> Iterator[Ground]:
    """Reach the endpoint, or start the embedded one for as long as this lasts.

    Raises:
        EndpointUnreachable: no session could be opened.
        DialectUnknown: the endpoint speaks none that can be judged.
        UsageError: the clips cannot be read, or there is no such dialect.
    """
    clips = load_clips(settings.fixtures or bundled_clips_directory())
    forced = None if settings.dialect == AUTO else dialect_named(settings.dialect).name
    if settings.endpoint is not None:
        yield _ground(settings.endpoint, forced, clips, settings.wait_s, say)
        return
    # Only a run without an endpoint of its own needs the recogniser, which takes its time to load.
    from asrgate.reference.embedded import embedded_endpoint

    with embedded_endpoint(dialect=forced or EMBEDDED_DIALECT, tls=settings.tls) as embedded:
        endpoint = Endpoint(url=embedded.url, ca_file=embedded.ca_file)
        yield replace(_ground(endpoint, None, clips, 0.0, say), server_pid=embedded.pid)


def _ground(
    endpoint: Endpoint, forced: str | None, clips: ClipSet, wait_s: float, say: Callable[[str], None]
) -> Ground:
    async def detected() -> Detection:
        if wait_s:
            await wait_until_open(endpoint, wait_s, say)
        return await detect(endpoint, forced=forced)

    return Ground(endpoint=endpoint, detection=asyncio.run(detected()), clips=clips)
