"""The published JSON Schema and the code agree on the form of a manifest."""

import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator, ValidationError

from asrgate.audio.clips import bundled_clips_directory, manifest_lines
from asrgate.audio.manifest import manifest_schema

SCHEMA = Path(__file__).parents[2] / "docs" / "schemas" / "manifest.schema.json"
TONES = Path(__file__).parents[1] / "tones"


def test_published_schema_is_the_code_s() -> None:
    """docs/schemas/manifest.schema.json says what asrgate accepts."""
    assert json.loads(SCHEMA.read_text(encoding="utf-8")) == manifest_schema()


@pytest.mark.parametrize("directory", [bundled_clips_directory(), TONES], ids=["bundled", "tones"])
def test_manifests_hold_the_schema(directory: Path) -> None:
    """Every line of the bundled set and of the tones is valid by the published schema."""
    validator = Draft202012Validator(manifest_schema())
    for _, line in manifest_lines(directory):
        validator.validate(json.loads(line))


def test_schema_refuses_what_the_code_refuses() -> None:
    """The schema is strict: a line with a field too many is not valid."""
    _, line = next(manifest_lines(TONES))
    with pytest.raises(ValidationError, match="'mood' was unexpected"):
        Draft202012Validator(manifest_schema()).validate(json.loads(line) | {"mood": "calm"})
