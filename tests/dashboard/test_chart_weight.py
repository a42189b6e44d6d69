"""What a chart of very many points costs: bytes on the wire, and the server's time, printed."""

import gzip
import json
import time
from datetime import timedelta

import numpy as np
import pytest
from plotly.utils import PlotlyJSONEncoder

from dashboard.address import ChartView
from dashboard.pages import chart
from dashboard.reader import ChartData
from dashboard.static_tree import condensed


@pytest.mark.parametrize(
    "n", [100_000, pytest.param(1_000_000, marks=pytest.mark.soak)], ids=["100k", "1M"]
)
def test_a_chart_of_many_points_is_light_on_the_wire(
    n, make_series, make_phase, make_signal, characteristic, reader, context
):
    values = np.random.default_rng(4).poisson(4.0, n).astype(float)
    signals_at = np.arange(200, n, n // 60)
    values[signals_at] = 30.0
    series = make_series(values, step=timedelta(seconds=30))
    series.pass_ids[:] = [f"{at:032x}" for at in range(n)]
    signals = [make_signal(series, int(at)) for at in signals_at]
    data = ChartData(characteristic, series, [make_phase(series, 0, 149)], signals, {}, None)
    reader.charts[characteristic.characteristic_id] = data
    view = ChartView(range="all")
    took = []
    for _ in range(3):
        began = time.process_time()
        content = condensed(chart.content(view, context))
        sent = json.dumps(content, cls=PlotlyJSONEncoder).encode()
        took.append(time.process_time() - began)
    wire = len(gzip.compress(sent, 6))
    print(
        f"{n:,} points: {1000 * sorted(took)[1]:.0f} ms of processor time (median of 3), "
        f"{len(sent) / 1e3:.0f} kB, {wire / 1e3:.0f} kB compressed"
    )
    # The size follows the budget of drawn points, not the number of parts.
    assert wire < 200_000
