"""One line of a `manifest.jsonl`: the form in which a folder of clips states its facts (docs/fixtures.md)."""

import unicodedata
from collections.abc import Iterator
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

Language = Literal["zh", "en", "mixed", "none"]

ClipId = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$", max_length=80)]
Tag = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]*$", max_length=40)]
Milliseconds = Annotated[int, Field(ge=0)]


class WordEntry(BaseModel):
    """One spoken word or character and when it is spoken."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    text: str = Field(
        min_length=1, description="The word, or the character for Chinese, as it stands in `text`."
    )
    start_ms: Milliseconds = Field(description="Start in ms from the first sample of the file.")
    end_ms: Milliseconds = Field(description="End in ms from the first sample of the file.")


class TurnEntry(BaseModel):
    """A stretch of speech of one speaker."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    speaker: str = Field(min_length=1, description="Label of who speaks, the same for all turns of a person.")
    start_ms: Milliseconds = Field(description="Start in ms from the first sample of the file.")
    end_ms: Milliseconds = Field(description="End in ms from the first sample of the file.")


class ManifestEntry(BaseModel):
    """The facts of one clip."""

    model_config = ConfigDict(
        extra="forbid", strict=True, frozen=True, title="asrgate clip manifest, one line"
    )

    id: ClipId = Field(description="Unique name of the clip within the folder.")
    file: str = Field(
        pattern=r"^[^/\\]([^\\]*[^/\\])?$",
        description="The audio file (FLAC or WAV), as a path with `/` from the manifest's folder.",
    )
    text: str = Field(description="What is spoken, number words written out; empty when nobody speaks.")
    punctuated: str = Field(
        default="",
        description="`text` with its punctuation, and capitals where they belong; empty when not known.",
    )
    written: list[Annotated[str, Field(min_length=1)]] = Field(
        default_factory=list,
        description="Every accepted written form of `text` with inverse text normalisation on. "
        "None given means that `text` is its own written form.",
    )
    language: Language = Field(description="zh, en, mixed, or none when nobody speaks.")
    voice: str = Field(
        default="", description="Who speaks: a synthetic voice's name or any label of a person."
    )
    speaker: str = Field(
        default="", description="Label of the person who speaks; intervals by speaker need it."
    )
    words_per_minute: Annotated[int, Field(gt=0)] | None = Field(
        default=None, description="Speaking rate, in the unit of the synthesiser; null when unknown."
    )
    sample_rate_hz: int = Field(gt=0, description="Sampling rate of the file in Hz.")
    duration_ms: Milliseconds = Field(description="Length of the file in ms, rounded to the nearest.")
    speech_start_ms: Milliseconds | None = Field(
        default=None, description="Start of the first sound of speech in ms."
    )
    speech_end_ms: Milliseconds | None = Field(
        default=None, description="End of the last sound of speech in ms."
    )
    words: list[WordEntry] = Field(
        default_factory=list, description="Word times, in the order of speech; empty when they are not known."
    )
    turns: list[TurnEntry] = Field(
        default_factory=list,
        description="Who speaks when, in the order of their starts; empty when not known.",
    )
    hotwords: list[Annotated[str, Field(min_length=1)]] = Field(
        default_factory=list, description="Terms within `text` that a recogniser may need biasing for."
    )
    tags: list[Tag] = Field(
        default_factory=list, description="What the clip is good for; checks choose by tag."
    )
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$", description="SHA-256 of the file, 64 hexadecimal digits.")

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        problems = inconsistencies(self)
        if problems:
            raise ValueError("; field ".join(problems))
        return self


def inconsistencies(entry: ManifestEntry) -> list[str]:
    """Return one sentence for each way in which the facts of `entry` contradict one another."""
    return [*_text_problems(entry), *_time_problems(entry), *_repetitions(entry)]


def _text_problems(entry: ManifestEntry) -> Iterator[str]:
    if ".." in entry.file.split("/"):
        yield f"file: {entry.file!r} leads out of the manifest's folder"
    if entry.text and entry.language == "none":
        yield f"language: got 'none' for the text {entry.text!r}, expected zh, en or mixed"
    if entry.punctuated and _letters(entry.punctuated) != _letters(entry.text):
        yield (
            f"punctuated: expected the text {entry.text!r} with nothing but punctuation and capitals added, "
            f"got {entry.punctuated!r}"
        )
    for term in entry.hotwords:
        if term not in entry.text:
            yield f"hotwords: {term!r} does not occur in the text {entry.text!r}"
    position = 0
    for number, word in enumerate(entry.words, 1):
        position = entry.text.find(word.text, position)
        if position < 0:
            yield f"words: word {number} {word.text!r} does not follow in the text {entry.text!r}"
            return
        position += len(word.text)


def _letters(text: str) -> str:
    """What is left of a text without punctuation, blanks and case."""
    return "".join(c for c in text if not c.isspace() and unicodedata.category(c)[0] != "P").casefold()


def _time_problems(entry: ManifestEntry) -> Iterator[str]:
    start, end = entry.speech_start_ms, entry.speech_end_ms
    if (start is None) != (end is None):
        yield "speech_start_ms and speech_end_ms: expected both or neither, got only one"
    if start is not None and end is not None and not start < end <= entry.duration_ms:
        yield (
            f"speech_start_ms {start}, speech_end_ms {end}: expected start < end, "
            f"both within duration_ms {entry.duration_ms}"
        )
    earliest_ms = 0
    for number, word in enumerate(entry.words, 1):
        if not earliest_ms <= word.start_ms < word.end_ms <= entry.duration_ms:
            yield (
                f"words: word {number} {word.text!r} at {word.start_ms}-{word.end_ms} ms, "
                f"expected start < end, not before {earliest_ms} ms, within duration_ms {entry.duration_ms}"
            )
        earliest_ms = max(earliest_ms, word.end_ms)
    yield from _turn_problems(entry)


def _turn_problems(entry: ManifestEntry) -> Iterator[str]:
    """People may speak at the same time, so that a turn may begin before the last one ends."""
    earliest_ms = 0
    for number, turn in enumerate(entry.turns, 1):
        if not earliest_ms <= turn.start_ms < turn.end_ms <= entry.duration_ms:
            yield (
                f"turns: turn {number} of {turn.speaker!r} at {turn.start_ms}-{turn.end_ms} ms, expected "
                f"start < end, no start before {earliest_ms} ms, within duration_ms {entry.duration_ms}"
            )
        earliest_ms = max(earliest_ms, turn.start_ms)


def _repetitions(entry: ManifestEntry) -> Iterator[str]:
    for name, values in (("tags", entry.tags), ("written", entry.written), ("hotwords", entry.hotwords)):
        for value in sorted({value for value in values if values.count(value) > 1}):
            yield f"{name}: {value!r} is listed more than once"


def problems_of(error: ValidationError) -> list[str]:
    """Return one sentence for each problem in `error`: the field, what is expected, what came."""
    sentences = []
    for detail in error.errors(include_url=False):
        field = ".".join(str(part) for part in detail["loc"])
        if detail["type"] == "missing":
            sentences.append(f"field {field}: missing")
        elif detail["type"] == "extra_forbidden":
            sentences.append(
                f"field {field}: unknown; the fields are {', '.join(ManifestEntry.model_fields)}"
            )
        elif detail["type"] == "value_error":
            sentences.append(f"field {detail['msg'].removeprefix('Value error, ')}")
        else:
            where = f"field {field}" if field else "the line"
            sentences.append(f"{where}: {detail['msg']}, got {detail['input']!r}")
    return sentences


def manifest_schema() -> dict[str, Any]:
    """Return the JSON Schema of one manifest line, as kept in docs/schemas/manifest.schema.json."""
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **ManifestEntry.model_json_schema()}
