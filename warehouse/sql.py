"""The SQL files of this package."""

from functools import cache
from importlib.resources import files

PACKAGE = files("warehouse")


@cache
def query(name: str) -> str:
    """Return the text of `queries/<name>.sql`."""
    return (PACKAGE / "queries" / f"{name}.sql").read_text(encoding="utf-8")


@cache
def migrations() -> tuple[tuple[int, str, str], ...]:
    """Return (number, file name, text) of every migration, oldest first."""
    found = sorted(
        (entry for entry in (PACKAGE / "migrations").iterdir() if entry.name.endswith(".sql")),
        key=lambda entry: entry.name,
    )
    return tuple(
        (int(entry.name.split("_")[0]), entry.name, entry.read_text(encoding="utf-8"))
        for entry in found
    )
