"""What one query of the SQL page may use."""

from dataclasses import dataclass
from typing import Final

MIB: Final = 2**20


@dataclass(frozen=True, slots=True)
class QueryLimits:
    """Limits of one query and of all of them together.

    Attributes
    ----------
    seconds : float
        Wall time of one query, s; its processor time is held to the next whole second.
    memory_bytes : int
        What DuckDB may use for one query; the address space of the process is held to this and a
        constant for the program itself.
    rows, answer_bytes : int
        An answer is cut at whichever comes first, and says so.
    file_rows, file_bytes : int
        The same of an answer that is handed out as a file.
    at_once : int
        Queries that run at the same time.
    queue_seconds : float
        How long a query waits for its turn before it is refused, s.
    sql_bytes : int
        Longest text of a query.

    """

    seconds: float = 20.0
    memory_bytes: int = 512 * MIB
    rows: int = 10_000
    answer_bytes: int = 4 * MIB
    file_rows: int = 1_000_000
    file_bytes: int = 256 * MIB
    at_once: int = 2
    queue_seconds: float = 5.0
    sql_bytes: int = 20_000
