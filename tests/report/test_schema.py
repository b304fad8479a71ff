"""The JSON Schema of run.json."""

import copy
import json
from pathlib import Path

import jsonschema
import pytest

from asrgate.report.record import RUN
from asrgate.report.schema import run_schema, schema_text
from report.sample import sample_run

PUBLISHED = Path(__file__).parents[2] / "docs" / "schemas" / "run.schema.json"


def test_the_published_schema_is_current() -> None:
    """`python -m asrgate.report.schema docs/schemas/run.schema.json` writes it again."""
    assert PUBLISHED.read_text(encoding="utf-8") == schema_text()


def test_a_run_is_valid() -> None:
    """What is written is what is published."""
    jsonschema.validate(json.loads(RUN.dump_json(sample_run())), run_schema())


def test_the_keys_that_others_rely_on_are_there() -> None:
    """The contract of run.json."""
    run = json.loads(RUN.dump_json(sample_run()))
    assert run["schema_version"] == 1
    assert run["tool"] == {"version": "0.1.0", "name": "asrgate"}
    assert {"url", "dialect", "detected"} <= run["endpoint"].keys()
    assert run["verdict"] == "not conformant"
    assert {"id", "level", "title", "verdict", "reason", "evidence", "destructive"} <= run["findings"][
        0
    ].keys()
    assert run["findings"][5]["evidence"][0]["frames"] == [25, 26]
    assert {"cer", "cer_ci95", "clips", "slices"} <= run["accuracy"].keys()
    assert {"id", "mode", "reference", "hypothesis", "cer"} <= run["accuracy"]["clips"][0].keys()


@pytest.mark.parametrize(
    ("field", "value"), [("verdict", "fine"), ("findings", None), ("duration_s", "long"), ("started_at", 5)]
)
def test_what_is_not_a_run_is_invalid(field: str, value: object) -> None:
    """The schema refuses what the record could not hold."""
    run = copy.deepcopy(json.loads(RUN.dump_json(sample_run())))
    run[field] = value
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(run, run_schema())
