"""Every failure as problem JSON: `{kind, message, hint, retryable, error_id}`."""

from __future__ import annotations

import json
import logging
import math
import uuid

from pydantic import BaseModel, ValidationError
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from app.errors import AppError, ErrorKind
from app.settings.problems import suggestion

log = logging.getLogger(__name__)

_OF_STATUS = {
    404: ErrorKind.NOT_FOUND,
    405: ErrorKind.INVALID_REQUEST,
    413: ErrorKind.TOO_LARGE,
    415: ErrorKind.INVALID_REQUEST,
    429: ErrorKind.RATE_LIMITED,
}


class FieldError(AppError):
    """A field of a request that cannot be used; `field` is its path, e.g. `examples.2`."""

    def __init__(self, field: str, message: str, hint: str = "") -> None:
        super().__init__(ErrorKind.INVALID_REQUEST, message, hint)
        self.field = field


def problem_response(error: AppError, status: int | None = None, error_id: str = "") -> Response:
    """status: other than the kind's own. error_id: where the log has it already."""
    status = status or error.facts.http or 500
    body = problem(error)
    body["error_id"] = error_id or body["error_id"]
    log.info("answered %d, error id %s: %s", status, body["error_id"], error)
    response = Response(json.dumps(body), status, content_type="application/problem+json")
    if error.retry_after is not None:
        response.headers["Retry-After"] = str(math.ceil(error.retry_after))
    return response


def problem(error: AppError) -> dict[str, object]:
    """The JSON object."""
    body: dict[str, object] = {**error.to_dict(), "error_id": uuid.uuid4().hex[:12]}
    if isinstance(error, FieldError):
        body["field"] = error.field
    if error.retry_after is not None:
        body["retry_after"] = error.retry_after
    return body


def of_http(error: HTTPException) -> AppError:
    """What Flask or Werkzeug refuses."""
    status = error.code or 500
    kind = _OF_STATUS.get(status, ErrorKind.INVALID_REQUEST if status < 500 else ErrorKind.INTERNAL)
    return AppError(kind, f"{error.name}.", error.description or "")


def of_validation(error: ValidationError, model: type[BaseModel]) -> FieldError:
    """The first problem, naming the field, the bound and, for an unknown field, the nearest that exists."""
    errors = error.errors(include_url=False, include_input=False)
    # A field of several types has an error for each; the one that lies deepest is of the type that was meant.
    first = max((e for e in errors if e["loc"][:1] == errors[0]["loc"][:1]), key=lambda e: len(e["loc"]))
    field = ".".join(str(part) for part in first["loc"] if not _is_branch(part))
    if first["type"] == "extra_forbidden":
        hint = suggestion(field, list(model.model_fields))
        return FieldError(field, f"{field}: there is no such field.", hint)
    words = first["msg"].removeprefix("Value error, ")
    return FieldError(field, f"{field}: {words}." if field else f"{words}.", "Correct the field.")


def _is_branch(part: int | str) -> bool:
    """Pydantic adds the type tried to the path of a field that may be of several."""
    return isinstance(part, str) and ("[" in part or "-" in part or part == "str")
