"""Reports: one self-contained page a chart, to keep, to mail or to print."""

import re
from pathlib import Path

from flask import Flask, Response, abort, render_template_string, request

from dashboard.address import ChartView, changed, read_view
from dashboard.chart_view import chart_style, shown_model, shown_stretch
from dashboard.context import PageContext
from dashboard.pages.chart import chosen_characteristic
from dashboard.pages.chart_heading import REPORT
from dashboard.report_model import ChartReport, chart_report
from dashboard.wiring import MakeContext
from spc.errors import SpcError
from warehouse.errors import WarehouseError

POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"


def register(server: Flask, make_context: MakeContext, site_name: str) -> None:
    """Serve the report of a chart, behind whatever guards the server."""
    template = Path(__file__).with_name("report.html").read_text("utf-8")

    @server.get(REPORT)
    def report() -> Response:
        view = read_view(ChartView, request.query_string.decode("utf-8", "replace"))
        try:
            found = report_of(view, make_context("light"))
        except (WarehouseError, SpcError):
            abort(404)
        response = Response(
            render_template_string(template, report=found, site_name=site_name),
            mimetype="text/html",
        )
        # Kept as a file it shows what it showed; asked for again it shows what is.
        name = re.sub(r"[^a-z0-9]+", "-", found.title.lower()).strip("-")
        response.headers["Content-Disposition"] = f'inline; filename="{name}.html"'
        response.headers["Cache-Control"] = "no-store"
        response.headers["Content-Security-Policy"] = POLICY
        return response


def report_of(view: ChartView, context: PageContext) -> ChartReport:
    """Return the report on what `view` shows.

    Raises
    ------
    warehouse.errors.WarehouseError
        There is no such characteristic, or nothing can be read.

    """
    chosen = chosen_characteristic(view, context.reader.characteristics())
    view = changed(view, {"characteristic": chosen})
    data = context.reader.chart(chosen)
    model = shown_model(data, view, context)
    stretch = shown_stretch(view) if model.zoomed else None
    return chart_report(
        data, model, view, chart_style(view, "light", stretch, context.clock), context
    )
