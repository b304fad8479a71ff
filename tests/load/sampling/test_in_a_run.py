"""Samples in a whole load run."""

import json
import os
import socket
from pathlib import Path

from load.sampling.exporter import exporting
from suite.runs import TONES, asrgate
from suite.servers import Parrot, serving

DCGM = (Path(__file__).parent / "dcgm.txt").read_text()


def test_machines_in_the_record(tmp_path: Path) -> None:
    """GPUs by an exporter and a process are in the record; an exporter that is not there costs nothing.

    Status 4 is what a machine gets that is too busy to keep the time of two callers: it is sampled as well.
    """
    with socket.create_server(("127.0.0.1", 0)) as listener:
        dead = f"127.0.0.1:{listener.getsockname()[1]}"
    with serving(Parrot()) as url, exporting(DCGM) as exporter:
        ran = asrgate(
            *("load", url, "--fixtures", TONES, "--streams", "2", "--duration", "4s"),
            *("--gpu", "off", "--metrics", exporter.url("/metrics#gpu=0"), "--metrics", f"http://{dead}"),
            *("--server-pid", str(os.getpid()), "--sample-every", "0.2"),
            folder=tmp_path,
        )
    assert ran.status in (0, 1, 4), ran.output + ran.errors
    load = ran.run["load"]
    series = {(one["device"], one["name"]): one["values"] for one in load["resources"]["series"]}
    assert set(series[f"GPU 0 at 127.0.0.1:{exporter.port}", "gpu_power_w"]) == {180.523}
    assert min(series[f"process {os.getpid()}", "rss_bytes"]) > 0
    assert [step["gpu"]["utilisation"] for step in load["steps"]] == [0.75]
    assert load["resources"]["restarts"] == 0
    assert load["resources"]["throttled"] == [
        f"GPU 0 at 127.0.0.1:{exporter.port}: power cap in 100% of the samples"
    ]
    (missing,) = [it for it in load["resources"]["missing"] if dead in it]
    assert missing.startswith(f"{dead}: it did not answer: Connection refused (")
    lines = (ran.out / "samples.jsonl").read_text().splitlines()
    assert {json.loads(line)["kind"] for line in lines} == {"reading", "gap"}


def test_a_process_that_is_not_there(tmp_path: Path) -> None:
    """A process that is not there is wrong use, told before anybody speaks."""
    with serving(Parrot()) as url:
        ran = asrgate("load", url, "--fixtures", TONES, "--server-pid", "999999999", folder=tmp_path)
    assert ran.status == 2
    assert "--server-pid 999999999: there is no such process on this machine" in ran.errors
    assert "Traceback" not in ran.errors
