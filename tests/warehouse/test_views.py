from warehouse.batch import Batch, write_batch


def rows(connection, sql):
    return connection.execute(sql).fetchall()


def test_the_stain_table_is_the_original_report(connection, build):
    # 200 x 100 px: 20,000 px. Three stains of 100, 300 and 60 px: 460 / 20,000 = 2.3 %.
    # Green's areas 81 and 60.5 and, largest of all, 81 again with a higher number: the first counts.
    images = (build.image("i1", "p1", path="day 1/a.png"), build.image("i2", "p2", path="b.png"))
    defects = (
        build.defect("i1", 1, pixel_count=100, contour_area=81.0, circle_x=11.0, circle_radius=7.5),
        build.defect("i1", 2, pixel_count=300, contour_area=81.0, circle_x=99.0, circle_radius=1.0),
        build.defect("i1", 3, pixel_count=60, contour_area=60.5, circle_x=98.0),
        build.defect("i1", 4, defect_class="scratch", pixel_count=5000, contour_area=4000.0),
        build.defect("i2", 1, defect_class="scratch"),
    )
    write_batch(connection, Batch(images=images, defects=defects))
    found = connection.execute("SELECT * FROM stain_table ORDER BY image")
    assert [column[0] for column in found.description] == [
        "image",
        "part_id",
        "NumberOfStains",
        "LargestStainArea",
        "LargestStainRadius",
        "EnclosingCircleX",
        "EnclosingCircleY",
        "TotalStain%",
    ]
    assert found.fetchall() == [
        ("b.png", "part-p2", 0, 0.0, None, None, None, 0.0),
        ("day 1/a.png", "part-p1", 3, 81.0, 7.5, 11.0, 20.0, 2.3),
    ]


def test_the_latest_revision_wins_and_the_old_one_is_kept(connection, build):
    write_batch(connection, build.part("p1", stain_count=1))
    write_batch(
        connection, build.part("p1", revision=2, stain_count=9, defects=[], model_id="b" * 64)
    )
    assert rows(connection, "SELECT revision, stain_count FROM latest_inspection") == [(2, 9)]
    assert rows(connection, "SELECT revision, model_id FROM latest_image") == [(2, "b" * 64)]
    assert rows(connection, "SELECT count(*) FROM latest_defect") == [(0,)]
    assert rows(connection, "SELECT revision, stain_count FROM inspection ORDER BY revision") == [
        (1, 1),
        (2, 9),
    ]
    assert rows(connection, "SELECT count(*) FROM defect") == [(1,)]
    assert rows(connection, 'SELECT "NumberOfStains" FROM stain_table') == [(0,)]


def test_a_part_sums_up_its_inspections(connection, build):
    first = build.inspection("p1", part_id="part", station="S1", stain_count=4, passed=True)
    second = build.inspection(
        "p2", part_id="part", station="S2", stain_count=2, passed=False, captured_at=build.at(60)
    )
    other = build.inspection("p3", part_id="other")
    write_batch(connection, Batch(inspections=(second, first, other)))
    sql = """
        SELECT part_id, inspections, last_pass_id, last_station, most_stains, passed
        FROM part ORDER BY part_id
    """
    assert rows(connection, sql) == [
        ("other", 1, "p3", "S1", 1, None),
        ("part", 2, "p2", "S2", 4, False),
    ]
