"""Routes whose checks, answers and documentation are one thing: their pydantic models."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, Final

from flask import Blueprint, Response, request
from pydantic import BaseModel, ValidationError

from app.errors import AppError, ErrorKind
from app.web.problems import FieldError, of_validation

JSON: Final = "application/json"
View = Callable[..., Any]


@dataclass(frozen=True)
class Operation:
    """One method of one path, for the OpenAPI document.

    path: as Flask writes it. body, query, reply: pydantic models, None for none. media: of the reply.
    raw: media type of a body that is a file, empty for none.
    errors: kinds that its own work may raise, beside what the guard and the checks of the request answer.
    """

    method: str
    path: str
    name: str
    summary: str
    description: str
    body: type[BaseModel] | None
    query: type[BaseModel] | None
    reply: type[BaseModel] | None
    status: int
    media: str
    raw: str
    errors: tuple[ErrorKind, ...]


class Api:
    """A blueprint below /api whose routes take and return pydantic models.

    A view gets the path's parts by name, and `body` and `query` where the route has them; it returns the
    reply's model, or a Flask response.
    """

    def __init__(self, name: str) -> None:
        self.blueprint = Blueprint(name, __name__, url_prefix="/api")
        self.operations: list[Operation] = []

    def route(
        self,
        method: str,
        path: str,
        *,
        body: type[BaseModel] | None = None,
        query: type[BaseModel] | None = None,
        reply: type[BaseModel] | None = None,
        media: str = JSON,
        raw: str = "",
        errors: tuple[ErrorKind, ...] = (),
        rate: Callable[[View], View] = lambda view: view,
    ) -> Callable[[View], View]:
        """Register a view. Its docstring is the description; the first line is the summary.

        raw: what a body that is a file must be called. rate: bounds how often it is called, counting also
        what is refused.
        """

        def register(view: View) -> View:
            summary, _, rest = (view.__doc__ or "").strip().partition("\n")
            status = 200 if reply is not None or media != JSON else 204
            self.operations.append(
                Operation(
                    method,
                    f"/api{path}",
                    view.__name__,
                    summary,
                    rest.strip(),
                    body,
                    query,
                    reply,
                    status,
                    media,
                    raw,
                    errors,
                )
            )

            @wraps(view)
            def handle(**named: Any) -> Response | Any:
                if raw and request.mimetype != raw:
                    raise UnsupportedTypeError(raw)
                if body is not None:
                    named["body"] = _body(body)
                if query is not None:
                    named["query"] = _checked(query, request.args.to_dict())
                answer = view(**named)
                if isinstance(answer, BaseModel):
                    return Response(answer.model_dump_json(), content_type=JSON)
                return Response(status=204) if answer is None else answer

            self.blueprint.add_url_rule(path, view_func=rate(handle), methods=[method])
            return handle

        return register


def _body(model: type[BaseModel]) -> BaseModel:
    """Only what says that it is JSON: a form of another site's page cannot say so unasked."""
    if not request.is_json:
        raise UnsupportedTypeError
    try:
        given: Any = request.get_json()
    except ValueError as error:  # an integer of thousands of digits, or lone surrogates
        raise FieldError("", "The body is not JSON that can be read.", "Send one JSON object.") from error
    if not isinstance(given, dict):
        raise FieldError("", "The body must be a JSON object.", "Send one JSON object.")
    return _checked(model, given)


def _checked(model: type[BaseModel], given: Any) -> BaseModel:
    try:
        return model.model_validate(given)
    except ValidationError as error:
        raise of_validation(error, model) from error


class UnsupportedTypeError(AppError):
    """A body that is not called what it must be; answered with 415."""

    def __init__(self, wanted: str = JSON) -> None:
        super().__init__(
            ErrorKind.INVALID_REQUEST,
            f"The body's content type is not {wanted}.",
            f"Send the header `Content-Type: {wanted}`.",
        )
