"""The JSON Schema of run.json, made from the record. `python -m asrgate.report.schema FILE` writes it."""

import json
import sys
from pathlib import Path
from typing import Any

from asrgate.report.record import RUN


def run_schema() -> dict[str, Any]:
    """Return the JSON Schema of run.json, as kept in docs/schemas/run.schema.json."""
    schema = RUN.json_schema(mode="serialization")
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema, "title": "asrgate run.json"}


def schema_text() -> str:
    """Return the schema as the file holds it."""
    return json.dumps(run_schema(), indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(schema_text(), encoding="utf-8")
