"""The forms of data sets, by name, and which of them a folder or file is."""

from collections.abc import Callable, Mapping
from pathlib import Path

from asrgate.audio.importing.folders import texts_beside, transcripts
from asrgate.audio.importing.kaldi import kaldi
from asrgate.audio.importing.listing import AUDIO_SUFFIXES, Listing
from asrgate.audio.importing.rows import METADATA, audio_folder, json_lines, table
from asrgate.errors import UsageError

FORMATS: Mapping[str, Callable[[Path], Listing]] = {
    "kaldi": kaldi,
    "nemo": json_lines,
    "table": table,
    "huggingface": audio_folder,
    "aishell": lambda folder: transcripts(folder, "*transcript*.txt"),
    "librispeech": lambda folder: transcripts(folder, "*.trans.txt"),
    "folder": texts_beside,
}
"""wav.scp and text; JSON lines; CSV or TSV; metadata.csv; lists of transcripts (twice); .txt beside each."""


def format_of(source: Path) -> str:
    """The name of the form that a data set has.

    Raises:
        UsageError: it has none of them.
    """
    if not source.exists():
        raise UsageError(f"{source}: there is no such file or folder")
    if source.is_file():
        by_suffix = {".jsonl": "nemo", ".json": "nemo", ".csv": "table", ".tsv": "table"}
        if source.suffix in by_suffix:
            return by_suffix[source.suffix]
    elif (source / "wav.scp").is_file():
        return "kaldi"
    elif any(next(source.rglob(name), None) for name in METADATA):
        return "huggingface"
    elif next(source.rglob("*.trans.txt"), None):
        return "librispeech"
    elif next(source.rglob("*transcript*.txt"), None):
        return "aishell"
    elif any(path.suffix.lower() in AUDIO_SUFFIXES for path in source.rglob("*")):
        return "folder"
    raise UsageError(
        f"{source}: expected a Kaldi folder (wav.scp, text), JSON lines, a CSV or TSV file, a folder with "
        f"metadata.csv or metadata.jsonl, or a folder of sound files with a .txt beside each; "
        f"--format names one of {', '.join(FORMATS)}"
    )
