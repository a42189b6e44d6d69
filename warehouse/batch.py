"""Write one batch of a run: facts, ledger and rollups in one transaction."""

from dataclasses import dataclass

from warehouse.connection import Connection
from warehouse.errors import BatchError
from warehouse.records import (
    ArrivalRow,
    DefectRow,
    ImageRow,
    InspectionRow,
    MergedDefectRow,
    MergedPieceRow,
    ModelRow,
)
from warehouse.rollups import recompute, touched_days
from warehouse.seals import SealedInsert, sealer
from warehouse.sql import query
from warehouse.staging import insert
from warehouse.transaction import transaction


@dataclass(frozen=True, slots=True)
class Batch:
    """The rows of one batch; the image of a defect must be in the same batch."""

    arrivals: tuple[ArrivalRow, ...] = ()
    images: tuple[ImageRow, ...] = ()
    defects: tuple[DefectRow, ...] = ()
    inspections: tuple[InspectionRow, ...] = ()
    models: tuple[ModelRow, ...] = ()
    merged_defects: tuple[MergedDefectRow, ...] = ()
    merged_pieces: tuple[MergedPieceRow, ...] = ()


@dataclass(frozen=True, slots=True)
class BatchCounts:
    """How many rows were new, by table; a repeat of a batch gives zeros."""

    arrivals: int
    images: int
    defects: int
    inspections: int
    models: int


def write_batch(connection: Connection, batch: Batch) -> BatchCounts:
    """Write `batch` in one transaction; rows whose key is stored are left as they are.

    The rollups of every day × stream that the batch touches are computed anew.

    Raises
    ------
    BatchError
        A row breaks a rule of the schema; nothing was written.
    WarehouseFullError
        The volume is full; nothing was written.

    """
    with transaction(connection), sealer(connection) as seals:
        into = seals.into
        models = insert(
            connection, "insert_models", _new_models(connection, batch), seal=into("model")
        )
        images = insert(connection, "insert_images", batch.images, seal=into("image"))
        defects = _insert_defects(connection, batch, new=set(images), seal=into("defect"))
        inspections = insert(
            connection, "insert_inspections", batch.inspections, seal=into("inspection")
        )
        insert(
            connection, "insert_merged_defects", batch.merged_defects, seal=into("merged_defect")
        )
        insert(connection, "insert_merged_pieces", batch.merged_pieces, seal=into("merged_piece"))
        arrivals = insert(connection, "insert_arrivals", batch.arrivals, seal=into("arrival"))
        if images or inspections:
            recompute(connection, touched_days(connection, batch.inspections, _looked_up(batch)))
    return BatchCounts(len(arrivals), len(images), defects, len(inspections), len(models))


def _new_models(connection: Connection, batch: Batch) -> list[ModelRow]:
    """Return the models that are not stored: hardly ever one, and to ask is cheaper than to offer."""
    stored = {model_id for (model_id,) in connection.execute(query("model_ids")).fetchall()}
    return [model for model in batch.models if model.model_id not in stored]


def _insert_defects(
    connection: Connection, batch: Batch, *, new: set[tuple[str, int]], seal: SealedInsert
) -> int:
    """Insert the defects of the `new` images: those of stored images came with them."""
    times = {(image.image_id, image.revision): image.captured_at for image in batch.images}
    for defect in batch.defects:
        if (defect.image_id, defect.revision) not in times:
            raise BatchError(
                f"defect {defect.defect_no} of image {defect.image_id} revision {defect.revision} "
                "comes without its image; nothing of its batch was written"
            )
    rows = [defect for defect in batch.defects if (defect.image_id, defect.revision) in new]
    captured_at = [times[defect.image_id, defect.revision] for defect in rows]
    insert(connection, "insert_defects", rows, captured_at=captured_at, seal=seal)
    return len(rows)


def _looked_up(batch: Batch) -> set[str]:
    """Return the passes whose days are not all in the batch: revised ones, and those of images."""
    whole = {row.pass_id for row in batch.inspections if row.revision == 1}
    mentioned = {row.pass_id for row in batch.inspections} | {row.pass_id for row in batch.images}
    return mentioned - whole
