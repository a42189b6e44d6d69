"""What this program calls itself in what it writes."""

from importlib.metadata import PackageNotFoundError, version


def program_version() -> str:
    """Return name and version, as in "blemish 1.2.0"."""
    try:
        return f"blemish {version('blemish')}"
    except PackageNotFoundError:
        return "blemish, not installed"
