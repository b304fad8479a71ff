"""The words of a report in English and Chinese, kept side by side in words.toml."""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Literal

Language = Literal["en", "zh"]
LANGUAGES: tuple[Language, ...] = ("en", "zh")


@dataclass(frozen=True, slots=True)
class Words:
    """The words of one language: `words("verdict.pass")`; places are filled by name, `words("took", s=3)`."""

    language: Language
    texts: Mapping[str, str]

    def __call__(self, key: str, **places: object) -> str:
        """Return the text for `key`.

        Raises:
            KeyError: there is no such text, or a place in it was not filled.
        """
        return self.texts[key].format(**places)

    def named(self, group: str, name: str) -> str:
        """Return what is called `name` in a group, or the name itself when it is a user's own."""
        return self.texts.get(f"{group}.{name}", name)


@cache
def words_of(language: Language) -> Words:
    """Return the words of a language."""
    text = files("asrgate.report").joinpath("words.toml").read_text(encoding="utf-8")
    return Words(language, dict(_texts(tomllib.loads(text), language)))


def _texts(entries: Mapping[str, Any], language: Language, prefix: str = "") -> Iterator[tuple[str, str]]:
    for key, entry in entries.items():
        if set(entry) == set(LANGUAGES):
            yield prefix + key, entry[language]
        else:
            yield from _texts(entry, language, f"{prefix}{key}.")
