"""The pictures that the ledger got since a row of it."""

from dataclasses import dataclass
from datetime import datetime

from warehouse.connection import Connection
from warehouse.sql import query


@dataclass(frozen=True, slots=True)
class Arrived:
    """One picture of the ledger."""

    path: str
    refused: bool
    first_seen_at: datetime


def new_arrivals(connection: Connection, after: int) -> list[Arrived]:
    """Return the pictures measured or refused after row `after`, in the order of their arrival."""
    found = connection.execute(query("new_arrivals"), {"after": after}).fetchall()
    return [Arrived(*row) for row in found]
