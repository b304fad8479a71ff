"""A trial: the suite, as `asrgate check` runs it, against an endpoint behind a fault."""

import signal
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from asrgate.errors import AsrgateError
from asrgate.faults.catalogue import fault_named
from asrgate.faults.proxy import proxied
from asrgate.proof.record import Verdicts
from asrgate.suite.commands import run_checks
from asrgate.suite.observer import Observer
from asrgate.suite.settings import Settings
from asrgate.wire.dialects import dialect_named
from asrgate.wire.endpoint import Endpoint


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """What to run: `settings` of the suite for the good endpoint, and the name of a fault, None for none."""

    endpoint: Endpoint
    settings: Settings
    fault: str | None = None


def run_trial(trial: Trial) -> Verdicts:
    """Run the suite; a run that is not possible is a result as well."""
    began_s = time.monotonic()
    try:
        with _broken(trial) as endpoint, tempfile.TemporaryDirectory(prefix="asrgate-trial-") as folder:
            settings = replace(trial.settings, endpoint=endpoint, directory=Path(folder))
            run = run_checks(settings, Observer())
    except AsrgateError as error:
        return Verdicts(
            verdicts={}, reasons={}, duration_s=round(time.monotonic() - began_s, 1), error=str(error)
        )
    finally:
        # A run takes SIGTERM for Ctrl-C; between runs there is nothing to break off.
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
    return Verdicts(
        verdicts={finding.id: finding.verdict for finding in run.findings},
        reasons={finding.id: finding.reason for finding in run.findings},
        duration_s=round(time.monotonic() - began_s, 1),
        features=tuple(feature.name for feature in run.features if feature.found),
        error=run.invalid_reason,
    )


def ignore_interrupts() -> None:
    """Leave Ctrl-C to the process that started this one."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


@contextmanager
def _broken(trial: Trial) -> Iterator[Endpoint]:
    """The endpoint behind a proxy, with the fault if there is one."""
    if trial.fault is None:
        with proxied(trial.endpoint) as url:
            yield _through(url, trial.endpoint)
        return
    fault = fault_named(trial.fault)
    opened = fault.breaks(dialect_named(trial.settings.dialect))
    front = fault.front() if fault.front else None
    with (
        tempfile.NamedTemporaryFile(suffix=".pem") as authority,
        proxied(trial.endpoint, opened, front.context if front else None) as url,
    ):
        trusted = front.authority_pem if front else None
        authority.write(trusted or b"")
        authority.flush()
        ca_file = Path(authority.name) if trusted else None
        yield _through(url, trial.endpoint, ca_file, insecure=front is not None and trusted is None)


def _through(
    url: str, endpoint: Endpoint, ca_file: Path | None = None, *, insecure: bool = False
) -> Endpoint:
    """The proxy as an endpoint: what reaches the one behind is the proxy's business."""
    return replace(endpoint, url=url, ca_file=ca_file, insecure=insecure, proxy=None)
