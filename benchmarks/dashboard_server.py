"""The dashboard in a process of its own on a free port of this machine, as `blemish serve` runs it.

python -m benchmarks.dashboard_server SITE      the pages of a site
python -m benchmarks.dashboard_server --empty   a Dash app that shows a heading, and a figure
"""

import logging
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from jobs.serving import ServerPlan, serve_until_stopped
from warehouse.site import Site

THREADS = 4


def main() -> int:
    """Serve until ended."""
    given = sys.argv[1]
    return serve_until_stopped(
        ServerPlan(
            host="127.0.0.1",
            port=0,
            threads=THREADS,
            make_server=lambda: _empty() if given == "--empty" else _pages(Site(Path(given))),
            start=lambda: None,
            stop=lambda: None,
            announce=lambda address: print(address, flush=True),
        )
    )


@contextmanager
def serving(what: str) -> Iterator[str]:
    """Serve a site, or "--empty", in a process of its own and yield its address."""
    command = [sys.executable, "-m", "benchmarks.dashboard_server", what]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield process.stdout.readline().strip()
        finally:
            process.terminate()
            process.wait(timeout=30)


def _pages(site: Site) -> Any:
    # Loaded in the process that answers, as in `blemish serve`.
    from dashboard.app import create_app  # noqa: PLC0415

    logging.getLogger("dashboard").setLevel(logging.ERROR)
    return create_app(site, time_zone="UTC", site_name="Benchmark").server


def _empty() -> Any:
    """Return the least that Dash can show, with the same frame, compression and plotly.js."""
    # Nothing but Dash's own components may be loaded, or its page would carry those as well.
    from dash import Dash, Input, Output, dcc, html  # noqa: PLC0415

    from dashboard import compression, slim_plotly  # noqa: PLC0415

    app = Dash("empty", serve_locally=True, assets_ignore=".*", update_title="")
    app.layout = html.Div([dcc.Location(id="address"), html.Div(id="place")])

    @app.callback(Output("place", "children"), Input("address", "pathname"))
    def show(path: str | None) -> Any:
        head = html.H1("Empty")
        if path != "/figure":
            return [head, html.P("shown", className="tile")]
        return [head, dcc.Graph(figure={"data": [{"y": [1, 2]}]})]

    slim_plotly.serve_slim(app.server, Path(__file__).parents[1] / "assets")
    compression.compress(app.server)
    app.server.test_client().get("/_dash-dependencies")
    return app.server


if __name__ == "__main__":
    sys.exit(main())
