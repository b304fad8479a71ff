"""Folders of clips that tests may spoil."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

TONES = Path(__file__).parents[1] / "tones"

Spoil = Callable[..., Path]


@pytest.fixture
def tones(tmp_path: Path) -> Path:
    """Return a copy of the pure-tone clips."""
    return shutil.copytree(TONES, tmp_path / "tones", ignore=shutil.ignore_patterns("*.py", "__pycache__"))


@pytest.fixture
def spoilt(tones: Path) -> Spoil:
    """Return a function that changes fields of the first line of a copy of the pure-tone clips."""

    def spoil(**changes: Any) -> Path:
        manifest = tones / "manifest.jsonl"
        first, *others = manifest.read_text(encoding="utf-8").splitlines()
        manifest.write_text("\n".join([json.dumps(json.loads(first) | changes), *others]), encoding="utf-8")
        return tones

    return spoil
