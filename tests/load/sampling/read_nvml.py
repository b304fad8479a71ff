"""Reads the GPUs once for each state of them: `python read_nvml.py STATE_FILE SAMPLES STATES --gpu …`.

In a process of its own, since a driver's library stays where it was loaded. A state is the text of the file
from which the fake library answers; one reading is taken of each, a second apart.
"""

import json
import sys
from pathlib import Path

from asrgate.load.sampling.nvml import NvmlSampler
from asrgate.load.sampling.readings import SampleFile


def main(state_file: str, samples: str, states: str, indices: str) -> None:
    """Write the samples."""
    sampler = NvmlSampler(json.loads(indices) and tuple(json.loads(indices)))
    file = SampleFile(Path(samples))
    for second, state in enumerate(json.loads(Path(states).read_text())):
        Path(state_file).write_text(state)
        file.write(tuple(sampler.read(float(second))))
    sampler.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
