"""A session leaves in each format; a capsule of it replays as the session was, without a model."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import pytest
from playwright.sync_api import expect

from tests.support.browser import Watch
from tests.support.page import TASK, Screen
from tests.support.sessions import BAD, GOOD, write_script

if TYPE_CHECKING:
    from playwright.sync_api import Page

FORMATS = {
    "Web page": ".html",
    "Markdown": ".md",
    "JSON": ".json",
    "Run capsule": ".rtcapsule",
    "Zip": ".zip",
}


def exported(screen: Screen, name: str, folder: Path) -> Path:
    screen.button(f"Actions – {TASK}").click()
    screen.page.get_by_role("menuitem", name="Export…").click()
    dialog = screen.page.get_by_role("dialog")
    dialog.get_by_role("radio", name=name).check()
    with screen.page.expect_download() as download:
        dialog.get_by_role("button", name="Export", exact=True).click()
    expect(dialog).to_have_count(0)
    target = folder / download.value.suggested_filename
    download.value.save_as(target)
    return target


def told(screen: Screen) -> list[str]:
    return [turn.inner_text() for turn in screen.timeline.get_by_role("article").all()]


def reads_from_disk(saved: Page, path: Path, axe: Callable[[Page], list[str]]) -> None:
    saved.goto(path.as_uri())
    expect(saved.get_by_role("heading", name=TASK)).to_be_visible()
    saved.get_by_text("Version 2: verified").click()
    expect(saved.get_by_role("group", name="add.py").last).to_contain_text("return a + b")
    for scheme in ("light", "dark"):
        saved.emulate_media(color_scheme=scheme)
        assert not axe(saved)
    saved.close()


@pytest.fixture
def refused(watch: Watch) -> None:
    watch.allow("status of 400")


@pytest.mark.usefixtures("refused")
def test_each_format_and_the_replay(
    home: Path, screen: Screen, api: httpx.Client, tmp_path: Path, axe: Callable[[Page], list[str]]
) -> None:
    write_script(home, code_generator=[BAD, GOOD])
    screen.ask()
    expect(screen.decision).to_contain_text("version 2")
    page, original = screen.page, told(screen)
    screen.button(f"Actions – {TASK}").click()
    page.get_by_role("menuitem", name="Export…").click()
    assert not axe(page)
    page.get_by_role("dialog").get_by_role("button", name="Cancel").click()
    files = {name: exported(screen, name, tmp_path) for name in FORMATS}
    assert {name: path.suffix for name, path in files.items()} == FORMATS
    events = api.get(f"/api/sessions/{screen.session_id}/events?limit=5000").json()["events"]
    assert len(json.loads(files["JSON"].read_text(encoding="utf-8"))["events"]) == len(events)
    assert zipfile.is_zipfile(files["Zip"])

    reads_from_disk(page.context.new_page(), files["Web page"], axe)
    screen.button("Replay a capsule").click()
    bar = screen.page.get_by_role("region", name="Replay", exact=True)
    expect(bar).to_contain_text("Nothing in it is run or kept.")
    assert not axe(page)
    damaged = tmp_path / "damaged.rtcapsule"
    damaged.write_bytes(files["Run capsule"].read_bytes()[:-100])
    page.get_by_label("Pick a file").first.set_input_files(damaged)
    expect(bar.get_by_role("alert")).to_contain_text("is not a run capsule")
    page.get_by_label("Pick a file").first.set_input_files(files["Run capsule"])
    expect(bar).to_contain_text("every hash verified")
    expect(screen.timeline.get_by_role("article")).to_have_count(len(original))
    assert told(screen)[:3] == original[:3]
    expect(screen.artifact.get_by_role("group", name="add.py")).to_contain_text("return a + b")
    expect(screen.status).to_have_text("waiting for you")
    for name in ("Approve", "Stop", "Edit", "Generate", "Actions for turn 1"):
        expect(screen.button(name)).to_have_count(0)
    assert not axe(page)

    at = bar.get_by_role("slider", name="Position")
    expect(at).to_have_attribute("aria-valuetext", f"Event {len(events)} of {len(events)}")
    for _ in range(4):
        bar.get_by_role("button", name="Previous step").click()
    expect(screen.timeline.get_by_role("article")).to_have_count(len(original) - 3)
    bar.get_by_role("combobox", name="Speed").select_option(label="16×")
    bar.get_by_role("button", name="Play", exact=True).click()
    expect(at).to_have_attribute("aria-valuetext", f"Event {len(events)} of {len(events)}")
    expect(bar.get_by_role("button", name="Play", exact=True)).to_be_visible()
    assert told(screen)[:3] == original[:3]
    page.set_viewport_size({"width": 380, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    assert not axe(page)
    bar.get_by_role("button", name="Leave the replay").click()
    expect(screen.requirements).to_be_visible()
