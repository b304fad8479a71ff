"""A host whose clock is wrong: on the path of its Python, by ASRGATE_TEST_CLOCK.

`5` is five seconds ahead. `5 /some/file` is that from when the file is there: the clock is set.
"""

import os
import time

_seconds, _, _file = os.environ["ASRGATE_TEST_CLOCK"].partition(" ")
_AHEAD_NS = round(float(_seconds) * 1e9)
_LOOK_S = 0.05
_real_ns = time.time_ns
_looked_s = 0.0
_is_set = not _file


def _time_ns() -> int:
    global _looked_s, _is_set
    if not _is_set and time.monotonic() - _looked_s > _LOOK_S:
        _looked_s = time.monotonic()
        _is_set = os.path.exists(_file)
    return _real_ns() + _AHEAD_NS * _is_set


time.time_ns = _time_ns
time.time = lambda: _time_ns() / 1e9
