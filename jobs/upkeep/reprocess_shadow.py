"""Measure passes in shadow: rows beside the facts, a batch a transaction."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from pathlib import Path

from inference.metrics import SurfaceMetrics
from inference.specification import judge
from jobs.clock import Clock
from jobs.measurement.measuring import worker_plan
from jobs.measurement.pool import measuring_pool
from jobs.measurement.specifications import Specifications
from jobs.progress import Progress
from jobs.settings import Settings
from jobs.upkeep.reprocess_measuring import BATCH_PASSES, AgainBench, Left, MeasuredAgain
from warehouse.archive import Archive
from warehouse.connection import Connection
from warehouse.records import InspectionRow, Stream
from warehouse.shadow import ShadowPass, ShadowRow, inspection_revision, store_shadow


@dataclass(frozen=True, slots=True)
class Shadow:
    """Where a model in shadow measures from, and where its rows go."""

    connection: Connection
    archive: Archive
    settings: Settings
    specifications: Specifications
    model_id: str
    clock: Clock
    progress: Progress

    def measure(self, waiting: Sequence[ShadowPass], model: Path) -> list[Left]:
        """Measure the passes with the model at `model`; return those that it could not measure."""
        left: list[Left] = []
        if not waiting:
            return left
        with measuring_pool(worker_plan(self.settings, model)) as pool:
            pool.model()
            bench = AgainBench(
                self.connection, self.archive, pool, self.settings, self.specifications
            )
            for start in range(0, len(waiting), BATCH_PASSES):
                batch = waiting[start : start + BATCH_PASSES]
                found = bench.measure([each.pass_id for each in batch])
                rows = [
                    self._row(one, made)
                    for one, made in zip(batch, found, strict=True)
                    if isinstance(made, MeasuredAgain)
                ]
                store_shadow(self.connection, rows)
                left += [made for made in found if isinstance(made, Left)]
                self.progress("measuring in shadow", start + len(batch), len(waiting))
        return left

    def _row(self, one: ShadowPass, made: MeasuredAgain) -> ShadowRow:
        inspection = made.inspected.inspection
        before = inspection_revision(self.connection, one.pass_id, one.beside_revision)
        return ShadowRow(
            model_id=self.model_id,
            pass_id=one.pass_id,
            beside_revision=one.beside_revision,
            captured_at=inspection.captured_at,
            measured_at=self.clock(),
            stain_count=inspection.stain_count,
            total_stain_pct=inspection.total_stain_pct,
            largest_stain_area_px=inspection.largest_stain_area_px,
            scratch_count=inspection.scratch_count,
            longest_scratch_px=inspection.longest_scratch_px,
            total_scratch_pct=inspection.total_scratch_pct,
            passed=inspection.passed,
            passed_before=self._verdict(before),
        )

    def _verdict(self, before: InspectionRow) -> bool | None:
        """The verdict on the old numbers by the limits that the new ones are judged by."""
        stream = Stream(before.line, before.station, before.tool, before.family)
        limits = self.specifications.of(stream, before.captured_at)
        if not limits:
            return None
        values = {field.name: getattr(before, field.name) for field in fields(SurfaceMetrics)}
        return judge(SurfaceMetrics(**values), limits).passed
