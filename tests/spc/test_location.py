"""The scan of positions: what it is by hand, its false alarms, and what it finds how soon."""

import math

import numpy as np
import pytest
from scipy.stats import binom

from spc.errors import ChartError, TooFewPointsError
from spc.location.power import predicted_nights
from spc.location.regions import SIDE, Region, coarse, regions
from spc.location.scan import scan_locations

CORNER = Region(0, 1, 6, 7)
PATTERN = np.linspace(1.0, 3.0, SIDE * SIDE)


def nights(rng, days, *, parts=30, clustered=False, day_effect=False, corner=0.0):
    """Parts by cell and night: two defects a part on average, more towards the lower edge.

    Clustered: the defects of a part lie beside its first one. Day effect: each day has a pattern of
    its own, Dirichlet with 150 pseudo-counts. `corner`: mean number of further parts there.
    """
    counts = np.zeros((days, SIDE, SIDE), dtype=int)
    for day in range(days):
        chance = (
            rng.dirichlet(150 * PATTERN / PATTERN.sum()) if day_effect else PATTERN / PATTERN.sum()
        )
        number = rng.poisson(2.0, parts)
        part = np.repeat(np.arange(parts), number)
        place = rng.choice(SIDE * SIDE, size=part.size, p=chance)
        if clustered:
            first = np.repeat(
                place[np.r_[0, np.cumsum(number)[:-1]].clip(max=part.size - 1)], number
            )
            row, column = np.divmod(first, SIDE)
            row = (row + rng.integers(-1, 2, part.size)).clip(0, SIDE - 1)
            column = (column + rng.integers(-1, 2, part.size)).clip(0, SIDE - 1)
            place = SIDE * row + column
        # A part counts once in a cell.
        cells = np.unique(part * SIDE * SIDE + place) % (SIDE * SIDE)
        counts[day] += np.bincount(cells, minlength=SIDE * SIDE).reshape(SIDE, SIDE)
        for _ in range(rng.poisson(corner)):
            counts[day, rng.integers(0, 2), rng.integers(6, 8)] += 1
    return counts.reshape(days, SIDE * SIDE)


def test_the_regions_are_the_rectangles_up_to_half_of_the_part():
    # Of the 36 x 36 rectangles of an 8 x 8 grid, those of a x b cells with a b <= 32: there are
    # (9 - a)(9 - b) of each size.
    by_hand = sum((9 - a) * (9 - b) for a in range(1, 9) for b in range(1, 9) if a * b <= 32)
    found, members = regions()
    assert len(found) == by_hand == members.shape[1]
    assert {int(column.sum()) for column in members.T} <= set(range(1, 33))


@pytest.mark.parametrize(
    ("region", "name"),
    [
        (Region(0, 1, 6, 7), "upper right corner"),
        (Region(6, 7, 0, 1), "lower left corner"),
        (Region(0, 0, 0, 7), "upper edge"),
        (Region(0, 7, 7, 7), "right edge"),
        (Region(3, 4, 2, 5), "middle"),
    ],
)
def test_a_region_has_a_name_that_people_use(region, name):
    assert region.name == name


def test_cells_add_up_to_the_coarse_grid():
    fine = np.arange(32 * 32).reshape(32, 32)
    assert coarse(fine).sum() == fine.sum()
    assert coarse(fine)[0, 1] == fine[:4, 4:8].sum()
    with pytest.raises(ChartError, match="n a multiple of 8"):
        coarse(np.ones((30, 30), dtype=int))


def test_the_statistic_is_the_root_of_twice_the_binomial_likelihood_ratio():
    # Ten days with 4 of 64 in a cell; then one night with 9 of 20 there, 11 in another.
    before = np.zeros((10, 64), dtype=int)
    before[:, 0], before[:, 63] = 4, 60
    night = np.zeros((1, 64), dtype=int)
    night[0, 0], night[0, 63] = 9, 11
    found = scan_locations(before, night, seed=1)
    # Log-likelihoods from scipy's binomial law at the shares 9/20, 40/640 and 49/660.
    ratio = (
        binom.logpmf(9, 20, 9 / 20)
        + binom.logpmf(40, 640, 40 / 640)
        - binom.logpmf(9, 20, 49 / 660)
        - binom.logpmf(40, 640, 49 / 660)
    )
    assert found.statistic == pytest.approx(math.sqrt(2 * ratio))
    assert (found.observed, found.expected) == (9, pytest.approx(20 * 40 / 640))
    assert found.ratio == pytest.approx(7.2)
    assert found.window == 1


def test_more_of_everything_is_no_change_of_positions():
    # Of ten tries at 10 % seven or more stay above it, but for 1 in 600 (binomial).
    calm = 0
    for seed in range(10):
        rng = np.random.default_rng(seed)
        before, newest = rng.poisson(2.0, size=(28, 64)), rng.poisson(6.0, size=(7, 64))
        calm += scan_locations(before, newest, seed=1).p_value > 0.1
    assert calm >= 7


def test_the_same_night_gives_the_same_p_value():
    counts = nights(np.random.default_rng(1), 32, corner=1.0)
    one, other = (scan_locations(counts[:28], counts[28:], seed=5) for _ in range(2))
    assert one == other


def test_too_little_is_refused_in_words():
    day = np.ones((9, 64), dtype=int)
    with pytest.raises(TooFewPointsError, match="9 days before and 1 to judge are too few"):
        scan_locations(day, day[:1], seed=1)
    with pytest.raises(TooFewPointsError, match="no defect on one side"):
        scan_locations(np.ones((10, 64), dtype=int), np.zeros((2, 64), dtype=int), seed=1)
    with pytest.raises(ChartError, match="shape"):
        scan_locations(np.ones((10, 63), dtype=int), day, seed=1)
    with pytest.raises(ChartError, match="above 0"):
        predicted_nights(day, CORNER, 0.0, level=0.01, seed=1)


WORLDS = {
    "independent defects": {},
    "defects of a part together": {"clustered": True},
    "days that differ": {"day_effect": True},
    "both": {"clustered": True, "day_effect": True},
}


@pytest.mark.parametrize(
    ("tests", "levels"),
    [
        pytest.param(25, (0.1,), id="short"),
        pytest.param(2000, (0.1, 0.01, 0.001), id="long", marks=pytest.mark.soak),
    ],
)
@pytest.mark.parametrize("world", WORLDS)
def test_positions_that_do_not_change_signal_as_often_as_the_level_says(world, tests, levels):
    rng = np.random.default_rng(17)
    p_values = []
    for seed in range(tests):
        counts = nights(rng, 35, **WORLDS[world])
        p_values.append(scan_locations(counts[:28], counts[28:], seed=seed).p_value)
    for level in levels:
        share = float(np.mean(np.array(p_values) <= level))
        error = math.sqrt(level * (1 - level) / tests)
        print(f"{world}: {share:.4f} of {tests} tests at level {level} (SE {error:.4f})")
        assert share <= level + 3.3 * error


@pytest.mark.parametrize(
    "changes", [6, pytest.param(200, marks=pytest.mark.soak)], ids=["short", "long"]
)
@pytest.mark.parametrize("further", [6.0, 12.0])
def test_a_planted_corner_is_found_after_the_predicted_nights(further, changes):
    rng = np.random.default_rng(23)
    level = 0.0024  # a tenth of a false alarm a week over 42 tests a week: three streams
    delays, predicted = [], []
    for seed in range(changes):
        baseline = nights(rng, 28, clustered=True)
        predicted.append(predicted_nights(baseline, CORNER, further, level=level, seed=seed))
        newest = nights(rng, 14, clustered=True, corner=further)
        found = (
            night
            for night in range(1, 15)
            if scan_locations(baseline, newest[:night], seed=seed).p_value <= level
        )
        delays.append(next(found, 15))
    expected = float(np.median([15 if one is None else one for one in predicted]))
    middle = float(np.median(delays))
    # The median of n delays has a standard error of about 1.25 s / sqrt(n).
    error = 1.25 * float(np.std(delays)) / math.sqrt(changes)
    print(
        f"{further:g} further parts a night in the corner: found after {middle:g} nights (median of "
        f"{changes}, SE {error:.2f}), predicted {expected:g}"
    )
    assert abs(middle - expected) <= 1 + 3 * error
