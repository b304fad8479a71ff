"""A server process on this machine with everything below it: memory, CPU, open files, restarts."""

import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

import psutil

from asrgate.errors import UsageError
from asrgate.load.sampling.readings import Gap, Reading, Sample

_Identity = tuple[int, float]

_CLOCK_S = 1.5
"""How far the start of a process may be from the calendar: kernels count it from a boot time in seconds."""


@dataclass(slots=True)
class ProcessSampler:
    """Samples a process and its descendants as one.

    When the process ends and another one begins with the same command line, that one is followed: most
    restarts give a new process ID. `identity` of a reading is the process ID with the start of the process.
    """

    pid: int
    _command: tuple[str, ...] = ()
    _root: psutil.Process | None = None
    _seen_at: float = field(default_factory=time.time)
    _cpu_s: dict[_Identity, float] = field(default_factory=dict)
    _cpu_at: float | None = None

    def __post_init__(self) -> None:
        """Find the process.

        Raises:
            UsageError: there is none.
        """
        try:
            self._root = psutil.Process(self.pid)
        except psutil.Error:
            raise UsageError(f"--server-pid {self.pid}: there is no such process on this machine") from None
        self._command = _command(self._root)

    @property
    def subject(self) -> str:
        """The process ID that was asked for."""
        return f"process {self.pid}"

    def read(self, at: float) -> Sequence[Sample]:
        """The sums over the tree; a gap while the process is gone."""
        root = self._alive()
        if root is None:
            return [Gap(at=at, subject=self.subject, reason="it was not running")]
        try:
            return list(self._read(root, at))
        except psutil.NoSuchProcess:
            return [Gap(at=at, subject=self.subject, reason="it was not running")]

    def close(self) -> None:
        """Nothing is held."""

    def _read(self, root: psutil.Process, at: float) -> Iterator[Sample]:
        identity = f"{root.pid} @ {root.create_time():.2f}"
        processes = threads = rss_bytes = 0
        open_files: int | None = 0
        cpu_s: dict[_Identity, float] = {}
        for process in [root, *root.children(recursive=True)]:
            with suppress(psutil.NoSuchProcess), process.oneshot():
                times = process.cpu_times()
                cpu_s[process.pid, process.create_time()] = times.user + times.system
                rss_bytes += process.memory_info().rss
                threads += process.num_threads()
                processes += 1
                # The open files of a part would look like those of the whole.
                of_this = _open_files(process)
                open_files = None if open_files is None or of_this is None else open_files + of_this
        values = {
            "rss_bytes": rss_bytes,
            "processes": processes,
            "threads": threads,
            "open_files": open_files,
        }
        if open_files is None:
            why = "only its own user and root can count its open files"
            yield Gap(subject=self.subject, reason=why)
        yield Reading(
            at=at,
            source="process",
            device=self.subject,
            values={
                name: float(value)
                for name, value in (values | {"cpu_cores": self._cores(at, cpu_s)}).items()
                if value is not None
            },
            identity=identity,
        )

    def _cores(self, at: float, cpu_s: dict[_Identity, float]) -> float | None:
        """Processor cores in use since the reading before, by the processes that are there in both."""
        before_at, before = self._cpu_at, self._cpu_s
        self._cpu_at, self._cpu_s = at, cpu_s
        if before_at is None or at <= before_at:
            return None
        return sum(max(0.0, used - before.get(key, 0.0)) for key, used in cpu_s.items()) / (at - before_at)

    def _alive(self) -> psutil.Process | None:
        """The process, or the one that was started in its place."""
        if self._root is None or not _runs(self._root):
            self._root = self._successor()
        if self._root is not None:
            self._seen_at = time.time()
        return self._root

    def _successor(self) -> psutil.Process | None:
        with suppress(psutil.Error):
            same_id = psutil.Process(self.pid)
            if _runs(same_id) and _command(same_id) == self._command:
                return same_id
        if not self._command:
            return None
        later = [
            process
            for process in psutil.process_iter()
            if _command(process) == self._command and _started(process) > self._seen_at - _CLOCK_S
        ]
        # Workers that a server forks have its command line too: the first one is the server.
        return min((it for it in later if _runs(it)), key=_started, default=None)


def _runs(process: psutil.Process) -> bool:
    """Whether it is the process that it was, and no zombie that waits for its parent."""
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.Error:
        return False


def _command(process: psutil.Process) -> tuple[str, ...]:
    """Its command line; nothing if it may not be read."""
    try:
        return tuple(process.cmdline())
    except psutil.Error:
        return ()


def _started(process: psutil.Process) -> float:
    try:
        return process.create_time()
    except psutil.Error:
        return 0.0


def _open_files(process: psutil.Process) -> int | None:
    """How many it holds (on Windows handles); None if that is not told."""
    try:
        if sys.platform == "win32":
            return process.num_handles()
        return process.num_fds()
    except psutil.AccessDenied:
        return None
