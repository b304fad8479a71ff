"""Reading the fields of a client's text message, and refusing what cannot be read.

The C++ servers end the process or fall silent over most of what is refused here, the Python server closes
the connection (docs/protocol.md section 11); the embedded endpoint answers. A refused message changes
nothing: none of its fields is taken over.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from typing import Any, NoReturn, TypeGuard

from asrgate.reference.pcm import HIGHEST_RATE_HZ, LOWEST_RATE_HZ

DEFAULT_HOTWORD_WEIGHT = 20.0
_HEAVIEST_HOTWORD = 100.0
_MODES = ("2pass", "online", "offline")
_LARGEST_STEP = 2236
"""The largest chunk_size[1] that the C++ server survives (docs/protocol.md section 3.6)."""
_LONGEST_QUOTE = 60


class Refusal(Exception):
    """The message cannot be used; the text says what was expected and what came."""


def parse_json(text: str) -> Any:
    """Return the JSON value of a text message, as strictly as the C++ servers read it.

    Raises:
        Refusal: it is no JSON, or nested too deeply.
    """
    try:
        value = loads_strictly(text)
        json.dumps(value, ensure_ascii=False).encode()
    except RecursionError:
        raise Refusal("the text message is nested too deeply") from None
    except ValueError:
        raise Refusal(f"the text message is not valid JSON: {quoted(text)}") from None
    return value


def loads_strictly(text: str) -> Any:
    """Return a JSON value; NaN and Infinity are not JSON.

    Raises:
        ValueError: it is no JSON.
        RecursionError: it is nested too deeply.
    """
    return json.loads(text, parse_constant=_no_constant)


def parse_object(text: str) -> dict[str, Any]:
    """Return the JSON object of a text message; `null` counts as an empty one, as in nlohmann's library.

    Raises:
        Refusal: it is something else.
    """
    value = parse_json(text)
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise Refusal(f"the text message must be a JSON object, not {quoted(value)}")
    return value


def quoted(value: object) -> str:
    """Return the value as JSON for an error text, shortened."""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=repr)
    return text if len(text) <= _LONGEST_QUOTE else text[: _LONGEST_QUOTE - 1] + "…"


def text_field(name: str, value: object) -> str:
    """Return a string field."""
    return value if isinstance(value, str) else _refuse(name, "a string", value)


def mode_field(name: str, value: object) -> str:
    """Return a mode; the C++ server runs any other word as 2pass, and nobody learns of the mistake."""
    return (
        value
        if isinstance(value, str) and value in _MODES
        else _refuse(name, f"one of {', '.join(_MODES)}", value)
    )


def flag_field(name: str, value: object) -> bool:
    """Return a field that must be true or false; 0, 1 and strings are refused, not guessed at."""
    return value if isinstance(value, bool) else _refuse(name, "true or false", value)


def rate_field(name: str, value: object) -> int:
    """Return a sample rate in Hz; a fraction is cut off."""
    if _is_number(value) and LOWEST_RATE_HZ <= value <= HIGHEST_RATE_HZ:
        return int(value)
    return _refuse(name, f"a number from {LOWEST_RATE_HZ} to {HIGHEST_RATE_HZ}", value)


def chunk_size_field(name: str, value: object) -> tuple[int, int, int]:
    """Return [left, chunk, right] in units of 60 ms; fractions are cut off."""
    expected = f"three numbers such as [5,10,5], the middle one from 1 to {_LARGEST_STEP}"
    if not isinstance(value, list) or len(value) != 3:
        return _refuse(name, expected, value)
    if not all(_is_number(number) and 0 <= number < 2**31 for number in value):
        return _refuse(name, expected, value)
    left, step, right = map(int, value)
    return (left, step, right) if 1 <= step <= _LARGEST_STEP else _refuse(name, expected, value)


def hotwords_field(name: str, value: object) -> dict[str, float]:
    """Return words and weights from a JSON object inside a string, or from a plain list of words.

    As in the C++ servers one weight that is no number drops the whole list, and so does JSON that is no
    object; but a number inside a string is one here.
    """
    if value is None:
        return {}
    if not isinstance(value, str):
        return _refuse(name, 'a string, such as "{\\"阿里巴巴\\":20}"', value)
    try:
        weights = loads_strictly(value)
    except (ValueError, RecursionError):
        return plain_hotwords(value)
    if not isinstance(weights, dict):
        return {}
    numbers = {word: _number_in(weight) for word, weight in weights.items()}
    return weighted_hotwords(numbers) if all(map(_is_number, numbers.values())) else {}


def plain_hotwords(words: str) -> dict[str, float]:
    """Return the words of a list separated by blanks or commas, each with the usual weight."""
    return dict.fromkeys(words.replace(",", " ").replace("，", " ").split(), DEFAULT_HOTWORD_WEIGHT)


def weighted_hotwords(weights: Mapping[str, object]) -> dict[str, float]:
    """Return the words with weights that a search can bear; what is no number counts as the usual weight."""
    return {
        word: _bearable(weight) if _is_number(weight) else DEFAULT_HOTWORD_WEIGHT
        for word, weight in weights.items()
        if word.strip()
    }


def _bearable(weight: float) -> float:
    # Clamped before it is a float: JSON knows integers that no float can hold.
    return float(max(-_HEAVIEST_HOTWORD, min(weight, _HEAVIEST_HOTWORD)))


def _number_in(weight: object) -> object:
    """A weight; when it is a string, as upstream's Java client sends, the finite number in it."""
    if not isinstance(weight, str):
        return weight
    try:
        number = float(weight)
    except ValueError:
        return weight
    return number if math.isfinite(number) else weight


def _is_number(value: object) -> TypeGuard[int | float]:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


def _refuse(name: str, expected: str, value: object) -> NoReturn:
    raise Refusal(f"{name} must be {expected}, not {quoted(value)}")
