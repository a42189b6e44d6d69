import pytest

from warehouse.batch import Batch, write_batch
from warehouse.part_list import inspections_page
from warehouse.parts import (
    Neighbours,
    PartFilters,
    Region,
    inspection_detail,
    neighbours,
    part_history,
)
from warehouse.records import SignalRow, Stream
from warehouse.signals import insert_signals, withdraw_signals


def ids(page):
    return [row.pass_id for row in page.rows]


def test_a_pass_that_is_not_there_has_no_detail(connection):
    assert inspection_detail(connection, "p1") is None
    assert neighbours(connection, "p1") == Neighbours(None, None)


def test_the_detail_is_the_latest_revision_with_all_views(connection, build):
    views = (
        build.image("right", "p1", view_row=0, view_column=1, captured_at=build.at(1)),
        build.image("left", "p1", view_row=0, view_column=0),
    )
    defects = (
        build.defect("left", 1, pixel_count=20),
        build.defect("right", 1, pixel_count=50),
        build.defect("left", 2, pixel_count=10),
    )
    write_batch(
        connection,
        Batch(images=views, defects=defects, inspections=(build.inspection("p1"),)),
    )
    write_batch(connection, Batch(inspections=(build.inspection("p1", revision=2),)))
    detail = inspection_detail(connection, "p1")
    assert detail.inspection.revision == 2
    assert [image.image_id for image in detail.images] == ["left", "right"]
    assert [(one.image_id, one.pixel_count) for one in detail.defects] == [
        ("right", 50),
        ("left", 20),
        ("left", 10),
    ]


def test_an_inspection_without_images_has_none(connection, build):
    write_batch(connection, Batch(inspections=(build.inspection("p1"),)))
    detail = inspection_detail(connection, "p1")
    assert (detail.images, detail.defects) == ((), ())


@pytest.fixture
def stored(connection, build):
    other = Stream("L1", "S2", "T1", "HS")
    parts = [
        build.part("a", at=build.at(0), stain_count=5, lot="x", defects=[("stain", 0.1, 0.1)]),
        build.part("b", at=build.at(1), stain_count=9, passed=False, defects=[("stain", 0.9, 0.9)]),
        build.part("c", at=build.at(2), stain_count=5, passed=True, defects=[]),
        build.part(
            "d", at=build.at(3), stream=other, stain_count=7, defects=[("scratch", 0.1, 0.1)]
        ),
    ]
    write_batch(connection, build.batch(*parts))
    return connection


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        (PartFilters(), ["d", "c", "b", "a"]),
        (PartFilters(order="oldest"), ["a", "b", "c", "d"]),
        # The worst first, of equals the newest.
        (PartFilters(order="stain_count"), ["b", "d", "c", "a"]),
        (PartFilters(streams=[Stream("L1", "S2", "T1", "HS")]), ["d"]),
        (PartFilters(streams=[]), []),
        (PartFilters(part_id_contains="RT-B"), ["b"]),
        (PartFilters(part_id_contains="%"), []),
        (PartFilters(lot="x"), ["a"]),
        (PartFilters(failed_only=True), ["b"]),
        (PartFilters(region=Region("stain", 0.0, 0.0, 0.5, 0.5)), ["a"]),
        (PartFilters(region=Region("scratch", 0.0, 0.0, 0.5, 0.5)), ["d"]),
        (PartFilters(region=Region("stain", 0.0, 0.0, 1.0, 1.0), order="stain_count"), ["b", "a"]),
    ],
)
def test_filters_choose_and_order(stored, filters, expected):
    page = inspections_page(stored, filters)
    assert (ids(page), page.total) == (expected, len(expected))


def test_the_interval_of_a_list_is_half_open(stored, build):
    page = inspections_page(stored, PartFilters(start=build.at(1), end=build.at(3)))
    assert ids(page) == ["c", "b"]


def test_pages_follow_each_other(stored):
    pages = [inspections_page(stored, PartFilters(), limit=3, offset=offset) for offset in (0, 3)]
    assert [ids(page) for page in pages] == [["d", "c", "b"], ["a"]]
    assert [page.total for page in pages] == [4, 4]


def test_a_region_does_not_find_defects_of_an_old_revision(stored, build):
    write_batch(stored, build.part("a", revision=2, defects=[]))
    page = inspections_page(stored, PartFilters(region=Region("stain", 0.0, 0.0, 0.5, 0.5)))
    assert (ids(page), page.total) == ([], 0)


def test_neighbours_are_in_the_same_stream(stored):
    # b failed its specification.
    assert neighbours(stored, "a") == Neighbours(None, "b", None, "b")
    assert neighbours(stored, "b") == Neighbours("a", "c")
    assert neighbours(stored, "c") == Neighbours("b", None, "b", None)
    assert neighbours(stored, "d") == Neighbours(None, None)


def test_neighbours_of_the_same_second_do_not_skip_each_other(connection, build):
    rows = [build.inspection(name) for name in "abc"]
    write_batch(connection, Batch(inspections=tuple(rows)))
    assert neighbours(connection, "b") == Neighbours("a", "c")


def test_the_history_of_a_part_goes_through_all_stations(connection, build):
    rows = [
        build.inspection("p2", part_id="part", station="S2", captured_at=build.at(60)),
        build.inspection("p1", part_id="part"),
        build.inspection("p3", part_id="part 2"),
    ]
    write_batch(connection, Batch(inspections=tuple(rows)))
    assert [row.pass_id for row in part_history(connection, "part")] == ["p1", "p2"]


def test_pages_of_the_newest_read_as_many_days_as_they_need(connection, build):
    other = Stream("L2", "S1", "T1", "HS")
    for number in range(24):
        day, stream = 1440 * (number // 3), build.stream if number % 3 else other
        write_batch(
            connection, build.part(f"p{number:02}", at=build.at(day + number), stream=stream)
        )
    # A revision takes the newest part back to the first day.
    write_batch(connection, build.part("p23", at=build.at(30), revision=2))
    order = [f"p{number:02}" for number in range(22, -1, -1)]
    order.insert(order.index("p02"), "p23")
    for offset in range(0, 24, 5):
        page = inspections_page(connection, PartFilters(), limit=5, offset=offset)
        assert ids(page) == order[offset : offset + 5]
        assert page.total == 24
    end = build.at(3 * 1440)
    ours = inspections_page(
        connection, PartFilters(streams=[build.stream], start=build.at(2), end=end), limit=3
    )
    assert (ids(ours), ours.total) == (["p08", "p07", "p05"], 6)


def test_a_neighbour_is_found_however_far_it_is(connection, build):
    for name, minutes, passed in (("a", 0, False), ("b", 1440 * 90, True), ("c", 1440 * 95, None)):
        write_batch(connection, build.part(name, at=build.at(minutes), passed=passed))
    assert neighbours(connection, "b") == Neighbours("a", "c", "a", None)


def signal(build, metric, pass_id, minutes):
    characteristic = f"{build.stream.key}:{metric}"
    return SignalRow(
        signal_id=f"{metric} of {pass_id}", characteristic_id=characteristic, phase_id=1,
        rule="nelson-1", panel="individuals", completing_pass_id=pass_id,
        completing_at=build.at(minutes), evaluation_id=1, value=9.0, center=4.0, lcl=None, ucl=8.0,
        run_pass_ids=(pass_id,), evaluated_at=build.at(minutes), withdrawn_at=None,
        withdrawn_reason=None,
    )  # fmt: skip


def test_a_part_that_completed_a_signal_is_flagged_while_the_signal_holds(connection, build):
    parts = [build.part(name, at=build.at(at), passed=True) for at, name in enumerate("abcd")]
    write_batch(connection, build.batch(*parts))
    fired = [
        signal(build, "stain_count", "a", 0),
        signal(build, "refused_share", "b", 1),
        signal(build, "brightness", "d", 3),
    ]
    insert_signals(connection, fired)
    # What was refused has no part to look at; a camera's signal has.
    assert neighbours(connection, "c") == Neighbours("b", "d", "a", "d")
    withdraw_signals(connection, {fired[2].signal_id: "late data"}, now=build.at(9))
    assert neighbours(connection, "c") == Neighbours("b", "d", "a", None)


def test_of_a_failed_part_and_a_signal_the_nearer_one_counts(connection, build):
    days = {"signal": 0, "failed": 50, "here": 60}
    for name, day in days.items():
        part = build.part(name, at=build.at(1440 * day), passed=name != "failed")
        write_batch(connection, part)
    insert_signals(connection, [signal(build, "stain_count", "signal", 0)])
    assert neighbours(connection, "here").previous_flagged == "failed"
    assert neighbours(connection, "failed").previous_flagged == "signal"
