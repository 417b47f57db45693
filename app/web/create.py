"""The Flask application of the API."""

from __future__ import annotations

import logging
import uuid
from typing import Final

from flask import Flask
from flask_limiter import RateLimitExceeded
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from app.errors import AppError, ErrorKind
from app.web import (
    calls,
    checking,
    config,
    config_licences,
    diagnostics,
    exams,
    exports,
    forecast,
    keys,
    models,
    preferences,
    pulls,
    runs,
    search,
    sessions,
    status,
    streaming,
    token,
    versions,
    window,
)
from app.web import log as session_log
from app.web.api import UnsupportedTypeError
from app.web.openapi import document_view
from app.web.parts import EXTENSION, Parts
from app.web.problems import of_http, problem_response
from app.web.pulls import jobs_reply
from app.web.rates import bound_rates, too_often
from app.web.sockets import Sockets

log = logging.getLogger(__name__)
APIS: Final = (
    status.api,
    token.api,
    runs.api,
    versions.api,
    checking.api,
    streaming.api,
    sessions.api,
    session_log.api,
    search.api,
    exports.api,
    models.api,
    pulls.api,
    exams.api,
    keys.api,
    config.api,
    config_licences.api,
    diagnostics.api,
    preferences.api,
    calls.api,
    forecast.api,
    window.api,
)
_UNSUPPORTED: Final = 415


def create_app(parts: Parts) -> Flask:
    """The API and Socket.IO over the given parts. It must stand behind the guard, which knows who asks."""
    app = Flask("roundtable", static_folder=None)
    app.extensions[EXTENSION] = parts
    for api in APIS:
        app.register_blueprint(api.blueprint)
    app.add_url_rule(
        "/api/openapi.json", view_func=document_view([o for api in APIS for o in api.operations])
    )
    bound_rates(app, parts.settings.server)
    _handle_errors(app)
    sockets = Sockets(app, parts)
    parts.pool.changed = sockets.changed
    parts.banners.changed = lambda: sockets.tell("warnings", {"warnings": parts.banners.now()})
    parts.pulls.changed = lambda: sockets.tell("pulls", jobs_reply(parts.pulls).model_dump(mode="json"))
    app.extensions["sockets"] = sockets
    return app


def _handle_errors(app: Flask) -> None:
    def unsupported(error: UnsupportedTypeError) -> Response:
        return problem_response(error, _UNSUPPORTED)

    def http(error: HTTPException) -> Response:
        return problem_response(of_http(error), error.code)

    def often(error: RateLimitExceeded) -> Response:
        return problem_response(too_often(error))

    app.register_error_handler(UnsupportedTypeError, unsupported)
    app.register_error_handler(AppError, problem_response)
    app.register_error_handler(RateLimitExceeded, often)
    app.register_error_handler(HTTPException, http)
    app.register_error_handler(Exception, _internal)


def _internal(error: Exception) -> Response:
    """The web's one place where everything ends: the user gets an id, the log the traceback."""
    error_id = uuid.uuid4().hex[:12]
    log.error("request failed, error id %s", error_id, exc_info=error)
    words = f"Something went wrong inside the program (error id {error_id})."
    told = AppError(ErrorKind.INTERNAL, words, "The traceback is in the log under this id.")
    return problem_response(told, error_id=error_id)
