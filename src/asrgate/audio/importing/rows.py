"""Lists with a row for each recording: CSV, TSV, NeMo's JSON lines, Hugging Face's audio folders."""

import csv
import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from asrgate.audio.importing.listing import Listing, Recording, number_in, text_lines

METADATA = ("metadata.csv", "metadata.jsonl")

_AUDIO = ("audio_filepath", "file_name", "audio", "audio_path", "path", "file", "filename", "wav", "wav_path")
_TEXT = ("text", "sentence", "transcript", "transcription", "normalized_text", "raw_transcription")
_SPEAKER = ("speaker", "speaker_id", "client_id", "spk")
_LANGUAGE = ("language", "lang", "locale")
_RATE = ("sample_rate", "sample_rate_hz", "sampling_rate")

Row = Mapping[str, Any]


def table(path: Path) -> Listing:
    """Read a CSV or TSV file whose first line names the columns; paths count from its folder."""
    listing = Listing()
    lines = list(text_lines(path, listing))
    if not lines:
        listing.problems.append(f"{path}: there is nothing in it")
        return listing
    delimiter = "\t" if path.suffix == ".tsv" or "\t" in lines[0][1] else ","
    columns = [name.strip().lower() for name in next(csv.reader([lines[0][1]], delimiter=delimiter))]
    if _first(columns, _AUDIO) is None or _first(columns, _TEXT) is None:
        listing.problems.append(
            f"{lines[0][0]}: expected names of columns, one of {', '.join(_AUDIO)} and one of "
            f"{', '.join(_TEXT)}, got {', '.join(columns)}"
        )
        return listing

    def rows() -> Iterator[tuple[str, Row]]:
        for where, line in lines[1:]:
            values = next(csv.reader([line], delimiter=delimiter))
            if len(values) != len(columns):
                listing.problems.append(f"{where}: expected {len(columns)} columns, got {len(values)}")
            else:
                yield where, dict(zip(columns, values, strict=True))

    return _listed(rows(), path.parent, listing)


def json_lines(path: Path) -> Listing:
    """Read a JSON object from each line; paths count from the file's folder."""
    listing = Listing()

    def rows() -> Iterator[tuple[str, Row]]:
        for where, line in text_lines(path, listing):
            try:
                row = json.loads(line)
            except ValueError as error:
                listing.problems.append(f"{where}: not JSON ({error})")
                continue
            if isinstance(row, dict):
                yield where, row
            else:
                listing.problems.append(f"{where}: expected a JSON object, got {line[:40]!r}")

    return _listed(rows(), path.parent, listing)


def audio_folder(folder: Path) -> Listing:
    """Read every `metadata.csv` and `metadata.jsonl` in a folder and below it."""
    listing = Listing()
    for name, read in zip(METADATA, (table, json_lines), strict=True):
        for path in sorted(folder.rglob(name)):
            found = read(path)
            listing.recordings += found.recordings
            listing.problems += found.problems
    return listing


def _listed(rows: Iterable[tuple[str, Row]], folder: Path, listing: Listing) -> Listing:
    for where, row in rows:
        audio, text = (_value(row, names) for names in (_AUDIO, _TEXT))
        if not isinstance(audio, str) or not audio.strip():
            listing.problems.append(f"{where}: no path of a sound file; expected one of {', '.join(_AUDIO)}")
            continue
        start_s = number_in(row.get("offset"), "offset", where, listing) or 0.0
        length_s = number_in(row.get("duration"), "duration", where, listing)
        rate_hz = number_in(_value(row, _RATE), "sample rate", where, listing)
        path = Path(audio.strip())
        listing.recordings.append(
            Recording(
                id=str(row.get("id") or path.stem),
                audio=path if path.is_absolute() else folder / path,
                text=str(text if text is not None else "").strip(),
                where=where,
                speaker=str(_value(row, _SPEAKER) or ""),
                language=str(found) if (found := _value(row, _LANGUAGE)) else None,
                start_s=start_s,
                # A duration without an offset is that of the whole file.
                end_s=start_s + length_s if length_s is not None and start_s else None,
                sample_rate_hz=round(rate_hz) if rate_hz is not None else None,
            )
        )
    return listing


def _first(columns: Iterable[str], names: Iterable[str]) -> str | None:
    known = set(columns)
    return next((name for name in names if name in known), None)


def _value(row: Row, names: Iterable[str]) -> Any:
    name = _first(row, names)
    return row[name] if name is not None else None
