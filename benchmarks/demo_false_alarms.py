"""Does the demonstration tell one story? Its plan on many seeds, judged without drawing a pixel.

Every seed is a plant of its own: the same plan, characteristics, budget, limits and evaluation as
`blemish demo`, with the metrics taken from the planned defects in place of the measured ones. What
the model adds (misses, false calls) is not in it. A seed is quiet when no characteristic outside
the planted stream signals after its baseline.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np

from inference.rendering.plan import SurfacePlan
from jobs.demo import DAYS, PARTS
from jobs.demonstration.plan import EXCURSION_STREAM, DemoPass, DemoPlan, plan_demo
from jobs.demonstration.settings import demo_settings_text
from jobs.monitoring.budget import LOCATION_SHARE, points_per_week
from jobs.monitoring.judging import Judge, aware, judge_phase
from jobs.monitoring.proposals import NoLimits, propose_limits
from jobs.settings import Settings, parse_settings
from spc.run_lengths.budget import divide_budget
from warehouse.records import HEALTH_METRICS, METRICS, SignalRow, Stream
from warehouse.series import MetricSeries

END = datetime(2024, 5, 8, 12, 0, tzinfo=UTC)
NEEDED_SHARE = 0.9
"""Share of seeds that must be quiet, and on which the excursion must be found."""

SCRATCH_WIDTH = 4.0
"""Pixels that a planned scratch covers per pixel of its length, on average."""


@dataclass(frozen=True, slots=True)
class Seed:
    """What one seed gave; `delay` counts packed parts from the first marked one to the alarm."""

    seed: int
    delay: int | None
    before: int
    elsewhere: int
    skipped: int


def planned_metrics(surface: SurfacePlan) -> dict[str, float]:
    """The charted metrics of a planned surface, as if every planned defect were found exactly."""
    pixels = surface.size**2
    stains = [stain.area for stain in surface.stains if stain.labelled]
    lengths = [scratch.length for scratch in surface.scratches if scratch.labelled]
    return {
        "stain_count": float(len(stains)),
        "total_stain_pct": 100 * sum(stains) / pixels,
        "largest_stain_area_px": max(stains, default=0.0),
        "scratch_count": float(len(lengths)),
        "longest_scratch_px": max(lengths, default=0.0),
        "total_scratch_pct": 100 * SCRATCH_WIDTH * sum(lengths) / pixels,
    }


def series_of(passes: Sequence[DemoPass], metric: str) -> MetricSeries:
    """One metric of a stream's passes, as the warehouse would return it."""
    n = len(passes)
    times = [one.captured_at.replace(tzinfo=None) for one in passes]
    return MetricSeries(
        metric=metric,
        pass_ids=[one.image_name for one in passes],
        part_ids=[one.part_id for one in passes],
        captured_at=np.array(times, dtype="datetime64[us]"),
        values=np.array([planned_metrics(one.surface)[metric] for one in passes]),
        model_ids=n * ["plan"],
        passed=n * [None],
    )


def budget_share(plan: DemoPlan, settings: Settings) -> float:
    """Each point's share of the budget, as the monitor computes it."""
    rates = []
    for stream in plan.streams:
        passes = plan.of_stream(stream)
        rate = points_per_week(len(passes), passes[0].captured_at, passes[-1].captured_at)
        # The figures of camera and model have their share of the budget, too.
        rates += (len(METRICS) + len(HEALTH_METRICS)) * [rate]
    budget = (1 - LOCATION_SHARE) * settings.spc.false_alarms_per_week
    return divide_budget(budget, rates).point_probability


def signals_of_stream(
    plan: DemoPlan, stream: Stream, settings: Settings, alpha: float
) -> tuple[list[SignalRow], int]:
    """All signals of a stream, and how many of its metrics got no limits."""
    found: list[SignalRow] = []
    skipped = 0
    for metric in METRICS:
        series = series_of(plan.of_stream(stream), metric)
        proposal = propose_limits(
            series.values, series.captured_at, chart=None, alpha=alpha, spc=settings.spc
        )
        if isinstance(proposal, NoLimits) or proposal.phase.provisional:
            skipped += 1
            continue
        judge = Judge(f"{stream.key}:{metric}", 1, 1, END)
        ends = aware(series.captured_at[proposal.length - 1])
        found += judge_phase(proposal.phase, series, judge, baseline_ends=ends).signals
    return found, skipped


def judge_seed(seed: int, *, parts: int, days: float, settings: Settings) -> Seed:
    """Plan and judge one plant."""
    plan = plan_demo(parts=parts, days=days, seed=seed, end=END)
    alpha = budget_share(plan, settings)
    elsewhere = skipped = 0
    planted: list[SignalRow] = []
    for stream in plan.streams:
        signals, without = signals_of_stream(plan, stream, settings, alpha)
        skipped += without
        if stream == EXCURSION_STREAM:
            planted = signals
        else:
            # The unit of a false alarm is what would open an episode: one characteristic.
            elsewhere += len({one.characteristic_id for one in signals})
    first_at = min(
        (one.completing_at for one in planted if one.completing_at >= plan.excursion_begins),
        default=None,
    )
    marked = [one for one in plan.of_stream(EXCURSION_STREAM) if one.planted]
    delay = None
    if first_at is not None:
        delay = sum(one.captured_at <= first_at for one in marked)
    before = {one.characteristic_id for one in planted if one.completing_at < plan.excursion_begins}
    return Seed(seed, delay, before=len(before), elsewhere=elsewhere, skipped=skipped)


def main(arguments: Sequence[str] | None = None) -> int:
    """Print one line per seed and the totals; 1 where fewer seeds than needed are as they should."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--first", type=int, default=1, help="the first seed")
    parser.add_argument("--parts", type=int, default=PARTS)
    parser.add_argument("--days", type=float, default=DAYS)
    options = parser.parse_args(arguments)
    settings = parse_settings(demo_settings_text(options.days), where="demo")
    budget = settings.spc.false_alarms_per_week
    print(f"{options.parts} parts in {options.days:g} days, {budget:g} false alarms a week")
    print("seed  alarm after (parts)  early alarms  alarms elsewhere  without limits  seconds")
    results = []
    for seed in range(options.first, options.first + options.seeds):
        started = time.perf_counter()
        result = judge_seed(seed, parts=options.parts, days=options.days, settings=settings)
        seconds = time.perf_counter() - started
        delay = "missed" if result.delay is None else str(result.delay)
        print(
            f"{seed:4}  {delay:>19}  {result.before:12}  {result.elsewhere:16}"
            f"  {result.skipped:14}  {seconds:7.1f}",
            flush=True,
        )
        results.append(result)
    quiet = sum(result.elsewhere == 0 for result in results)
    found = sum(result.delay is not None for result in results)
    delays = sorted(result.delay for result in results if result.delay is not None)
    median = delays[len(delays) // 2] if delays else "-"
    print(f"no alarm outside the planted stream on {quiet} of {len(results)} seeds")
    print(f"excursion found on {found} of {len(results)} seeds, after {median} parts (median)")
    needed = NEEDED_SHARE * len(results)
    return 0 if quiet >= needed and found >= needed else 1


if __name__ == "__main__":
    sys.exit(main())
