"""The defect map: orientation, measures, worst cells."""

import numpy as np
import pytest

from dashboard.address import MapView
from dashboard.figures.part_map import PartMap, part_map_figure
from dashboard.location_measures import (
    CellCounts,
    expected_counts,
    observed_over_expected,
    per_thousand,
    top_cells,
)
from dashboard.map_model import map_model
from warehouse.location import LocationMap


def cells(parts: int = 100, **counts: int) -> LocationMap:
    grid = np.zeros((32, 32), dtype=np.int64)
    for name, count in counts.items():
        row, column = (int(edge) for edge in name.removeprefix("at_").split("_"))
        grid[row, column] = count
    return LocationMap(grid, grid.astype(float), parts)


def heat(figure):
    return next(trace for trace in figure.data if trace.type == "heatmap")


def test_row_zero_is_at_the_top_of_a_square_map():
    values = np.zeros((32, 32))
    values[0, 31] = 5.0
    hover = tuple(("",) * 32 for _ in range(32))
    figure = part_map_figure(PartMap(values, hover, "Parts"), "light")
    assert list(figure.layout.yaxis.range) == [1, 0]
    assert figure.layout.yaxis.scaleanchor == "x"
    assert heat(figure).z[0][31] == 5.0
    assert heat(figure).y[0] == pytest.approx(0.5 / 32)
    assert heat(figure).x[31] == pytest.approx(31.5 / 32)


def test_twice_and_half_the_expected_lie_equally_far_from_the_middle():
    values = np.full((32, 32), np.nan)
    values[0, :2] = (2.0, 0.5)
    hover = tuple(("",) * 32 for _ in range(32))
    figure = part_map_figure(PartMap(values, hover, "Ratio", kind="ratio"), "dark")
    assert (heat(figure).z[0][0], heat(figure).z[0][1]) == (1.0, -1.0)
    assert (heat(figure).zmin, heat(figure).zmax) == (-3.0, 3.0)


def test_the_worst_cells_are_numbered_on_the_map():
    model = map_model(cells(at_3_4=9, at_20_21=5), None, MapView())
    figure = part_map_figure(model.part_map, "light")
    assert [one.text for one in figure.layout.annotations] == ["<b>1</b>", "<b>2</b>"]


def test_rates_are_per_thousand_parts_and_zero_without_parts():
    assert per_thousand(CellCounts(np.array([[3.0]]), 60)).tolist() == [[50.0]]
    assert per_thousand(CellCounts(np.array([[0.0]]), 0)).tolist() == [[0.0]]


def test_the_same_process_expects_what_it_shows():
    counts = np.full((4, 4), 50.0)
    before = CellCounts(counts, 1_000)
    # Each cell at the mean rate of .05: (50 + 1) / (1000 + 20) = .05.
    assert expected_counts(before, 1_000) == pytest.approx(counts)


def test_a_period_without_a_defect_before_expects_none():
    assert expected_counts(CellCounts(np.zeros((2, 2)), 10), 5).tolist() == [[0, 0], [0, 0]]


def test_cells_with_too_few_parts_have_no_ratio():
    assert np.isnan(observed_over_expected(np.array([[1.0]]), np.array([[1.0]]))).all()


def test_the_planted_corner_ranks_before_a_busy_cell_that_was_always_busy():
    before = cells(1_000, at_16_16=400, at_1_30=2)
    now = cells(100, at_16_16=42, at_1_30=12)
    model = map_model(now, before, MapView(measure="ratio"))
    assert (model.top[0].row, model.top[0].column) == (1, 30)
    assert model.top[0].ratio > 10
    assert model.compared == 1_000


def test_without_a_comparison_the_worst_cells_are_the_fullest():
    model = map_model(cells(at_2_2=3, at_5_5=8), None, MapView())
    assert [(cell.row, cell.column) for cell in model.top] == [(5, 5), (2, 2)]
    assert model.top[0].expected is None


def test_clean_cells_are_never_among_the_worst():
    assert top_cells(CellCounts(np.zeros((3, 3)), 9), None) == ()


def test_every_measure_draws_and_hovers():
    for measure in ("count", "rate", "ratio"):
        model = map_model(cells(at_0_0=5), cells(at_0_0=1), MapView(measure=measure))
        assert "5 of 100 parts" in model.part_map.hover[0][0]
        assert part_map_figure(model.part_map, "light").data


def test_a_ratio_without_parts_before_draws_nothing():
    model = map_model(cells(at_0_0=5), cells(0), MapView(measure="ratio"))
    assert np.isnan(model.part_map.values).all()
