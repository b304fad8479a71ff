"""Makes the recogniser from nothing: speech, training, export, vocabulary, measurements.

`python -m training.recipe OUT` takes about an hour and a half on two cores and 6 GB under OUT.  OUT/model is
what belongs into src/asrgate/reference/data, OUT/results.json is what docs/recogniser.md tells.  Everything
follows from fixed seeds and a fixed number of steps; run again, it goes on where it was stopped.
"""

from __future__ import annotations

import argparse
import json
import logging
import multiprocessing
import multiprocessing.process
import time
from collections.abc import Callable
from pathlib import Path

from training import shards

TRAINING_SHARDS, STEPS = 224, 9500
VALIDATION_SHARDS = 1


def make(out: Path, shard_count: int, steps: int) -> None:
    """Run all of it."""
    data, validation, model, checkpoint = (
        out / name for name in ("train", "validation", "model", "model.pt")
    )
    # Each step has a process of its own, so that espeak-ng starts fresh in each.
    _in_child(shards.make, validation, "validation", VALIDATION_SHARDS)
    making = _start(shards.make, data, "train", shard_count)
    training = _start(_train, data, shard_count, validation, checkpoint, steps)
    making.join()
    if making.exitcode:
        training.terminate()  # it would wait for shards for ever
    _finish(making)
    _finish(training)
    _in_child(_export, checkpoint, model)
    _in_child(_measure, model, out / "results.json")


def _train(data: Path, shard_count: int, validation: Path, checkpoint: Path, steps: int) -> None:
    from training.train import train

    _wait_for_units(data)
    train(data, shard_count, validation, checkpoint, steps)


def _wait_for_units(data: Path) -> None:
    while not shards.exists(data, 0):
        time.sleep(1)


def _export(checkpoint: Path, model: Path) -> None:
    from training import tables
    from training.export import export

    tables.write(model / "lexicon.npz", export(checkpoint, model))


def _measure(model: Path, results: Path) -> None:
    from training.evaluate import evaluate

    results.write_text(json.dumps(evaluate(model), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def _logged(work: Callable[..., None], *arguments: object) -> None:
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    work(*arguments)


def _start(work: object, *arguments: object) -> multiprocessing.process.BaseProcess:
    spawn = multiprocessing.get_context("spawn")
    process = spawn.Process(target=_logged, args=(work, *arguments), name=getattr(work, "__name__", None))
    process.start()
    return process


def _in_child(work: object, *arguments: object) -> None:
    _finish(_start(work, *arguments))


def _finish(process: multiprocessing.process.BaseProcess) -> None:
    process.join()
    if process.exitcode:
        raise SystemExit(f"{process.name} failed with status {process.exitcode}")


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("--shards", type=int, default=TRAINING_SHARDS)
    parser.add_argument("--steps", type=int, default=STEPS)
    options = parser.parse_args()
    make(options.out, options.shards, options.steps)


if __name__ == "__main__":
    main()
