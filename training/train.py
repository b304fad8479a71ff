"""Trains the acoustic model with CTC on one thread; everything follows from the number of steps and the seed.

As a command, `python -m training.train DATA VALIDATION CHECKPOINT --steps N` goes on from CHECKPOINT if it is
there.
"""

from __future__ import annotations

import argparse
import copy
import itertools
import logging
import random
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as functional
from torch import Tensor

from asrgate.reference import features
from training import shards
from training.measures import edits
from training.model import Encoder, Shape, factors
from training.shards import Example

_log = logging.getLogger(__name__)

SEED = 1
PEAK_RATE, WARM_UP_STEPS, DECAY_FROM, LAST_FRACTION = 2e-3, 200, 0.4, 0.01
BATCH_FRAMES = 9000
GROUP_SHARDS = 8
AVERAGE_DECAY = 0.998
VALIDATION_EXAMPLES = 192
QUIET = float((np.log(features.MEL_FLOOR) + 4) * 0.3)
"""The log-mel feature of digital silence, with which short utterances of a batch are filled up."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Padded frames (batch, 4 n, inputs), outputs per utterance, all labels in a row, how many are whose."""

    frames: Tensor
    output_lengths: Tensor
    labels: Tensor
    label_lengths: Tensor


def _batch(examples: list[Example], offsets: list[int]) -> Batch:
    shifted = [example.frames[offset:] for example, offset in zip(examples, offsets, strict=True)]
    per_output = shards.FRAMES_PER_OUTPUT
    longest = max(len(frames) for frames in shifted) // per_output * per_output
    padded = np.zeros((len(examples), longest, features.DIMENSION), np.float32)
    padded[:, :, : features.MELS] = QUIET
    for row, frames in zip(padded, shifted, strict=True):
        row[: len(frames)] = frames[:longest]
    return Batch(
        torch.from_numpy(padded),
        torch.tensor([len(frames) // per_output for frames in shifted]),
        torch.from_numpy(np.concatenate([example.labels for example in examples])),
        torch.tensor([len(example.labels) for example in examples]),
    )


def _bucketed(examples: list[Example], draw: random.Random) -> list[list[Example]]:
    """Cut shuffled examples into batches of like length and at most BATCH_FRAMES frames with padding."""
    examples = sorted(draw.sample(examples, len(examples)), key=lambda example: len(example.frames))
    batches: list[list[Example]] = [[]]
    for example in examples:
        if batches[-1] and len(example.frames) * (len(batches[-1]) + 1) > BATCH_FRAMES:
            batches.append([])
        batches[-1].append(example)
    draw.shuffle(batches)
    return batches


def _batches(folder: Path, count: int) -> Iterator[list[Example]]:
    """Give batches for ever: the shards in order, waiting for those being made, then shuffled rounds."""
    draw = random.Random(SEED)
    for turn in itertools.count():
        order = list(range(count)) if turn == 0 else draw.sample(range(count), count)
        for first in range(0, count, GROUP_SHARDS):
            group = order[first : first + GROUP_SHARDS]
            while not all(shards.exists(folder, number) for number in group):
                time.sleep(2)
            yield from _bucketed(
                [example for number in group for example in shards.read(folder, number)], draw
            )


def _ctc(scores: Tensor, batch: Batch) -> Tensor:
    log_probabilities = functional.log_softmax(scores.float(), -1).transpose(0, 1)
    summed = functional.ctc_loss(
        log_probabilities,
        batch.labels,
        batch.output_lengths,
        batch.label_lengths,
        reduction="sum",
        zero_infinity=True,
    )
    # Utterances count beside labels, so that a batch without a word does not divide by nothing.
    return summed / (batch.label_lengths.sum() + len(batch.frames))


def greedy(scores: Tensor) -> list[int]:
    """Return the units of the best path: equal neighbours merged, blanks dropped."""
    best = scores.argmax(-1).tolist()
    return [unit for unit, before in zip(best, [0, *best[:-1]], strict=True) if unit and unit != before]


@torch.no_grad()
def validate(encoder: Encoder, examples: list[Example], units: list[str]) -> str:
    """Return loss, tonal and base syllable error rates and units heard in non-speech, as one line."""
    encoder.eval()
    base_of, _ = factors(units)
    tonal = base = total = false = 0
    losses = []
    for first in range(0, len(examples), 32):
        part = examples[first : first + 32]
        batch = _batch(part, [0] * len(part))
        scores, _ = encoder(batch.frames, encoder.caches(len(part)))
        losses.append(_ctc(scores, batch).item())
        for row, length, example in zip(scores, batch.output_lengths.tolist(), part, strict=True):
            heard, said = greedy(row[:length]), example.labels.tolist()
            if not said:
                false += len(heard)
                continue
            total += len(said)
            tonal += edits(heard, said)
            base += edits([base_of[unit] for unit in heard], [base_of[unit] for unit in said])
    return (
        f"loss {np.mean(losses):.3f} tonal {tonal / total:.4f} base {base / total:.4f} in non-speech {false}"
    )


def _rate(step: int, steps: int) -> float:
    left = (steps - step) / (steps * (1 - DECAY_FROM))
    return PEAK_RATE * min(1.0, (step + 1) / WARM_UP_STEPS) * max(LAST_FRACTION, min(1.0, left))


def _optimiser(encoder: Encoder) -> torch.optim.AdamW:
    matrices = [weight for weight in encoder.parameters() if weight.ndim > 1]
    vectors = [weight for weight in encoder.parameters() if weight.ndim <= 1]
    groups = [{"params": matrices, "weight_decay": 0.01}, {"params": vectors, "weight_decay": 0.0}]
    return torch.optim.AdamW(groups, lr=PEAK_RATE, betas=(0.9, 0.98))


def _update(
    encoder: Encoder, average: Encoder, optimiser: torch.optim.AdamW, batch: Batch, step: int
) -> float:
    encoder.train()
    with torch.autocast("cpu", torch.bfloat16):
        scores, _ = encoder(batch.frames, encoder.caches(len(batch.frames)))
    loss = _ctc(scores, batch)
    optimiser.zero_grad(set_to_none=True)
    loss.backward()  # type: ignore[no-untyped-call]
    torch.nn.utils.clip_grad_norm_(encoder.parameters(), 1.0)
    optimiser.step()
    keep = min(AVERAGE_DECAY, (step + 2) / (step + 21))
    with torch.no_grad():
        for slow, fast in zip(average.parameters(), encoder.parameters(), strict=True):
            slow.lerp_(fast, 1 - keep)
    return loss.item()


def train(data: Path, shard_count: int, validation: Path, checkpoint: Path, steps: int) -> None:
    """Train for so many steps; every 500 steps, checkpoint gets all that is needed to go on."""
    torch.set_num_threads(1)
    torch.manual_seed(SEED)
    units = shards.units(data)
    shape = Shape(features.DIMENSION)
    encoder = Encoder(shape, units)
    average, optimiser, first = copy.deepcopy(encoder), _optimiser(encoder), 0
    if checkpoint.exists():
        saved = torch.load(checkpoint, weights_only=True)
        first = saved["step"]
        for part, name in ((encoder, "encoder"), (average, "average"), (optimiser, "optimiser")):
            part.load_state_dict(saved[name])
    held_out = shards.read(validation, 0)[:VALIDATION_EXAMPLES]
    losses, heard_s, began = [], 0.0, time.monotonic()
    batches = _batches(data, shard_count)
    for step, examples in enumerate(itertools.islice(batches, steps)):
        if step < first:
            continue
        for group in optimiser.param_groups:
            group["lr"] = _rate(step, steps)
        draw = random.Random(f"{SEED}-{step}")
        batch = _batch(examples, [draw.randrange(shards.FRAMES_PER_OUTPUT) for _ in examples])
        losses.append(_update(encoder, average, optimiser, batch, step))
        heard_s += batch.output_lengths.sum().item() * 0.04
        if (step + 1) % 50 == 0:
            passed = time.monotonic() - began
            _log.info(
                f"{passed:6.0f} s  step {step + 1}  rate {_rate(step, steps):.1e}  loss {np.mean(losses):.3f}"
                f"  {heard_s / 3600:.1f} h  {heard_s / passed:.0f} x real time",
            )
            losses = []
        if (step + 1) % 500 == 0 or step + 1 == steps:
            _log.info("    " + validate(average, held_out, units))
            _save(checkpoint, step + 1, shape, units, encoder, average, optimiser)


def _save(
    checkpoint: Path,
    step: int,
    shape: Shape,
    units: list[str],
    encoder: Encoder,
    average: Encoder,
    optimiser: torch.optim.AdamW,
) -> None:
    unfinished = checkpoint.with_suffix(".part")
    state = {
        "step": step,
        "shape": asdict(shape),
        "units": units,
        "encoder": encoder.state_dict(),
        "average": average.state_dict(),
        "optimiser": optimiser.state_dict(),
    }
    torch.save(state, unfinished)
    unfinished.rename(checkpoint)


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("validation", type=Path)
    parser.add_argument("checkpoint", type=Path)
    parser.add_argument("--shards", type=int, required=True)
    parser.add_argument("--steps", type=int, required=True)
    options = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    train(options.data, options.shards, options.validation, options.checkpoint, options.steps)


if __name__ == "__main__":
    main()
