"""The acoustic model: a causal convolutional encoder with a CTC output, one answer each 40 ms.

All convolutions look backwards only and start from zeros, so a stream in blocks gives what the whole
utterance gives, without masks and without look-ahead; CTC finds its own delay.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
import torch.nn.functional as functional
from torch import Tensor, nn

FIRST_KERNEL, FIRST_CHANNELS, STRIDE = 4, 160, 2


@dataclass(frozen=True, slots=True)
class Shape:
    """Size of the encoder."""

    inputs: int
    width: int = 192
    blocks: int = 8
    kernel: int = 9
    expansion: int = 3


class Block(nn.Module):
    """A depthwise convolution over the past, then a two-layer perceptron, added to the input."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self._past = shape.kernel - 1
        self.depthwise = nn.Conv1d(shape.width, shape.width, shape.kernel, groups=shape.width)
        self.norm = nn.LayerNorm(shape.width)
        self.widen = nn.Linear(shape.width, shape.expansion * shape.width)
        self.narrow = nn.Linear(shape.expansion * shape.width, shape.width)
        nn.init.zeros_(self.narrow.bias)
        self.narrow.weight.data.mul_(0.3)

    def forward(self, inputs: Tensor, cache: Tensor) -> tuple[Tensor, Tensor]:
        """Take inputs (batch, time, width) and the cache; return outputs and the new cache."""
        joined = torch.cat([cache, inputs], 1)
        mixed = self.depthwise(joined.transpose(1, 2)).transpose(1, 2)
        added = self.narrow(functional.silu(self.widen(self.norm(mixed))))
        return inputs + added, joined[:, -self._past :]


class Encoder(nn.Module):
    """Features to unit scores.

    The output matrix is a sum of a part for the base syllable, a part for the tone and a part for the unit,
    so that a rare tonal syllable shares what common ones learn; `output_weight` folds it into one matrix.
    """

    base_index: Tensor
    tone_index: Tensor

    def __init__(self, shape: Shape, units: list[str]) -> None:
        super().__init__()
        self.shape = shape
        self.first = nn.Conv1d(shape.inputs, FIRST_CHANNELS, FIRST_KERNEL, STRIDE)
        self.second = nn.Conv1d(FIRST_CHANNELS, shape.width, FIRST_KERNEL, STRIDE)
        self.norm_in = nn.LayerNorm(shape.width)
        self.blocks = nn.ModuleList(Block(shape) for _ in range(shape.blocks))
        self.norm_out = nn.LayerNorm(shape.width)
        bases, tones = factors(units)
        self.register_buffer("base_index", torch.tensor(bases))
        self.register_buffer("tone_index", torch.tensor(tones))
        self.of_base = nn.Parameter(torch.randn(max(bases) + 1, shape.width) * 0.05)
        self.of_tone = nn.Parameter(torch.randn(max(tones) + 1, shape.width) * 0.05)
        self.of_unit = nn.Parameter(torch.zeros(len(units), shape.width))
        self.bias = nn.Parameter(torch.zeros(len(units)))

    def caches(self, batch: int = 1) -> list[Tensor]:
        """Return the caches of a stream that has heard nothing."""
        shape, overlap = self.shape, FIRST_KERNEL - STRIDE
        blocks = [torch.zeros(batch, shape.kernel - 1, shape.width) for _ in range(shape.blocks)]
        return [
            torch.zeros(batch, overlap, shape.inputs),
            torch.zeros(batch, overlap, FIRST_CHANNELS),
            *blocks,
        ]

    def output_weight(self) -> Tensor:
        """Return the output matrix, (units, width)."""
        return self.of_base[self.base_index] + self.of_tone[self.tone_index] + self.of_unit

    def forward(
        self, frames: Tensor, caches: list[Tensor], weight: Tensor | None = None
    ) -> tuple[Tensor, list[Tensor]]:
        """Take (batch, 4 n, inputs) and caches; return scores (batch, n, units) and the new caches."""
        overlap = FIRST_KERNEL - STRIDE
        joined = torch.cat([caches[0], frames], 1)
        new = [joined[:, -overlap:]]
        hidden = functional.silu(self.first(joined.transpose(1, 2)).transpose(1, 2))
        joined = torch.cat([caches[1], hidden], 1)
        new.append(joined[:, -overlap:])
        hidden = self.norm_in(self.second(joined.transpose(1, 2)).transpose(1, 2))
        for block, cache in zip(self.blocks, caches[2:], strict=True):
            hidden, cache = block(hidden, cache)
            new.append(cache)
        hidden = self.norm_out(hidden)
        weight = self.output_weight() if weight is None else weight
        return functional.linear(hidden, weight, self.bias), new


def factors(units: list[str]) -> tuple[list[int], list[int]]:
    """Return the base syllable's number and the tone of each unit (tone 0: the blank, English phones)."""
    bases: dict[str, int] = {}
    base_of, tone_of = [], []
    for unit in units:
        tonal = unit[-1] in "12345" and unit[0] != "@"
        base_of.append(bases.setdefault(unit[:-1] if tonal else unit, len(bases)))
        tone_of.append(int(unit[-1]) if tonal else 0)
    return base_of, tone_of
