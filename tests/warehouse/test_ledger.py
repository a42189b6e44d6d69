from warehouse.batch import Batch, write_batch
from warehouse.ledger import (
    arrivals_of_run,
    image_exists,
    inspections_of,
    known_arrivals,
    measured_hashes,
    next_image_revision,
    next_revision,
)


def test_an_empty_warehouse_knows_nothing(connection):
    assert known_arrivals(connection) == {}
    assert image_exists(connection, []) == {}
    assert image_exists(connection, ["i1"]) == {}
    assert inspections_of(connection, []) == []
    assert measured_hashes(connection) == set()
    assert next_revision(connection, "p1") == 1
    assert next_image_revision(connection, "i1") == 1


def test_an_image_is_known_under_the_name_it_came_with_first(connection, build):
    write_batch(connection, Batch(images=(build.image("i1", "p1", path="first.png"),)))
    write_batch(connection, Batch(images=(build.image("i1", "p1", path="b.png", revision=2),)))
    assert image_exists(connection, ["i1", "i2"]) == {"i1": "first.png"}
    assert measured_hashes(connection) == {"i1"}
    assert next_image_revision(connection, "i1") == 3


def test_a_revised_pass_counts_on(connection, build):
    write_batch(connection, build.part("p1"))
    write_batch(connection, build.part("p1", revision=2))
    assert next_revision(connection, "p1") == 3


def test_the_ledger_of_one_run(connection, build):
    rows = (
        build.arrival("b.png", run_id=2),
        build.arrival("a.png", run_id=2),
        build.arrival("c.png", run_id=1),
    )
    write_batch(connection, Batch(arrivals=rows))
    assert [row.path for row in arrivals_of_run(connection, 2)] == ["a.png", "b.png"]


def test_inspections_of_parts_are_the_latest_revisions_oldest_first(connection, build):
    rows = (
        build.inspection("p2", part_id="a", captured_at=build.at(5)),
        build.inspection("p1", part_id="a"),
        build.inspection("p1", part_id="a", revision=2, stain_count=8),
        build.inspection("p3", part_id="b"),
        build.inspection("p4", part_id="c"),
    )
    write_batch(connection, Batch(inspections=rows))
    found = inspections_of(connection, ["b", "a"])
    assert [(row.pass_id, row.revision) for row in found] == [("p1", 2), ("p2", 1), ("p3", 1)]
