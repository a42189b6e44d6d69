"""Dead cameras are told, and parts are not taken for dead cameras."""

from collections import Counter
from dataclasses import fields
from functools import lru_cache

import cv2
import numpy as np
import pytest

from inference.errors import ImageRefusedError
from inference.picture import picture_statistics
from inference.plausibility import DEFAULT_PLAUSIBILITY, PlausibilityLimits, check_plausible
from inference.rendering.writing import rendered_surface

SEED = 4711
SHAPE = (320, 320, 3)


def refused(pixels, limits=DEFAULT_PLAUSIBILITY):
    """The statistic for which a picture is refused; empty where it is not."""
    try:
        check_plausible(picture_statistics(pixels), limits)
    except ImageRefusedError as error:
        return str(error).split(": ")[1].split()[0]
    return ""


@lru_cache(maxsize=32)
def surface(number):
    """A rendered part; a few are kept, as drawing one takes longer than all else."""
    return rendered_surface(SEED, number).pixels


def clipped(pixels):
    return np.clip(pixels, 0, 255).astype(np.uint8)


def with_half(pixels, value):
    changed = pixels.copy()
    changed[160:] = value
    return changed


def by_jpeg(pixels, quality=75):
    data = cv2.imencode(".jpg", pixels, [cv2.IMWRITE_JPEG_QUALITY, quality])[1]
    return np.asarray(cv2.imdecode(data, cv2.IMREAD_COLOR))


DEAD = {
    "black": lambda p, r: p * 0,
    "black, grainy": lambda p, r: clipped(r.normal(3, 2, SHAPE)),
    "white": lambda p, r: p * 0 + 255,
    "white, grainy": lambda p, r: clipped(r.normal(250, 4, SHAPE)),
    "one grey": lambda p, r: p * 0 + 128,
    "saturated x 4": lambda p, r: cv2.convertScaleAbs(p, alpha=4),
    "dark x 0.1": lambda p, r: cv2.convertScaleAbs(p, alpha=0.1),
    "blurred 3 px": lambda p, r: cv2.GaussianBlur(p, (0, 0), 3),
    "blurred 6 px": lambda p, r: cv2.GaussianBlur(p, (0, 0), 6),
    "blurred 6 px, grainy": lambda p, r: clipped(
        cv2.GaussianBlur(p, (0, 0), 6) + r.normal(0, 2, SHAPE)
    ),
    "noise": lambda p, r: r.integers(0, 256, SHAPE, dtype=np.uint8),
    "noise in JPEG": lambda p, r: by_jpeg(r.integers(0, 256, SHAPE, dtype=np.uint8)),
    "half black": lambda p, r: with_half(p, 0),
    "half grey": lambda p, r: with_half(p, 128),
    "half white": lambda p, r: with_half(p, 255),
    "half last line": lambda p, r: with_half(p, p[159]),
    "half noise": lambda p, r: with_half(p, r.integers(0, 256, (160, 320, 3))),
    "half black in JPEG": lambda p, r: by_jpeg(with_half(p, 0)),
    "no part, grainy": lambda p, r: clipped(r.normal((90, 95, 100), 3, SHAPE)),
    "no part, a slope": lambda p, r: clipped(
        np.linspace(60, 140, 320)[:, None, None] + r.normal(0, 2, SHAPE)
    ),
}


@pytest.mark.parametrize("kind", DEAD)
def test_c11_a_dead_camera_is_told(kind):
    rng = np.random.default_rng(SEED)
    found = Counter(refused(DEAD[kind](surface(number), rng)) for number in range(25))
    print(f"{kind}: {dict(found)}")
    assert found[""] == 0


@pytest.mark.parametrize(
    "count", [500, pytest.param(20_000, marks=pytest.mark.soak)], ids=["ci", "soak"]
)
def test_no_rendered_part_is_taken_for_a_dead_camera(count):
    found = Counter(refused(rendered_surface(SEED, number).pixels) for number in range(count))
    print(f"{count} rendered parts: {count - found['']} refused")
    assert found == {"": count}


@pytest.mark.real_data
def test_no_real_part_is_taken_for_a_dead_camera_by_far(shared_data):
    paths = sorted((shared_data / "heat_sink" / "real_pairs").glob("*_image.png"))
    assert len(paths) >= 30
    # Every limit of a real part may be missed by two thirds before it refuses one.
    strict = PlausibilityLimits(
        min_brightness=20.0,
        max_brightness=140.0,
        min_contrast=2.5,
        min_sharpness=5.0,
        min_detail=42.0,
        max_dark_share=0.15,
        max_saturated_share=0.15,
        max_flat_share=0.12,
        max_repeated_share=0.06,
        max_noise_share=0.15,
        min_chroma=40.0,
    )
    found = Counter(refused(cv2.imread(str(path)), strict) for path in paths)
    print(
        f"{len(paths)} real parts: {len(paths) - found['']} refused by limits 1.67 times as strict"
    )
    assert found == {"": len(paths)}


@pytest.mark.real_data
def test_grey_tiles_of_another_material_are_plausible_by_the_same_limits(shared_data):
    paths = sorted((shared_data / "magnetic_tile" / "images").glob("*.png"))
    assert len(paths) >= 500
    found = Counter(refused(cv2.imread(str(path))) for path in paths)
    print(f"{len(paths)} real tiles: {len(paths) - found['']} refused")
    assert found == {"": len(paths)}


@pytest.mark.parametrize(
    "changed",
    [
        lambda p: by_jpeg(p, 50),
        lambda p: cv2.resize(p, None, fx=3, fy=3, interpolation=cv2.INTER_CUBIC),
        lambda p: cv2.resize(p, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA),
        lambda p: cv2.convertScaleAbs(p, alpha=0.6),
        lambda p: cv2.convertScaleAbs(p, alpha=1.4),
        lambda p: cv2.cvtColor(cv2.cvtColor(p, cv2.COLOR_BGR2GRAY), cv2.COLOR_GRAY2BGR),
        lambda p: p[:160, :160],
        lambda p: cv2.GaussianBlur(p, (0, 0), 0.7),
        lambda p: clipped(p + np.random.default_rng(1).normal(0, 3, p.shape)),
    ],
    ids=["jpeg 50", "x 3", "x 0.5", "darker", "brighter", "grey", "crop", "softer", "grainy"],
)
def test_a_part_under_other_light_lens_or_format_is_still_one(changed):
    found = Counter(refused(changed(surface(n))) for n in range(30))
    assert found == {"": 30}


def test_the_message_names_the_statistic_its_value_and_the_limit():
    black = picture_statistics(np.zeros(SHAPE, dtype=np.uint8))
    with pytest.raises(
        ImageRefusedError, match=r"brightness 0 is below 12 \(\[plausibility\] min_"
    ):
        check_plausible(black, DEFAULT_PLAUSIBILITY)


def test_each_limit_bounds_a_statistic_and_can_be_taken_off():
    names = {field.name for field in fields(picture_statistics(np.zeros((16, 16, 3), np.uint8)))}
    assert {field.name[4:] for field in fields(PlausibilityLimits)} <= names
    free = PlausibilityLimits(0, 255, 0, 0, 0, 1, 1, 1, 1, 1, 0)
    for value in (0, 128, 255):
        assert refused(np.full(SHAPE, value, dtype=np.uint8), free) == ""
