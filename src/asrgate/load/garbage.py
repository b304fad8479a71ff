"""Keeps Python's search for cyclic garbage from stopping the callers of a process.

A full search looks at every object of the process, and meanwhile nobody sends a frame: with 3,000 callers it
takes 100 to 200 ms, several times in each round of calls. Calls leave no cycles behind, so that there is
nothing to be found among what is old.
"""

import gc

YOUNG, MIDDLE, OLD = 700, 10, 1_000_000_000
"""Thresholds of the collector (see `gc.set_threshold`): Python's own for the young, none for the old."""


def search_young_objects_only() -> None:
    """Search what is there once more in full, and from then on only what is new (milliseconds)."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG, MIDDLE, OLD)
