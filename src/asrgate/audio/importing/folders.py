"""Folders of sound files: each with a `.txt` beside it, or with one list of transcripts for many."""

from collections.abc import Iterator
from pathlib import Path

from asrgate.audio.importing.listing import AUDIO_SUFFIXES, Listing, Recording, text_lines


def texts_beside(folder: Path) -> Listing:
    """Read every sound file in a folder and below it, with the `.txt` of the same name."""
    listing = Listing()
    named = {audio.with_suffix("") for audio in _sounds(folder)}
    listing.problems += [
        f"{text}: there is no sound file of this name beside it"
        for text in sorted(folder.rglob("*.txt"))
        if text.with_suffix("") not in named
    ]
    for audio in _sounds(folder):
        beside = audio.with_suffix(".txt")
        if not beside.is_file():
            listing.problems.append(f"{audio}: there is no {beside.name} beside it")
            continue
        before = len(listing.problems)
        words = " ".join(line.strip() for _, line in text_lines(beside, listing))
        if len(listing.problems) == before:
            listing.recordings.append(
                Recording(
                    id="-".join(audio.relative_to(folder).with_suffix("").parts),
                    audio=audio,
                    text=words,
                    where=f"{beside}, line 1",
                )
            )
    return listing


def transcripts(folder: Path, pattern: str) -> Listing:
    """Read sound files whose words stand in lists: on each line the name of a file and what is said.

    So AISHELL-1 (`*transcript*.txt`) and LibriSpeech (`*.trans.txt`) have it. The folder of a file is its
    speaker's.
    """
    listing = Listing()
    sounds = {audio.stem: audio for audio in _sounds(folder)}
    found = set()
    for path in sorted(folder.rglob(pattern)):
        for where, line in text_lines(path, listing):
            name, _, words = line.strip().partition(" ")
            audio = sounds.get(name)
            if audio is None:
                # A list often names more than the part of the data set that was fetched.
                continue
            found.add(name)
            speaker = name.split("-")[0] if "-" in name else audio.parent.name
            listing.recordings.append(
                Recording(id=name, audio=audio, text=words.strip(), where=where, speaker=speaker)
            )
    if not listing.problems:
        # A line that cannot be read is told already; the sound that it names is not told once more.
        listing.problems += [
            f"{sounds[name]}: no list says what is spoken" for name in sorted(sounds.keys() - found)
        ]
    return listing


def _sounds(folder: Path) -> Iterator[Path]:
    return (path for path in sorted(folder.rglob("*")) if path.suffix.lower() in AUDIO_SUFFIXES)
