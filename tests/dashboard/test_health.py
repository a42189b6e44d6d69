"""Inspector health, and where else camera and model are spoken of."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from dashboard.address import ChartView, HealthView, OverviewView
from dashboard.pages import chart, health
from dashboard.reader import ChartData
from dashboard.wall import wall
from warehouse.inspector import InspectorFacts, ModelAtWork, PictureDay, RefusedFiles
from warehouse.records import Stream

NOW = datetime(2026, 5, 20, 4, 0, tzinfo=UTC)
OTHER = Stream("B", "coat", "tool-2", "HS-40")


def test_the_wall_shows_camera_and_model_only_where_they_need_action(make_state):
    states = [
        make_state("in control"),
        make_state("in control", metric="focus"),
        make_state("signal", metric="brightness"),
    ]

    def metrics(**view):
        groups = wall(states, [], OverviewView(**view)).groups
        return sorted(tile.metric for group in groups for tile in group.tiles)

    assert metrics() == ["brightness", "stain_count"]
    assert metrics(kind="camera") == ["brightness", "focus"]
    assert metrics(kind="all") == ["brightness", "focus", "stain_count"]


def test_the_page_names_refusals_models_and_the_charts_of_the_camera(
    reader, context, make_state, words_of
):
    reader.states = [make_state("in control"), make_state("signal", metric="focus")]
    reader.facts = InspectorFacts(
        refused=(RefusedFiles("IMPLAUSIBLE", 12, NOW, "day/<b>.png"),),
        days=(PictureDay(date(2026, 5, 19), 88, 12),),
        models=(ModelAtWork("ab" * 32, "fast", NOW, 88, 11.2),),
    )
    said = words_of(health.content(HealthView(), context))
    assert "1 characteristic, 1 needs action" in said
    # 12 of 100.
    assert "88 pictures measured and 12 refused, 12 %" in said
    assert "IMPLAUSIBLE 12 20 May 2026, 06:00 CEST day/<b>.png" in said
    assert "fast abababababab 20 May 2026, 06:00 CEST 88 11.2 ms" in said
    assert "Camera focus" in said
    assert "Stain count" not in said


def test_without_any_picture_the_page_says_so(reader, context, words_of):
    said = words_of(health.content(HealthView(), context))
    for words in ("No file arrived", "No picture was refused", "Nothing charted yet"):
        assert words in said


@pytest.fixture
def charted(reader, characteristic, make_series, make_state):
    data = ChartData(characteristic, make_series([4.0] * 30), [], [], {}, make_state("signal"))
    reader.charts[characteristic.characteristic_id] = data
    return data


def said_by_chart(data, context, words_of):
    view = ChartView(characteristic=data.characteristic.characteristic_id)
    return words_of(chart.content(view, context))


def test_a_process_signal_names_the_camera_that_changed_with_it(
    charted, reader, context, make_state, words_of
):
    reader.states = [make_state("signal", metric="brightness"), make_state("signal")]
    said = said_by_chart(charted, context, words_of)
    assert "Camera or model changed, too Camera brightness" in said


def test_a_camera_elsewhere_or_a_calm_chart_is_not_spoken_of(
    charted, reader, context, make_state, words_of
):
    reader.states = [make_state("signal", metric="brightness", stream=OTHER)]
    assert "changed, too" not in said_by_chart(charted, context, words_of)
    reader.states = [make_state("signal", metric="brightness")]
    calm = replace(charted, state=make_state("in control"))
    reader.charts[charted.characteristic.characteristic_id] = calm
    assert "changed, too" not in said_by_chart(calm, context, words_of)


def test_refused_pictures_concern_every_stream(charted, reader, context, make_state, words_of):
    reader.states = [make_state("signal", metric="refused_share", stream=OTHER)]
    assert "changed, too Refused pictures" in said_by_chart(charted, context, words_of)
