"""Training data: shards of features and labels, each made by a process of its own, so always the same."""

from __future__ import annotations

import json
import multiprocessing
import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from asrgate.reference import features
from training import lexicon, synthesis
from training.text import Piece, Writer

UTTERANCES = 256
NON_SPEECH_SHARE = 0.06
LONGEST_S = 12
FRAMES_PER_OUTPUT = 4


@dataclass(frozen=True, slots=True)
class Example:
    """Features of one utterance (float16, one row each 10 ms) and the unit numbers that it says."""

    frames: NDArray[np.float16]
    labels: NDArray[np.int64]


def _examples(seed: str) -> Iterator[Example]:
    writer, draw = Writer(seed), random.Random(seed)
    numbers = np.random.default_rng(list(seed.encode()))
    index = {unit: number for number, unit in enumerate(lexicon.units())}
    babble: NDArray[np.float32] | None = None
    while True:
        if draw.random() < NON_SPEECH_SHARE:
            quiet = synthesis.non_speech(draw, numbers)
            yield Example(features.whole(quiet).astype(np.float16), np.zeros(0, np.int64))
            continue
        pieces = writer.sentence()
        samples = synthesis.utterance(pieces, draw, numbers, babble)
        if samples is None or len(samples) > LONGEST_S * synthesis.SAMPLE_RATE:
            continue
        babble = samples
        frames, labels = features.whole(samples).astype(np.float16), _labels(pieces, index)
        # CTC needs an output frame for each unit, and some more for blanks between equal ones.
        if len(labels) and len(frames) // FRAMES_PER_OUTPUT >= 1.3 * len(labels):
            yield Example(frames, labels)


def _labels(pieces: list[Piece], index: dict[str, int]) -> NDArray[np.int64]:
    return np.array([index[unit] for piece in pieces for unit in piece.units], np.int64)


def _path(folder: Path, number: int) -> Path:
    return folder / f"shard-{number:05d}.npy"


def _write(folder: Path, name: str, number: int) -> None:
    stream = _examples(f"{name}-{number}")
    examples = [next(stream) for _ in range(UTTERANCES)]
    path = _path(folder, number)
    np.savez(
        path.with_suffix(".npz"),
        lengths=np.array([len(example.frames) for example in examples]),
        labels=np.concatenate([example.labels for example in examples]),
        label_lengths=np.array([len(example.labels) for example in examples]),
    )
    # The features come last and under their name in one step, so whoever sees them can read the whole shard.
    unfinished = path.with_suffix(".part")
    with unfinished.open("wb") as out:
        np.save(out, np.concatenate([example.frames for example in examples]))
    unfinished.rename(path)


def make(folder: Path, name: str, count: int) -> None:
    """Write count shards of about a quarter of an hour each; shards that are there are kept."""
    folder.mkdir(parents=True, exist_ok=True)
    fork = multiprocessing.get_context("fork")
    _in_child(fork, _write_units, folder)
    lexicon.chinese_words(), lexicon.syllables()  # read once here, inherited by each child
    for number in range(count):
        if not _path(folder, number).exists():
            _in_child(fork, _write, folder, name, number)


def _in_child(fork: multiprocessing.context.ForkContext, work: object, *arguments: object) -> None:
    child = fork.Process(target=work, args=arguments)  # type: ignore[arg-type]
    child.start()
    child.join()
    if child.exitcode:
        raise RuntimeError(f"{work} {arguments} failed with status {child.exitcode}")


def _write_units(folder: Path) -> None:
    (folder / "units.json").write_text(json.dumps(lexicon.units()), encoding="utf-8")


def units(folder: Path) -> list[str]:
    """Return the unit names that the labels of a folder refer to."""
    return list(json.loads((folder / "units.json").read_text(encoding="utf-8")))


def exists(folder: Path, number: int) -> bool:
    """Tell whether a shard is complete."""
    return _path(folder, number).exists()


def read(folder: Path, number: int) -> list[Example]:
    """Return the examples of a shard; their frames stay on disk until used."""
    path = _path(folder, number)
    frames = np.load(path, mmap_mode="r")
    with np.load(path.with_suffix(".npz")) as saved:
        frame_ends, label_ends = np.cumsum(saved["lengths"]), np.cumsum(saved["label_lengths"])
        labels = saved["labels"].astype(np.int64)
    return [
        Example(rows, row_labels)
        for rows, row_labels in zip(
            np.split(frames, frame_ends[:-1]), np.split(labels, label_ends[:-1]), strict=True
        )
    ]


if __name__ == "__main__":
    import sys

    make(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]))
