from dataclasses import replace

import cv2
import numpy as np
import pytest

from inference.classes import DefectClass
from inference.errors import DatasetError
from inference.rendering.appearance import CornerPlan, DistractorPlan, GrainPlan, SeamPlan
from inference.rendering.plan import (
    ScratchKind,
    ScratchPlan,
    StainKind,
    StainPlan,
    SurfacePlan,
)
from inference.rendering.planning import plan_scratch, plan_stain, plan_surface
from inference.rendering.render import render_surface
from inference.rendering.writing import rendered_surface, write_renders

BARE = SurfacePlan(size=320, stains=(), scratches=())


def render(plan, seed=5):
    return render_surface(plan, np.random.default_rng(seed))


def test_the_same_seed_gives_the_same_bytes_and_another_seed_others():
    first, second, other = (
        render_surface(plan_surface(rng), rng)
        for rng in (np.random.default_rng(seed) for seed in (9, 9, 10))
    )
    assert np.array_equal(first.pixels, second.pixels)
    assert np.array_equal(first.mask, second.mask)
    assert not np.array_equal(first.pixels, other.pixels)


def test_a_surface_is_bgr_bytes_with_a_mask_of_the_three_classes():
    for seed in range(6):
        surface = render(plan_surface(np.random.default_rng(seed)), seed)
        assert surface.pixels.shape == (320, 320, 3)
        assert surface.pixels.dtype == surface.mask.dtype == np.uint8
        assert set(np.unique(surface.mask)) <= set(DefectClass)
        blue, green, red = surface.pixels.reshape(-1, 3).mean(axis=0)
        assert red > green > blue


def test_another_size_keeps_the_positions_in_part_coordinates():
    stain = StainPlan(x=0.25, y=0.5, area=300, darkness=0.4)
    rows, columns = np.nonzero(render(replace(BARE, size=160, stains=(stain,))).mask)
    assert abs(columns.mean() / 159 - 0.25) < 0.03
    assert abs(rows.mean() / 159 - 0.5) < 0.03


@pytest.mark.parametrize("kind", StainKind)
@pytest.mark.parametrize("area", [60.0, 400.0, 2000.0])
def test_a_planned_stain_appears_at_its_place_with_its_area_and_darkness(kind, area):
    for seed in range(3):
        stain = StainPlan(x=0.6, y=0.4, area=area, darkness=0.35, kind=kind, roughness=0.8)
        surface = render(replace(BARE, stains=(stain,)), seed)
        inside = surface.mask == DefectClass.STAIN
        assert abs(inside.sum() / area - 1) < 0.25
        rows, columns = np.nonzero(inside)
        reach = 2.0 * np.sqrt(area / np.pi) + 3
        assert np.hypot(columns.mean() - 0.6 * 319, rows.mean() - 0.4 * 319) < reach
        red = surface.pixels[..., 2].astype(float)
        assert abs(1 - red[inside].mean() / red[20:-20].mean() - 0.35) < 0.12


def test_a_drawn_stain_plan_keeps_position_and_area_as_told():
    stain = plan_stain(np.random.default_rng(1), 0.3, 0.7, 500.0)
    assert (stain.x, stain.y, stain.area, stain.labelled) == (0.3, 0.7, 500.0, True)


def test_stains_added_to_a_plan_are_annotated_too():
    rng = np.random.default_rng(4)
    plan = plan_surface(rng, stain_mean=0.0, scratch_mean=0.0, distractors=0.0)
    assert plan.stains == plan.scratches == ()
    added = replace(plan, stains=tuple(plan_stain(rng, x, 0.5, 250.0) for x in (0.2, 0.5, 0.8)))
    count, _ = cv2.connectedComponents(render(added).mask, connectivity=8)
    assert count - 1 == 3


def test_a_stain_at_the_edge_stays_in_the_image():
    for x, y in ((0.0, 0.0), (1.0, 1.0), (0.5, 0.0)):
        surface = render(replace(BARE, stains=(StainPlan(x=x, y=y, area=200, darkness=0.4),)))
        assert 50 < np.count_nonzero(surface.mask) < 260


def test_unlabelled_defects_are_drawn_but_not_annotated():
    stain = StainPlan(x=0.5, y=0.5, area=900, darkness=0.6, labelled=False)
    scratch = ScratchPlan(x=0.5, y=0.2, length=100, angle=0.0, labelled=False)
    surface = render(replace(BARE, stains=(stain,), scratches=(scratch,)))
    assert not surface.mask.any()
    red = surface.pixels[..., 2].astype(float)
    assert red[150:170, 150:170].mean() < 0.6 * red[20:-20].mean()


@pytest.mark.parametrize(
    ("kind", "low", "high"), [(ScratchKind.BRIGHT, 1.1, 1.6), (ScratchKind.DARK, 0.55, 0.9)]
)
def test_a_scratch_differs_from_the_surface_along_its_axis(kind, low, high):
    scratch = ScratchPlan(
        x=0.5, y=0.5, length=200, angle=0.0, kind=kind, contrast=0.45, width=1.5, breaks=0.0
    )
    ratios = []
    for seed in range(4):
        red = render(replace(BARE, scratches=(scratch,)), seed).pixels[..., 2].astype(float)
        ratios.append(red[159:161, 90:230].mean() / red[130:150, 90:230].mean())
    assert low < np.mean(ratios) < high


def test_an_invisible_scratch_is_annotated_only():
    scratch = ScratchPlan(x=0.5, y=0.5, length=200, angle=0.0, kind=ScratchKind.INVISIBLE)
    surface = render(replace(BARE, scratches=(scratch,)))
    red = surface.pixels[..., 2].astype(float)
    assert np.count_nonzero(surface.mask == DefectClass.SCRATCH) > 700
    assert abs(red[158:163, 70:250].mean() / red[100:220, 70:250].mean() - 1) < 0.08


def test_scratches_are_annotated_as_strokes_five_pixels_wide():
    areas, lengths = [], []
    for number in range(30):
        angle = np.pi * number / 30
        scratch = ScratchPlan(x=0.5, y=0.5, length=150, angle=angle)
        mask = render(replace(BARE, scratches=(scratch,)), number).mask
        rows, columns = np.nonzero(mask)
        areas.append(rows.size)
        lengths.append(np.hypot(np.ptp(rows), np.ptp(columns)))
    # Real annotations: median area over bounding diagonal 4.9 px.
    assert 4.2 < np.median(np.array(areas) / lengths) < 5.6
    assert abs(np.median(lengths) - 150) < 8


def test_a_drawn_scratch_plan_keeps_what_it_is_told_and_can_be_visible():
    rng = np.random.default_rng(2)
    scratch = plan_scratch(rng, 0.3, 0.4, 77.0)
    assert (scratch.x, scratch.y, scratch.length) == (0.3, 0.4, 77.0)
    assert all(
        plan_scratch(rng, visible=True).kind is not ScratchKind.INVISIBLE for _ in range(100)
    )


def test_a_plain_surface_has_no_distractors_and_shows_every_scratch():
    for seed in range(40):
        plan = plan_surface(np.random.default_rng(seed), distractors=0.0)
        nothing = (plan.distractors.specks, plan.distractors.dust, plan.distractors.corners)
        assert nothing == (0, 0, ())
        assert plan.distractors.right_strip == plan.distractors.rough_border == 0.0
        assert all(stain.labelled for stain in plan.stains)
        assert all(
            scratch.labelled and scratch.kind is not ScratchKind.INVISIBLE
            for scratch in plan.scratches
        )


def test_distractors_change_the_picture_but_not_the_mask():
    distractors = DistractorPlan(
        specks=80,
        clumps=2,
        dust=30,
        right_strip=9.0,
        corners=(CornerPlan(number=1, reach=90.0),),
        rims=(0.0, 0.0, 2.0, 0.0),
        rough_border=4.0,
    )
    plain, disturbed = render(BARE), render(replace(BARE, distractors=distractors))
    assert not disturbed.mask.any()
    assert not np.array_equal(plain.pixels, disturbed.pixels)
    red = disturbed.pixels[..., 2].astype(float)
    middle = red[100:200, 100:200].mean()
    assert red[10:40, 300:].mean() < 0.85 * middle
    assert red[100:200, -2:].mean() < 0.6 * middle
    assert red[-1].mean() > 1.5 * middle


def test_renders_are_written_in_both_layouts(tmp_path):
    steps = []
    write_renders(tmp_path, 2, 3, lambda done, of: steps.append((done, of)))
    assert steps == [(1, 2), (2, 2)]
    for number, name in enumerate(("0000", "0001")):
        expected = rendered_surface(3, number)
        image = tmp_path / "images" / f"{name}.png"
        mask = cv2.imread(str(tmp_path / "masks" / f"{name}.png"), cv2.IMREAD_UNCHANGED)
        export = tmp_path / "jsons" / f"{name}_json"
        assert (export / "img.png").read_bytes() == image.read_bytes()
        assert np.array_equal(cv2.imread(str(image), cv2.IMREAD_UNCHANGED), expected.pixels)
        assert np.array_equal(mask, expected.mask)
        label = cv2.imread(str(export / "label.png"), cv2.IMREAD_UNCHANGED)[..., ::-1]
        # Colours (R, G, B) of the published data set: scratch (128, 0, 0), stain (0, 128, 0).
        for value, colour in ((0, (0, 0, 0)), (1, (128, 0, 0)), (2, (0, 128, 0))):
            assert np.array_equal(expected.mask == value, (label == colour).all(axis=-1))


def test_a_surface_depends_on_seed_and_number_only():
    again, other_seed, other_number = (
        rendered_surface(*key).pixels for key in ((8, 3), (9, 3), (8, 4))
    )
    assert np.array_equal(rendered_surface(8, 3).pixels, again)
    assert not np.array_equal(again, other_seed)
    assert not np.array_equal(again, other_number)


@pytest.mark.parametrize(("n", "seed"), [(0, 1), (3, -1)])
def test_numbers_out_of_range_are_refused(tmp_path, n, seed):
    with pytest.raises(DatasetError, match=f"got {n} and {seed}"):
        write_renders(tmp_path, n, seed)


def test_a_folder_that_holds_something_is_left_alone(tmp_path):
    (tmp_path / "notes.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(DatasetError, match="it is not empty; name a new folder"):
        write_renders(tmp_path, 1, 1)
    assert [path.name for path in tmp_path.iterdir()] == ["notes.txt"]


def test_a_file_in_place_of_the_folder_is_named(tmp_path):
    (tmp_path / "out").write_text("a file", encoding="utf-8")
    with pytest.raises(DatasetError, match=r"cannot render into .*out: it is a file"):
        write_renders(tmp_path / "out", 1, 1)


def test_a_folder_that_cannot_be_written_is_named(tmp_path):
    (tmp_path / "file").write_text("a file where a folder should be", encoding="utf-8")
    with pytest.raises(DatasetError, match=r"cannot write .*0000\.png"):
        write_renders(tmp_path / "file" / "out", 1, 1)


def test_corners_seams_and_glow_are_seen_where_they_are_planned():
    corner = CornerPlan(number=0, reach=60.0, softness=1.0, level=0.2)
    seam = SeamPlan(at=0.5, upright=True, level=2.0, tint=1.5)
    plan = DistractorPlan(corners=(corner,), seams=(seam,), glow=(0.0, 0.6))
    red = render(replace(BARE, distractors=plan)).pixels[..., 2].astype(float)
    plain = render(BARE).pixels[..., 2].astype(float)
    # Half of 60 px from the corner along either edge lies well inside the triangle.
    assert red[12:20, 12:20].mean() < 0.4 * plain[12:20, 12:20].mean()
    assert red[20:-20, 160].mean() > 1.5 * red[20:-20, 150].mean()
    assert red[-15:-5].mean() / plain[-15:-5].mean() > 1.04


def test_a_ring_is_paler_in_the_middle_than_at_its_rim():
    stain = StainPlan(
        x=0.5, y=0.5, area=1200, darkness=0.4, roughness=0.0, softness=0.1, grainy=0.0, ring=1.0
    )
    red = render(replace(BARE, stains=(stain,))).pixels[..., 2].astype(float)
    y, x = np.mgrid[:320, :320] - 159.5
    distance = np.hypot(x, y)
    # A circle of 1200 px has a radius of 19.5 px.
    assert red[distance < 4].mean() > 1.3 * red[(distance > 12) & (distance < 16)].mean()


def test_pits_darken_the_bare_surface_and_are_not_annotated():
    pitted = render(replace(BARE, grain=GrainPlan(pits=0.4, pit_level=1.0, pit_size=4.0)))
    plain = render(BARE)
    assert not pitted.mask.any()
    low = [np.quantile(surface.pixels[20:-20, :, 2], 0.01) for surface in (pitted, plain)]
    assert low[0] < 0.9 * low[1]


def test_a_broken_scratch_is_annotated_as_one_stroke():
    for seed in range(5):
        scratch = ScratchPlan(x=0.5, y=0.5, length=220, angle=0.3, breaks=0.9)
        mask = render(replace(BARE, scratches=(scratch,)), seed).mask
        assert cv2.connectedComponents(mask)[0] - 1 == 1
