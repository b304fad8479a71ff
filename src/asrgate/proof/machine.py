"""Where a proof ran, in one line."""

import os
import platform


def machine() -> str:
    """Cores, system and Python: what a reader needs to compare times."""
    system = f"{platform.system()} {platform.machine()}"
    return f"{os.cpu_count()} cores, {system}, Python {platform.python_version()}"
