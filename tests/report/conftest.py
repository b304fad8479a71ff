"""Snapshots: texts that a reader sees, kept in files, so that every change of wording shows in a review."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

SNAPSHOTS = Path(__file__).parent / "snapshots"
UPDATE = "ASRGATE_UPDATE_SNAPSHOTS"


@pytest.fixture
def snapshot() -> Callable[[str, str], None]:
    """Compare a text with the snapshot of this name; with ASRGATE_UPDATE_SNAPSHOTS=1 write it instead."""

    def same(name: str, text: str) -> None:
        file = SNAPSHOTS / name
        if os.environ.get(UPDATE) == "1":
            file.write_text(text, encoding="utf-8")
        assert text == file.read_text(encoding="utf-8"), f"{name} has changed; {UPDATE}=1 accepts it"

    return same
