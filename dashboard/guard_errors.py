"""What a browser sees of an unexpected error: a number that the log has, too, and nothing else."""

import logging
import secrets
from typing import Final

from dash.exceptions import DependencyException
from flask import Flask, Response, request
from werkzeug.exceptions import HTTPException

logger = logging.getLogger(__name__)

CALLBACKS: Final = "/_dash-update-component"


def note_error(error: BaseException, what: str) -> str:
    """Log an error with its traceback under a new number; return the number."""
    number = secrets.token_hex(4)
    logger.error("error %s: %s", number, what, exc_info=error)
    return number


def answer_errors(server: Flask) -> None:
    """Answer unexpected errors without a traceback, whatever mode the server is in."""

    @server.errorhandler(Exception)
    def answer(error: Exception) -> Response | HTTPException:
        if isinstance(error, HTTPException):
            return error
        if isinstance(error, DependencyException):
            # Dash's word for a script that it does not have.
            return Response("nothing is at this address\n", 404, mimetype="text/plain")
        number = note_error(error, f"{request.method} {request.path} failed")
        # Errors within a callback are told on the page: here its frame does not hold together.
        posted = request.path == CALLBACKS
        said = "this is no post of a page of ours" if posted else "something went wrong"
        words = f"{said}; the log of the server has it as error {number}\n"
        return Response(words, 400 if posted else 500, mimetype="text/plain")
