"""Say, after a run that was killed, whether the warehouse has everything the archive has."""

from collections.abc import Sequence

from warehouse.archive import Archive
from warehouse.connection import Connection
from warehouse.ledger import measured_hashes


def interruption_warnings(
    connection: Connection, archive: Archive, interrupted: Sequence[int]
) -> list[str]:
    """Say which runs were killed, and how many images of theirs have no row now.

    Call it at the end of the run that follows them: what is still in the inbox was taken in again.
    The archive is walked only then, for it may hold a million images.

    Parameters
    ----------
    interrupted : sequence of int
        The runs that never finished.

    """
    if not interrupted:
        return []
    runs = ", ".join(str(run_id) for run_id in interrupted)
    said = [f"run {runs} was interrupted; what it left undone was taken in now"]
    if lost := len(archive.image_hashes() - measured_hashes(connection)):
        said.append(
            f"{lost} images in the archive have no row and are not in the inbox any more; "
            "the archive keeps them"
        )
    return said
