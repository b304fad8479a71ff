"""Writes the trained encoder as ONNX with explicit caches and weights of eight bits."""

from __future__ import annotations

import warnings
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper
from torch import Tensor, nn

from training.model import Encoder, Shape

LEAST_QUANTISED = 4096


class _Exported(nn.Module):
    """The encoder as the endpoint calls it: log probabilities and the new caches, output matrix folded."""

    def __init__(self, encoder: Encoder) -> None:
        super().__init__()
        self.encoder = encoder
        self.weight = nn.Parameter(encoder.output_weight().detach())

    def forward(self, frames: Tensor, *caches: Tensor) -> tuple[Tensor, ...]:
        scores, new = self.encoder(frames, list(caches), self.weight)
        return (torch.log_softmax(scores, -1), *new)


def export(checkpoint: Path, folder: Path) -> list[str]:
    """Write model.w8.onnx and units.txt from the averaged weights of a checkpoint; return the units."""
    saved = torch.load(checkpoint, weights_only=True)
    encoder = Encoder(Shape(**saved["shape"]), saved["units"])
    encoder.load_state_dict(saved["average"])
    encoder.eval()
    folder.mkdir(parents=True, exist_ok=True)
    full = folder / "model.float32.onnx"
    _write_onnx(encoder, full)
    onnx.save(_eight_bit(onnx.load(full), len(saved["units"])), folder / "model.w8.onnx")
    full.unlink()
    (folder / "units.txt").write_text("\n".join(saved["units"]) + "\n", encoding="utf-8")
    return list(saved["units"])


def _write_onnx(encoder: Encoder, path: Path) -> None:
    caches = encoder.caches()
    names = [f"c{number}" for number in range(len(caches))]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.onnx.export(
            _Exported(encoder),
            (torch.zeros(1, 40, encoder.shape.inputs), *caches),
            str(path),
            input_names=["x", *names],
            output_names=["log_probabilities", *("next_" + name for name in names)],
            dynamic_axes={"x": {1: "frames"}, "log_probabilities": {1: "outputs"}},
            opset_version=17,
            dynamo=False,
        )


def _eight_bit(model: onnx.ModelProto, unit_count: int) -> onnx.ModelProto:
    """Store large weights as int8 with a scale per output; Cast and Mul expand them once, at loading.

    Dynamic quantisation would be as small, but it takes the range of the activations per call, so that the
    output would depend on how the audio is cut into blocks.
    """
    initialisers, expansions = [], []
    for tensor in model.graph.initializer:
        weights = numpy_helper.to_array(tensor)
        if weights.dtype != np.float32 or weights.size < LEAST_QUANTISED:
            initialisers.append(tensor)
            continue
        # Convolutions have their outputs first, and so has the output matrix; other matrices have them last.
        output_axis = 0 if weights.ndim == 3 or weights.shape[0] == unit_count else 1
        others = tuple(axis for axis in range(weights.ndim) if axis != output_axis)
        scale = (np.abs(weights).max(others, keepdims=True) / 127 + 1e-12).astype(np.float32)
        small = np.clip(np.round(weights / scale), -127, 127).astype(np.int8)
        initialisers += [
            numpy_helper.from_array(small, tensor.name + "_small"),
            numpy_helper.from_array(scale, tensor.name + "_scale"),
        ]
        wide = tensor.name + "_wide"
        expansions += [
            helper.make_node("Cast", [tensor.name + "_small"], [wide], to=TensorProto.FLOAT),
            helper.make_node("Mul", [wide, tensor.name + "_scale"], [tensor.name]),
        ]
    nodes = [*expansions, *model.graph.node]
    del model.graph.node[:], model.graph.initializer[:]
    model.graph.node.extend(nodes)
    model.graph.initializer.extend(initialisers)
    onnx.checker.check_model(model)
    return model
