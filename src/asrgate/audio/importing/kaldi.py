"""Kaldi's data folders: `wav.scp` and `text`, with `segments` and `utt2spk` where there are any."""

from pathlib import Path

from asrgate.audio.importing.listing import Listing, Recording, number_in, text_lines


def kaldi(folder: Path) -> Listing:
    """Read a data folder; relative paths count from it, or from where the command was called."""
    listing = Listing()
    sounds = _table(folder / "wav.scp", listing)
    speakers = _table(folder / "utt2spk", listing) if (folder / "utt2spk").is_file() else {}
    pieces = _segments(folder / "segments", listing) if (folder / "segments").is_file() else None
    for id_, (where, words) in _table(folder / "text", listing).items():
        recording, start_s, end_s = (pieces or {}).get(id_, (id_, 0.0, None))
        if pieces is not None and id_ not in pieces:
            listing.problems.append(f"{where}: {id_} is not in {folder / 'segments'}")
            continue
        sound = sounds.get(recording)
        if sound is None:
            listing.problems.append(f"{where}: {recording} is not in {folder / 'wav.scp'}")
            continue
        if sound[1].rstrip().endswith("|"):
            listing.problems.append(
                f"{sound[0]}: {recording} is a command, and commands are not run; "
                f"write its output to a file and name that"
            )
            continue
        listing.recordings.append(
            Recording(
                id=id_,
                audio=_path(sound[1].strip(), folder),
                text=words,
                where=where,
                speaker=speakers.get(id_, ("", ""))[1].strip(),
                start_s=start_s,
                end_s=end_s,
            )
        )
    return listing


def _table(path: Path, listing: Listing) -> dict[str, tuple[str, str]]:
    """What follows the ID on each line, and where it stands."""
    found: dict[str, tuple[str, str]] = {}
    for where, line in text_lines(path, listing):
        id_, _, rest = line.strip().partition(" ")
        if "\t" in id_:
            id_, _, rest = line.strip().partition("\t")
        if id_ in found:
            listing.problems.append(f"{where}: {id_} already stands in {found[id_][0]}")
            continue
        found[id_] = (where, rest.strip())
    return found


def _segments(path: Path, listing: Listing) -> dict[str, tuple[str, float, float | None]]:
    found: dict[str, tuple[str, float, float | None]] = {}
    for where, line in text_lines(path, listing):
        fields = line.split()
        if len(fields) != 4:
            listing.problems.append(f"{where}: expected utterance, recording, start and end, got {line!r}")
            continue
        start_s, end_s = (number_in(text, "time", where, listing) for text in fields[2:])
        if start_s is not None and end_s is not None:
            # Kaldi writes -1 for the end of the recording.
            found[fields[0]] = (fields[1], start_s, end_s if end_s >= 0 else None)
    return found


def _path(text: str, folder: Path) -> Path:
    path = Path(text)
    return path if path.is_absolute() or path.is_file() else folder / path
