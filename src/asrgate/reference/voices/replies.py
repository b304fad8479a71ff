"""What the replies of all C++ servers have in common."""

from __future__ import annotations

import json
from collections.abc import Mapping

from asrgate.reference.written import WrittenSentence


def cpp_json(message: Mapping[str, object]) -> str:
    """Return the message as the C++ servers write it: keys in alphabetical order, no blanks."""
    return json.dumps(message, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def stamp_string(written: WrittenSentence) -> str:
    """Return the stamps as the C++ servers send them: JSON inside a string."""
    return json.dumps(written.stamps, separators=(",", ":"))


def stamp_sents(written: WrittenSentence) -> list[dict[str, object]]:
    """Return one item per clause, with the stamps of its tokens."""
    return [
        {
            "text_seg": clause.spaced,
            "punc": clause.mark,
            "start": clause.stamps[0][0],
            "end": clause.stamps[-1][1],
            "ts_list": clause.stamps,
        }
        for clause in written.clauses
    ]
