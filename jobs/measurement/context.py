"""What the steps of one ingest run share."""

from dataclasses import dataclass
from datetime import datetime

from jobs.measurement.report import Tally
from jobs.progress import Progress
from jobs.settings import Settings
from warehouse.batch_store import BatchStore
from warehouse.connection import Connection
from warehouse.site import Site


@dataclass(frozen=True, slots=True)
class RunContext:
    """One run: where, by which settings, when, and the open warehouse.

    Attributes
    ----------
    started_at : datetime
        The "now" of every decision of the run.
    tally : Tally
        Filled as files are decided.
    store : BatchStore
        Writes the batches of the run.

    """

    site: Site
    settings: Settings
    connection: Connection
    run_id: int
    started_at: datetime
    tally: Tally
    progress: Progress
    store: BatchStore
