"""The OpenAPI document says what the server does, and no request that it allows breaks the server."""

from __future__ import annotations

import re
import shutil
from collections.abc import Generator
from pathlib import Path
from typing import Any

import httpx
import pytest
import schemathesis
from hypothesis import given, settings
from openapi_spec_validator import OpenAPIV31SpecValidator
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi import checks

from app.checks.sandbox.wasm import WasmPython
from app.web.create import APIS
from app.web.openapi import document
from tests.support.web import Served, serving, until

DOCUMENT = document([operation for api in APIS for operation in api.operations])
STREAM = "/api/stream/{session_id}"  # never ends, so it has tests of its own
WITHOUT_TOKEN = ("/api/token",)


@pytest.fixture(scope="module")
def fuzzed(
    sandbox: WasmPython, cache: Path, tmp_path_factory: pytest.TempPathFactory
) -> Generator[tuple[Served, str]]:
    """A server without bounds on the rate, with a session that waits at a gate."""
    sandbox.warm_up()
    home = tmp_path_factory.mktemp("fuzzed")
    (home / "sandbox").symlink_to(cache, target_is_directory=True)
    patch = pytest.MonkeyPatch()
    patch.setenv("ROUNDTABLE_HOME", str(home))
    rates: Any = {f"server__{name}_rate": 1_000_000 for name in ("generate", "token", "request")}
    try:
        with serving(home, **rates) as served, served.client() as client:
            session = served.start(client)
            until(client, session)
            yield served, session
    finally:
        patch.undo()
        shutil.rmtree(home)


SCHEMA: Any = schemathesis.openapi.from_dict(DOCUMENT).exclude(path=STREAM)
OPERATIONS: list[Any] = [found.ok() for found in SCHEMA.get_all_operations()]
CHECKS: Any = [
    not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_schema_conformance,
]


@pytest.mark.parametrize("real", [False, True], ids=["made up", "real session"])
@pytest.mark.parametrize("operation", OPERATIONS, ids=str)
def test_no_request_breaks_the_server(operation: Any, real: bool, fuzzed: tuple[Served, str]) -> None:
    served, session = fuzzed

    @settings(max_examples=25, deadline=None, derandomize=True, database=None)
    @given(case=operation.as_strategy())
    def check(case: Any) -> None:
        for place in (case.path_parameters, case.body):
            if real and isinstance(place, dict) and "session_id" in place:
                place["session_id"] = session
        headers = {"Authorization": f"Bearer {served.token}"}
        case.call_and_validate(base_url=served.url, headers=headers, checks=CHECKS, timeout=60)

    check()


def test_the_document_is_valid_and_is_what_the_server_gives_out(served: Served, client: httpx.Client) -> None:
    OpenAPIV31SpecValidator(DOCUMENT).validate()
    assert client.get("/api/openapi.json").json() == DOCUMENT


def test_the_document_has_every_route_and_no_other(served: Served) -> None:
    assert served.server.site is not None
    routes = {
        (method, re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule))
        for rule in served.server.site.app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    described = {(m.upper(), path) for path, methods in DOCUMENT["paths"].items() for m in methods}
    assert routes == described | {("GET", "/api/openapi.json")}


def test_every_route_but_the_way_in_needs_the_token(served: Served) -> None:
    with served.client("") as stranger:
        for path, methods in DOCUMENT["paths"].items():
            for method in methods:
                answer = stranger.request(method.upper(), path.replace("{", "").replace("}", ""), json={})
                assert answer.status_code == (400 if path in WITHOUT_TOKEN else 401), (method, path)
