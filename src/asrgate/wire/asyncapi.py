"""docs/asyncapi.yaml: the protocol of each dialect in AsyncAPI 3.0, made from the message models.

`python -m asrgate.wire.asyncapi docs/asyncapi.yaml` writes it; that needs PyYAML, which the extra `dev` has.
"""

import sys
from collections.abc import Iterable, Mapping
from inspect import getdoc
from pathlib import Path
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from asrgate import __version__
from asrgate.wire import models
from asrgate.wire.dialects import DIALECTS

_REPLIES: Mapping[str, tuple[type[BaseModel], ...]] = {
    "funasr-2pass": (models.Partial, models.Sentence, models.EmptyFinal, models.FormatError),
    "funasr-2pass-0.1": (models.Partial01, models.Sentence01, models.EmptyFinal01, models.FormatError),
    "funasr-offline": (models.FileResult,),
    "funasr-python": (models.PythonPartial, models.PythonSentence, models.Acknowledgement),
    "funasr-realtime": (
        models.Started,
        models.Update,
        models.Stopped,
        models.HotwordsSet,
        models.PostprocessHotwordsSet,
        models.LanguageSet,
        models.Problem,
    ),
}
"""What the servers of each dialect send, in the order in which a session meets it."""

_CONFIGURED = (models.Opening, models.EndOfInput)
_COMMANDS = {
    "Start": ("START", "forgets everything and begins a session"),
    "Stop": ("STOP", "ends the session"),
    "Commit": (
        "COMMIT",
        "closes the utterance by hand, where the server lets clients say where utterances end",
    ),
    "Hotwords": ("HOTWORDS:", "replaces the hotwords, a comma between them"),
    "PostprocessHotwords": ("POSTPROCESS_HOTWORDS:", "replaces text in sentences, wrong=>right"),
    "Language": ("LANGUAGE:", "hints at the language"),
}
_AUDIO = {
    "name": "Audio",
    "title": "Audio",
    "summary": "Mono 16-bit little-endian PCM, in a binary frame of any length.",
    "contentType": "application/octet-stream",
    "payload": {"type": "string", "format": "binary"},
}
_HEAD = """\
# Made by `python -m asrgate.wire.asyncapi docs/asyncapi.yaml`. Valid by @asyncapi/parser 3.6.3 (npm), the one
# that AsyncAPI's own tools use; tests/docs/test_asyncapi.py holds it against real replies without Node.js.
"""
_INFO = (
    "What clients and servers of each dialect say to each other, a channel for each dialect. Every message "
    "is one WebSocket frame: JSON in text frames, audio in binary ones. docs/protocol.md says what is not a "
    "matter of form: order, times, traps, and what ends a server."
)


def document() -> dict[str, Any]:
    """Return the AsyncAPI document."""
    sent = [model for replies in _REPLIES.values() for model in replies]
    every: list[type[BaseModel]] = list(dict.fromkeys([*_CONFIGURED, *sent]))
    _, schemas = models_json_schema(
        [(model, "validation") for model in every], ref_template="#/components/schemas/{model}"
    )
    messages = {model.__name__: _message(model) for model in every}
    messages |= {name: _command(name, *told) for name, told in _COMMANDS.items()} | {"Audio": _AUDIO}
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "FunASR WebSocket protocol",
            "version": __version__,
            "description": _INFO,
            "license": {"name": "MIT"},
        },
        "defaultContentType": "application/json",
        "servers": {
            "local": {"host": "localhost:10095", "protocol": "ws", "description": "wss where TLS is set up"}
        },
        "channels": {_key(dialect): _channel(dialect) for dialect in _REPLIES},
        "operations": dict(_operations()),
        "components": {"messages": messages, "schemas": schemas["$defs"]},
    }


def replies_of(dialect: str) -> tuple[type[BaseModel], ...]:
    """Return the models of what servers of a dialect send."""
    return _REPLIES[dialect]


def _asks(dialect: str) -> list[str]:
    asked = list(_COMMANDS) if DIALECTS[dialect].asks_by == "commands" else [m.__name__ for m in _CONFIGURED]
    return [*asked, "Audio"]


def _channel(dialect: str) -> dict[str, Any]:
    names = [*_asks(dialect), *(model.__name__ for model in _REPLIES[dialect])]
    return {
        "address": "/",
        "title": dialect,
        "description": DIALECTS[dialect].title,
        "messages": {name: {"$ref": f"#/components/messages/{name}"} for name in names},
        "bindings": {"ws": {"method": "GET"}},
    }


def _operations() -> Iterable[tuple[str, dict[str, Any]]]:
    """What a server does: it receives what clients say, and sends replies."""
    for dialect, replies in _REPLIES.items():
        told = [model.__name__ for model in replies]
        yield f"{_key(dialect)}Receive", _operation(dialect, "receive", _asks(dialect))
        yield f"{_key(dialect)}Send", _operation(dialect, "send", told)


def _operation(dialect: str, action: str, names: Iterable[str]) -> dict[str, Any]:
    channel = f"#/channels/{_key(dialect)}"
    return {
        "action": action,
        "channel": {"$ref": channel},
        "messages": [{"$ref": f"{channel}/messages/{name}"} for name in names],
    }


def _message(model: type[BaseModel]) -> dict[str, Any]:
    return {
        "name": model.__name__,
        "title": model.__name__,
        "summary": getdoc(model),
        "payload": {"$ref": f"#/components/schemas/{model.__name__}"},
    }


def _command(name: str, text: str, effect: str) -> dict[str, Any]:
    payload = {"type": "string", "pattern": f"^{text}"} if text.endswith(":") else {"const": text}
    return {
        "name": name,
        "title": name,
        "summary": f"`{text}` {effect}.",
        "contentType": "text/plain",
        "payload": {"type": "string"} | payload,
    }


def _key(dialect: str) -> str:
    """A dialect's name as AsyncAPI takes it for a key."""
    first, *rest = dialect.replace(".", "-").split("-")
    return first + "".join(part.capitalize() for part in rest)


def document_text() -> str:
    """Return the document as the file holds it."""
    import yaml

    text: str = yaml.safe_dump(document(), sort_keys=False, allow_unicode=True, width=110)
    return _HEAD + text


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(document_text(), encoding="utf-8")
