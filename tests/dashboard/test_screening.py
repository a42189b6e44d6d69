"""The list of all characteristics: figures, order and words."""

from dataclasses import replace

import pytest

from dashboard.address import ScreeningView
from dashboard.pages import screening
from dashboard.screening_model import PAGE_SIZE, screened_row, screening_model
from warehouse.screening import ScreenedCharacteristic

FACTS = ScreenedCharacteristic(
    characteristic_id="A/wash/tool-1/HS-40:stain_count", state="in control", n=1000, mean=4.0,
    zeros=0.25, autocorrelation=0.1, outside=5, signals=2, days=10, slope=0.0, explained=0.0,
    cause=None,
)  # fmt: skip


def facts(name, **values):
    return replace(FACTS, characteristic_id=f"A/wash/{name}/HS-40:stain_count", **values)


def test_rates_are_of_the_parts():
    row = screened_row(FACTS)
    assert (row.signal_rate, row.outside_share) == (2.0, 0.005)
    # Normal table: 0.5 % lie beyond 2.575829 standard deviations, a third of that is the index.
    assert row.index == pytest.approx(2.575829 / 3, abs=1e-6)


def test_where_none_is_beyond_the_limits_the_index_is_a_lower_bound():
    row = screened_row(replace(FACTS, outside=0))
    # Rule of three: 3 in 1,000; normal table: 2.747781 standard deviations.
    assert (row.index_at_least, row.index) == (True, pytest.approx(2.747781 / 3, abs=1e-6))


def test_without_limits_or_with_few_parts_there_is_no_index():
    assert screened_row(replace(FACTS, outside=None)).index is None
    assert screened_row(replace(FACTS, n=19, outside=1)).index is None


@pytest.mark.parametrize(
    ("explained", "days", "weekly"),
    [
        # t = sqrt(.60 * 8 / .40) = 3.464; its two-sided p with 8 degrees of freedom is .0085.
        (0.60, 10, 7 * 0.1 / 4.0),
        # t = sqrt(.55 * 8 / .45) = 3.127, p = .0141: no trend at 1 %.
        (0.55, 10, None),
        (1.0, 4, None),
        (1.0, 5, 7 * 0.1 / 4.0),
    ],
)
def test_a_trend_is_shown_where_a_steady_process_would_rarely_show_one(explained, days, weekly):
    row = screened_row(replace(FACTS, slope=0.1, explained=explained, days=days))
    assert row.weekly == (None if weekly is None else pytest.approx(weekly))


def test_a_level_line_is_no_trend():
    assert screened_row(replace(FACTS, slope=0.0, explained=1.0)).weekly is None


def test_the_worst_comes_first_and_what_has_no_figure_last_either_way():
    found = [facts("a", signals=1), facts("b", signals=9), facts("c", n=0)]

    def order(*, down):
        rows = screening_model(found, ScreeningView(order="signals", down=down)).rows
        return [row.facts.characteristic_id.split("/")[2] for row in rows]

    assert order(down=True) == ["b", "a", "c"]
    assert order(down=False) == ["a", "b", "c"]


def test_by_state_what_needs_action_comes_first():
    found = [facts("a"), facts("b", state="signal"), facts("c", state="out of specification")]
    rows = screening_model(found, ScreeningView()).rows
    assert [row.facts.state for row in rows] == ["out of specification", "signal", "in control"]


def test_the_list_is_cut_into_pages_and_searched():
    found = [facts(f"t{n:03}") for n in range(PAGE_SIZE + 1)]
    second = screening_model(found, ScreeningView(page=2))
    assert (second.total, second.pages, len(second.rows)) == (PAGE_SIZE + 1, 2, 1)
    beyond = screening_model(found, ScreeningView(page=9))
    assert beyond.page == 2
    assert screening_model(found, ScreeningView(find="T007")).total == 1


def test_the_page_shows_the_figures_with_their_units(reader, context, words_of):
    reader.screened = [replace(FACTS, outside=0, cause="operator", state="signal")]
    said = words_of(screening.content(ScreeningView(), context))
    for words in ("Stain count", "A/wash/tool-1/HS-40", "Signal", "25 %", "> 0.916", "operator"):
        assert words in said


def test_a_column_head_sorts_by_it_and_again_the_other_way_round(reader, context):
    reader.screened = [FACTS]
    shown = str(screening.content(ScreeningView(order="zeros"), context))
    assert "/screening?order=signals" in shown
    assert "/screening?order=zeros&down=False" in shown


def test_nothing_to_list_is_said(reader, context, words_of):
    reader.screened = []
    assert "No characteristic yet" in words_of(screening.content(ScreeningView(), context))
    assert "of this name" in words_of(screening.content(ScreeningView(find="x"), context))
