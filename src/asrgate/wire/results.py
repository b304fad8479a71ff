"""The partials and the sentences of an utterance, each as a message of its own, whatever the dialect.

Most servers send them so. funasr-realtime repeats all sentences of the session in every update, beside the
whole text of the open segment (docs/protocol.md section 4.6): those are taken apart here.
"""

from collections.abc import Sequence
from typing import Any

from asrgate.wire.dialects import Dialect
from asrgate.wire.exchange import Frame
from asrgate.wire.messages import Reply

Message = tuple[Frame, Reply]
"""A server message: the frame that brought it, and what it says."""


def sentences_in(dialect: Dialect, messages: Sequence[Message]) -> tuple[Message, ...]:
    """The sentence results with text among the messages of one utterance, in order of arrival.

    Of updates that repeat everything, the sentences of the last one that lists any, each with the frame
    that told it first.
    """
    if dialect.tells != "everything":
        return tuple(
            (frame, reply) for frame, reply in messages if dialect.is_sentence(reply) and reply.text_or_empty
        )
    updates = [(frame, reply) for frame, reply in messages if reply.locked]
    if not updates:
        return ()
    return tuple(_first_told(sentence, updates) for sentence in updates[-1][1].locked)


def partials_in(dialect: Dialect, messages: Sequence[Message]) -> tuple[Message, ...]:
    """The partials with text among the messages of one utterance, in order of arrival."""
    told = [(frame, reply) for frame, reply in messages if dialect.is_partial(reply) and reply.text_or_empty]
    if dialect.tells != "everything":
        return tuple(told)
    return tuple(
        (frame, reply.model_copy(update={"text": reply.partial, "sentences": []})) for frame, reply in told
    )


def _first_told(sentence: dict[str, Any], updates: Sequence[Message]) -> Message:
    frame, reply = next((frame, reply) for frame, reply in updates if sentence in reply.locked)
    return frame, reply.model_copy(update={"text": sentence["text"], "sentences": [sentence], "partial": ""})
