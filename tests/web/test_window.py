"""What the page in the program's own window may ask for, and who else may not."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from tests.support.desktop import until
from tests.support.web import Served, serving

FILE = {"content-type": "application/octet-stream"}
NOTICE = {"title": "A title", "body": "Your decision is needed.", "session_id": "ab12"}


@pytest.fixture
def served(home: Path) -> Generator[Served]:
    """As the app on a desk has it; its window is not shown."""
    with serving(home, alone=True) as served:
        yield served


@contextmanager
def come_in(served: Served, token: str) -> Generator[httpx.Client]:
    """A browser that has given a token, or a code, for its cookie; fails where that is refused."""
    with httpx.Client(base_url=served.server.link.partition("/#")[0]) as browser:
        browser.post("/api/token", json={"token": token}).raise_for_status()
        yield browser


def code_of(served: Served) -> str:
    return served.server.window_link.partition("#token=")[2]


def test_the_code_lets_one_page_in_and_as_that_of_the_window(served: Served) -> None:
    code = code_of(served)
    assert code != served.server.access.token
    with come_in(served, code) as window:
        assert window.get("/api/status").json()["window"] is True
        assert window.post("/api/window/ready").status_code == 204
        assert httpx.post(f"{window.base_url}/api/token", json={"token": code}).status_code == 400
        bearer = {"Authorization": f"Bearer {code}"}
        assert httpx.get(f"{window.base_url}/api/status", headers=bearer).status_code == 401


def test_others_with_the_token_may_only_raise_the_window(served: Served) -> None:
    with come_in(served, served.server.access.token) as browser, served.client() as program:
        for other in (browser, program):
            assert other.get("/api/status").json()["window"] is False
            assert other.post("/api/window/ready").status_code == 403
            saving = other.post("/api/window/save", params={"name": "x.py"}, content=b"1", headers=FILE)
            assert saving.status_code == 403
            assert other.post("/api/window/notify", json=NOTICE).status_code == 403
            answer = other.post("/api/window/raise").json()
            assert answer["raised"] is False
            with come_in(served, answer["code"]) as page:
                assert page.get("/api/status").json()["window"] is False
            assert other.post("/api/token", json={"token": answer["code"]}).status_code == 400


def test_a_window_that_is_closed_saves_nothing(served: Served) -> None:
    with come_in(served, code_of(served)) as window:
        saving = window.post("/api/window/save", params={"name": "x.py"}, content=b"1", headers=FILE)
        assert saving.json() == {"path": None}
        assert window.post("/api/window/notify", json=NOTICE).status_code == 204
        refused = window.post("/api/window/save", params={"name": ""}, content=b"1", headers=FILE)
        assert refused.json()["field"] == "name"


def test_a_server_has_no_window(home: Path) -> None:
    with serving(home) as served, come_in(served, code_of(served)) as browser:
        assert browser.post("/api/window/ready").status_code == 403
        assert browser.post("/api/window/raise").json() == {"raised": False, "code": ""}


@pytest.mark.parametrize("alone", [True, False])
def test_only_a_page_in_place_of_the_window_ends_the_program(home: Path, alone: bool) -> None:
    with serving(home, alone=alone) as served, served.client() as browser:
        assert browser.get("/api/status").json()["may_quit"] is False
        assert browser.post("/api/quit").status_code == 409
        assert not served.assembly.window.quit_wanted
        served.assembly.window.give_way()
        assert browser.get("/api/status").json()["may_quit"] is alone
        assert browser.post("/api/quit").status_code == (204 if alone else 409)
        if alone:  # the answer comes first
            until(lambda: served.assembly.window.quit_wanted, "wish to end")
        else:
            assert not served.assembly.window.quit_wanted
