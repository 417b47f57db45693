"""The OpenAPI 3.1 document, made from the routes and their pydantic models."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import cache
from http import HTTPStatus
from typing import Any, Final

from flask import Response, jsonify
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from app.domain.version import VERSION
from app.errors import KINDS
from app.web.api import JSON, Operation
from app.web.payloads import Problem

PROBLEM_JSON: Final = "application/problem+json"
_REF: Final = "#/components/schemas/{model}"
_PATH_PART: Final = re.compile(r"<(?:\w+:)?(\w+)>")
_ALWAYS: Final = (401, 403, 421, 429)  # the guard and the rates
_WITH_BODY: Final = (400, 413, 415)
_DESCRIPTION: Final = """\
Runs of the team of agents, their events, decisions and files. Every request needs the token, as
`Authorization: Bearer TOKEN` or as the page's cookie."""

Schema = dict[str, Any]


def document(operations: Sequence[Operation]) -> Schema:
    """The whole document."""
    models = {m: None for o in operations for m in (o.body, o.query, o.reply) if m is not None}
    wanted = [*models, Problem]
    names, schemas = models_json_schema([(m, _mode(m)) for m in wanted], ref_template=_REF)
    refs = {model: schema for (model, _), schema in names.items()}
    paths: dict[str, Schema] = {}
    for operation in operations:
        path = _PATH_PART.sub(r"{\1}", operation.path)
        paths.setdefault(path, {})[operation.method.lower()] = _operation(operation, refs, schemas["$defs"])
    return {
        "openapi": "3.1.0",
        "info": {"title": "Roundtable", "version": VERSION, "description": _DESCRIPTION},
        "security": [{"token": []}, {"cookie": []}],
        "paths": paths,
        "components": {
            "schemas": schemas["$defs"],
            "securitySchemes": {
                "token": {"type": "http", "scheme": "bearer"},
                "cookie": {"type": "apiKey", "in": "cookie", "name": "roundtable-PORT"},
            },
        },
    }


def document_view(operations: Sequence[Operation]) -> Callable[[], Response]:
    """A view that answers with the document; it is made when it is first asked for."""

    @cache
    def made() -> Schema:
        return document(operations)

    def openapi() -> Response:
        return jsonify(made())

    return openapi


def _mode(model: type[BaseModel]) -> Any:
    return "validation" if model.model_config.get("extra") == "forbid" else "serialization"


def _operation(operation: Operation, refs: dict[Any, Schema], definitions: Schema) -> Schema:
    described: Schema = {
        "operationId": operation.name,
        "summary": operation.summary,
        "description": operation.description,
        "responses": _responses(operation, refs),
    }
    if parameters := [*_path_parameters(operation), *_query_parameters(operation, refs, definitions)]:
        described["parameters"] = parameters
    if operation.body is not None:
        described["requestBody"] = {"required": True, "content": {JSON: {"schema": refs[operation.body]}}}
    elif operation.raw:
        file = {"schema": {"type": "string", "format": "binary"}}
        described["requestBody"] = {"required": True, "content": {operation.raw: file}}
    return described


def _path_parameters(operation: Operation) -> list[Schema]:
    return [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
        for name in _PATH_PART.findall(operation.path)
    ]


def _query_parameters(operation: Operation, refs: dict[Any, Schema], definitions: Schema) -> list[Schema]:
    if operation.query is None:
        return []
    schema = definitions[refs[operation.query]["$ref"].rpartition("/")[2]]
    return [{"name": name, "in": "query", "schema": part} for name, part in schema["properties"].items()]


def _responses(operation: Operation, refs: dict[Any, Schema]) -> Schema:
    good: Schema = {"description": HTTPStatus(operation.status).phrase}
    if operation.reply is not None:
        good["content"] = {JSON: {"schema": refs[operation.reply]}}
    elif operation.media != JSON:
        good["content"] = {operation.media: {"schema": {"type": "string"}}}
    own = {status for kind in operation.errors if (status := KINDS[kind].http)}
    checked = _WITH_BODY if operation.body or operation.raw else (400,) if operation.query else ()
    problem = {"content": {PROBLEM_JSON: {"schema": refs[Problem]}}}
    answers: Schema = {str(operation.status): good}
    for status in sorted({*_ALWAYS, *own, *checked}):
        answers[str(status)] = {"description": HTTPStatus(status).phrase, **problem}
    return answers
