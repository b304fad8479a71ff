"""ROB: what may take a server down, judged by what came after it."""

from collections.abc import Callable, Sequence

import pytest

from asrgate.judge.aftermath import Aftermath
from asrgate.judge.finding import Finding, Verdict
from asrgate.judge.judges import JUDGES
from asrgate.judge.survival import broken_json_is_not_muted, closes_on_large_messages, survives_broken_json

from .aftermaths import aftermath, answered, canary, cut, lost_canary, muted, refused
from .exchanges import TESTED, judged, session, unopened
from .recorded import ALL, EMPTY_FINAL

SURVIVAL = [id_ for id_, judge in JUDGES.items() if judge.__module__ == "asrgate.judge.survival"]
PLAIN = [id_ for id_ in SURVIVAL if id_ not in ("ROB-02", "ROB-21")]
"""Those that ask for nothing but survival."""

Judge = Callable[[Sequence[Aftermath]], Finding]

every_dialect = pytest.mark.parametrize("dialect", ALL)


def of_each(verdict: Verdict) -> pytest.MarkDecorator:
    """Every judge of this family, expected to come to a verdict."""
    TESTED.update((id_, verdict) for id_ in PLAIN)
    return pytest.mark.parametrize("id_", PLAIN)


def found(id_: str, *aftermaths: Aftermath) -> Finding:
    """What the judge of a requirement finds."""
    finding = JUDGES[id_](aftermaths)
    assert finding.requirement == id_
    return finding


@of_each(Verdict.PASS)
def test_a_server_that_serves_everybody_else_survives(id_: str) -> None:
    """Whether the hostile session itself is answered, muted or closed; which of them is told."""
    closed = session().text("42").closed("server", 1000)
    finding = found(
        id_, aftermath(answered()), aftermath(muted(), what="PING"), aftermath(closed, what="a number")
    )
    assert finding.verdict is Verdict.PASS
    assert "3 inputs, 1 of them answered or let pass; muted: PING; closed: a number" in finding.reason
    assert "reads as before" in finding.reason


@of_each(Verdict.FAIL)
def test_a_server_that_dies_fails(id_: str) -> None:
    """The finding names the input that did it, and points at its frame, the canary and the probe."""
    dead = aftermath(cut(), canary=lost_canary(), probe=refused(), what="hotwords as an array")
    finding = found(id_, aftermath(answered()), dead)
    assert finding.verdict is Verdict.FAIL
    assert "the process died of hotwords as an array" in finding.reason
    assert [shown.exchange for shown in finding.evidence] == [
        e.id for e in (*dead.hostile, dead.canary, dead.probe)
    ]
    assert finding.evidence[0].frames[0] == 0


@of_each(Verdict.INCONCLUSIVE)
def test_what_was_not_sent_proves_nothing(id_: str) -> None:
    """The session could not be opened; or there was none at all."""
    for finding in (found(id_, aftermath(answered()), aftermath(unopened())), found(id_)):
        assert finding.verdict is Verdict.INCONCLUSIVE


@judged("ROB-01", Verdict.FAIL, "the process died of the text PING", "(1 more like it)")
def test_what_ended_it_weighs_more_than_a_lost_canary() -> Finding:
    """The reason is the gravest, the others are counted."""
    lost = aftermath(answered(), canary=lost_canary())
    dead = aftermath(cut(), canary=lost_canary(), probe=refused(), what="the text PING")
    return survives_broken_json([lost, dead])


@judged("ROB-01", Verdict.FAIL, "another session was muted", "gives no pong")
def test_another_session_that_is_harmed_fails() -> Finding:
    """The server lives; somebody else paid."""
    return survives_broken_json([aftermath(answered(), canary=canary(pong=False))])


@every_dialect
@judged("ROB-02", Verdict.PASS, "1 input, answered or let pass")
def test_no_json_that_is_ignored_may_be_followed_by_service(dialect: str) -> Finding:
    """The Python server goes on with the session."""
    served = session(dialect).text("PING").config().audio(600).end()
    return broken_json_is_not_muted([aftermath(served.reply(EMPTY_FINAL[dialect]).terminated().close())])


@judged("ROB-02", Verdict.PASS, "closed: hotwords as an object")
def test_no_json_may_be_refused_by_a_close() -> Finding:
    """The client is told."""
    return broken_json_is_not_muted([aftermath(session().text("PING").closed("server", 1003))])


@judged("ROB-02", Verdict.FAIL, "after the text PING", "no answer to a whole utterance", "(1 more like it)")
def test_a_session_that_is_muted_fails() -> Finding:
    """The client waits for ever."""
    return broken_json_is_not_muted(
        [aftermath(muted(), what="the text PING"), aftermath(answered()), aftermath(muted())]
    )


@judged("ROB-02", Verdict.INCONCLUSIVE, "connection refused")
def test_unsent_texts_mute_nothing() -> Finding:
    """The session could not be opened."""
    return broken_json_is_not_muted([aftermath(unopened())])


@every_dialect
@judged("ROB-21", Verdict.PASS, "closed: hotwords as an object", "reads as before")
def test_a_close_1009_passes(dialect: str) -> Finding:
    """RFC 6455 has the code for it."""
    return closes_on_large_messages([aftermath(session(dialect).config().closed("server", 1009))])


@pytest.mark.parametrize(
    ("hostile", "came"),
    [
        (session().config().closed("server", 1000), "server close 1000"),
        (session().config().closed("network", None, clean=False), "network close None"),
    ],
)
def test_anything_but_1009_fails(hostile: object, came: str) -> None:
    """Another code, or a connection that is cut."""
    _fails_without_1009(hostile, came)


@judged("ROB-21", Verdict.FAIL, "expected close 1009")
def _fails_without_1009(hostile: object, came: str) -> Finding:
    finding = closes_on_large_messages([aftermath(hostile)])  # type: ignore[arg-type]
    assert came in finding.reason
    return finding


@judged("ROB-21", Verdict.FAIL, "the process died")
def test_a_server_that_dies_of_a_large_message_fails() -> Finding:
    """That is what is told of it."""
    return closes_on_large_messages([aftermath(cut(), canary=lost_canary(), probe=refused())])


@judged("ROB-21", Verdict.INCONCLUSIVE, "the limit is higher, or none")
def test_a_server_that_takes_the_message_has_another_limit() -> Finding:
    """No rule says what the limit is."""
    return closes_on_large_messages([aftermath(session().config().listen(3).close())])


@judged("ROB-21", Verdict.INCONCLUSIVE, "connection refused")
def test_an_unsent_message_is_not_too_large() -> Finding:
    """The session could not be opened."""
    return closes_on_large_messages([aftermath(unopened())])
