"""docs/asyncapi.yaml: current, sound, and true of what upstream's own servers answered."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft7Validator

from asrgate.wire.asyncapi import document, document_text, replies_of
from asrgate.wire.dialects import DIALECTS
from asrgate.wire.messages import END_OF_INPUT, encode, opening
from casebook.sessions import ORDINARY, Case

PAGE = Path(__file__).parents[2] / "docs" / "asyncapi.yaml"
DOCUMENT = document()


def test_the_page_is_current() -> None:
    """`python -m asrgate.wire.asyncapi docs/asyncapi.yaml` writes it again."""
    text = PAGE.read_text(encoding="utf-8")
    assert text == document_text()
    assert yaml.safe_load(text) == DOCUMENT


def references(value: object) -> Iterator[str]:
    """Every `$ref` below a value."""
    if isinstance(value, dict):
        if isinstance(value.get("$ref"), str):
            yield value["$ref"]
        for member in value.values():
            yield from references(member)
    elif isinstance(value, list):
        for member in value:
            yield from references(member)


def test_every_reference_leads_somewhere() -> None:
    """Within the document."""
    for reference in references(DOCUMENT):
        place: Any = DOCUMENT
        for key in reference.removeprefix("#/").split("/"):
            assert key in place, reference
            place = place[key]


def test_every_dialect_has_a_channel_and_both_directions() -> None:
    """What clients say is received by the server, and it sends replies."""
    assert [channel["title"] for channel in DOCUMENT["channels"].values()] == list(DIALECTS)
    assert sorted(o["action"] for o in DOCUMENT["operations"].values()) == ["receive"] * 5 + ["send"] * 5


def fitting(models: list[str], message: object) -> list[str]:
    """The models that a message fits."""
    schemas = {"components": DOCUMENT["components"]}
    return [
        name
        for name in models
        if Draft7Validator(schemas | {"$ref": f"#/components/schemas/{name}"}).is_valid(message)
    ]


def test_schemas_are_sound() -> None:
    """JSON Schema, draft 7, as AsyncAPI takes it."""
    for schema in DOCUMENT["components"]["schemas"].values():
        Draft7Validator.check_schema(schema)


def test_what_asrgate_sends_fits() -> None:
    """The opening frame and the end frame that every JSON dialect understands."""
    models = ["Opening", "EndOfInput"]
    assert fitting(models, json.loads(encode(opening(hotwords={"阿里": 20})))) == ["Opening"]
    assert fitting(models, END_OF_INPUT) == ["EndOfInput"]


@pytest.mark.parametrize("case", ORDINARY, ids=lambda case: f"{case.exchange.dialect}, {case.row}")
def test_what_real_servers_answered_fits(case: Case) -> None:
    """Each reply fits a message of its dialect, and no reply to an ordinary session is left undescribed."""
    models = [model.__name__ for model in replies_of(case.exchange.dialect)]
    for frame in case.exchange.received():
        assert frame.text is not None
        assert fitting(models, json.loads(frame.text)), frame.text


def test_a_wrong_reply_fits_nothing() -> None:
    """As the tests above could otherwise not fail."""
    models = [model.__name__ for model in replies_of("funasr-offline")]
    assert fitting(models, {"text": "一", "mode": "offline", "is_final": True, "wav_name": "t1"}) == []
