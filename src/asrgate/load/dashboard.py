"""What Locust's own page shows of streams: those in flight, and whether the generator keeps its time.

The times of calls are in Locust's statistics and charts like those of any request. What workers say of
themselves has a tab of its own.
"""

import json
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from flask import Response, request

from asrgate.load.habits import FRAME_MS
from asrgate.load.pulse import PULSE, Pulse, pooled

if TYPE_CHECKING:
    # Importing Locust patches the whole process, also that of whoever wants nothing but the rows.
    from locust.env import Environment
    from locust.web import WebUI

    from asrgate.load.worker import Worker

KEY = "streams"
_COLUMNS = {
    "worker": "Worker",
    "speaking": "Streams in flight",
    "sockets": "Open connections",
    "frames": "Frames a second",
    "late_p50": "Lateness p50, ms",
    "late_p99": "Lateness p99, ms",
    "late_frames": "Frames late by a whole frame",
    "cpu": "Share of a core",
    "files": "Open files",
}


def report_pulse(environment: "Environment", worker: "Worker") -> None:
    """Let a worker tell its master its last pulse whenever it reports."""

    def report(client_id: str, data: dict[str, Any]) -> None:
        if worker.recent:
            data[KEY] = PULSE.dump_json(worker.recent[-1]).decode()

    environment.events.report_to_master.add_listener(report)


def show_pulses(environment: "Environment", page: "WebUI", worker: "Worker | None") -> None:
    """Show the last pulse of each worker, or of this process where it has the callers itself."""
    told: dict[str, Pulse] = {}

    def read(client_id: str, data: dict[str, Any]) -> None:
        if KEY in data:
            told[client_id] = PULSE.validate_json(data[KEY])

    def add(response: Response) -> Response:
        if request.path.endswith("/stats/requests") and response.is_json:
            pulses = list(told.values()) if worker is None else list(worker.recent)[-1:]
            shown = {"extended_stats": [{"key": KEY, "data": rows(pulses)}]}
            response.set_data(json.dumps(response.get_json() | shown))
        return response

    environment.events.worker_report.add_listener(read)
    if page.app is not None:
        page.app.after_request(add)
    structure = [{"key": key, "title": title} for key, title in _COLUMNS.items()]
    page.template_args |= {
        "extended_tabs": [{"title": "Streams", "key": KEY}],
        "extended_tables": [{"key": KEY, "structure": structure}],
    }


def rows(pulses: Iterable[Pulse]) -> list[dict[str, Any]]:
    """A row for each worker, and one for all of them where there are several."""
    known = sorted(pulses, key=lambda pulse: pulse.worker)
    shown = [_row(pulse.worker, [pulse]) for pulse in known]
    return [*shown, _row("all", known)] if len(known) > 1 else shown


def _row(name: str, pulses: list[Pulse]) -> dict[str, Any]:
    lateness = pooled(pulse.lateness for pulse in pulses)
    return {
        "worker": name,
        "speaking": sum(pulse.speaking for pulse in pulses),
        "sockets": sum(pulse.sockets for pulse in pulses),
        "frames": lateness.total(),
        "late_p50": _percentile_ms(lateness, 0.5),
        "late_p99": _percentile_ms(lateness, 0.99),
        "late_frames": sum(count for tenth, count in lateness.items() if tenth > 10 * FRAME_MS),
        "cpu": round(max(pulse.cpu for pulse in pulses), 3),
        "files": f"{sum(pulse.open_files or 0 for pulse in pulses)} of {sum(p.most_files for p in pulses)}",
    }


def _percentile_ms(lateness: dict[int, int], share: float) -> float | None:
    """The lateness that this share of frames does not pass, None without frames."""
    left = share * sum(lateness.values())
    for tenth, count in sorted(lateness.items()):
        left -= count
        if left <= 0:
            return tenth / 10
    return None
