"""The steps of one run of the ingest, in order."""

from collections.abc import Mapping, Sequence
from datetime import timedelta

from jobs.arrival.manifest_reading import MANIFEST_ENDING, ManifestReader
from jobs.arrival.passes import plan_passes
from jobs.arrival.quarantine import Quarantine
from jobs.arrival.scan import FoundFile, scan_inbox
from jobs.arrival.sightings import Sighting
from jobs.arrival.triage import Triage
from jobs.measurement.context import RunContext
from jobs.measurement.ledger import LedgerBook
from jobs.measurement.measuring import measure_passes
from jobs.measurement.plan import known_passes
from jobs.measurement.report import IngestReport
from jobs.measurement.writing import Settler
from warehouse.archive import Archive
from warehouse.ledger import known_arrivals
from warehouse.records import ArrivalRow

ROWS_AT_A_TIME = 2000


def take_in(run: RunContext) -> IngestReport:
    """List, sort, measure and store; return what became of every file."""
    earlier = known_arrivals(run.connection)
    files, manifests = _listed(run)
    _warn_of_empty_inbox(run, files, earlier)
    quarantine = Quarantine(run.site.quarantine)
    archive = Archive(run.site.archive)
    book = ManifestReader(run.site.inbox, archive, quarantine, run.settings, run.started_at).read(
        manifests
    )
    ledger = LedgerBook(earlier, run.run_id, run.started_at, run.tally)
    settler = Settler(run.connection, quarantine, ledger)
    triage = Triage(earlier, book, run.settings.inbox, run.started_at)
    sightings = _sorted(run, files, triage, settler)
    model_id = _measured(run, sightings, ledger, settler) if sightings else None
    arrived = {file.path for file in files} | earlier.keys()
    return IngestReport(
        run_id=run.run_id,
        totals=run.tally.totals(),
        files=tuple(sorted(run.tally.files, key=lambda file: file.path)),
        manifests=tuple(each for each in book.outcomes if each.outcome != "known"),
        rows_waiting=book.rows_without_image(arrived),
        warnings=tuple(run.tally.warnings),
        model_id=model_id,
    )


def _listed(run: RunContext) -> tuple[list[FoundFile], list[FoundFile]]:
    """The files of the inbox, manifests apart."""
    endings = {*run.settings.inbox.extensions, MANIFEST_ENDING}
    files: list[FoundFile] = []
    manifests: list[FoundFile] = []
    for found in scan_inbox(run.site.inbox, endings):
        is_manifest = found.ending == MANIFEST_ENDING and not found.outcome
        (manifests if is_manifest else files).append(found)
    return files, manifests


def _warn_of_empty_inbox(
    run: RunContext, files: Sequence[FoundFile], earlier: Mapping[str, ArrivalRow]
) -> None:
    if earlier and not files:
        run.tally.warnings.append(
            f"the inbox is empty, but {len(earlier)} files came from it before: is it mounted?"
        )


def _sorted(
    run: RunContext, files: Sequence[FoundFile], triage: Triage, settler: Settler
) -> list[Sighting]:
    """Settle what is decided by name and ledger; return what is to be read."""
    sightings: list[Sighting] = []
    for file in files:
        sorted_as = triage.sort(file)
        if isinstance(sorted_as, Sighting):
            sightings.append(sorted_as)
        else:
            settler.settle(sorted_as)
            settler.flush(at_least=ROWS_AT_A_TIME)
    settler.flush()
    if doubted := sum(bool(sighting.remark) for sighting in sightings):
        run.tally.warnings.append(
            f"{doubted} files have a time that cannot be right; their time of arrival was taken"
        )
    return sightings


def _measured(
    run: RunContext, sightings: Sequence[Sighting], ledger: LedgerBook, settler: Settler
) -> str:
    window = timedelta(minutes=run.settings.inbox.pass_minutes)
    known = known_passes(run.connection, sightings, window)
    return measure_passes(run, plan_passes(sightings, known, window), ledger, settler)
