"""The time, passed on as a value: a test has its own."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import TypeAlias

Clock: TypeAlias = Callable[[], datetime]
"""Returns the present instant, timezone-aware."""


def utc_now() -> datetime:
    """Return the present instant in UTC."""
    return datetime.now(UTC)
