"""Which network computes beside the embedded recogniser, so that it costs what a production server costs."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.util import find_spec

from asrgate.errors import UsageError

WORKLOADS = ("paraformer-large",)


@dataclass(frozen=True, slots=True)
class Workload:
    """Which network computes, and where: `cpu`, `cuda` or `cuda:1`."""

    name: str
    device: str

    def check(self) -> None:
        """Find what it needs before a server starts.

        Raises:
            UsageError: PyTorch is not installed, or has no such device.
        """
        if find_spec("torch") is None:
            raise UsageError(f"--workload {self.name} needs PyTorch: pip install 'asrgate[workload]'")
        import torch

        try:
            torch.zeros(1, device=self.device)
        except (RuntimeError, AssertionError) as error:
            reason = str(error).strip().splitlines()[0].rstrip(".")
            raise UsageError(f"--device {self.device}: PyTorch cannot use it ({reason})") from None
