"""The steps of one run of the ingest, in order."""

from collections.abc import Collection, Mapping, Sequence
from datetime import timedelta

from jobs.arrival.manifest_ledger import manifest_ledger
from jobs.arrival.manifest_reading import MANIFEST_ENDING, ManifestReader
from jobs.arrival.manifest_waiting import manifest_warnings, waiting_rows
from jobs.arrival.passes import plan_passes
from jobs.arrival.quarantine import Quarantine
from jobs.arrival.recheck import recheck
from jobs.arrival.scan import FoundFile, scan_inbox
from jobs.arrival.sightings import Sighting
from jobs.arrival.triage import Triage, is_settled
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
    changed = _changed_in_place(run, files, earlier)
    quarantine = Quarantine(run.site.quarantine)
    archive = Archive(run.site.archive)
    known_manifests = manifest_ledger(
        run.connection,
        run.settings,
        run_id=run.run_id,
        now=run.started_at,
        measured=earlier,
        images=changed
        | {file.path for file in files if not is_settled(file, earlier.get(file.path))},
    )
    book = ManifestReader(
        run.site.inbox, archive, quarantine, run.settings, run.started_at, known_manifests
    ).read(manifests)
    ledger = LedgerBook(earlier, run.run_id, run.started_at, run.tally)
    settler = Settler(run.store, quarantine, ledger)
    triage = Triage(earlier, book, run.settings.inbox, run.started_at)
    sightings = _sorted(run, files, changed, triage, settler)
    model_id = _measured(run, sightings, ledger, settler) if sightings else None
    waiting = waiting_rows(run.connection, {file.path for file in manifests})
    run.tally.warnings.extend(manifest_warnings(book.outcomes, waiting, run.settings.zone))
    return IngestReport(
        run_id=run.run_id,
        totals=run.tally.totals(),
        files=tuple(sorted(run.tally.files, key=lambda file: file.path)),
        manifests=tuple(each for each in book.outcomes if each.outcome != "known"),
        rows_waiting=sum(each.rows for each in waiting),
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
    run: RunContext,
    files: Sequence[FoundFile],
    changed: Collection[str],
    triage: Triage,
    settler: Settler,
) -> list[Sighting]:
    """Settle what is decided by name and ledger; return what is to be read."""
    sightings: list[Sighting] = []
    for file in files:
        sorted_as = triage.sort(file, changed=file.path in changed)
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


def _changed_in_place(
    run: RunContext, files: Sequence[FoundFile], earlier: Mapping[str, ArrivalRow]
) -> frozenset[str]:
    """Return the files whose content is another one though size and time are as they were."""
    again = recheck(
        run.site.inbox,
        files,
        earlier,
        about=run.settings.inbox.recheck_files,
        run_id=run.run_id,
        max_bytes=run.settings.inference.max_bytes,
    )
    if again.changed:
        run.tally.warnings.append(
            f"{len(again.changed)} known files have other content under the same size and time; "
            f"the first: {min(again.changed)}"
        )
    if again.unreadable:
        run.tally.warnings.append(f"{again.unreadable} known files could not be read again")
    return again.changed


def _measured(
    run: RunContext, sightings: Sequence[Sighting], ledger: LedgerBook, settler: Settler
) -> str:
    window = timedelta(minutes=run.settings.inbox.pass_minutes)
    known = known_passes(run.connection, sightings, window)
    return measure_passes(run, plan_passes(sightings, known, window), ledger, settler)
