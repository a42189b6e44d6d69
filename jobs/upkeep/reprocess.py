"""Measure the baseline with a new model in shadow: nothing that people look at changes.

Each batch of passes is written in one transaction, so a call that was killed goes on where it was;
the report is made from all rows of the model.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from inference.model_file import load_model
from inference.model_variant import ModelVariant, model_variant
from jobs.clock import Clock
from jobs.errors import InputError
from jobs.measurement.model_choice import archived_model
from jobs.measurement.specifications import specifications_in
from jobs.monitoring.characteristics import SYSTEM
from jobs.progress import Progress, no_progress
from jobs.settings import Settings
from jobs.upkeep.reprocess_bias import StreamBias, stream_bias
from jobs.upkeep.reprocess_limits import (
    JUST_AFTER,
    LIMIT_METRICS,
    ShadowLimits,
    reason_words,
    reference_phases,
    shadow_limits,
)
from jobs.upkeep.reprocess_report import ShadowReport
from jobs.upkeep.reprocess_shadow import Shadow
from warehouse.archive import Archive
from warehouse.connection import Connection, open_master
from warehouse.journal.characteristics import CharacteristicRow, characteristics
from warehouse.journal.model_decisions import store_trial
from warehouse.journal.model_trials import ModelTrial
from warehouse.journal.phases import PhaseRow, phases
from warehouse.journal.store import open_journal
from warehouse.lock import run_lock
from warehouse.records import Stream
from warehouse.series import streams
from warehouse.shadow import (
    ShadowPass,
    last_by_others,
    shadow_pairs,
    shadow_passes,
)
from warehouse.site import Site


@dataclass(frozen=True, slots=True)
class Scope:
    """Which parts are compared: the baselines, unless one of these is given.

    Attributes
    ----------
    parts : int or None
        The newest so many of each stream.
    since : datetime or None
        Those captured from then on.

    """

    parts: int | None = None
    since: datetime | None = None

    @property
    def is_baseline(self) -> bool:
        """Whether it is the parts that the limits in use were learnt from."""
        return self.parts is None and self.since is None


@dataclass(frozen=True, slots=True)
class _Plan:
    """A model in the archive, and what it is compared with."""

    model_id: str
    path: Path
    name: str
    scope: Scope
    references: dict[str, PhaseRow]
    rows: tuple[CharacteristicRow, ...]

    def compared_on(self, stream: Stream) -> list[tuple[CharacteristicRow, PhaseRow]]:
        """Return the characteristics of a stream that have limits of another model, with these."""
        return [
            (row, self.references[row.characteristic_id])
            for row in self.rows
            if row.stream == stream and row.characteristic_id in self.references
        ]


def reprocess(
    site: Site,
    settings: Settings,
    model: Path,
    *,
    clock: Clock,
    engine: str | None = None,
    scope: Scope | None = None,
    progress: Progress = no_progress,
) -> ShadowReport:
    """Measure parts again with `model` in shadow, compare, and propose the limits that it gives.

    Parameters
    ----------
    site, settings
        The site and its settings of today.
    model
        An ONNX file.
    engine
        What runs it: one of `inference.engines.choice.ENGINE_NAMES`; None: what the settings say.
    clock, scope, progress
        When it is, which parts, and who hears how far it has come.

    Raises
    ------
    RunLockedError
        A run is in progress on this site.
    ModelError
        The file cannot be used.
    InputError
        There is no part to compare.
    TransitionError
        The model is the one in use.

    """
    archive = Archive(site.archive)
    tried = _checked(model, engine or settings.inference.engine)
    model_id = tried.model_id
    with (
        run_lock(site.lock_file, "reprocess"),
        open_journal(site.journal) as journal,
        open_master(site.master) as connection,
    ):
        plan = _Plan(
            model_id,
            archived_model(tried, archive),
            tried.name,
            scope or Scope(),
            reference_phases(phases(journal), model_id),
            tuple(row for row in characteristics(journal) if row.metric in LIMIT_METRICS),
        )
        wanted = _wanted(connection, plan)
        if not wanted:
            raise InputError(
                "there is no part to compare: no characteristic has limits of another model, and "
                "neither --parts nor --since names any part that another model measured"
            )
        waiting = [each for each in wanted if not each.is_measured]
        limits = specifications_in(journal, settings)
        shadow = Shadow(connection, archive, settings, limits, plan.model_id, clock, progress)
        left = shadow.measure(waiting, plan.path)
        found = _compared(connection, settings, plan, now=clock())
        report = replace(found.report, measured=len(waiting) - len(left), left=tuple(left))
        trial = ModelTrial(plan.model_id, plan.name, "shadow", found.now, report.to_dict())
        words = f"{report.parts} parts measured in shadow"
        store_trial(journal, trial, found.proposals, who=SYSTEM, reason=words)
        return report


def _checked(model: Path, engine: str) -> ModelVariant:
    """Return a model that loads, as `engine` runs it; the archive gets no other."""
    load_model(model, engine=engine)
    return model_variant(model, engine)


def _wanted(connection: Connection, plan: _Plan) -> list[ShadowPass]:
    """The passes to compare, each once."""
    found: dict[str, ShadowPass] = {}
    for stream in (each.stream for each in streams(connection)):
        if plan.scope.is_baseline:
            own = [before for _, before in plan.compared_on(stream)]
            spans = {(row.first_pass_at, row.last_pass_at + JUST_AFTER) for row in own}
            for start, end in sorted(spans):
                passes = shadow_passes(connection, plan.model_id, stream, start=start, end=end)
                found.update((each.pass_id, each) for each in passes)
        else:
            passes = shadow_passes(
                connection,
                plan.model_id,
                stream,
                start=plan.scope.since,
                limit=plan.scope.parts,
            )
            found.update((each.pass_id, each) for each in passes)
    return list(found.values())


@dataclass(frozen=True, slots=True)
class _Compared:
    """The report, and the columns of the phases that it proposes."""

    report: ShadowReport
    proposals: tuple[dict[str, Any], ...]
    now: datetime


def _compared(
    connection: Connection, settings: Settings, plan: _Plan, *, now: datetime
) -> _Compared:
    """Compare everything the model measured in shadow, and learn limits from it."""
    biases: list[StreamBias] = []
    limits: list[ShadowLimits] = []
    proposals: list[dict[str, Any]] = []
    begins = last_by_others(connection, plan.model_id)
    for stream in (each.stream for each in streams(connection)):
        pairs = shadow_pairs(connection, plan.model_id, stream)
        if not pairs.pass_ids:
            continue
        bias = stream_bias(stream, pairs)
        biases.append(bias)
        by_metric = {each.metric: each for each in bias.metrics}
        valid_from = begins[stream] + JUST_AFTER if stream in begins else now
        for row, before in plan.compared_on(stream):
            whole = not plan.scope.is_baseline
            found = shadow_limits(connection, row, before, pairs, settings, whole=whole)
            limits.append(found)
            if found.phase is not None:
                reason = reason_words(plan.name, before, by_metric.get(row.metric))
                proposals.append(
                    found.columns(plan.model_id, valid_from=valid_from, now=now, reason=reason)
                )
    report = ShadowReport(plan.model_id, plan.name, 0, tuple(biases), tuple(limits), ())
    return _Compared(report, tuple(proposals), now)
