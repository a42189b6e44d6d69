"""Compare the warehouse with what was committed, at every start, and make again what is gone.

What is compared is bounded by one run: the notes of the batches since the last checkpoint, and the
totals that checkpoint had. Only a warehouse with fewer rows than that, such as an older copy put in
its place, has the whole archive compared with it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from jobs.measurement.replay import Replay
from warehouse.batch import Batch
from warehouse.batch_store import totals_of
from warehouse.commit_book import CommitNote
from warehouse.errors import ArchiveError
from warehouse.ledger import image_exists, known_arrivals, measured_hashes
from warehouse.leftovers import remove_leftovers
from warehouse.records import ArrivalRow
from warehouse.site import Site


@dataclass(frozen=True, slots=True)
class Missing:
    """What notes or archive have and the warehouse has not.

    Attributes
    ----------
    commits : int
        Batches whose commit was confirmed and whose rows are gone.
    images : tuple of str
        Images without rows, by their hash.
    arrivals : tuple of ArrivalRow
        Ledger rows that are gone and do not belong to one of `images`.
    whole_archive : bool
        Whether every image of the archive was looked for.

    """

    commits: int = 0
    images: tuple[str, ...] = ()
    arrivals: tuple[ArrivalRow, ...] = ()
    whole_archive: bool = False


def reconcile(
    replay: Replay, site: Site, *, interrupted: Sequence[int], log_kept: Path | None
) -> list[str]:
    """Find what the warehouse has lost, make it again, and say so in sentences for a person.

    What still lies in the inbox as it was is left to the run that follows.

    Parameters
    ----------
    interrupted : sequence of int
        The runs that never finished.
    log_kept : Path or None
        Where a damaged write-ahead log was put.

    Raises
    ------
    ArchiveError
        The warehouse has images and the archive is empty: its volume is not there.

    """
    _refuse_empty_archive(replay)
    said = [_log_words(log_kept)] if log_kept else []
    notes, unreadable = _notes(replay)
    missing = _missing(replay, notes, in_full=bool(unreadable))
    said += unreadable
    if notes or interrupted or unreadable:
        replay.archive.remove_leftovers()
        remove_leftovers([site.quarantine])
    if missing.commits:
        said.append(_loss_words(missing, notes))
    if missing.whole_archive:
        said.append(f"the whole archive was compared: {len(missing.images)} images had no row")
    if interrupted:
        runs = ", ".join(str(run_id) for run_id in interrupted)
        said.append(f"run {runs} was interrupted; what it left undone was taken in now")
    return said + _restored(replay, missing, site.inbox)


def _restored(replay: Replay, missing: Missing, inbox: Path) -> list[str]:
    """Make again what the run that follows will not meet in the inbox."""
    gone = [row for row in missing.arrivals if not _lies_in_inbox(row, inbox)]
    if kept := tuple(row for row in gone if row.outcome != "measured"):
        replay.store.write(Batch(arrivals=kept))
    waiting = {row.sha256 for row in missing.arrivals} - {row.sha256 for row in gone}
    images = [image for image in missing.images if image not in waiting]
    if not images:
        return []
    report = replay.run(images)
    said = [f"{report.images} images were measured again from the archive"]
    said += [f"image {image_id} has no row: {reason}" for image_id, reason in report.lost]
    return said


def _missing(replay: Replay, notes: Sequence[CommitNote], *, in_full: bool) -> Missing:
    connection = replay.store.connection
    noted = {image_id for note in notes for image_id, _ in note.images}
    stored = image_exists(connection, noted)
    known = known_arrivals(connection) if notes else {}
    gone = [note for note in notes if _is_gone(note, stored, known)]
    images = {image_id for note in gone for image_id, _ in note.images} - stored.keys()
    arrivals = [row for note in gone for row in note.arrivals if not _is_known(row, known)]
    totals = replay.store.book.totals()
    present = totals_of(connection, 0)
    whole = in_full or (totals is not None and present.images < totals.images)
    if whole:
        images |= replay.archive.image_hashes() - measured_hashes(connection)
    has_sidecar = sorted(image for image in images if replay.archive.has_sidecar(image))
    return Missing(
        commits=sum(note.committed for note in gone),
        images=tuple(has_sidecar),
        arrivals=tuple(arrivals),
        whole_archive=whole,
    )


def _is_gone(note: CommitNote, stored: Iterable[str], known: dict[str, ArrivalRow]) -> bool:
    if note.images:
        return any(image_id not in stored for image_id, _ in note.images)
    return any(not _is_known(row, known) for row in note.arrivals)


def _is_known(row: ArrivalRow, known: dict[str, ArrivalRow]) -> bool:
    latest = known.get(row.path)
    return latest is not None and latest.change_no >= row.change_no


def _lies_in_inbox(row: ArrivalRow, inbox: Path) -> bool:
    """Tell whether the file is there as it was, so that the run itself takes it in."""
    try:
        found = (inbox / row.path).lstat()
    except (OSError, ValueError):
        return False
    return (found.st_size, found.st_mtime_ns, found.st_ino) == (row.size, row.mtime_ns, row.inode)


def _notes(replay: Replay) -> tuple[list[CommitNote], list[str]]:
    try:
        return replay.store.book.notes(), []
    except ArchiveError as error:
        return [], [str(error)]


def _refuse_empty_archive(replay: Replay) -> None:
    images = totals_of(replay.store.connection, 0).images
    if images and replay.archive.is_empty():
        raise ArchiveError(
            f"archive missing: {replay.archive.root} is empty and the warehouse has {images} "
            "images; is the volume mounted? Nothing was taken in"
        )


def _log_words(kept: Path) -> str:
    return (
        f"the write-ahead log of the warehouse was damaged; it is kept as {kept.name}, "
        "and the last checkpoint was opened"
    )


def _loss_words(missing: Missing, notes: Sequence[CommitNote]) -> str:
    runs = sorted({note.run_id for note in notes if note.committed})
    span = f"run {runs[0]}" if len(runs) == 1 else f"runs {runs[0]} to {runs[-1]}"
    return (
        f"the warehouse had lost {missing.commits} commits of {span} with {len(missing.images)} "
        "images; they are taken in again"
    )
