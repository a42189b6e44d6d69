"""The demonstration's plan: the same for the same seed, one excursion, where and when it says."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from jobs.demonstration.plan import EXCURSION_STREAM, STAIN_K, STAIN_MEAN, plan_demo

END = datetime(2024, 5, 8, 12, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def plan():
    return plan_demo(parts=400, days=7, seed=3, end=END)


def test_the_same_seed_gives_the_same_plant_and_another_seed_another():
    one, two, other = (plan_demo(parts=30, days=2, seed=seed, end=END) for seed in (5, 5, 6))
    assert one == two
    assert one.passes[0].surface != other.passes[0].surface


def test_every_part_passes_one_bath_and_then_the_packing_cell(plan):
    by_part = {}
    for one in plan.passes:
        by_part.setdefault(one.part_id, []).append(one)
    assert len(by_part) == 400
    for plated, packed in by_part.values():
        assert plated.stream.station == "S10-plating"
        assert packed.stream == EXCURSION_STREAM
        assert plated.captured_at < packed.captured_at


def test_packing_shows_the_defects_of_plating_and_a_few_more(plan):
    plated, packed = {}, {}
    for one in plan.passes:
        (packed if one.stream == EXCURSION_STREAM else plated)[one.part_id] = one.surface
    assert all(
        set(plated[part].stains) <= set(packed[part].stains)
        and set(plated[part].scratches) <= set(packed[part].scratches)
        for part in plated
    )
    assert any(len(packed[part].scratches) > len(plated[part].scratches) for part in plated)


def test_times_lie_in_the_period_and_are_in_order(plan):
    times = [one.captured_at for one in plan.passes]
    assert times == sorted(times)
    assert END - timedelta(days=7) <= times[0]
    assert END - timedelta(hours=1) < times[-1] <= END


def test_the_excursion_is_in_one_stream_from_three_quarters_on(plan):
    assert plan.excursion_begins == END - timedelta(days=7 / 4)
    for one in plan.passes:
        marked = one.stream == EXCURSION_STREAM and one.captured_at >= plan.excursion_begins
        assert (one.planted > 0) is marked
        assert one.planted <= 4
    planted = [one for one in plan.passes if one.planted]
    assert 90 <= len(planted) <= 110


def test_planted_stains_lie_in_the_upper_right_corner_and_are_large(plan):
    for one in plan.passes:
        corner = one.surface.stains[len(one.surface.stains) - one.planted :]
        assert all(0.72 <= stain.x <= 0.95 and 0.05 <= stain.y <= 0.30 for stain in corner)
        assert all(stain.area >= 350 for stain in corner)


def test_the_excursion_changes_nothing_else():
    # The first parts of a longer plant are those of a shorter one: each part has its own seed.
    short = plan_demo(parts=20, days=2, seed=9, end=END)
    long = plan_demo(parts=200, days=2, seed=9, end=END)
    surfaces = {one.image_name: one.surface for one in long.passes}
    assert all(
        one.surface.stains[: len(one.surface.stains) - one.planted]
        == surfaces[one.image_name].stains[: len(one.surface.stains) - one.planted]
        for one in short.passes
    )


def test_the_process_in_control_has_the_stated_mean(plan):
    plated = [len(one.surface.stains) for one in plan.passes if one.stream != EXCURSION_STREAM]
    # Variance of the negative binomial law, m + m²/k: four standard errors.
    error = np.sqrt((STAIN_MEAN + STAIN_MEAN**2 / STAIN_K) / len(plated))
    assert abs(np.mean(plated) - STAIN_MEAN) < 4 * error


@pytest.mark.parametrize(("parts", "days"), [(0, 7), (10, 0)])
def test_a_plant_without_parts_or_time_is_refused(parts, days):
    with pytest.raises(ValueError, match="needs parts and days above 0"):
        plan_demo(parts=parts, days=days, seed=1, end=END)
