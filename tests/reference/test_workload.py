"""The compute of a production model beside the embedded recogniser."""

import sys
from dataclasses import replace
from importlib.util import find_spec
from typing import ClassVar

import numpy as np
import pytest
from click.testing import CliRunner

from asrgate.cli import main
from asrgate.reference.recogniser import Recogniser

needs_torch = pytest.mark.skipif(find_spec("torch") is None, reason="needs PyTorch: pip install torch")


def test_without_torch(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without PyTorch the command says what to install, before it serves."""
    monkeypatch.setitem(sys.modules, "torch", None)
    result = CliRunner().invoke(main, ["serve", "--port", "0", "--workload", "paraformer-large"])
    assert result.exit_code == 2
    expected = "asrgate: --workload paraformer-large needs PyTorch: pip install 'asrgate[workload]'\n"
    assert result.output == expected


@needs_torch
def test_device_that_is_not_there() -> None:
    """A device that PyTorch has not is a sentence."""
    result = CliRunner().invoke(
        main, ["serve", "--port", "0", "--workload", "paraformer-large", "--device", "cuda:7"]
    )
    assert result.exit_code == 2
    assert result.output.startswith("asrgate: --device cuda:7: PyTorch cannot use it (")
    assert result.output.count("\n") == 1


@needs_torch
def test_full_size() -> None:
    """At full size it has the 215 million weights in matrices that paraformer-large has."""
    from asrgate.reference.paraformer import PARAFORMER_LARGE, Paraformer

    def weights(encoder_layers: int, decoder_layers: int) -> int:
        size = replace(PARAFORMER_LARGE, encoder_layers=encoder_layers, decoder_layers=decoder_layers)
        return Paraformer(size).parameters

    least = weights(1, 1)
    # Every layer but the first is like the others, so that few of them tell how large all are.
    encoder, decoder = weights(2, 1) - least, weights(1, 2) - least
    whole = least + 49 * encoder + 15 * decoder
    assert (PARAFORMER_LARGE.encoder_layers, PARAFORMER_LARGE.decoder_layers) == (50, 16)
    assert whole == pytest.approx(215e6, rel=0.005)


@needs_torch
def test_chunks_look_back_four_chunks() -> None:
    """Each chunk attends to at most the four chunks before it, and gives its tokens."""
    from asrgate.reference.paraformer import Paraformer, Size

    network = Paraformer(Size(width=16, hidden=32, encoder_layers=3, decoder_layers=2, tokens=50))
    cache, lengths = [], []
    for _ in range(6):
        tokens, cache = network.first_pass(cache)
        lengths.append(len(cache[0][0]))
        assert len(tokens) == 2
    assert lengths == [10, 20, 30, 40, 40, 40]
    assert len(cache) == 3


@needs_torch
def test_segments_give_tokens_at_the_speed_of_speech() -> None:
    """A whole segment gives four tokens for each second, in the vocabulary."""
    from asrgate.reference.paraformer import Paraformer, Size

    network = Paraformer(Size(width=16, hidden=32, encoder_layers=2, decoder_layers=2, tokens=50))
    tokens = network.second_pass(5000)
    assert len(tokens) == 20
    assert all(0 <= token < 50 for token in tokens)


@needs_torch
def test_what_is_recognised_stays() -> None:
    """The network computes each chunk and then the segment; the recogniser hears what it heard without it."""
    from asrgate.reference.paraformer import Cache, Paraformer, Size
    from asrgate.reference.working import WorkingRecogniser

    class Counting(Paraformer):
        computed: ClassVar[list[int]] = []

        def first_pass(self, cache: Cache) -> tuple[list[int], Cache]:
            self.computed.append(600)
            return super().first_pass(cache)

        def second_pass(self, length_ms: int) -> list[int]:
            self.computed.append(length_ms)
            return super().second_pass(length_ms)

    small = Size(width=16, hidden=32, encoder_layers=2, decoder_layers=1, tokens=50)
    samples = np.random.default_rng(0).normal(0, 0.1, 16_000 * 2).astype(np.float32)
    working = WorkingRecogniser.beside(Counting(small))
    assert working.transcribe(samples) == Recogniser.load().transcribe(samples)
    assert Counting.computed == [600, 600, 600, 2000]
