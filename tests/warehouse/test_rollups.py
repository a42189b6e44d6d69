"""Rollups are compared with sums made here in Python from the rows that were written."""

import math
import random
from collections import defaultdict
from datetime import UTC, timedelta

import pytest

from warehouse.batch import Batch, write_batch
from warehouse.records import METRICS, Stream
from warehouse.rollups import recompute


def daily(connection):
    columns = "day, line, station, tool, family, model_id, metric"
    found = connection.execute(
        f"SELECT {columns}, n, total, total_squares, minimum, maximum, zeros FROM daily_rollup"
    )
    return {row[:7]: row[7:] for row in found.fetchall()}


def located(connection):
    columns = "day, line, station, tool, family, model_id, defect_class, cell_row, cell_column"
    found = connection.execute(
        f"SELECT {columns}, parts, area_px, parts_inspected FROM location_rollup"
    )
    return {row[:9]: row[9:] for row in found.fetchall()}


def key(row):
    day = row.captured_at.astimezone(UTC).date()
    return (day, row.line, row.station, row.tool, row.family, row.model_id)


def latest(rows, name):
    newest = {}
    for row in sorted(rows, key=lambda one: one.revision):
        newest[getattr(row, name)] = row
    return newest


def expected_daily(batches):
    values = defaultdict(list)
    for row in latest((row for batch in batches for row in batch.inspections), "pass_id").values():
        for metric in METRICS:
            values[(*key(row), metric)].append(float(getattr(row, metric)))
    return {
        group: (
            len(found),
            math.fsum(found),
            math.fsum(value * value for value in found),
            min(found),
            max(found),
            found.count(0.0),
        )
        for group, found in values.items()
    }


def expected_located(batches):
    inspections = latest((row for batch in batches for row in batch.inspections), "pass_id")
    images = latest((row for batch in batches for row in batch.images), "image_id")
    inspected = defaultdict(set)
    for row in inspections.values():
        inspected[key(row)].add(row.pass_id)
    parts = defaultdict(set)
    area = defaultdict(float)
    defects = {
        (row.image_id, row.revision, row.defect_no): row
        for batch in batches
        for row in batch.defects
    }
    for row in defects.values():
        image = images[row.image_id]
        if row.revision == image.revision:
            inspection = inspections[image.pass_id]
            cell = (min(31, int(row.part_y * 32)), min(31, int(row.part_x * 32)))
            group = (*key(inspection), row.defect_class, *cell)
            parts[group].add(image.pass_id)
            area[group] += row.pixel_count
    return {
        group: (len(passes), area[group], len(inspected[group[:6]]))
        for group, passes in parts.items()
    }


def check(connection, batches):
    found = daily(connection)
    expected = expected_daily(batches)
    assert found.keys() == expected.keys()
    for group, row in expected.items():
        assert found[group] == pytest.approx(row, rel=1e-12), group
    assert located(connection) == expected_located(batches)


def random_part(build, chance, name, *, days=4, **fields):
    stream = chance.choice([build.stream, Stream("L1", "S2", "T1", "HS")])
    spots = [
        (
            chance.choice(["stain", "scratch"]),
            chance.choice([0.0, chance.random(), 1.0]),
            chance.random(),
        )
        for _ in range(chance.randrange(4))
    ]
    return build.part(
        name,
        at=build.start + timedelta(minutes=chance.randrange(days * 24 * 60)),
        stream=stream,
        defects=spots,
        stain_count=chance.randrange(3),
        total_stain_pct=chance.random() * 10,
        **fields,
    )


def test_rollups_equal_a_full_recomputation_after_late_data_and_revisions(connection, build):
    chance = random.Random(20260302)
    first = build.batch(*(random_part(build, chance, f"p{number}") for number in range(60)))
    # Late parts on days that are there already, and revisions of stored parts: some by another
    # model, some on another day or stream than before.
    late = build.batch(*(random_part(build, chance, f"late{number}") for number in range(20)))
    revised = build.batch(
        *(
            random_part(
                build,
                chance,
                f"p{number}",
                revision=2,
                model_id=chance.choice([build.model_id, "b" * 64]),
            )
            for number in range(0, 60, 4)
        )
    )
    written = []
    for batch in (first, late, revised, first):
        write_batch(connection, batch)
        written.append(batch)
        check(connection, written)


@pytest.mark.parametrize("seed", [1, 2, pytest.param(range(3, 40), marks=pytest.mark.soak)])
def test_rollups_are_exact_whatever_the_order_of_parts_revisions_and_repeats(
    connection, build, seed
):
    """Batches of new, late, revised, moved and repeated parts at random; compared after each."""
    written, revisions = [], {}
    for each in [seed] if isinstance(seed, int) else seed:
        chance = random.Random(each)
        for _ in range(12):
            names = {f"s{each}p{chance.randrange(25)}" for _ in range(chance.randrange(1, 9))}
            parts = []
            for name in sorted(names):
                revisions[name] = revisions.get(name, 0) + 1
                model = chance.choice([build.model_id, "b" * 64])
                parts.append(
                    random_part(build, chance, name, revision=revisions[name], model_id=model)
                )
            batch = build.batch(*parts)
            written.append(batch)
            write_batch(connection, batch)
            if written and chance.random() < 0.4:
                write_batch(connection, chance.choice(written))
        check(connection, written)


def test_a_revision_that_moves_a_part_empties_the_day_it_left(connection, build):
    write_batch(connection, build.part("p1"))
    tomorrow = build.start + timedelta(days=1)
    write_batch(connection, build.part("p1", at=tomorrow, revision=2))
    assert {group[0] for group in daily(connection)} == {tomorrow.date()}
    assert {group[0] for group in located(connection)} == {tomorrow.date()}


def test_a_late_view_counts_in_the_map(connection, build):
    write_batch(connection, build.part("p1"))
    view = build.image("second", "p1")
    spot = build.defect("second", part_x=0.99, part_y=0.99)
    again = build.inspection("p1", revision=2, views_present=2, stain_count=2)
    write_batch(connection, Batch(images=(view,), defects=(spot,), inspections=(again,)))
    cells = {group[-2:]: row[0] for group, row in located(connection).items()}
    assert cells == {(6, 1): 1, (31, 31): 1}


def test_the_day_is_the_day_in_utc(connection, build):
    berlin_morning = build.start.replace(hour=23, minute=30)
    write_batch(connection, build.part("p1", at=berlin_morning))
    assert {group[0] for group in daily(connection)} == {berlin_morning.date()}


def test_recomputing_nothing_changes_nothing(connection, build):
    write_batch(connection, build.part("p1"))
    before = daily(connection)
    recompute(connection, set())
    assert daily(connection) == before
