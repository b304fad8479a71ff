"""Punctuation by a simple rule: a comma where the speaker paused, a full stop or question mark at the end.

A rule, not a model: it knows nothing of grammar, and does not pretend to.  Nothing is carried over from one
sentence to the next, so a text never begins with the mark that closes the one before (SCH-10).
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence

from asrgate.reference.recogniser import Token, text_of

COMMA, FULL_STOP, QUESTION = "，", "。", "？"
PAUSE_MS = 500

_QUESTION = re.compile(
    "(?:吗|呢|(?<!没)什么|怎么样|怎么办|怎么了|为什么|多少|多少钱|几点|几点了|哪里|哪儿|(?<!没有)谁|好不好|是不是|行不行|可以吗)$"
    "|^(?:为什么|怎么|谁|哪里|哪儿|什么时候|请问)"
)


def punctuate(tokens: Sequence[Token], *, complete: bool = True) -> tuple[str, ...]:
    """Return the mark after each token, mostly none.

    `complete` is false when the segment was cut at its greatest length: the sentence goes on, so a comma
    ends it.
    """
    marks = [
        COMMA if after.start_ms - token.end_ms >= PAUSE_MS else ""
        for token, after in itertools.pairwise(tokens)
    ]
    return (*marks, _last_mark(tokens, complete)) if tokens else ()


def _last_mark(tokens: Sequence[Token], complete: bool) -> str:
    if not complete:
        return COMMA
    return QUESTION if _QUESTION.search(text_of(tokens)) else FULL_STOP
