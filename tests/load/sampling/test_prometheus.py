"""Prometheus endpoints: DCGM's exporter, a server's own metrics, anything by name."""

import socket
from base64 import b64encode
from pathlib import Path

import pytest

from asrgate.errors import UsageError
from asrgate.load.sampling.prometheus import PrometheusSampler
from asrgate.load.sampling.readings import Gap, Reading
from load.sampling.exporter import exporting

HERE = Path(__file__).parent
DCGM = (HERE / "dcgm.txt").read_text()
DCGM_MIG = (HERE / "dcgm_mig.txt").read_text()
SERVER = (HERE / "server_metrics.txt").read_text()


@pytest.fixture(autouse=True)
def direct(monkeypatch: pytest.MonkeyPatch) -> None:
    """Loopback is reached without whatever proxy the machine has."""
    monkeypatch.setenv("no_proxy", "*")


def test_dcgm_in_our_units() -> None:
    """Percent become shares, MiB bytes, mJ J; a card is told by its UUID; values that are none are absent."""
    with exporting(DCGM) as exporter:
        first, second = PrometheusSampler(exporter.url()).read(at=10)
    assert first == Reading(
        at=10,
        source="prometheus",
        device=f"GPU 0 at 127.0.0.1:{exporter.port}",
        values={
            "gpu_sm_clock_mhz": 2520,
            "gpu_memory_clock_mhz": 9001,
            "gpu_temperature_c": 61,
            "gpu_power_w": 180.523,
            "gpu_energy_j": pytest.approx(9876543.21),  # type: ignore[dict-item]
            "gpu_utilisation": 0.75,
            "gpu_memory_bytes": 3 * 2**30,
        },
        throttled=("power cap",),
        identity="GPU-604ac76c-d9cf-fef3-62e9-d92044ab6e52",
        model="NVIDIA L20",
    )
    assert isinstance(second, Reading)
    assert "gpu_temperature_c" not in second.values
    assert not second.throttled


def test_only_the_cards_asked_for() -> None:
    """Labels in the fragment choose series, and the fragment is not sent."""
    with exporting(DCGM) as exporter:
        samples = PrometheusSampler(exporter.url("/metrics?x=1#gpu=1")).read(at=0)
    assert [sample.device for sample in samples if isinstance(sample, Reading)] == [
        f"GPU 1 at 127.0.0.1:{exporter.port}"
    ]
    assert exporter.asked == [("/metrics?x=1", None)]


def test_parts_of_a_split_card() -> None:
    """Each part has its own memory and engine activity; that the power is the whole card's is said."""
    with exporting(DCGM_MIG) as exporter:
        samples = PrometheusSampler(exporter.url()).read(at=0)
    part = samples[2]
    assert isinstance(part, Reading)
    assert part.device == f"GPU 0 MIG 2 at 127.0.0.1:{exporter.port}"
    assert part.values == {
        "gpu_power_w": 120,
        "gpu_memory_bytes": 5 * 2**30,
        "gpu_engine_active": 0.4125,
    }
    gap = samples[3]
    assert isinstance(gap, Gap)
    assert gap.reason == "MIG splits GPU 0: power and energy are those of the whole card"


def test_a_server_tells_of_its_process() -> None:
    """What Prometheus' client libraries tell of their process is known without being asked for."""
    later = SERVER.replace("process_cpu_seconds_total 100.0", "process_cpu_seconds_total 103.0")
    with exporting(SERVER, later) as exporter:
        sampler = PrometheusSampler(exporter.url())
        (first,), (second,) = sampler.read(at=0), sampler.read(at=2)
    assert isinstance(first, Reading)
    assert isinstance(second, Reading)
    assert first.values == {"rss_bytes": 2**31, "open_files": 41}
    assert second.values["cpu_cores"] == pytest.approx(1.5)
    assert first.identity == "1700000000.00"


def test_metrics_by_name() -> None:
    """A gauge is taken as it is, a counter as its rate; series with labels are devices of their own."""
    later = SERVER.replace('mode="2pass"} 1000.0', 'mode="2pass"} 1120.0')
    with exporting(SERVER, later) as exporter:
        asked = "#vllm:num_requests_running,asr_audio_seconds_total,asr_sessions"
        sampler = PrometheusSampler(exporter.url("/metrics" + asked))
        sampler.read(at=0)
        told = {it.device: it.values for it in sampler.read(at=10) if isinstance(it, Reading)}
    where = sampler.subject
    assert told[f"{where} (model_name=Fun-ASR-Nano)"] == {"vllm:num_requests_running": 7}
    assert told[f"{where} (mode=2pass)"] == {"asr_audio_seconds_total per s": pytest.approx(12)}
    assert told[f"{where} (mode=offline)"] == {"asr_audio_seconds_total per s": 0}
    assert told[where]["asr_sessions per s"] == 0


def test_metrics_of_a_card_by_name() -> None:
    """What has a label gpu and was asked for by name stands with what else is known of that GPU."""
    with exporting(DCGM) as exporter:
        (reading,) = PrometheusSampler(exporter.url("/metrics#DCGM_FI_DEV_FB_FREE,gpu=0")).read(at=0)
    assert isinstance(reading, Reading)
    assert reading.values["DCGM_FI_DEV_FB_FREE"] == 42496
    assert reading.values["gpu_power_w"] == 180.523


def test_a_counter_that_begins_anew_has_no_rate() -> None:
    """After a restart of the server there is no rate until the counter was read twice."""
    fewer = SERVER.replace("process_cpu_seconds_total 100.0", "process_cpu_seconds_total 1.0")
    with exporting(SERVER, fewer) as exporter:
        sampler = PrometheusSampler(exporter.url())
        sampler.read(at=0)
        (reading,) = sampler.read(at=1)
    assert isinstance(reading, Reading)
    assert "cpu_cores" not in reading.values


def test_name_with_too_many_series() -> None:
    """Of a name with a thousand series some are taken, and that is said."""
    text = "\n".join(f'many{{path="{number}"}} {number}' for number in range(1000)) + "\n"
    with exporting(text) as exporter:
        *readings, gap = PrometheusSampler(exporter.url("/metrics#many")).read(at=0)
    assert len(readings) == 64
    assert isinstance(gap, Gap)
    assert gap.reason == "many has 1000 series, of which 64 were taken"


@pytest.mark.parametrize(
    ("answer", "fragment", "expected"),
    [
        ((503, "busy"), "", "it answered 503 Service Unavailable"),
        ("<html><body>Sign in</body></html>", "", "what it answers at {url} is not Prometheus text"),
        ("up 1\n", "", "it has none of the metrics that are known here; name one: URL#NAME"),
        ("up 1\n", "#down", "it has no down"),
    ],
)
def test_what_cannot_be_used(answer: str | tuple[int, str], fragment: str, expected: str) -> None:
    """Whatever comes instead of metrics is one sentence."""
    with exporting(answer) as exporter:
        (gap, *_) = PrometheusSampler(exporter.url("/metrics" + fragment)).read(at=4)
        assert gap == Gap(
            at=4, subject=f"127.0.0.1:{exporter.port}", reason=expected.format(url=exporter.url())
        )


def test_nobody_answers() -> None:
    """A refused connection is a sentence without numbers of the system."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    (gap,) = PrometheusSampler(f"http://127.0.0.1:{port}/metrics").read(at=0)
    assert isinstance(gap, Gap)
    assert gap.reason == "it did not answer: Connection refused"


def test_password_is_sent_and_not_shown() -> None:
    """User and password of the URL become basic authentication, and stand in no sample."""
    with exporting(DCGM) as exporter:
        sampler = PrometheusSampler(exporter.url().replace("//", "//scraper:p%40ss@"))
        samples = sampler.read(at=0)
    expected = b64encode(b"scraper:p@ss").decode()
    assert exporter.asked == [("/metrics", f"Basic {expected}")]
    assert "p@ss" not in repr(samples)
    assert "p%40ss" not in repr(samples)


@pytest.mark.parametrize("url", ["gpu-07:9400", "ftp://gpu-07/metrics", "http://", "http://[::1/metrics"])
def test_no_url(url: str) -> None:
    """What is no HTTP URL is a wrong option."""
    with pytest.raises(UsageError, match="expected http://host:port/metrics"):
        PrometheusSampler(url)
