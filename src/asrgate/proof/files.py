"""What a proof leaves: prove.json, prove.md and prove.html."""

from functools import cache
from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined

from asrgate.errors import UsageError
from asrgate.proof.matrix import markdown, totals
from asrgate.proof.record import PROOF, Proof

JSON = "prove.json"
MARKDOWN = "prove.md"
HTML = "prove.html"


def write_proof(proof: Proof, directory: Path) -> Path:
    """Write the record in its three forms; gives the page.

    Raises:
        UsageError: nothing can be written there.
    """
    page = directory / HTML
    try:
        directory.mkdir(parents=True, exist_ok=True)
        (directory / JSON).write_bytes(PROOF.dump_json(proof, indent=1))
        (directory / MARKDOWN).write_text(markdown(proof), encoding="utf-8")
        page.write_text(_html(proof), encoding="utf-8")
    except OSError as error:
        expected = "expected a folder that can be written"
        raise UsageError(f"--out {directory}: {error.strerror}; {expected}") from error
    return page


def _html(proof: Proof) -> str:
    columns = [id_ for id_ in proof.titles if any(id_ in o.named for o in proof.outcomes)]
    template = _environment().get_template("prove.html.j2")
    return template.render(proof=proof, columns=columns, totals=totals(proof))


@cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("asrgate.proof"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
