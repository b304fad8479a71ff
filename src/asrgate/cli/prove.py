"""`asrgate prove`: the suite against every fault."""

import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from asrgate.cli.run_options import run_options, settings_of
from asrgate.errors import InvalidRun
from asrgate.faults.catalogue import faults_like
from asrgate.faults.fault import Fault
from asrgate.proof.files import write_proof
from asrgate.proof.matrix import line, totals
from asrgate.proof.prove import prove as proved
from asrgate.proof.record import Outcome
from asrgate.proof.selection import part_of
from asrgate.suite.settings import default_directory


@click.command()
@run_options
@click.option(
    "--faults",
    default="",
    metavar="PATTERNS",
    help="Faults by name, family or the requirement that catches them: stamps-*,END-02",
)
@click.option(
    "--part", default="1/1", show_default=True, metavar="K/N", help="Every N-th fault, from the K-th."
)
@click.option("--full", is_flag=True, help="Judge every requirement against every fault.")
@click.option(
    "--jobs", type=click.IntRange(1, 64), default=8, show_default=True, metavar="N", help="Faults at a time."
)
@click.option("--quiet", is_flag=True, help="Only what was missed, and the totals.")
def prove(faults: str, part: str, full: bool, jobs: int, quiet: bool, **options: Any) -> None:
    """Prove that the suite catches faults: break the good endpoint at URL in every named way.

    Without URL, the embedded endpoint. Each fault is driven with the requirements that it names and one of
    each family. Exit status: 0 every fault was caught by all that it names and nothing failed without a
    fault, 1 not so, 2 wrong use, 3 not reachable, 4 interrupted.
    """
    settings = settings_of(**options)
    directory = settings.directory or _directory(default_directory(settings.endpoint))
    patterns = [pattern for each in faults.split(",") if (pattern := each.strip())]
    share = _share(part)

    def chosen(dialect: str) -> tuple[Fault, ...]:
        return part_of(faults_like(patterns, dialect), *share)

    def say(sentence: str) -> None:
        if not quiet:
            click.echo(sentence)

    def told(outcome: Outcome) -> None:
        if not quiet or outcome.missed_by:
            click.echo(line(outcome))
            for id_ in outcome.missed_by:
                verdict = outcome.run.verdicts.get(id_, "no verdict")
                click.echo(f"         {id_} {verdict}: {outcome.run.reasons.get(id_) or outcome.run.error}")

    proof = proved(replace(settings, directory=None), chosen, full=full, jobs=jobs, say=say, told=told)
    page = write_proof(proof, directory)
    click.echo(f"{totals(proof)}.")
    click.echo(f"Matrix: {page}")
    sys.exit(InvalidRun.exit_status if proof.interrupted else 0 if proof.holds else 1)


def _directory(run: Path) -> Path:
    return run.with_name(f"{run.name}-prove")


def _share(part: str) -> tuple[int, int]:
    which, slash, parts = part.partition("/")
    if not (slash and which.isdecimal() and parts.isdecimal() and 1 <= int(which) <= int(parts)):
        raise click.UsageError(f"--part {part}: expected K/N, for example 1/3")
    return int(which), int(parts)
