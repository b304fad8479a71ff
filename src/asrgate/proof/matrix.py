"""The matrix fault x requirement in Markdown, and its totals in a sentence."""

from collections.abc import Iterator

from asrgate.proof.record import Outcome, Proof, State

_SIGNS = {State.CAUGHT: "caught", State.IN_PART: "**in part**", State.MISSED: "**missed**"}
_DASH = "–"


def totals(proof: Proof) -> str:
    """What came of the proof, in one sentence."""
    caught, all_ = proof.count(State.CAUGHT), len(proof.outcomes)
    counts = f"{caught} of {all_} faults caught by every requirement that they name"
    partly, missed = proof.count(State.IN_PART), proof.count(State.MISSED)
    rest = [f"{partly} in part"] if partly else []
    rest += [f"{missed} missed"] if missed else []
    good = f"{len(proof.good.failed)} failures without a fault"
    left = proof.planned - all_
    cut = f"; interrupted, {left} not tried" if proof.interrupted else ""
    return (
        f"{counts}{', ' if rest else ''}{', '.join(rest)}; {good}; {proof.duration_s / 60:.1f} minutes{cut}"
    )


def line(outcome: Outcome) -> str:
    """One fault in a line of text."""
    caught = f" by {', '.join(outcome.caught_by)}" if outcome.caught_by else ""
    missed = f", missed by {', '.join(outcome.missed_by)}" if outcome.missed_by else ""
    return f"{outcome.state:8} {outcome.fault}{caught}{missed}{_also(outcome)}"


def markdown(proof: Proof) -> str:
    """The whole record for people: totals, the matrix by family, and every requirement with its faults."""
    return "\n".join((*_head(proof), *_faults(proof), *_requirements(proof))) + "\n"


def _also(outcome: Outcome) -> str:
    if outcome.run.error is not None:
        return f" ({outcome.run.error})"
    return f" (also failed: {', '.join(outcome.others)})" if outcome.others else ""


def _head(proof: Proof) -> Iterator[str]:
    yield f"`{proof.command}`, {proof.started_at}, asrgate {proof.version}, {proof.machine}, {proof.dialect}."
    yield ""
    yield f"**{totals(proof)}.**"
    for failed in proof.good.failed:
        yield f"\nWithout a fault {failed} failed: {proof.good.reasons[failed]}"


def _faults(proof: Proof) -> Iterator[str]:
    for family in dict.fromkeys(outcome.family for outcome in proof.outcomes):
        yield from ("", f"### {family}", "")
        yield "| Fault | What it does | Named, and failed | Named, and did not | What else failed | s |"
        yield "|---|---|---|---|---|---|"
        for outcome in proof.outcomes:
            if outcome.family == family:
                sentence = outcome.sentence.replace("|", "\\|")
                cells = (outcome.caught_by, outcome.missed_by, outcome.others)
                shown = " | ".join(", ".join(cell) or _DASH for cell in cells)
                yield f"| `{outcome.fault}` | {sentence} | {shown} | {outcome.run.duration_s:.0f} |"


def _requirements(proof: Proof) -> Iterator[str]:
    yield from ("", "### By requirement", "", "| Requirement | Faults that it caught |", "|---|---|")
    for id_, title in proof.titles.items():
        killers = ", ".join(f"`{name}`" for name in proof.killers(id_))
        if killers or id_ in proof.unproved:
            yield f"| {id_} {title} | {killers or proof.unproved[id_]} |"
