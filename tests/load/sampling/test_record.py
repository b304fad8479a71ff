"""From samples to what the record of a run says."""

from collections.abc import Iterable
from pathlib import Path

import pytest

from asrgate.load.sampling.readings import Gap, Reading, Sample, SampleFile, read_samples
from asrgate.load.sampling.record import gpu_means, resources_of, with_resources
from asrgate.report.load_record import GeneratorRecord, LoadRecord, Percentiles, StepRecord

BEGAN = 1_000_000.0


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where the samples of a run lie."""
    return tmp_path / "samples.jsonl"


def write(path: Path, samples: Iterable[Sample]) -> None:
    """Write samples as a run does."""
    SampleFile(path).write(tuple(samples))


def card(second: float, **values: float) -> Reading:
    """What a card said so many seconds into the load."""
    metrics = {f"gpu_{name}": value for name, value in values.items()}
    return Reading(at=BEGAN + second, source="nvml", device="GPU 0", values=metrics, identity="GPU-a")


def exported(second: float, device: str, identity: str, **values: float) -> Reading:
    """What an exporter said of a card."""
    metrics = {f"gpu_{name}": value for name, value in values.items()}
    return Reading(at=BEGAN + second, source="prometheus", device=device, values=metrics, identity=identity)


def step_record(began_s: float, duration_s: float) -> StepRecord:
    """A step of which only the time matters."""
    nothing = Percentiles(n=0, p50=None, p95=None, p99=None, largest=None)
    return StepRecord(
        streams=4,
        purpose="steps",
        began_s=began_s,
        duration_s=duration_s,
        sessions=0,
        errors={},
        error_rate=None,
        error_rate_ci95=None,
        connect_ms=nothing,
        first_partial_ms=nothing,
        first_partial_from_audio_ms=nothing,
        sentence_ms=nothing,
        final_ms=nothing,
        partial_lag_ms=nothing,
        lag_slope_ms_per_s=nothing,
        audio_seconds_per_second=None,
        partials_per_audio_second=None,
        text_mismatches=0,
        texts_compared=0,
        crossed=0,
        generator=GeneratorRecord(
            pacing_slip_ms=nothing, frames=0, late_frames=0, held_bytes=0, cpu=None, saturated=False
        ),
    )


def process(second: float, identity: str = "1", **values: float) -> Reading:
    """What a server process had."""
    return Reading(at=BEGAN + second, source="process", device="process 1", values=values, identity=identity)


def test_series_on_the_clock_of_the_load(path: Path) -> None:
    """Series begin with the load, what was sampled before is left out, and what is absent stays absent."""
    write(path, [process(-1, rss_bytes=1), process(0, rss_bytes=5), process(1, rss_bytes=7, cpu_cores=0.5)])
    rss, cores = resources_of(tuple(read_samples(path)), began_at=BEGAN, audio_s=1).series
    assert (rss.name, rss.source, rss.device) == ("rss_bytes", "process", "process 1")
    assert (rss.at_s, rss.values) == ((0, 1), (5, 7))
    assert (cores.name, cores.values) == ("cpu_cores", (None, 0.5))


def test_long_series_are_thinned(path: Path) -> None:
    """Two hours of samples become at most 600 means, which keep the level and the length."""
    write(path, (process(second, rss_bytes=1e9 + second) for second in range(7200)))
    (rss,) = resources_of(tuple(read_samples(path)), began_at=BEGAN, audio_s=1).series
    assert len(rss.values) == len(rss.at_s) == 600
    assert rss.at_s[0] < 12
    assert rss.at_s[-1] > 7188
    assert rss.values[300] == pytest.approx(1e9 + 3600, rel=1e-5)


def test_energy_by_the_counter(path: Path) -> None:
    """The energy counter decides, not the power; joules per second of audio are Wh per hour of it."""
    write(path, (card(second, power_w=999, energy_j=500 + 80 * second) for second in range(61)))
    record = resources_of(tuple(read_samples(path)), began_at=BEGAN, ended_at=BEGAN + 60, audio_s=600)
    assert record.energy_wh_per_audio_hour == pytest.approx(8)
    assert not [series for series in record.series if series.name == "gpu_energy_j"]


def test_energy_by_power(path: Path) -> None:
    """Without a counter the power is summed up over time."""
    write(path, (card(second, power_w=100 if second <= 30 else 200) for second in range(61)))
    record = resources_of(tuple(read_samples(path)), began_at=BEGAN, ended_at=BEGAN + 60, audio_s=900)
    assert record.energy_wh_per_audio_hour == pytest.approx(10, rel=0.01)


def test_energy_of_a_counter_that_began_anew(path: Path) -> None:
    """When the counter began anew, the power decides."""
    write(path, (card(s, power_w=100, energy_j=(s if s < 30 else s - 30) * 100) for s in range(61)))
    record = resources_of(tuple(read_samples(path)), began_at=BEGAN, ended_at=BEGAN + 60, audio_s=600)
    assert record.energy_wh_per_audio_hour == pytest.approx(10)


def test_no_energy_from_an_exporter_that_looks_too_seldom(path: Path) -> None:
    """A counter that changed twice in two minutes says too little, and so does a hole in the power."""
    write(path, (exported(s, "GPU 0 at h", "GPU-a", energy_j=3000 * (s // 50)) for s in range(121)))
    record = resources_of(tuple(read_samples(path)), began_at=BEGAN, ended_at=BEGAN + 120, audio_s=600)
    assert record.energy_wh_per_audio_hour is None
    assert record.missing == (
        "no energy of GPU 0 at h: its energy or power was read too seldom for a run of 120 s",
    )


def test_no_energy_without_audio(path: Path) -> None:
    """Energy per hour of audio needs audio."""
    write(path, (card(second, power_w=100) for second in range(61)))
    record = resources_of(tuple(read_samples(path)), began_at=BEGAN, ended_at=BEGAN + 60, audio_s=0)
    assert record.energy_wh_per_audio_hour is None
    assert record.missing == ("no energy per audio hour: no audio was sent",)


def test_a_card_that_two_tell_of_counts_once(path: Path) -> None:
    """NVML and an exporter on one machine, or the parts of a split card, are one card by its UUID."""
    write(path, (card(s, power_w=100, memory_bytes=1) for s in range(61)))
    write(path, (exported(s, "GPU 0 at h", "GPU-a", power_w=100, memory_bytes=1) for s in range(61)))
    write(path, (exported(s, "GPU 1 MIG 1 at h", "GPU-b", power_w=50, memory_bytes=4) for s in range(61)))
    write(path, (exported(s, "GPU 1 MIG 2 at h", "GPU-b", power_w=50, memory_bytes=8) for s in range(61)))
    record = resources_of(tuple(read_samples(path)), began_at=BEGAN, ended_at=BEGAN + 60, audio_s=600)
    assert record.energy_wh_per_audio_hour == pytest.approx(15)
    means = gpu_means(read_samples(path), BEGAN, BEGAN + 60)
    assert means == {"power_w": 150, "memory_bytes": 13}


def test_means_of_a_step(path: Path) -> None:
    """Power and memory add up over the cards, utilisation is their mean; only the step counts."""
    second_card = {"device": "GPU 1 at h", "identity": "GPU-b"}
    write(path, [card(0, utilisation=0.1, power_w=10), card(5, utilisation=0.5, power_w=100)])
    write(
        path, [card(6, utilisation=0.7, power_w=120), exported(6, **second_card, utilisation=0.2, power_w=30)]
    )
    means = gpu_means(read_samples(path), BEGAN + 5, BEGAN + 10)
    assert means == {"utilisation": pytest.approx(0.4), "power_w": pytest.approx(140)}
    assert gpu_means(read_samples(path), BEGAN + 100, BEGAN + 110) is None


def test_restarts(path: Path) -> None:
    """A server process that begins anew is counted, one that was only silent for a while is not."""
    write(path, [process(0, "1", rss_bytes=1), process(1, "2", rss_bytes=1)])
    write(path, [Gap(at=BEGAN + 2, subject="process 1", reason="it was not running")])
    write(path, [process(3, "2", rss_bytes=1), process(4, "3", rss_bytes=1)])
    assert resources_of(tuple(read_samples(path)), began_at=BEGAN, audio_s=1).restarts == 2


def test_restarts_are_unknown_without_a_process(path: Path) -> None:
    """Where no process was watched, there is no number of restarts, not even 0."""
    write(path, [card(0, power_w=1)])
    assert resources_of(tuple(read_samples(path)), began_at=BEGAN, audio_s=1).restarts is None


def test_gaps_become_sentences(path: Path) -> None:
    """What went wrong for a while is told with how often and since when, what lasted without."""
    write(path, [Gap(at=BEGAN + s, subject="gpu-07:9400", reason="it did not answer") for s in (12, 13, 40)])
    write(path, [Gap(at=BEGAN + 7, subject="process 1", reason="it was not running")])
    write(path, [Gap(subject="GPU 0", reason="it does not tell gpu_energy_j")])
    assert resources_of(tuple(read_samples(path)), began_at=BEGAN, audio_s=1).missing == (
        "gpu-07:9400: it did not answer (3 samples, the first 12 s into the load)",
        "process 1: it was not running (1 sample, the first 7 s into the load)",
        "GPU 0: it does not tell gpu_energy_j",
    )


def test_slopes_under_the_same_load(path: Path) -> None:
    """Slopes are per hour, over the time in which the number of streams was the same."""
    ramp = [process(s, rss_bytes=1e9 + 1e7 * s, open_files=40) for s in range(100)]
    same = [process(s, rss_bytes=2e9 + 1e4 * s, open_files=40) for s in range(100, 2000)]
    write(path, [*ramp, *same])
    steady = (BEGAN + 100, BEGAN + 2000)
    rss, files = resources_of(tuple(read_samples(path)), began_at=BEGAN, audio_s=1, steady=steady).slopes
    assert (rss.name, rss.unit, rss.grows) == ("rss_bytes", "bytes", True)
    assert rss.per_hour == pytest.approx(3.6e7)
    assert (files.name, files.grows, files.per_hour) == ("open_files", False, 0)


@pytest.mark.parametrize(
    ("steady", "identity", "reason"),
    [
        (None, "1", "the number of streams was not the same for long enough to tell growth from load"),
        ((BEGAN, BEGAN + 2000), "2", "it was started again meanwhile"),
        ((BEGAN + 5000, BEGAN + 6000), "1", "nothing was sampled meanwhile"),
    ],
)
def test_no_slope(path: Path, steady: tuple[float, float] | None, identity: str, reason: str) -> None:
    """Where a slope would mean nothing there is none, and the reason."""
    write(path, (process(s, "1" if s < 1500 else identity, rss_bytes=1e9 + 1e4 * s) for s in range(2000)))
    (rss,) = resources_of(tuple(read_samples(path)), began_at=BEGAN, audio_s=1, steady=steady).slopes
    assert (rss.per_hour, rss.ci95, rss.grows, rss.reason) == (None, None, False, reason)


def test_into_the_record_of_a_load(path: Path) -> None:
    """Each step gets the means of its time, and growth is judged over the longest."""
    write(path, (card(s, power_w=50 if s < 100 else 90, memory_bytes=1e9 + 1e4 * s) for s in range(2000)))
    steps = (step_record(0, 100), step_record(100, 1900))
    load = LoadRecord(shape="steps", asked={}, objectives=(), steps=steps)
    record = with_resources(load, path, began_at=BEGAN, audio_s=20_000)
    assert [step.gpu["power_w"] for step in record.steps if step.gpu] == [
        pytest.approx(50, rel=0.01),
        pytest.approx(90, rel=0.01),
    ]
    assert record.resources is not None
    (memory,) = record.resources.slopes
    assert memory.grows
    assert record.resources.energy_wh_per_audio_hour == pytest.approx(8.8, rel=0.01)


def test_no_samples(path: Path) -> None:
    """A run without samplers has an empty record."""
    record = resources_of(tuple(read_samples(path)), began_at=BEGAN, audio_s=1)
    assert (record.series, record.slopes, record.missing) == ((), (), ())
    assert gpu_means(read_samples(path), BEGAN, BEGAN + 1) is None
