"""A recogniser that costs what a production server costs.

What it recognises stays what it was: a network computes beside it, chunk by chunk while a segment of speech
lasts, and over the whole segment at its end.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from asrgate.reference.acoustic import AcousticModel, AcousticStream, Slot
from asrgate.reference.pcm import SAMPLE_RATE_HZ, Floats
from asrgate.reference.recogniser import Recogniser
from asrgate.reference.workload import Workload

if TYPE_CHECKING:
    from asrgate.reference.paraformer import Cache, Paraformer


class WorkingRecogniser(Recogniser):
    """A recogniser beside which a network computes."""

    _network: Paraformer

    @classmethod
    def beside(cls, network: Paraformer, domain_text: Sequence[str] = ()) -> WorkingRecogniser:
        """Load the recogniser; the network is the process' own."""
        recogniser = cls.load(domain_text=domain_text)
        recogniser._network = network
        return recogniser

    @classmethod
    def with_workload(cls, workload: Workload, domain_text: Sequence[str] = ()) -> WorkingRecogniser:
        """Load the recogniser and a network at full size, which uses one core of this machine at most."""
        import torch

        from asrgate.reference.paraformer import Paraformer

        torch.set_num_threads(1)
        network = Paraformer(device=workload.device)
        network.first_pass([])  # what a device prepares at its first use
        return cls.beside(network, domain_text)

    def acoustic_stream(self) -> AcousticStream:
        """Return a stream for the audio of one segment, which the network hears as well."""
        return _WorkingStream(self._model, self._network)


class _WorkingStream(AcousticStream):
    def __init__(self, model: AcousticModel, network: Paraformer) -> None:
        super().__init__(model)
        self._network = network
        self._cache: Cache = []
        self._heard = 0
        self._computed = 0

    def accept(self, samples: Floats) -> list[Slot]:
        """Compute the chunks that these samples complete."""
        from asrgate.reference.paraformer import CHUNK_MS

        self._heard += len(samples)
        while (self._computed + 1) * CHUNK_MS * SAMPLE_RATE_HZ <= self._heard * 1000:
            _, self._cache = self._network.first_pass(self._cache)
            self._computed += 1
        return super().accept(samples)

    def finish(self) -> list[Slot]:
        """Compute the whole segment."""
        self._network.second_pass(self._heard * 1000 // SAMPLE_RATE_HZ)
        return super().finish()
