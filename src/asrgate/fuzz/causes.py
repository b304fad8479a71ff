"""What tells one cause of failure from another: the broken rule, and what is unusual in the session."""

import json
from collections.abc import Iterator

from asrgate.fuzz.configurations import usual_fields
from asrgate.fuzz.sessions import USUAL_FRAMING
from asrgate.wire.scenario import Drop, Ping, Scenario, SendText, StreamAudio

_NAMED_APART = frozenset({"wav_name"})
MOST_MISSING = 5
"""An opening frame that lacks so many of the usual fields is none."""


def traits_of(scenario: Scenario, dialect: str) -> frozenset[str]:
    """What is unusual in a session: fields, framings, and the shape of the whole."""
    return frozenset(_traits(scenario, dialect))


def cause_of(rule: str, traits: frozenset[str]) -> str:
    """The key of a cause, which a person can read."""
    return f"{rule} ({', '.join(sorted(traits))})" if traits else rule


def _traits(scenario: Scenario, dialect: str) -> Iterator[str]:
    ends = 0
    for step in scenario.steps:
        match step:
            case SendText(role="end"):
                ends += 1
                if ends == 2:
                    yield "second end"
            case SendText(text=text):
                yield from _unusual(text, dialect)
            case StreamAudio(framing=framing):
                yield "audio"
                if framing != USUAL_FRAMING:
                    yield framing.kind
            case Drop():
                yield "drop"
            case Ping():
                yield "ping"
            case _:
                pass


def _unusual(text: str, dialect: str) -> Iterator[str]:
    try:
        fields = json.loads(text.removeprefix("\ufeff"))
    except (ValueError, RecursionError):
        yield "text that is no JSON"
        return
    if not isinstance(fields, dict):
        yield "JSON that is no object"
        return
    if text.startswith("\ufeff"):
        yield "byte order mark"
    if fields.get("is_speaking") is False or fields.get("is_finished") is True:
        yield "end that is owed nothing"
        return
    usual = usual_fields(dialect, 1)
    missing = [name for name in usual if name not in fields]
    # A frame that configures next to nothing is one trait, and not one for each field that it lacks.
    yield from [f"no {name}" for name in missing] if len(missing) < MOST_MISSING else ["next to no fields"]
    for name, value in fields.items():
        as_usual = name in usual and (value == usual[name] or _is_plain_name(name, value))
        if not as_usual:
            yield name or "a field without a name"


def _is_plain_name(name: str, value: object) -> bool:
    return name in _NAMED_APART and isinstance(value, str) and value.startswith("fuzz-")
