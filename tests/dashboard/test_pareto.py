"""The Pareto page."""

import pytest

from dashboard.address import ParetoView
from dashboard.pages import pareto
from dashboard.pages.pareto import SHOWN
from warehouse.pareto import ParetoCount


def figure_of(content):
    return content[1].children[0].children.figure


def test_bars_fall_and_the_line_is_their_running_share(reader, context, words_of):
    reader.counts = [ParetoCount("stain", 60, 100), ParetoCount("scratch", 40, 100)]
    content = pareto.content(ParetoView(by="class"), context)
    bars, line = figure_of(content).data
    assert list(bars.y) == [60, 40]
    assert list(line.y) == [60.0, 100.0]
    said = words_of(content)
    assert "stain 60 60 % 60 % 60 scratch 40 40 % 100 % 40" in said


def test_many_groups_are_one_bar_of_others_and_all_in_the_table(reader, context, words_of):
    reader.counts = [ParetoCount(f"lot {n}", 2) for n in range(SHOWN + 3)]
    content = pareto.content(ParetoView(by="lot"), context)
    assert list(figure_of(content).data[0].y) == [2] * SHOWN + [6]
    assert f"lot {SHOWN + 2}" in words_of(content)


def test_criteria_are_called_by_the_name_of_their_metric(reader, context, words_of):
    reader.counts = [ParetoCount("stain_count", 3), ParetoCount("home_made", 1)]
    said = words_of(pareto.content(ParetoView(by="criterion"), context))
    assert "Stain count 3" in said
    assert "home_made 1" in said


@pytest.mark.parametrize(
    ("view", "words"),
    [
        (ParetoView(by="cause"), "Alarms come from limits that somebody put in force"),
        (ParetoView(by="criterion"), "[specification]"),
        (ParetoView(by="station", measure="failed"), "[specification]"),
        (ParetoView(by="station"), "Nothing was found on any part"),
    ],
)
def test_nothing_to_count_is_explained(reader, context, words_of, view, words):
    reader.counts = []
    assert words in words_of(pareto.content(view, context))


def test_an_unknown_stream_is_said(reader, context, words_of):
    assert "No such stream" in words_of(pareto.content(ParetoView(stream="x"), context))


def test_names_with_markup_stay_text_in_the_figure(reader, context):
    reader.counts = [ParetoCount("<img src=x>", 3)]
    bars = figure_of(pareto.content(ParetoView(by="lot"), context)).data[0]
    assert "&lt;img" in bars.customdata[0]
