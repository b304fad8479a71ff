"""The record of a proof, and what people see of it."""

from asrgate.judge.finding import Verdict
from asrgate.proof.files import write_proof
from asrgate.proof.matrix import line, markdown, totals
from asrgate.proof.record import PROOF, Outcome, Proof, State, Verdicts

PASS, FAIL = Verdict.PASS, Verdict.FAIL


def verdicts(**found: Verdict) -> Verdicts:
    """A run with these verdicts."""
    named = {key.replace("_", "-"): verdict for key, verdict in found.items()}
    return Verdicts(verdicts=named, reasons={id_: f"why {id_}" for id_ in named}, duration_s=4.2)


def outcome(name: str, *named: str, **found: Verdict) -> Outcome:
    """What came of one fault."""
    return Outcome(fault=name, family="stamps", sentence="It breaks.", named=named, run=verdicts(**found))


CAUGHT = outcome("caught-fault", "TS-01", TS_01=FAIL, TS_02=FAIL, END_01=PASS)
PARTLY = outcome("partly-fault", "TS-01", "END-01", TS_01=FAIL, END_01=PASS)
MISSED = outcome("missed-fault", "END-01", END_01=PASS)


def proof(*outcomes: Outcome, good: Verdicts | None = None, interrupted: bool = False) -> Proof:
    """A proof of these outcomes."""
    return Proof(
        started_at="2026-11-22T20:00:00+00:00",
        duration_s=90.0,
        version="0.0",
        command="asrgate prove",
        machine="2 cores",
        endpoint="ws://127.0.0.1:10095",
        dialect="funasr-2pass",
        good=good or verdicts(TS_01=PASS),
        outcomes=outcomes,
        titles={"TS-01": "Stamps <are> pairs.", "TS-02": "Never back.", "END-01": "It ends."},
        unproved={"TS-02": "Nothing can."},
        planned=3,
        interrupted=interrupted,
    )


def test_states() -> None:
    """A fault is caught when all that it names failed, in part when some did, missed when none did."""
    assert (CAUGHT.state, PARTLY.state, MISSED.state) == (State.CAUGHT, State.IN_PART, State.MISSED)
    assert CAUGHT.others == ("TS-02",)
    assert PARTLY.missed_by == ("END-01",)


def test_a_proof_holds_only_when_everything_was_caught() -> None:
    """One fault missed, or one failure without a fault, and it does not hold."""
    assert proof(CAUGHT).holds
    assert not proof(CAUGHT, PARTLY).holds
    assert not proof(CAUGHT, good=verdicts(TS_01=FAIL)).holds


def test_totals_say_what_was_caught_and_what_not() -> None:
    """The sentence counts, and tells an interruption."""
    said = totals(proof(CAUGHT, PARTLY, MISSED))
    assert said.startswith(
        "1 of 3 faults caught by every requirement that they name, 1 in part, 1 missed; 0 fail"
    )
    assert totals(proof(CAUGHT, interrupted=True)).endswith("interrupted, 2 not tried")


def test_a_line_names_what_caught_and_what_did_not() -> None:
    """One fault in one line."""
    assert line(CAUGHT).endswith("caught-fault by TS-01 (also failed: TS-02)")
    assert line(PARTLY).endswith("partly-fault by TS-01, missed by END-01")


def test_markdown_has_the_matrix_both_ways() -> None:
    """By fault, and by requirement; a requirement that nothing breaks says why."""
    page = markdown(proof(CAUGHT, PARTLY, MISSED))
    assert "| `partly-fault` | It breaks. | TS-01 | END-01 | – | 4 |" in page
    assert "| TS-01 Stamps <are> pairs. | `caught-fault`, `partly-fault` |" in page
    assert "| TS-02 Never back. | Nothing can. |" in page


def test_three_files_are_left(tmp_path) -> None:
    """The record can be read back; the page opens without a network and escapes what it shows."""
    made = proof(CAUGHT, MISSED)
    page = write_proof(made, tmp_path / "deep" / "down").read_text()
    assert PROOF.validate_json((tmp_path / "deep" / "down" / "prove.json").read_bytes()) == made
    assert (tmp_path / "deep" / "down" / "prove.md").read_text() == markdown(made)
    assert "Stamps &lt;are&gt; pairs." in page
    assert "http" not in page
