import itertools
import math

import cv2
import numpy as np
import pytest

from jobs.errors import SettingsError
from jobs.ingest import ingest
from jobs.settings import parse_settings
from warehouse.connection import open_master

pytestmark = pytest.mark.usefixtures("in_process")
# A stain of 20 px on the corner of four tiles of 64 px: pixels 54 to 73 of the part.
CORNER = {
    "r1c1": (54, 54, 10),
    "r1c2": (0, 54, 10),
    "r2c1": (54, 0, 10),
    "r2c2": (0, 0, 10),
}
PER_CLASS = (
    "SELECT inspection.pass_id, stain_count, count(part_defect.pass_id) FROM latest_inspection AS "
    "inspection LEFT JOIN part_defect ON part_defect.pass_id = inspection.pass_id AND "
    "defect_class = 'stain' GROUP BY ALL"
)


def rows(site, sql):
    with open_master(site.master) as connection:
        return connection.execute(sql).fetchall()


def put(site, picture, *views, part="A1", mark=0):
    for view in views:
        data = np.frombuffer(picture(CORNER[view]), np.uint8)
        pixels = cv2.imdecode(data, cv2.IMREAD_COLOR)
        # One pixel that is nearly the same, where no stain is: no two parts have one picture.
        pixels[32, 32] = (8, 36, 104 - mark)
        cv2.imwrite(str(site.inbox / f"{part}_{view}.png"), pixels)


def with_inbox(settings, text):
    inbox = parse_settings(f"[inbox]\nquiet_seconds = 0\n{text}", where="test").inbox
    return settings.model_copy(update={"inbox": inbox})


def test_a_stain_on_four_tiles_is_counted_and_measured_once(site, settings, picture):
    put(site, picture, *CORNER)
    ingest(site, settings)
    ((views, count, area, radius, x, y, total, pct),) = rows(
        site,
        "SELECT views_present, stain_count, largest_stain_area_px, largest_stain_radius_px, "
        "largest_stain_x, largest_stain_y, total_stain_area_px, total_stain_pct FROM inspection",
    )
    # 20 x 20 px: 19 x 19 through the centres, the corners 19 / sqrt 2 from the middle at 63.5.
    assert (views, count, area, total) == (4, 1, 361, 400)
    assert (radius, x, y) == pytest.approx((19 / math.sqrt(2), 63.5, 63.5), abs=1e-3)
    # Of the pixels of all four tiles.
    assert pct == pytest.approx(100 * 400 / (4 * 64 * 64))
    assert rows(site, "SELECT count(*) FROM defect") == [(4,)]
    assert rows(site, "SELECT pieces, contour_area, pixel_count FROM merged_defect") == [
        (4, 361, 400)
    ]
    assert rows(site, "SELECT count(*), count(DISTINCT image_id) FROM merged_piece") == [(4, 4)]
    assert rows(site, "SELECT pieces, image_id, merged_no FROM part_defect") == [(4, None, 1)]


def test_a_late_tile_is_merged_anew_and_the_old_revision_is_kept(site, settings, picture):
    put(site, picture, "r1c1", "r2c2")
    ingest(site, settings)
    # They touch at their corners only: 10 x 10 px each, 9 x 9 through the centres.
    assert rows(site, "SELECT stain_count, total_stain_area_px FROM inspection") == [(1, 200)]
    put(site, picture, "r1c2", "r2c1")
    ingest(site, settings)
    assert rows(
        site,
        "SELECT revision, views_present, stain_count, largest_stain_area_px, total_stain_area_px "
        "FROM inspection ORDER BY revision",
    ) == [(1, 2, 1, 162, 200), (2, 4, 1, 361, 400)]
    assert rows(site, "SELECT revision, pieces FROM merged_defect ORDER BY ALL") == [(1, 2), (2, 4)]
    assert rows(site, "SELECT pieces, pixel_count FROM part_defect") == [(4, 400)]


def test_the_numbers_do_not_depend_on_the_order_of_arrival(site, settings, picture):
    orders = list(itertools.permutations(CORNER))[::5]
    for step in range(4):
        for number, order in enumerate(orders):
            put(site, picture, order[step], part=f"P{number}", mark=number)
        ingest(site, settings)
    found = rows(
        site,
        "SELECT DISTINCT revision, views_present, stain_count, largest_stain_area_px, "
        "largest_stain_x, total_stain_area_px, scratch_count FROM latest_inspection",
    )
    assert len(found) == 1
    assert found[0][:4] == (4, 4, 1, 361)
    assert rows(site, "SELECT count(*) FROM latest_inspection") == [(len(orders),)]


def test_separate_views_count_for_themselves(site, settings, picture):
    put(site, picture, *CORNER)
    ingest(site, with_inbox(settings, "views = 'separate'"))
    # Each piece is 10 x 10 px, 9 x 9 through the centres, in pixels of its own picture.
    assert rows(site, "SELECT stain_count, largest_stain_area_px FROM inspection") == [(4, 81)]
    assert rows(site, "SELECT count(*) FROM merged_defect") == [(0,)]
    assert rows(site, "SELECT count(*) FROM part_defect") == [(4,)]


@pytest.mark.parametrize(("gap", "count"), [(0, 2), (1, 1), (16, 1)])
def test_the_gap_at_a_border_is_a_setting(site, settings, picture, gap, count):
    # One pixel short of the border.
    (site.inbox / "A1_r1c1.png").write_bytes(picture((53, 20, 10)))
    (site.inbox / "A1_r1c2.png").write_bytes(picture((0, 20, 10), shade=1))
    ingest(site, with_inbox(settings, f"seam_gap_px = {gap}"))
    assert rows(site, "SELECT stain_count FROM inspection") == [(count,)]


def test_tiles_with_one_between_them_missing_are_not_joined(site, settings, picture):
    (site.inbox / "A1_r1c1.png").write_bytes(picture((54, 20, 10)))
    (site.inbox / "A1_r1c3.png").write_bytes(picture((0, 20, 10), shade=1))
    ingest(site, settings)
    # The second one begins at 2 x 64 px of the part.
    assert rows(site, "SELECT stain_count, largest_stain_x FROM inspection") == [
        (2, pytest.approx(58.5, abs=1e-3))
    ]


def test_the_scale_of_the_tiles_holds_for_what_crosses_them(site, settings, picture):
    put(site, picture, *CORNER)
    ingest(site, with_inbox(settings, "um_per_px = 10.0"))
    # 361 px of 10 µm.
    assert rows(site, "SELECT largest_stain_area_mm2 FROM inspection") == [
        (pytest.approx(361 * 1e-4),)
    ]


def test_tiles_of_two_scales_only_add_up(site, settings, picture):
    put(site, picture, "r1c1", "r1c2")
    head = "part_id,image,captured_at,lot,station,um_per_px"
    lines = [
        f"A1,A1_r1c{column}.png,2026-01-05T10:00:00Z,,,{scale}"
        for column, scale in ((1, 10), (2, 12))
    ]
    (site.inbox / "m.csv").write_text("\n".join([head, *lines, ""]), encoding="utf-8")
    ingest(site, settings)
    assert rows(site, "SELECT views_present, stain_count FROM inspection") == [(2, 2)]


def test_the_defects_of_parts_agree_with_their_counts(site, settings, picture):
    put(site, picture, *CORNER)
    put_more = {"B1_r1c1": (10, 10, 9), "B1_r1c2": (30, 30, 5), "C1": (1, 1, 4)}
    for number, (name, stain) in enumerate(put_more.items()):
        (site.inbox / f"{name}.png").write_bytes(picture(stain, (50, 2, 6), shade=5 + number))
    ingest(site, settings)
    found = rows(site, PER_CLASS)
    assert sorted(count for _, count, _ in found) == [1, 2, 4]
    assert all(count == listed for _, count, listed in found)


def test_a_lost_mask_counts_its_pieces_apart_and_loses_no_part(site, settings, picture, caplog):
    put(site, picture, "r1c1")
    ingest(site, settings)
    for mask in site.archive.rglob("*.mask.png"):
        mask.unlink()
    put(site, picture, "r1c2")
    ingest(site, settings)
    assert rows(site, "SELECT views_present, stain_count FROM latest_inspection") == [(2, 2)]
    assert "are not joined across its borders" in caplog.text


def test_defects_are_placed_on_the_part_where_the_grid_of_its_views_is_set(site, settings, picture):
    put(site, picture, *CORNER)
    ingest(site, with_inbox(settings, "view_grid = [2, 2]"))
    found = rows(site, "SELECT part_x, part_y FROM defect ORDER BY part_x, part_y")
    # Centroids at pixels 58.5 and 68.5 of 128: their middles lie at 59 and 69.
    near, far = 59 / 128, 69 / 128
    expected = [(near, near), (near, far), (far, near), (far, far)]
    assert found == [pytest.approx(place, abs=1e-6) for place in expected]
    # One part in each of the four cells around the middle of the map: 32 * .461 = 14.75.
    assert rows(site, "SELECT cell_row, cell_column, parts FROM location_rollup ORDER BY ALL") == [
        (14, 14, 1),
        (14, 17, 1),
        (17, 14, 1),
        (17, 17, 1),
    ]


def test_a_view_outside_the_grid_that_is_set_shows_a_part_of_its_own(site, settings, picture):
    put(site, picture, "r2c2")
    ingest(site, with_inbox(settings, "view_grid = [1, 1]"))
    # Its stain covers the first 10 of 64 pixels.
    assert rows(site, "SELECT part_x, part_y FROM defect") == [pytest.approx((5 / 64, 5 / 64))]


@pytest.mark.parametrize("text", ["[2]", "[0, 2]", "[2, 65]", '["2", "2"]', "[true, 2]"])
def test_a_grid_that_is_none_is_refused_with_its_value(settings, text):
    with pytest.raises(SettingsError, match="is not rows and columns, each from 1 to 64"):
        with_inbox(settings, f"view_grid = {text}")
