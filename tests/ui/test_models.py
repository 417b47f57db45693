"""Models from the page: the first run on an empty machine, and a download that outlives its page."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Generator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import yaml
from playwright.sync_api import expect

from tests.support.browser import Watch
from tests.support.hub import Hub, serve_hub
from tests.support.listening import free_port
from tests.support.ollama import PIECE, OllamaStandIn, install_ollama, serve_ollama
from tests.support.page import Screen
from tests.support.server import Program
from tests.support.wheels import DATA, HUB_PATH, tiny_spec

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

SECONDS = 60
Axe = Callable[["Page"], list[str]]


@pytest.fixture
def ollama(monkeypatch: pytest.MonkeyPatch) -> Generator[OllamaStandIn]:
    """Answers and has no model yet."""
    with serve_ollama() as running:
        monkeypatch.setenv("OLLAMA_BASE_URL", running.url)
        yield running


@pytest.fixture
def hub(home: Path, monkeypatch: pytest.MonkeyPatch) -> Generator[Hub]:
    """What has the weights that the user's own table names."""
    table = {"weights": [tiny_spec().model_dump(mode="json", exclude={"index"})]}
    (home / "config/weights.yaml").write_text(yaml.safe_dump(table), encoding="utf-8")
    with serve_hub({HUB_PATH: DATA}) as running:
        monkeypatch.setenv("HF_ENDPOINT", running.url)
        yield running


@pytest.fixture
def asleep(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """An Ollama that is installed, has one model and does not run; the model's name."""
    (tmp_path / "bin").mkdir()
    install_ollama(tmp_path / "bin", {"sleeper:1b": PIECE})
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("OLLAMA_BASE_URL", f"http://127.0.0.1:{free_port()}")
    return "sleeper:1b"


def start(screen: Screen) -> Locator:
    return screen.page.get_by_role("region", name="Get a model ready", exact=True)


def test_first_run_from_an_empty_folder_takes_one_click(
    ollama: OllamaStandIn, screen: Screen, axe: Axe
) -> None:
    """Found, fetched, called; then the composer is left alone, with what was written meanwhile."""
    ollama.hold_after = 10 * PIECE
    first = start(screen)
    expect(first).to_contain_text("running, no model yet")
    expect(first).to_contain_text("no key set")
    expect(
        first.get_by_role("button", name=re.compile("^Download the built-in model, 1.1 GB"))
    ).to_be_visible()
    assert axe(screen.page) == []

    offer = first.get_by_role("button", name=re.compile(r"^Download .* with Ollama"))
    model = (offer.text_content() or "").split()[1]  # the largest that fits into this machine
    ollama.library = {model: 40 * PIECE}
    offer.click()
    bar = first.get_by_role("progressbar", name=f"Download of {model}")
    expect(bar).to_have_attribute("aria-valuenow", "25")
    expect(first).to_contain_text("10 MB of 42 MB")
    screen.requirements.fill("Write add that adds two numbers")
    assert axe(screen.page) == []

    ollama.go_on.set()
    expect(first).to_be_hidden()
    expect(screen.page.get_by_text(f"{model} is ready: it answered in")).to_be_visible()
    expect(screen.requirements).to_have_value("Write add that adds two numbers")


def test_download_outlives_its_page_and_is_stopped_and_resumed(
    hub: Hub, asleep: str, program: Program, screen: Screen, watch: Watch, axe: Axe
) -> None:
    """And then Ollama is started, and its model is set for new runs."""
    hub.hold_after = 300_000  # of each answer: one that is given up for its silence is followed by the next
    screen.button("Settings").click()
    screen.settings.get_by_role("tab", name="Models").click()
    screen.settings.get_by_role("button", name="Download 1 MB – tiny").click()
    bar = screen.settings.get_by_role("progressbar", name="Download of tiny")
    expect(bar).to_have_attribute("aria-valuenow", re.compile(r"^\d"))

    other = Screen(screen.page.context.new_page(), screen.link).enter()  # a second page sees the same
    other.button("Settings").click()
    other.settings.get_by_role("tab", name="Models").click()
    expect(other.settings.get_by_role("progressbar", name="Download of tiny")).to_be_visible()
    assert axe(other.page) == []

    watch.allow(r"elements/models\.js")
    screen.page.route("**/elements/models.js", lambda route: route.abort(), times=1)
    screen.page.reload()
    screen.button("Settings").click()
    screen.settings.get_by_role("tab", name="Models").click()
    screen.button("Try again").press("Enter")
    expect(screen.settings.get_by_role("region", name="Models on this machine")).to_be_focused()
    screen.button("Cancel the download of tiny").click()
    expect(screen.settings).to_contain_text("Stopped. What has arrived is kept.")
    expect(other.button("Resume the download of tiny")).to_be_visible()
    hub.go_on.set()

    screen.button("Resume the download of tiny").press("Enter")
    remove = screen.button("Delete tiny")
    expect(remove).to_be_visible(timeout=SECONDS * 1000)
    expect(other.button("Delete tiny")).to_be_visible()
    expect(screen.settings).to_contain_text("speed not measured yet")
    assert (program.home / "weights/tiny.gguf").read_bytes() == DATA
    assert hub.seen[-1][1] > 0

    remove.press("Enter")
    expect(screen.button("Keep")).to_be_focused()
    screen.button("Delete model").click()
    expect(screen.button("Download 1 MB – tiny")).to_be_visible()
    assert not (program.home / "weights/tiny.gguf").exists()

    screen.button("Start Ollama").click()
    screen.button(f"Use for new runs – {asleep}").click()
    expect(screen.page.get_by_text(f"New runs use {asleep}, unless you name another.")).to_be_visible()
    expect(screen.button("Start Ollama")).to_be_hidden()
    row = screen.settings.get_by_role("listitem").filter(has_text=asleep)
    expect(row.get_by_text("default", exact=True)).to_be_visible()
    screen.button("Choose automatically").click()
    expect(row.get_by_text("in use", exact=True)).to_be_visible()


def test_probe_that_fails_names_the_cause(
    hub: Hub, home: Path, program: Program, screen: Screen, axe: Axe
) -> None:
    """The right bytes, with which no engine can do anything."""
    assert hub.seen == []
    table = {"weights": [tiny_spec().model_dump(mode="json", exclude={"index"})]}
    assert (home / "config/weights.yaml").read_text(encoding="utf-8") == yaml.safe_dump(table)
    screen.page.evaluate(
        """() => fetch("/api/models/pull", { method: "POST", headers: { "content-type": "application/json" },
            body: JSON.stringify({ provider: "builtin", model: "tiny", probe: true }) })"""
    )
    first = start(screen)
    expect(first.get_by_role("alert")).to_contain_text("The builtin engine could not start")
    expect(first.get_by_role("button", name="Try again to download tiny")).to_be_visible()
    assert axe(screen.page) == []
    assert program.running.is_running()
