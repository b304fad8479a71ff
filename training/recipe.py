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
from pathlib import Path

from training import shards

TRAINING_SHARDS, STEPS = 224, 9500
VALIDATION_SHARDS = 1


def make(out: Path, shard_count: int, steps: int) -> None:
    """Run all of it."""
    data, validation, model, checkpoint = (
        out / name for name in ("train", "validation", "model", "model.pt")
    )
    # espeak-ng and torch stay out of this process: what forks must not have started them.
    _in_child(shards.make, validation, "validation", VALIDATION_SHARDS)
    making = _start(shards.make, data, "train", shard_count)
    _in_child(_train, data, shard_count, validation, checkpoint, steps)
    making.join()
    _in_child(_export, checkpoint, model)
    _in_child(_measure, model, out / "results.json")


def _train(data: Path, shard_count: int, validation: Path, checkpoint: Path, steps: int) -> None:
    from training.train import train

    _wait_for_units(data)
    train(data, shard_count, validation, checkpoint, steps)


def _wait_for_units(data: Path) -> None:
    import time

    while not shards.exists(data, 0):
        time.sleep(1)


def _export(checkpoint: Path, model: Path) -> None:
    from training import tables
    from training.export import export

    tables.write(model / "lexicon.npz", export(checkpoint, model))


def _measure(model: Path, results: Path) -> None:
    from training.evaluate import evaluate

    results.write_text(json.dumps(evaluate(model), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def _start(work: object, *arguments: object) -> multiprocessing.Process:
    process = multiprocessing.Process(target=work, args=arguments)  # type: ignore[arg-type]
    process.start()
    return process


def _in_child(work: object, *arguments: object) -> None:
    process = _start(work, *arguments)
    process.join()
    if process.exitcode:
        raise SystemExit(f"{getattr(work, '__name__', work)} failed with status {process.exitcode}")


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("--shards", type=int, default=TRAINING_SHARDS)
    parser.add_argument("--steps", type=int, default=STEPS)
    options = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    make(options.out, options.shards, options.steps)


if __name__ == "__main__":
    main()
