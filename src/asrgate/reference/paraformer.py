"""The compute of Paraformer, without its knowledge: the architecture at full size, with random weights.

What it says means nothing; what it costs is what counts. Shapes are those of FunASR's paraformer-large (220
million parameters: 50 SAN-M encoder layers and 16 decoder layers of width 512, 8404 tokens) as its published
`config.yaml` has them, and chunks those of its streaming form: 600 ms with 300 ms ahead, attending to the
four chunks before (`chunk_size` [0, 10, 5], `encoder_chunk_look_back` 4, `decoder_chunk_look_back` 1).

Features, attention masks and the integrate-and-fire loop are left out: next to the matrix products they cost
nothing that is seen. Sessions are computed one after another, without batches.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import torch
from torch.nn import functional

CHUNK_MS = 600
FRAME_MS = 60
"""Six frames of 10 ms become one."""

_CHUNK_FRAMES, _AHEAD_FRAMES = 10, 5
_LOOK_BACK_FRAMES = 4 * _CHUNK_FRAMES
_TOKENS_PER_S = 4
"""How fast Mandarin is spoken; a predictor with random weights would say anything."""

Tensor = Any
Layer = dict[str, Tensor]
Cache = list[tuple[Tensor, Tensor]]
"""Keys and values of the chunks before, by encoder layer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """How large a Paraformer is."""

    features: int = 560
    width: int = 512
    heads: int = 4
    hidden: int = 2048
    kernel: int = 11
    encoder_layers: int = 50
    decoder_layers: int = 16
    tokens: int = 8404


PARAFORMER_LARGE = Size()


class Paraformer:
    """The network on a device (`cpu`, `cuda`, `cuda:1`), in 32-bit floating point as FunASR runs it."""

    def __init__(self, size: Size = PARAFORMER_LARGE, device: str = "cpu") -> None:
        self._size = size
        self._device = device
        self._random = torch.Generator(device).manual_seed(0)
        inputs = [size.features] + [size.width] * (size.encoder_layers - 1)
        self._encoder = [self._encoder_layer(width) for width in inputs]
        self._decoder = [self._decoder_layer() for _ in range(size.decoder_layers)]
        self._predictor = self._weight(size.width, size.width, 3)
        self._last = self._feed_forward()
        self._output = self._weight(size.tokens, size.width)

    @property
    def parameters(self) -> int:
        """How many weights it has."""
        layers = [*self._encoder, *self._decoder, self._last]
        weights = [weight for layer in layers for weight in layer.values()]
        return sum(int(weight.numel()) for weight in [*weights, self._predictor, self._output])

    def first_pass(self, cache: Cache) -> tuple[list[int], Cache]:
        """One chunk of a stream: its tokens, and the cache for the next one (empty for the first)."""
        with torch.inference_mode():
            frames = self._frames(_CHUNK_FRAMES + _AHEAD_FRAMES)
            before = cache or [(frames[:0, : self._size.width],) * 2] * self._size.encoder_layers
            after: Cache = []
            for layer, (keys, values) in zip(self._encoder, before, strict=True):
                frames, kept = self._encode(layer, frames, keys, values)
                after.append(kept)
            return self._decode(frames, _tokens_in(CHUNK_MS)), after

    def second_pass(self, length_ms: int) -> list[int]:
        """A whole segment: its tokens."""
        with torch.inference_mode():
            frames = self._frames(max(1, length_ms // FRAME_MS))
            nothing = frames[:0, : self._size.width]
            for layer in self._encoder:
                frames, _ = self._encode(layer, frames, nothing, nothing)
            return self._decode(frames, _tokens_in(length_ms))

    def _encode(
        self, layer: Layer, frames: Tensor, keys: Tensor, values: Tensor
    ) -> tuple[Tensor, tuple[Tensor, Tensor]]:
        """One SAN-M layer: self-attention beside a memory of the neighbours, then a feed-forward part."""
        normal = functional.layer_norm(frames, frames.shape[-1:])
        query, key, value = (normal @ layer["qkv"].T).chunk(3, dim=-1)
        keys, values = torch.cat([keys, key]), torch.cat([values, value])
        heard = self._attend(query, keys, values) @ layer["out"].T + self._remember(value, layer["memory"])
        # The first layer brings the features to the width of the others, so that there is nothing to add to.
        frames = heard + frames if frames.shape == heard.shape else heard
        normal = functional.layer_norm(frames, frames.shape[-1:])
        frames = frames + functional.relu(normal @ layer["in"].T) @ layer["back"].T
        whole = slice(max(0, len(keys) - _AHEAD_FRAMES - _LOOK_BACK_FRAMES), len(keys) - _AHEAD_FRAMES)
        return frames, (keys[whole], values[whole])

    def _decode(self, frames: Tensor, count: int) -> list[int]:
        """All tokens at once, from as many mixtures of the frames."""
        weights = functional.conv1d(frames.T[None], self._predictor, padding=1)[0].sum(0).sigmoid()
        spoken = functional.interpolate(frames.T[None] * weights, size=count)[0].T
        for layer in self._decoder:
            normal = functional.layer_norm(spoken, spoken.shape[-1:])
            spoken = functional.relu(normal @ layer["in"].T) @ layer["back"].T
            spoken = spoken + self._remember(spoken, layer["memory"])
            normal = functional.layer_norm(spoken, spoken.shape[-1:])
            keys, values = (frames @ layer["kv"].T).chunk(2, dim=-1)
            spoken = spoken + self._attend(normal @ layer["q"].T, keys, values) @ layer["out"].T
        spoken = functional.relu(spoken @ self._last["in"].T) @ self._last["back"].T
        # Bringing the tokens over waits until the device has computed them.
        tokens: list[int] = (spoken @ self._output.T).argmax(-1).tolist()
        return tokens

    def _attend(self, query: Tensor, keys: Tensor, values: Tensor) -> Tensor:
        heads = self._size.heads
        split = (part.unflatten(-1, (heads, -1)).transpose(0, 1)[None] for part in (query, keys, values))
        return functional.scaled_dot_product_attention(*split)[0].transpose(0, 1).flatten(-2)

    def _remember(self, values: Tensor, kernel: Tensor) -> Tensor:
        near = functional.conv1d(values.T[None], kernel, padding=kernel.shape[-1] // 2, groups=len(kernel))
        return near[0].T + values

    def _frames(self, count: int) -> Tensor:
        return torch.randn(count, self._size.features, device=self._device, generator=self._random)

    def _weight(self, *shape: int) -> Tensor:
        return torch.randn(*shape, device=self._device, generator=self._random) / shape[1] ** 0.5

    def _encoder_layer(self, inputs: int) -> Layer:
        width = self._size.width
        attention = {"qkv": self._weight(3 * width, inputs), "out": self._weight(width, width)}
        return attention | {"memory": self._weight(width, 1, self._size.kernel)} | self._feed_forward()

    def _decoder_layer(self) -> Layer:
        width = self._size.width
        attention = {"q": self._weight(width, width), "kv": self._weight(2 * width, width)}
        memory = {"out": self._weight(width, width), "memory": self._weight(width, 1, self._size.kernel)}
        return attention | memory | self._feed_forward()

    def _feed_forward(self) -> Layer:
        width, hidden = self._size.width, self._size.hidden
        return {"in": self._weight(hidden, width), "back": self._weight(width, hidden)}


def _tokens_in(length_ms: int) -> int:
    return max(1, length_ms * _TOKENS_PER_S // 1000)
