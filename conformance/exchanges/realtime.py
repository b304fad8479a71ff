"""The commands of funasr-realtime, the right and the wrong ones."""

from asrgate.suite.declarations import exchange
from asrgate.suite.given import Given
from asrgate.wire.exchange import Exchange
from asrgate.wire.messages import START, encode, opening
from asrgate.wire.scenario import AwaitReply, Close, SendText, Step

ANSWER_S = 2.0
"""How long any answer to a text frame may take."""


@exchange
def settings_by_command(given: Given) -> Exchange:
    """Hotwords and a language, and an utterance after them."""
    return given.drive(
        given.utterance(
            given.shortest("plain"), hotwords={"阿里巴巴": 20, "hello world": 20}, also={"svs_lang": "zh"}
        )
    )


@exchange
def commit(given: Given) -> Exchange:
    """COMMIT in a session of a server that finds the ends of utterances by itself."""
    return given.drive(given.session(*_begun(), *_asked("COMMIT"), *given.ending(), Close()))


@exchange
def no_commands(given: Given) -> Exchange:
    """Text that is no command: the opening frame of the JSON dialects, and a word."""
    return given.drive(
        given.session(*_begun(), *_asked(encode(opening())), *_asked("PING"), *given.ending(), Close())
    )


def _begun() -> tuple[Step, ...]:
    return SendText(text=START, role="config"), AwaitReply(timeout_s=ANSWER_S)


def _asked(text: str) -> tuple[Step, ...]:
    return SendText(text=text), AwaitReply(timeout_s=ANSWER_S)
