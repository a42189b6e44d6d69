"""What a chart hands out: a CSV and a report, with filters, limits and flags, and no markup."""

import csv
import io
import re
from dataclasses import replace
from datetime import UTC, date

import numpy as np
import pytest

from dashboard.actions import DashboardActions
from dashboard.address import ChartView
from dashboard.app import build_app
from dashboard.chart_cut import cut
from dashboard.chart_export import chart_csv
from dashboard.chart_model import chart_model
from dashboard.figures.inputs import ChartStyle, SpecChange
from dashboard.figures.palette import LIGHT
from dashboard.figures.svg_chart import run_chart_svg, spec_of_points
from dashboard.figures.svg_scale import round_ticks
from dashboard.period import Period
from dashboard.reader import Approval, ChartData
from dashboard.report_route import report_of
from spc.phase import phase_from_dict
from warehouse.journal.causes import CauseRow

EVIL = "<script>alert(1)</script>"
ALL = Period(None, None, "all time")


@pytest.fixture
def charted(reader, characteristic, make_series, make_phase, make_signal, make_state, clock):
    """Two phases, four signals, one of them with a cause."""
    values = np.random.default_rng(5).poisson(4.0, 200).astype(float)
    values[-4:] += 14
    values[50] = np.nan
    series = make_series(values)
    border = series.captured_at[100].astype("datetime64[us]").item().replace(tzinfo=UTC)
    phases = [
        make_phase(series, 0, 59, status="retired", valid_to=border),
        make_phase(series, 60, 99, phase_id=2, valid_from=border, reason=EVIL),
    ]
    signals = [make_signal(series, at) for at in range(196, 200)]
    cause = CauseRow(
        "signal 196", "cleaning", f"=cmd {EVIL}", "new rags", "C. Person", date(2026, 6, 1),
        "A. Person", clock.now(),
    )  # fmt: skip
    data = ChartData(
        characteristic, series, phases, signals, {"signal 196": cause}, make_state("signal"),
        {2: Approval("Q. Person", clock.now(), "looked at")},
    )  # fmt: skip
    reader.charts[characteristic.characteristic_id] = data
    return data


def read_csv(text: str) -> tuple[list[str], list[dict[str, str]]]:
    lines = text.split("\r\n")
    head = [line for line in lines if line.startswith("#")]
    return head, list(csv.DictReader(io.StringIO("\n".join(lines[len(head) :]))))


def test_the_csv_has_every_point_with_the_limits_of_its_time(charted, context):
    name = charted.characteristic.characteristic_id
    _, rows = read_csv(chart_csv(ChartView(characteristic=name, range="all"), context).text)
    assert [row["pass_id"] for row in rows] == charted.series.pass_ids
    first, second = (phase_from_dict(row.phase) for row in charted.phases)
    assert {row["ucl"] for row in rows[:100]} == {repr(first.ucl)}
    assert {row["ucl"] for row in rows[100:]} == {repr(second.ucl)}
    assert [row["phase"] for row in rows] == ["1"] * 100 + ["2"] * 100
    # A missing value is an empty field, and its limits stand all the same.
    assert (rows[50]["stain_count"], rows[50]["running_average"]) == ("", "")
    assert [at for at, row in enumerate(rows) if row["signals"]] == [196, 197, 198, 199]
    assert {(row["spec_lower"], row["spec_upper"]) for row in rows} == {("", "20.0")}
    assert rows[196]["causes"] == f"'=cmd {EVIL}"
    assert float(rows[150]["running_average_ucl"]) == pytest.approx(
        second.ewma_center + second.ewma_limit
    )


def test_the_head_of_the_csv_tells_filters_and_provenance(charted, context):
    name = charted.characteristic.characteristic_id
    hour = charted.series.captured_at[150].astype("datetime64[s]").item()
    view = ChartView(
        characteristic=name, range="all", zoom=f"{hour:%Y%m%dT%H%M%SZ}..20260520T040000Z"
    )
    head, rows = read_csv(chart_csv(replace(view), context).text)
    assert len(rows) == 50
    words = "\n".join(head)
    for expected in (
        f"# characteristic,{name}",
        "# period,all time",
        '# parts shown,"50 of 200, zoomed"',
        "# specification,upper 20",
        "# #2 limits",
        "by Q. Person",
        "m1",
    ):
        assert expected in words


def test_the_report_says_everything_and_escapes_it(charted, context, reader, clock):
    name = charted.characteristic.characteristic_id
    signed = replace(context, who="R. Person")
    report = report_of(ChartView(characteristic=name, range="all"), signed)
    filters = dict(report.filters)
    assert filters["Made"].endswith("by R. Person")
    assert filters["Specification"] == "upper 20"
    assert [phase.name for phase in report.phases] == ["Limits #2, in force", "Limits #1, retired"]
    assert dict(report.phases[0].facts)["Approved"].startswith("by Q. Person")
    assert [row[0] for row in report.signals] == ["1"]
    assert report.causes[0][1:5] == ("cleaning", f"=cmd {EVIL}", "new rags", "C. Person")
    assert dict(report.capability)["Observed beyond"].endswith("of 199 parts")
    app = build_app(reader, clock=clock, site_name=EVIL, actions=DashboardActions())
    answer = app.server.test_client().get(f"/report/chart?characteristic={name}&range=all")
    page = answer.get_data(as_text=True)
    assert answer.status_code == 200
    assert "<script" not in page
    assert page.count("&lt;script&gt;") >= 3
    # Self-contained: nothing is fetched, nothing runs.
    assert not re.search(r"<(link|img|iframe|object)\b|url\(|@import", page)
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert answer.headers["Cache-Control"] == "no-store"
    assert "@media print" in page


def test_a_report_on_nothing_is_not_found(reader, clock):
    app = build_app(reader, clock=clock, site_name="Line 7", actions=DashboardActions())
    client = app.server.test_client()
    assert client.get("/report/chart?characteristic=nope").status_code == 404
    assert client.get("/report/chart").status_code == 404


def test_a_report_without_parts_in_its_period_says_so(charted, reader, clock):
    name = charted.characteristic.characteristic_id
    app = build_app(reader, clock=clock, site_name="Line 7", actions=DashboardActions())
    answer = app.server.test_client().get(
        f"/report/chart?characteristic={name}&range=2020-01-01..2020-01-02"
    )
    assert "No part was captured in this period." in answer.get_data(as_text=True)


def test_each_point_has_the_specification_that_it_was_judged_by(charted, clock):
    chart = chart_model(charted, ALL, clock).chart
    change = SpecChange(
        float(chart.local_ms[120]), (None, 12.0), (1.0, 20.0), "Q. Person: drawing C"
    )
    chart = replace(chart, spec_lower=1.0, spec_changes=(change,))
    upper = spec_of_points(chart, 1)
    assert (set(upper[:120]), set(upper[120:])) == ({12.0}, {20.0})
    lower = spec_of_points(chart, 0)
    assert np.isnan(lower[:120]).all()
    assert set(lower[120:]) == {1.0}
    # Two stretches of the upper limit and one of the lower.
    spec = f'stroke="{LIGHT.spec}"'
    lines = [path for path in run_chart_svg(chart, ChartStyle()).split("<path") if spec in path]
    assert sum(path.count("M") for path in lines) == 3


@pytest.mark.parametrize("axis", ["time", "order"])
def test_the_drawing_has_all_that_the_chart_has(charted, clock, axis):
    chart = chart_model(charted, ALL, clock).chart
    chart = replace(chart, zone_name=EVIL, names=(EVIL,) * 200)
    svg = run_chart_svg(chart, ChartStyle(axis=axis, zones=True))
    assert "<script" not in svg
    for words in ("Stain count", "Running average", "UCL", "Centre", "Spec 20", "#2 limits"):
        assert words in svg
    # One flag, with the number of its cause.
    assert len(re.findall(r'font-weight="700">1</text>', svg)) == 1
    # Four points with signals, four diamonds.
    assert svg.count("l5 5l-5 5l-5 -5z") == 4
    assert svg.count("<svg") == svg.count("</svg>") == 1


def test_the_drawing_of_a_single_point_and_of_none(charted, clock):
    model = chart_model(charted, ALL, clock)

    assert "<svg" in run_chart_svg(cut(model.chart, 7, 8), ChartStyle())
    assert run_chart_svg(cut(model.chart, 0, 0), ChartStyle()) == ""


@pytest.mark.parametrize(
    ("low", "high", "ticks"),
    [(0.0, 0.0, [0.0]), (-1.0, 1.0, [-1.0, -0.5, 0.0, 0.5, 1.0]), (3.0, float("nan"), [3.0])],
)
def test_axes_have_round_numbers(low, high, ticks):
    assert round_ticks(low, high) == ticks
