"""The words of a report in English and Chinese, kept side by side in words.toml."""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any, Literal

Language = Literal["en", "zh"]
LANGUAGES: tuple[Language, ...] = ("en", "zh")


class Words:
    """The words of one language: `words("verdict.pass")`, with places filled by name: `words("n", n=3)`."""

    def __init__(self, language: Language, texts: Mapping[str, str]) -> None:
        self.language = language
        self._texts = texts

    def __call__(self, key: str, **places: object) -> str:
        """Return the text for `key`.

        Raises:
            KeyError: there is no such text, or a place of it is not filled.
        """
        return self._texts[key].format(**places)

    def translated(self, english: str) -> str:
        """Return a fixed English sentence of a measurement in this language, itself when it has no translation."""
        return self._texts.get(f"said.{english}", english)


@cache
def words_of(language: Language) -> Words:
    """Return the words of a language."""
    entries = tomllib.loads(files("asrgate.report").joinpath("words.toml").read_text(encoding="utf-8"))
    return Words(language, {key: text for key, text in _flat(entries, language)})
