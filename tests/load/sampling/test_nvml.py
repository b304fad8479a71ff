"""GPUs of this machine, by a library that answers as NVIDIA's does."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from asrgate.load.sampling.readings import Gap, Reading, Sample, read_samples
from asrgate.load.sampling.record import resources_of

HERE = Path(__file__).parent

L20 = {
    "name": "NVIDIA L20",
    "uuid": "GPU-604ac76c-d9cf-fef3-62e9-d92044ab6e52",
    "utilisation_percent": 75,
    "memory_utilisation_percent": 12,
    "total_bytes": 46 * 2**30,
    "used_bytes": 3 * 2**30,
    "power_mw": 180_500,
    "energy_mj": 7_000_000,
    "sm_mhz": 2520,
    "memory_mhz": 9001,
    "celsius": 61,
    "event_reasons": 0x1,
    "mig": 0,
}

Reader = Callable[..., list[Sample]]


@pytest.fixture(scope="session")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a libnvidia-ml.so.1 that is ours."""
    if sys.platform != "linux":
        pytest.skip("the fake libnvidia-ml is built for Linux only")
    compiler = shutil.which("cc") or shutil.which("gcc")
    if compiler is None:
        # `make test` promises to need no more than Python, make and a package index.
        pytest.skip("the fake libnvidia-ml is compiled: install a C compiler, such as gcc")
    folder = tmp_path_factory.mktemp("nvml")
    command = [compiler, "-shared", "-fPIC", "-O1", "-Wall", "-Werror"]
    subprocess.run([*command, "-o", folder / "libnvidia-ml.so.1", HERE / "fake_nvml.c"], check=True)
    return folder


@pytest.fixture
def read(library: Path, tmp_path: Path) -> Reader:
    """Reads the GPUs once for each state, in a process that finds our library."""

    def run(*states: str, indices: Sequence[int] | None = None) -> list[Sample]:
        (tmp_path / "states").write_text(json.dumps(states))
        arguments = [tmp_path / "state", tmp_path / "samples.jsonl", tmp_path / "states", json.dumps(indices)]
        subprocess.run(
            [sys.executable, HERE / "read_nvml.py", *arguments],
            env=os.environ | {"LD_LIBRARY_PATH": str(library), "FAKE_NVML": str(tmp_path / "state")},
            check=True,
            timeout=120,
        )
        return list(read_samples(tmp_path / "samples.jsonl"))

    return run


def state(*cards: dict[str, object]) -> str:
    """A machine with these cards, as the library reads it."""
    lines = [f"{number}.{key} {value}" for number, card in enumerate(cards) for key, value in card.items()]
    return "\n".join([f"count {len(cards)}", *lines, ""])


def readings(samples: Sequence[Sample]) -> list[Reading]:
    """The readings among samples."""
    return [sample for sample in samples if isinstance(sample, Reading)]


def gaps(samples: Sequence[Sample]) -> list[Gap]:
    """The gaps among samples."""
    return [sample for sample in samples if isinstance(sample, Gap)]


def test_card_tells_everything(read: Reader) -> None:
    """Shares are 0 to 1, power is in W, energy in J, memory in bytes; an idle card is not throttled."""
    (reading,) = read(state(L20))
    assert isinstance(reading, Reading)
    assert reading.values == {
        "gpu_utilisation": 0.75,
        "gpu_memory_utilisation": 0.12,
        "gpu_memory_bytes": 3 * 2**30,
        "gpu_power_w": 180.5,
        "gpu_energy_j": 7000,
        "gpu_sm_clock_mhz": 2520,
        "gpu_memory_clock_mhz": 9001,
        "gpu_temperature_c": 61,
    }
    assert (reading.device, reading.identity) == ("GPU 0", L20["uuid"])
    assert reading.model == "NVIDIA L20, 47104 MiB"
    assert not reading.throttled


def test_throttling_by_either_name(read: Reader) -> None:
    """Newer drivers are asked for event reasons, older ones for throttle reasons."""
    newer = L20 | {"event_reasons": 0x4 | 0x40}
    older = {key: value for key, value in L20.items() if key != "event_reasons"} | {"throttle_reasons": 0x20}
    told = [reading.throttled for reading in readings(read(state(newer, older)))]
    assert told == [("power cap", "hardware thermal slowdown"), ("software thermal slowdown",)]


def test_what_a_card_does_not_tell(read: Reader) -> None:
    """A metric that a card does not have is absent, which is said once, and the others are there."""
    card = {key: value for key, value in L20.items() if key != "energy_mj"}
    samples = read(state(card), state(card), state(card))
    assert all("gpu_energy_j" not in it.values and it.values["gpu_power_w"] for it in readings(samples))
    assert [(gap.subject, gap.reason) for gap in gaps(samples)] == [
        ("GPU 0", "it does not tell gpu_energy_j")
    ]


def test_card_that_falls_off_the_bus(read: Reader) -> None:
    """A card that is lost leaves gaps, the other one goes on, and the record says it in one sentence."""
    lost = dict.fromkeys(L20, "!15")
    samples = read(state(L20, L20), state(lost, L20), state(lost, L20))
    assert [(it.at, it.device) for it in readings(samples)] == [
        (0, "GPU 0"),
        (0, "GPU 1"),
        (1, "GPU 1"),
        (2, "GPU 1"),
    ]
    record = resources_of(samples, began_at=0, audio_s=2)
    assert "GPU 0: NVML says 'GPU is lost' (2 samples, the first 1 s into the load)" in record.missing


def test_split_card(read: Reader) -> None:
    """A card that MIG splits gives power as a whole and memory by part, and says what it cannot."""
    used = {1: 2**30, 2: 2 * 2**30}
    card = L20 | {"mig": 1}
    for part, used_bytes in used.items():
        card |= {
            f"part.{part}.instance": part + 6,
            f"part.{part}.uuid": f"MIG-{part}",
            f"part.{part}.total_bytes": 10 * 2**30,
            f"part.{part}.used_bytes": used_bytes,
        }
    samples = read(state(card))
    whole, *parts = readings(samples)
    assert whole.values["gpu_power_w"] == 180.5
    assert "gpu_utilisation" not in whole.values
    assert [(part.device, part.values) for part in parts] == [
        ("GPU 0 MIG 7", {"gpu_memory_bytes": 2**30}),
        ("GPU 0 MIG 8", {"gpu_memory_bytes": 2 * 2**30}),
    ]
    assert "MIG splits it" in gaps(samples)[0].reason


def test_chosen_cards(read: Reader) -> None:
    """Only the cards that were asked for are read; one that is not there is a sentence."""
    samples = read(state(L20, L20), indices=[1, 5])
    assert [it.device for it in readings(samples)] == ["GPU 1"]
    assert [(gap.subject, gap.reason) for gap in gaps(samples)] == [
        ("GPU 5", "this machine has 2, counted from 0")
    ]


def test_no_driver(read: Reader) -> None:
    """A library without its driver is told once, however often it is asked."""
    samples = read("count !9\n", "count !9\n")
    assert [(sample.subject, sample.reason) for sample in gaps(samples)] == [
        ("GPU", "NVML says 'Driver Not Loaded'")
    ]


def test_machine_without_cards(read: Reader) -> None:
    """A driver without a card is a sentence too."""
    (gap,) = gaps(read(state()))
    assert gap.reason == "this machine has none"


def test_energy_of_two_cards(read: Reader) -> None:
    """Two cards at 100 W and 50 W for ten streams of audio take 15 Wh for each hour of it."""
    states = [
        state(
            L20 | {"uuid": "GPU-a", "energy_mj": 100_000 * second},
            {key: value for key, value in L20.items() if key != "energy_mj"}
            | {"uuid": "GPU-b", "power_mw": 50_000, "event_reasons": 0x4 if second < 15 else 0},
        )
        for second in range(61)
    ]
    record = resources_of(read(*states), began_at=0, ended_at=60, audio_s=600)
    assert record.energy_wh_per_audio_hour == pytest.approx(15)
    assert record.throttled == ("GPU 1: power cap in 25% of the samples",)
    assert record.gpus == ("GPU 0: NVIDIA L20, 47104 MiB", "GPU 1: NVIDIA L20, 47104 MiB")
