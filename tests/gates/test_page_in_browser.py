"""The page's tests rest on a browser that tells, and a server that can be killed and leaves nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import httpx
import psutil
import pytest

from tests.support.browser import Watch
from tests.support.server import Program

if TYPE_CHECKING:
    from playwright.sync_api import Page

FAULTS = {
    "console.error('told')": "console: told",
    "setTimeout(() => { throw new Error('thrown') })": "uncaught: thrown",
    "Promise.reject(new Error('refused'))": "uncaught: refused",
    "fetch('http://127.0.0.1:9/').catch(() => {})": "request: GET http://127.0.0.1:9/: net::ERR_",
    "fetch('http://example.invalid/').catch(() => {})": "net::ERR_NAME_NOT_RESOLVED",
}


@pytest.mark.parametrize(("script", "told"), FAULTS.items())
def test_what_goes_wrong_in_a_page_is_noticed(page: Page, watch: Watch, script: str, told: str) -> None:
    page.set_content("<title>Page</title>")
    page.evaluate(f"() => new Promise(done => {{ {script}; setTimeout(done, 50) }})")
    assert any(told in problem for problem in watch.unexpected())
    watch.allow(".")
    assert not watch.unexpected()


def test_what_keeps_people_out_is_noticed(page: Page, axe: Callable[[Page], list[str]]) -> None:
    page.set_content("<html lang=en><title>Page</title><main><h1>Page</h1><img src='data:,'></main>")
    assert [fault.partition(":")[0] for fault in axe(page)] == ["image-alt"]


@pytest.mark.crash
def test_the_page_opens_again_after_the_server_was_killed(page: Page, watch: Watch, program: Program) -> None:
    with page.expect_response("**/api/token") as let_in:
        page.goto(program.link)
    assert let_in.value.status == 204
    before = program.link, program.running
    watch.allow("ERR_CONNECTION|ERR_EMPTY|ERR_CONTENT_LENGTH|ERR_INCOMPLETE|WebSocket")
    program.restart()
    assert program.link == before[0]
    assert program.running != before[1]
    page.reload()
    assert page.title() == "Roundtable"


def test_a_server_that_is_stopped_ends_well_and_frees_its_port(program: Program) -> None:
    with httpx.Client(base_url=program.url, headers={"Authorization": f"Bearer {program.token}"}) as client:
        assert client.get("/api/status").json()["status"] == "ok"
    process = program.running
    assert program.stop() == 0
    assert not psutil.pid_exists(process.pid)
    with pytest.raises(httpx.ConnectError):
        httpx.get(program.url)
