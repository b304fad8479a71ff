"""Where the checks lie: in the installed package or in the checkout."""

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parents[1]


def conformance_directory() -> Path:
    """The folder of requirements.toml, the named exchanges and the checks."""
    installed = _PACKAGE / "_suite" / "conformance"
    return installed if installed.is_dir() else _PACKAGE.parents[1] / "conformance"


def requirements_file() -> Path:
    """The catalogue of requirements."""
    return conformance_directory() / "requirements.toml"


def deviations_file(dialect: str) -> Path:
    """What upstream's own servers of a dialect are known to deviate in; there need not be such a file."""
    return conformance_directory() / "deviations" / f"{dialect}.toml"
