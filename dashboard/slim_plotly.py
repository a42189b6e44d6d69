"""Serve the cartesian bundle of plotly.js where Dash asks for the whole: a third of its size."""

from pathlib import Path

from flask import Flask, Response, request, send_file

ASKED_FOR = "/_dash-component-suites/plotly/package_data/plotly.min.js"
BUNDLE = "vendor/plotly-cartesian.min.js"


def serve_slim(server: Flask, assets: Path) -> None:
    """Answer with the bundle in `assets`; it draws lines, points and heat maps.

    Without the bundle Dash serves its own.
    """
    bundle = assets / BUNDLE

    @server.before_request
    def answer_with_bundle() -> Response | None:
        if request.path != ASKED_FOR or not bundle.is_file():
            return None
        return send_file(bundle, mimetype="application/javascript", max_age=86_400)
