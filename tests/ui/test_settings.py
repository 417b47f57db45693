"""The settings, from the page to the file and back."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import yaml
from playwright.sync_api import Locator, expect

from tests.support.browser import Watch
from tests.support.openai_server import OpenAIServer, Reply
from tests.support.page import Screen

if TYPE_CHECKING:
    from playwright.sync_api import Page

KEY = "sk-a-key-for-the-settings-0042"


@pytest.fixture
def service(home: Path, monkeypatch: pytest.MonkeyPatch) -> OpenAIServer:
    """A stand-in for a service; the provider "Service under test" is at its address. There is no keyring."""
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", "disabled:")
    server = OpenAIServer()
    path = home / "config/models.yaml"
    models = yaml.safe_load(path.read_text())
    models["providers"]["service"] |= {"base_url": server.url, "default_model": "m"}
    path.write_text(yaml.safe_dump(models))
    return server


def tab(screen: Screen, name: str) -> None:
    screen.settings.get_by_role("tab", name=name, exact=True).click()


def temperature(screen: Screen) -> Locator:
    return screen.settings.get_by_role("spinbutton", name="Temperature").first


def test_a_change_reaches_the_file_and_the_other_window(
    home: Path, screen: Screen, axe: Callable[[Page], list[str]], watch: Watch
) -> None:
    watch.allow("status of (400|500)")
    file = home / "config/agents.yaml"
    file.write_text("# mine\ncode_generator:\n  top_p: 0.9\n")
    other = Screen(screen.page.context.new_page(), screen.link).enter()
    for window in (screen, other):
        window.button("Settings").click()
        assert not axe(window.page)
        tab(window, "Agents")
        expect(temperature(window)).to_have_value("0.2")
    temperature(screen).fill("0.55")
    temperature(screen).press("Tab")
    expect(temperature(other)).to_have_value("0.55")
    assert file.read_text() == "# mine\ncode_generator:\n  top_p: 0.9\n  temperature: 0.55\n"
    assert not axe(screen.page)

    temperature(screen).fill("3")
    temperature(screen).press("Tab")
    expect(temperature(screen)).to_have_accessible_description(re.compile("less than or equal to 2"))
    assert "0.55" in file.read_text()
    screen.button("Reset to 0.2 – Temperature").click()
    expect(temperature(other)).to_have_value("0.2")

    file.write_text("code_generator: {temperature: 1.25}\n")
    expect(temperature(screen)).to_have_value("1.25")
    expect(temperature(other)).to_have_value("1.25")
    file.write_text("code_generator:\n  temperature: warm\n")
    expect(screen.settings).to_contain_text("line 2: code_generator.temperature")
    expect(screen.settings).to_contain_text("What was read before still counts.")
    expect(temperature(screen)).to_have_value("1.25")
    file.write_text("{}\n")
    expect(temperature(screen)).to_have_value("0.2")

    tab(screen, "Safety")
    switch = screen.settings.get_by_role("switch")
    switch.click()
    expect(switch).to_be_checked()
    screen.button("Switch off").click()
    expect(switch).not_to_be_checked()
    assert not axe(screen.page)
    expect(other.page.get_by_text("Safety checks are switched off")).to_be_attached()
    assert yaml.safe_load((home / "config/app.yaml").read_text()) == {"code_safety_enabled": False}
    switch.click()
    expect(switch).to_be_checked()
    for name in ("Appearance", "About"):
        tab(screen, name)
        assert not axe(screen.page)
    expect(screen.settings).to_contain_text(str(home))
    screen.page.route("**/api/diagnostics", lambda route: route.fulfill(status=500), times=1)
    screen.button("Save diagnostics").click()
    expect(screen.settings.get_by_role("alert")).to_contain_text("The server answered 500.")
    with screen.page.expect_download(timeout=90_000) as saving:
        screen.button("Save diagnostics").click()
    with zipfile.ZipFile(saving.value.path()) as archive:
        assert {"README.txt", "doctor.json", "settings.json", "log.txt"} <= set(archive.namelist())


def test_a_provider_is_tried_from_the_page(service: OpenAIServer, screen: Screen) -> None:
    with service:
        screen.button("Settings").click()
        test = screen.button("Test – Service under test")
        row = screen.settings.locator(".provider", has=test)
        test.click()
        expect(row).to_contain_text("Wrong or missing key")
        screen.button("Set key – Service under test").click()
        screen.settings.get_by_label("Key for Service under test").fill(KEY)
        screen.settings.get_by_role("button", name="Save", exact=True).click()
        expect(row).to_contain_text("kept in memory until Roundtable ends")
        service.play(Reply(status=401, error={"message": "Incorrect API key provided"}), Reply("OK"))
        test.click()
        expect(row).to_contain_text("refuses the key")
        test.click()
        expect(row).to_contain_text("Works: m answered in")
    test.click()
    expect(row).to_contain_text("Wrong address. Nothing answers at 127.0.0.1")
    screen.button("Delete key – Service under test").click()
    expect(screen.button("Set key – Service under test")).to_be_visible()
