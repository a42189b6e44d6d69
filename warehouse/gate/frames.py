"""How long what the process of a query sends may be, known to both ends."""

from typing import Final

FRAME_BYTES: Final = 2**20
"""A frame of rows is ended here: who reads holds one at a time."""
ROW_BYTES: Final = 4 * 2**20
"""Longest row of an answer, as JSON; a Parquet file holds longer ones."""
