"""The parameters `$every` and `$streams` of queries that may be limited to some streams."""

from collections.abc import Collection
from dataclasses import asdict
from typing import Final

from warehouse.records import Stream

# An empty list would have no type for DuckDB to compare with.
_NO_STREAM: Final = {"line": None, "station": None, "tool": None, "family": None}


def stream_choice(streams: Collection[Stream] | None) -> dict[str, object]:
    """Return the parameters that choose `streams`; None chooses all, an empty one none."""
    return {
        "every": streams is None,
        "streams": [asdict(stream) for stream in streams or ()] or [_NO_STREAM],
    }
