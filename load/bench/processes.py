"""What a process and all that it started take: processor time and memory, read from /proc (Linux)."""

from collections.abc import Iterator
from pathlib import Path


def family(pid: int) -> list[int]:
    """The process and all that descend from it."""
    found = [pid]
    for task in _tasks(pid):
        for child in _read(task / "children").split():
            found += family(int(child))
    return found


def processor_ns(pids: list[int]) -> int:
    """Time on a processor that all threads of these processes have had so far, user and system."""
    spent = (_read(task / "schedstat").split() for pid in pids for task in _tasks(pid))
    return sum(int(fields[0]) for fields in spent if fields)


def memory_bytes(pids: list[int]) -> int:
    """Memory of these processes; pages that several share count once among them (PSS)."""
    lines = (line for pid in pids for line in _read(Path(f"/proc/{pid}/smaps_rollup")).splitlines())
    return sum(int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:"))


def _tasks(pid: int) -> Iterator[Path]:
    return Path(f"/proc/{pid}/task").glob("*")


def _read(path: Path) -> str:
    """What a file of /proc says, nothing when its process has ended meanwhile."""
    try:
        return path.read_text()
    except OSError:
        return ""
