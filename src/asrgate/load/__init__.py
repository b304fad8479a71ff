"""Load: many callers at the pace of speech, from as few processor cores as possible."""

from importlib.util import find_spec

from asrgate.errors import UsageError

_EXTRA = {
    "gevent": "gevent",
    "locust": "locust",
    "prometheus_client": "prometheus-client",
    "psutil": "psutil",
    "pynvml": "nvidia-ml-py",
}

_missing = [package for module, package in _EXTRA.items() if find_spec(module) is None]
if _missing:
    raise UsageError(
        f"not installed: {', '.join(_missing)}; load needs an extra: pip install 'asrgate[load]'"
    )
