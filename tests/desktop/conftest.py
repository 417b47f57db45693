"""A private screen for each test, and the app on it."""

from __future__ import annotations

from collections.abc import Callable, Generator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import yaml

from tests.support.desktop import SECONDS, App, Desk, need_a_screen, screen_with_windows
from tests.support.downloads import downloads_in
from tests.support.sessions import write_script

if TYPE_CHECKING:
    from playwright.sync_api import Page

Start = Callable[..., App]


@pytest.fixture
def home(home: Path) -> Path:
    """A data folder whose scripted model answers well."""
    (home / "config").mkdir()
    script = {"providers": {"scripted": {"default_model": write_script(home)}}}
    (home / "config/models.yaml").write_text(yaml.safe_dump(script), encoding="utf-8")
    return home


@pytest.fixture
def desk(tmp_path: Path) -> Generator[Desk]:
    need_a_screen()
    with screen_with_windows(tmp_path) as desk:
        yield desk


@pytest.fixture
def start(home: Path, desk: Desk, tmp_path: Path) -> Generator[Start]:
    """Starts the app; none of them is left when the test ends, and a picture is kept if it failed."""
    apps: list[App] = []
    places = downloads_in(tmp_path)

    def begin(*arguments: str, **environment: str) -> App:
        apps.append(App(desk, *arguments, **places, **environment))
        return apps[-1]

    yield begin
    if any(app.process.is_running() for app in apps):
        desk.picture(tmp_path / "screen.png")
    for app in apps:
        app.kill()


@pytest.fixture
def connect() -> Generator[Callable[[str], Page]]:
    """Gives the page inside a window's web view, by the debugger's address that the app printed."""
    from playwright.sync_api import expect, sync_playwright  # noqa: PLC0415

    expect.set_options(timeout=SECONDS * 1000)
    with sync_playwright() as playwright:

        def inside(address: str) -> Page:
            browser = playwright.chromium.connect_over_cdp(address, no_defaults=True)
            page = browser.contexts[0].pages[0]
            page.set_default_timeout(SECONDS * 1000)
            return page

        yield inside
