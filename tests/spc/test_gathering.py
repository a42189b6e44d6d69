"""A place is named when defects gather there, and not when they do not."""

import numpy as np
import pytest

from spc.gathering import CellCounts, find_gathering, place_in_words


def sample_cells(rng, parts, mean, corner=0):
    """Parts whose stains lie anywhere, plus `corner` stains each near the upper right corner."""
    counts = np.zeros((32, 32), np.int64)
    for _ in range(parts):
        x = np.concatenate([rng.random(rng.poisson(mean)), rng.uniform(0.72, 0.95, corner)])
        y = np.concatenate([rng.random(x.size - corner), rng.uniform(0.05, 0.30, corner)])
        cells = set(zip((y * 32).astype(int).tolist(), (x * 32).astype(int).tolist(), strict=True))
        for cell in cells:
            counts[cell] += 1
    return CellCounts(counts, parts)


def test_stains_in_a_corner_are_found_there():
    rng = np.random.default_rng(1)
    found = find_gathering(sample_cells(rng, 400, 2.4), sample_cells(rng, 60, 2.4, corner=2))
    assert found.place == "upper right"
    # The planted corner spans 0.72..0.95 and 0.05..0.30; the frame must overlap most of it.
    assert found.x0 < 0.80
    assert found.x1 > 0.88
    assert found.y0 < 0.12
    assert found.y1 > 0.24
    # Two stains a part are 200 per 100 parts, beside the few that always fall there.
    assert 180 < found.since < 280
    assert found.before < 40


def test_more_stains_everywhere_are_no_place():
    rng = np.random.default_rng(2)
    # Three times as many on the whole surface: every place rose, none stands out of the others.
    found = find_gathering(sample_cells(rng, 400, 2.0), sample_cells(rng, 100, 6.0))
    assert found is None


def test_unchanged_streams_name_a_place_in_less_than_one_case_of_a_hundred():
    rng = np.random.default_rng(3)
    named = sum(
        find_gathering(sample_cells(rng, 200, 2.0), sample_cells(rng, 40, 2.0)) is not None
        for _ in range(100)
    )
    assert named <= 1


@pytest.mark.parametrize(("before", "since"), [(0, 10), (10, 0), (0, 0)])
def test_without_parts_on_both_sides_nothing_is_said(before, since):
    rng = np.random.default_rng(4)
    assert find_gathering(sample_cells(rng, before, 2.0), sample_cells(rng, since, 2.0)) is None


def test_every_ninth_of_the_part_has_a_name():
    thirds = (1 / 6, 3 / 6, 5 / 6)
    assert len({place_in_words(x, y) for x in thirds for y in thirds}) == 9
    assert place_in_words(1.0, 1.0) == "lower right"
