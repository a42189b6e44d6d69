"""Rendered surfaces against what was measured on real heat sinks.

The expected numbers are those of the published images (Yang et al. 2022, doi
10.1109/TIM.2022.3188033), measured on 36 of them for the colours and on all 7118 annotated objects
for counts and sizes; they are the project's calibration figures, not output of the renderer.
"""

import cv2
import numpy as np
import pytest

from inference.classes import DefectClass
from inference.rendering.planning import plan_surface
from inference.rendering.render import render_surface

SURFACES = 48
PLANS = 1500


@pytest.fixture(scope="module")
def rendered():
    surfaces = []
    for number in range(SURFACES):
        rng = np.random.default_rng([77, number])
        surfaces.append(render_surface(plan_surface(rng), rng))
    return surfaces


@pytest.fixture(scope="module")
def plans():
    rng = np.random.default_rng(78)
    return [plan_surface(rng, distractors=0.0) for _ in range(PLANS)]


def channel(surface, number):
    return surface.pixels[..., number].astype(np.float64)


def test_mean_colours_lie_in_the_real_range(rendered):
    red, green, blue = (
        np.array([channel(surface, number).mean() for surface in rendered]) for number in (2, 1, 0)
    )
    # Real: R 104.7 (sd 21, 73 to 156), G 36.1 (6.4), B 7.4; three standard errors of 48 each.
    assert abs(red.mean() - 104.7) < 3 * 21 / np.sqrt(SURFACES)
    assert abs(green.mean() - 36.1) < 3 * 6.4 / np.sqrt(SURFACES)
    assert 14 < red.std() < 28
    # Real: G/R .347 with sd .029, B = 2.6 + .046 R.
    assert abs((green / red).mean() - 0.347) < 3 * 0.029 / np.sqrt(SURFACES)
    assert np.abs(blue - (2.6 + 0.046 * red)).max() < 0.5


def test_red_and_green_show_the_same_field(rendered):
    correlation = [
        np.corrcoef(channel(surface, 2).ravel(), channel(surface, 1).ravel())[0, 1]
        for surface in rendered
    ]
    # Real: .93 on average.
    assert np.mean(correlation) > 0.9


def grain_of(surface):
    """Red over its local mean, less 1, well inside the border, and where no defect is."""
    red = channel(surface, 2).astype(np.float32)
    free = cv2.dilate((surface.mask > 0).astype(np.uint8), np.ones((7, 7))) == 0
    free[:14], free[-14:], free[:, :14], free[:, -14:] = False, False, False, False
    weight = free.astype(np.float32)
    local = cv2.GaussianBlur(red * weight, (0, 0), 12) / np.maximum(
        cv2.GaussianBlur(weight, (0, 0), 12), 1e-3
    )
    grain = red / np.maximum(local, 1.0) - 1.0
    return np.where(free, grain - grain[free].mean(), 0.0), weight


def test_grain_is_as_strong_as_on_real_parts(rendered):
    contrast = []
    for surface in rendered:
        grain, weight = grain_of(surface)
        contrast.append(np.sqrt((grain**2).sum() / weight.sum()))
    # Real: .117 on average, from .078 to .178 over 36 images.
    assert abs(np.mean(contrast) - 0.117) < 0.015
    assert min(contrast) > 0.06
    assert max(contrast) < 0.2
    # Real: falls with brightness.
    brightness = [channel(surface, 2).mean() for surface in rendered]
    assert np.corrcoef(contrast, brightness)[0, 1] < -0.2


def test_grain_is_as_coarse_as_on_real_parts(rendered):
    correlation = np.zeros(7)
    for surface in rendered:
        grain, weight = grain_of(surface)
        variance = (grain**2).sum() / weight.sum()
        for lag in range(7):
            both = weight[:, : 320 - lag] * weight[:, lag:]
            product = (grain[:, : 320 - lag] * grain[:, lag:]).sum() / both.sum()
            correlation[lag] += product / variance / SURFACES
    # Real, along x at lags of 0 to 6 px.
    real = np.array([1.0, 0.87, 0.63, 0.41, 0.24, 0.13, 0.06])
    assert np.abs(correlation - real).max() < 0.06


def test_the_border_is_dark_as_on_real_parts(rendered):
    profiles = []
    for surface in rendered:
        red = channel(surface, 2)
        upper, lower = red[:8].mean(axis=1), red[::-1][:8].mean(axis=1)
        profiles += [upper / red.mean(), lower / red.mean()]
    # Real: mean over the rows at the upper and lower edge. The median of the renders, for some
    # of them have a seam of light there.
    real = np.array([0.19, 0.29, 0.46, 0.59, 0.70, 0.83, 0.87, 0.91])
    assert np.abs(np.median(profiles, axis=0) - real).max() < 0.1


def test_stains_are_as_dark_as_real_ones(rendered):
    ratios, cores = [], []
    for surface in rendered:
        red = channel(surface, 2)
        any_defect = cv2.dilate((surface.mask > 0).astype(np.uint8), np.ones((5, 5))) > 0
        stain = (surface.mask == DefectClass.STAIN).astype(np.uint8)
        count, labels = cv2.connectedComponents(stain, connectivity=8)
        for number in range(1, count):
            inside = (labels == number).astype(np.uint8)
            ring = (cv2.dilate(inside, np.ones((15, 15))) > 0) & ~any_defect
            core = cv2.erode(inside, np.ones((5, 5))) > 0
            if inside.sum() >= 30 and ring.sum() >= 30 and core.sum() >= 6:
                ratios.append(red[inside > 0].mean() / red[ring].mean())
                cores.append(red[core].mean() / red[ring].mean())
    # Real: R inside over ring .68 (sd .12), core .63: annotations reach beyond the dark core.
    assert abs(np.mean(ratios) - 0.68) < 0.05
    assert 0.07 < np.std(ratios) < 0.17
    assert abs(np.mean(cores) - 0.63) < 0.06
    assert np.mean(cores) < np.mean(ratios)


def test_counts_are_negative_binomial(plans):
    # Real: stains k 3.94 mean 4.95, scratches k 1.08 mean 2.17. By hand: P(0) = (1 + m/k)^-k.
    for counts, mean, k in (
        ([len(plan.stains) for plan in plans], 4.95, 3.94),
        ([len(plan.scratches) for plan in plans], 2.17, 1.08),
    ):
        variance, none = mean + mean**2 / k, (1 + mean / k) ** -k
        assert abs(np.mean(counts) - mean) < 4 * np.sqrt(variance / PLANS)
        assert abs(np.mean(np.array(counts) == 0) - none) < 4 * np.sqrt(none * (1 - none) / PLANS)
        assert np.var(counts) > 1.6 * mean


def test_stain_areas_and_scratch_lengths_have_the_real_quantiles(plans):
    areas = [stain.area for plan in plans for stain in plan.stains]
    # Real: px at 5, 25, 50, 75 and 95 %.
    real = np.array([61, 113, 184, 348, 1024])
    assert np.abs(np.quantile(areas, (0.05, 0.25, 0.5, 0.75, 0.95)) / real - 1).max() < 0.12
    lengths = [scratch.length for plan in plans for scratch in plan.scratches]
    # Real: bounding diagonal in px at 5, 50 and 95 %.
    real = np.array([30, 87, 295])
    assert np.abs(np.quantile(lengths, (0.05, 0.5, 0.95)) / real - 1).max() < 0.15


def test_stains_prefer_the_upper_and_lower_edges(plans):
    y = np.array([stain.y for plan in plans for stain in plan.stains])
    # Real density over its mean: about 1.4 in the upper fifth, 0.7 in the middle one.
    upper, middle = np.mean(y < 0.2) / 0.2, np.mean(np.abs(y - 0.5) < 0.1) / 0.2
    assert 1.2 < upper < 1.7
    assert 0.55 < middle < 0.85
