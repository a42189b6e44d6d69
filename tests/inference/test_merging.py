import itertools
import math
import sys

import cv2
import numpy as np
import pytest

from inference.classes import DefectClass
from inference.contact import Tile
from inference.defects import find_defects
from inference.errors import InferenceError
from inference.merging import merge_tiles
from inference.metrics import measure_part
from inference.rendering.planning import plan_surface
from inference.rendering.render import render_surface

SCRATCH, STAIN = DefectClass.SCRATCH, DefectClass.STAIN
# Each box, circle and length comes from OpenCV in 32 bits.
CLOSE = 1e-3


def surface(rows, columns, side=10):
    return np.zeros((rows * side, columns * side), np.uint8)


def cut(mask, rows, columns, *, lost=(), confidence=None):
    """Tiles of a mask, edge to edge, and their masks; places in `lost` are left out."""
    height, width = mask.shape[0] // rows, mask.shape[1] // columns
    sure = np.ones(mask.shape, np.float32) if confidence is None else confidence
    tiles, masks = [], []
    for row, column in itertools.product(range(rows), range(columns)):
        if (row, column) in lost:
            continue
        window = np.s_[row * height : (row + 1) * height, column * width : (column + 1) * width]
        masks.append(np.ascontiguousarray(mask[window]))
        found = find_defects(masks[-1], np.ascontiguousarray(sure[window]))
        tiles.append(Tile(row + 1, column + 1, width, height, found))
    return tiles, masks


def merged(mask, rows, columns, *, gap=0, **options):
    tiles, masks = cut(mask, rows, columns, **options)
    return merge_tiles(tiles, masks.__getitem__, gap=gap)


def test_a_scratch_across_three_tiles_is_one():
    mask = surface(1, 3)
    mask[4, 2:28] = SCRATCH
    (scratch,) = merged(mask, 1, 3)
    # 26 pixels in a row: 8 + 10 + 8, from the centre of the first to that of the last 25 px.
    assert scratch.defect.length == pytest.approx(25, abs=CLOSE)
    assert scratch.defect.pixel_count == 26
    assert [at for at, _ in scratch.pieces] == [0, 1, 2]
    # Centre of mass at 14.5 px of 30, half a pixel further as a share of the part.
    assert scratch.defect.part_x == pytest.approx(0.5)


def test_a_stain_on_the_corner_of_four_tiles_is_one():
    mask = surface(2, 2)
    mask[6:14, 6:14] = STAIN
    (stain,) = merged(mask, 2, 2)
    # A square of 8 px: 7 x 7 through the pixel centres, its corners 7 / sqrt 2 from (9.5, 9.5).
    assert (stain.defect.contour_area, stain.defect.pixel_count) == (49, 64)
    assert stain.defect.circle_radius == pytest.approx(7 / math.sqrt(2), abs=CLOSE)
    assert (stain.defect.circle_x, stain.defect.circle_y) == pytest.approx((9.5, 9.5), abs=CLOSE)
    assert len(stain.pieces) == 4


def test_two_corners_that_touch_diagonally_are_one():
    mask = surface(2, 2)
    mask[7:10, 7:10] = STAIN
    mask[10:13, 10:13] = STAIN
    (stain,) = merged(mask, 2, 2)
    assert (stain.defect.pixel_count, len(stain.pieces)) == (18, 2)
    # The other diagonal.
    assert len(merged(mask[:, ::-1].copy(), 2, 2)) == 1


def test_two_stains_that_meet_a_border_at_different_places_stay_two():
    mask = surface(1, 2)
    mask[1:3, 6:10] = STAIN
    mask[5:8, 10:14] = STAIN
    stains = merged(mask, 1, 2)
    assert [stain.defect.pixel_count for stain in stains] == [12, 8]
    assert [len(stain.pieces) for stain in stains] == [1, 1]
    # In pixels of the part: the right tile begins at 10.
    assert stains[0].defect.bounds_x == 10


def test_pieces_are_joined_over_pieces_in_other_tiles():
    # A U whose arms lie in the left tile and whose bend lies in the right one: one stain, not two.
    mask = surface(1, 2)
    mask[2, 4:14] = mask[7, 4:14] = STAIN
    mask[2:8, 13] = STAIN
    tiles, _ = cut(mask, 1, 2)
    assert [len(tile.defects) for tile in tiles] == [2, 1]
    (stain,) = merged(mask, 1, 2)
    assert len(stain.pieces) == 3


def test_classes_never_merge():
    mask = surface(1, 2)
    mask[4, 2:10] = SCRATCH
    mask[4, 10:18] = STAIN
    assert [len(defect.pieces) for defect in merged(mask, 1, 2, gap=3)] == [1, 1]


def test_nothing_is_joined_across_a_missing_tile():
    mask = surface(1, 3)
    mask[4, 2:28] = SCRATCH
    scratches = merged(mask, 1, 3, lost=[(0, 1)])
    assert [each.defect.pixel_count for each in scratches] == [8, 8]
    # Where the tile is missing the part goes on: the last pixel is the 28th.
    assert max(each.defect.bounds_x + each.defect.bounds_width for each in scratches) == 28


def test_the_corner_of_a_missing_tile_still_joins_its_neighbours():
    mask = surface(2, 2)
    mask[8:12, 8:12] = STAIN
    (stain,) = merged(mask, 2, 2, lost=[(1, 1)])
    assert stain.defect.pixel_count == 12


@pytest.mark.parametrize(("gap", "count"), [(0, 2), (1, 1)])
def test_a_pixel_that_one_tile_decided_otherwise_is_bridged_as_far_as_asked(gap, count):
    mask = surface(1, 2)
    mask[4, 2:18] = SCRATCH
    mask[4, 9] = 0
    found = merged(mask, 1, 2, gap=gap)
    assert len(found) == count
    if gap:
        # From the 2nd to the 17th pixel, whatever is missing between.
        assert found[0].defect.length == pytest.approx(15, abs=CLOSE)
        assert found[0].defect.pixel_count == 15


def test_a_gap_is_bridged_at_borders_only():
    mask = surface(1, 2)
    mask[4, 1:8] = SCRATCH
    mask[4, 4] = 0
    assert len(merged(mask, 1, 2, gap=3)) == 2


def test_a_ring_across_a_border_has_the_area_within_its_outline():
    mask = surface(1, 2, side=20)
    mask[4:16, 14:26] = STAIN
    mask[6:14, 16:24] = 0
    (ring,) = merged(mask, 1, 2)
    # 12 px outside, 8 px inside: 11 x 11 through the centres, 144 - 64 pixels.
    assert (ring.defect.contour_area, ring.defect.pixel_count) == (121, 80)
    # Too large to be laid out, each half has its own outline: 5 x 11 less a bay of 4 x 9 with two
    # corners of a half cut off, twice.
    tiles, masks = cut(mask, 1, 2)
    (small,) = merge_tiles(tiles, masks.__getitem__, gap=0, max_canvas_px=0)
    assert small.defect.contour_area == 2 * (5 * 11 - (4 * 9 - 2 * 0.5))
    assert small.defect.circle_radius == ring.defect.circle_radius


def test_confidence_is_the_mean_over_all_pixels():
    mask = surface(1, 2)
    mask[4, 4:12] = STAIN
    confidence = np.full(mask.shape, 0.6, np.float32)
    confidence[:, 10:] = 0.9
    (stain,) = merged(mask, 1, 2, confidence=confidence)
    # 6 pixels at 0.6 and 2 at 0.9.
    assert stain.defect.confidence == pytest.approx((6 * 0.6 + 2 * 0.9) / 8)


def test_a_lost_mask_keeps_its_pieces_apart():
    mask = surface(1, 2)
    mask[4, 4:16] = SCRATCH
    tiles, masks = cut(mask, 1, 2)
    assert len(merge_tiles(tiles, [masks[0], None].__getitem__)) == 2


def test_masks_are_read_only_where_a_defect_may_cross():
    mask = surface(2, 2)
    mask[2:6, 2:6] = STAIN
    mask[4, 8:13] = SCRATCH
    tiles, masks = cut(mask, 2, 2)
    asked = []

    def read(at):
        asked.append(at)
        return masks[at]

    assert len(merge_tiles(tiles, read)) == 2
    assert set(asked) == {0, 1}


def test_tiles_of_two_sizes_or_of_one_place_are_refused():
    one = Tile(1, 1, 10, 10, ())
    with pytest.raises(InferenceError, match="must have one size"):
        merge_tiles([one, Tile(1, 2, 9, 10, ())], lambda _: None)
    with pytest.raises(InferenceError, match="one place"):
        merge_tiles([one, one], lambda _: None)
    with pytest.raises(InferenceError, match="at least one tile"):
        merge_tiles([], lambda _: None)


def _same_as_whole(mask, rows, columns, rng):
    """Merge a cut mask in some order, compare it with the mask itself; return the pieces of tiles."""
    confidence = rng.random(mask.shape).astype(np.float32)
    whole = find_defects(mask, confidence)
    tiles, masks = cut(mask, rows, columns, confidence=confidence)
    order = rng.permutation(len(tiles))
    parts = merge_tiles([tiles[at] for at in order], lambda at: masks[order[at]], gap=0)
    found = [each.defect for each in parts]

    def exact(defects):
        return sorted(
            (
                int(each.defect_class), each.contour_area, each.pixel_count,
                each.bounds_x, each.bounds_y, each.bounds_width, each.bounds_height,
            )
            for each in defects
        )  # fmt: skip

    assert exact(found) == exact(whole)
    ours, theirs = (measure_part(each, surface_px=mask.size) for each in (found, whole))
    assert (ours.stain_count, ours.scratch_count) == (theirs.stain_count, theirs.scratch_count)
    assert ours.largest_stain_area_px == theirs.largest_stain_area_px
    assert ours.total_stain_pct == theirs.total_stain_pct
    assert ours.longest_scratch_px == pytest.approx(theirs.longest_scratch_px, abs=CLOSE)
    if theirs.largest_stain_radius_px is not None:
        assert ours.largest_stain_radius_px == pytest.approx(
            theirs.largest_stain_radius_px, abs=CLOSE
        )
    return sum(len(tile.defects) for tile in tiles), len(whole)


def _noise(rng, height, width):
    noise = cv2.GaussianBlur(rng.standard_normal((height, width)), (0, 0), rng.uniform(0.6, 2.0))
    mask = np.zeros((height, width), np.uint8)
    mask[noise > np.quantile(noise, 0.75)] = STAIN
    mask[noise < np.quantile(noise, 0.2)] = SCRATCH
    return mask


@pytest.mark.parametrize(
    ("noises", "renders"), [(25, 6), pytest.param(1000, 200, marks=pytest.mark.soak)]
)
def test_a_part_cut_into_tiles_has_the_numbers_of_the_whole_part(noises, renders):
    rng = np.random.default_rng(20260301)
    pieces = whole = 0
    for _ in range(noises):
        height, width, rows, columns = rng.integers((4, 4, 1, 1), (30, 30, 5, 5))
        counts = _same_as_whole(
            _noise(rng, rows * height, columns * width), int(rows), int(columns), rng
        )
        pieces, whole = pieces + counts[0], whole + counts[1]
    for number in range(renders):
        drawing = np.random.default_rng(number)
        mask = render_surface(plan_surface(drawing), drawing).mask
        # 320 px a side.
        rows, columns = (int(each) for each in rng.choice([1, 2, 4, 5, 8], 2))
        mask = np.where(mask > STAIN, 0, mask).astype(np.uint8)
        counts = _same_as_whole(mask, rows, columns, rng)
        pieces, whole = pieces + counts[0], whole + counts[1]
    sys.stdout.write(
        f"{noises} noise masks and {renders} renders: {pieces} pieces in tiles, {whole} defects\n"
    )
    assert pieces > whole
