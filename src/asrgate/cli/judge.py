"""`asrgate judge`: today's judges on saved exchanges."""

import json
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import click

from asrgate.errors import InvalidRun
from asrgate.judge.finding import Level, Verdict
from asrgate.report.language import words_of
from asrgate.suite.collection import collected_checks
from asrgate.suite.rejudging import Rejudged, rejudged
from asrgate.suite.saved import load_saved


@click.command()
@click.argument(
    "saved", metavar="EXCHANGES... | RUN", nargs=-1, required=True, type=click.Path(path_type=Path)
)
@click.option(
    "--fixtures",
    type=click.Path(path_type=Path),
    envvar="ASRGATE_FIXTURES",
    metavar="DIR",
    help="Folder of the clips that were sent; that of the run if not given.",
)
@click.option(
    "--json", "as_json", is_flag=True, help="The findings as JSON on standard output, nothing else."
)
def judge(saved: tuple[Path, ...], fixtures: Path | None, as_json: bool) -> None:
    """Apply today's judges to saved exchanges: files, or all those of the folder of a run.

    Nothing is sent anywhere. Beside a run, each verdict that changed is shown with the old and new reason.
    Exit status: 0 no MUST fails, 1 a MUST fails, 2 wrong use, 4 nothing to judge.
    """
    found = rejudged(load_saved(saved, fixtures), collected_checks())
    judged = [one for one in found if one.now.verdict in (Verdict.PASS, Verdict.FAIL, Verdict.DEVIATION)]
    if as_json:
        click.echo(json.dumps([_record(one) for one in found], ensure_ascii=False, indent=2))
    else:
        for line in _lines(found):
            click.echo(line)
    if not judged:
        raise InvalidRun("these exchanges are too few: no requirement can be judged by them")
    failed = any(f.now.verdict is Verdict.FAIL and f.requirement.level is Level.MUST for f in judged)
    sys.exit(1 if failed else 0)


def _record(one: Rejudged) -> dict[str, Any]:
    before = None if one.before is None else {"verdict": one.before.verdict, "reason": one.before.reason}
    return {
        "id": one.requirement.id,
        "level": one.requirement.level,
        "verdict": one.now.verdict,
        "reason": one.now.reason,
        "before": before,
    }


def _lines(found: Sequence[Rejudged]) -> Iterator[str]:
    words = words_of("en")
    changed = [one for one in found if one.changed]
    for one in changed:
        assert one.before is not None
        then, now = words(f"verdict.{one.before.verdict}"), words(f"verdict.{one.now.verdict}")
        yield click.style(f"{one.requirement.id}  {then} → {now}", bold=True) + f"  {one.requirement.title}"
        yield f"  then  {one.before.reason}"
        yield f"  now   {one.now.reason}"
    if any(one.before is not None for one in found):
        yield f"{len(changed)} of {len(found)} verdicts changed"
    for one in found:
        if not one.changed and one.now.verdict in (Verdict.FAIL, Verdict.DEVIATION, Verdict.ERROR):
            verdict = words(f"verdict.{one.now.verdict}")
            yield f"{one.requirement.id}  {one.requirement.level} {verdict}: {one.now.reason}"
    counts = Counter(one.now.verdict for one in found)
    yield ", ".join(f"{n} {words(f'verdict.{verdict}')}" for verdict, n in counts.items())
