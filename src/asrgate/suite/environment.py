"""Where the suite ran, and with what: the part of a report that lets a run be repeated."""

import os
import platform
from importlib.metadata import PackageNotFoundError, version

from asrgate.audio.clips import MANIFEST_NAME, ClipSet, bundled_clips_directory, file_sha256
from asrgate.report.record import Environment
from asrgate.suite.settings import Settings

_PACKAGES = (
    "websockets",
    "pydantic",
    "pytest",
    "numpy",
    "soxr",
    "soundfile",
    "jiwer",
    "pypinyin",
    "simpleder",
    "wetext",
    "onnxruntime",
    "locust",
    "gevent",
)


def environment_of(settings: Settings, clips: ClipSet) -> Environment:
    """Describe this machine, the packages that measure, the clips by their hash, and the options."""
    bundled = clips.directory == bundled_clips_directory()
    return Environment(
        python=platform.python_version(),
        platform=platform.platform(),
        cpus=os.cpu_count() or 1,
        packages={name: found for name in _PACKAGES if (found := _version(name))},
        fixtures="bundled" if bundled else str(clips.directory),
        fixtures_sha256=file_sha256(clips.directory / MANIFEST_NAME),
        options=settings.public_options(),
        command=settings.command,
    )


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None
