"""Builds what came after hostile inputs, as driving them would have left it."""

from dataclasses import replace

from asrgate.errors import ConnectStep
from asrgate.judge.aftermath import Aftermath
from asrgate.wire.exchange import Exchange, Failure, StepDone

from .exchanges import session, unopened
from .recorded import heard

TEXT = "阿里巴巴你好。"
WHAT = "hotwords as an object"


def known(dialect: str = "funasr-2pass") -> Exchange:
    """The known utterance, as it was recognised before."""
    return heard(dialect, TEXT)


def canary(dialect: str = "funasr-2pass", *, pong: bool = True, first_pong: bool = True) -> Exchange:
    """An idle session that the client closed; the last ping got its pong, or none."""
    begun = session(dialect).ping("0a00", pong="0a00" if first_pong else None).listen(3)
    return begun.ping("0a01", pong="0a01" if pong else None).close()


def lost_canary(dialect: str = "funasr-2pass") -> Exchange:
    """An idle session that ended without a close frame."""
    return session(dialect).ping("0a00", pong="0a00").listen(2).closed("network", None, clean=False)


def refused(tried_s: float = 60.0) -> Exchange:
    """A probe that could not be opened for so long."""
    exchange = unopened()
    tried = StepDone(step=0, began_ns=0, ended_ns=round(tried_s * 1e9), outcome="failed")
    return replace(exchange, steps=(tried,))


def back_after(seconds: float, dialect: str = "funasr-2pass") -> Exchange:
    """A probe that was refused at first, and then heard as before."""
    exchange = known(dialect)
    first, *others = exchange.steps
    late = replace(first, ended_ns=round(seconds * 1e9))
    return replace(
        exchange,
        steps=(late, *others),
        failure=Failure(step=ConnectStep.TCP, message="connection refused."),
    )


def answered(dialect: str = "funasr-2pass", **fields: object) -> Exchange:
    """A hostile session that was answered."""
    return heard(dialect, "你好", **fields)


def muted(dialect: str = "funasr-2pass") -> Exchange:
    """A hostile session that got nothing any more."""
    return session(dialect).text('{"mode":').config().audio(600).end().timed_out(5).close()


def cut(dialect: str = "funasr-2pass") -> Exchange:
    """A hostile session that ended without a close frame while its audio was sent."""
    begun = session(dialect).config(hotwords={"阿里巴巴": 20}).audio(600)
    return begun.closed("network", None, clean=False)


def aftermath(
    *hostile: Exchange,
    canary: Exchange | None = None,
    probe: Exchange | None = None,
    known: Exchange | None = None,
    what: str = WHAT,
) -> Aftermath:
    """What came after a hostile session; all that is not said was as it should be."""
    dialect = hostile[0].dialect
    return Aftermath(
        what=what,
        hostile=hostile,
        canary=canary or _canary(dialect),
        probe=probe or heard(dialect, TEXT),
        known=known or heard(dialect, TEXT),
    )


_canary = canary
