"""Whole runs through the page, up to what the user decides."""

from __future__ import annotations

import hashlib
import zipfile
from pathlib import Path
from typing import Any

import httpx
from playwright.sync_api import expect

from tests.support.page import EXAMPLE, TASK, Screen
from tests.support.sessions import BAD, GOOD, write_script

SLOWLY = {"text": GOOD, "tokens_per_second": 15}
BETTER = '```python add.py\ndef add(a, b):\n    """The sum."""\n    return a + b\n```\nDocumented.'
AGENTS = ("code_generator", "quality_checker", "code_optimizer", "user_proxy")


def events(api: httpx.Client, session_id: str, kind: str) -> list[dict[str, Any]]:
    told = api.get(f"/api/sessions/{session_id}/events").json()["events"]
    return [event for event in told if event["type"] == kind]


def test_from_the_request_to_the_approved_files(home: Path, screen: Screen, api: httpx.Client) -> None:
    write_script(home, 200, code_generator=[SLOWLY])
    screen.write(TASK, EXAMPLE, ("add(-1, 1)", "0"), language="Python", model="automatic", rounds="2")
    screen.attach("notes.md", "Numbers are integers.")
    screen.generate()

    speaking = screen.turns("code_generator")
    expect(speaking).to_contain_text("def")
    expect(screen.status).to_have_text("running")
    assert "Done." not in speaking.inner_text(), "the answer came at once"
    expect(screen.timeline).to_contain_text("Context: notes.md")
    expect(screen.timeline).to_contain_text("up to 2 rounds")

    expect(screen.decision).to_contain_text("Your decision on version 1")
    expect(screen.status).to_have_text("waiting for you")
    for agent in AGENTS[:3]:
        expect(screen.turns(agent)).to_have_count(1)
    chip = screen.turns("quality_checker").get_by_role("button", name="examples 2/2 passed")
    chip.click()
    expect(chip).to_have_attribute("aria-expanded", "true")
    expect(screen.choice("Version").get_by_role("option")).to_have_text(["Version 1 · verified"])
    expect(screen.artifact.get_by_role("group", name="add.py")).to_contain_text("return a + b")
    screen.tab("Checks").click()
    expect(screen.artifact.get_by_role("tabpanel")).to_contain_text("examples 2/2")
    expect(screen.button("Save files")).to_be_hidden()

    screen.approve()
    expect(screen.status).to_have_text("approved")
    expect(screen.decision).to_be_hidden()
    expect(screen.turns("user_proxy")).to_contain_text("Approved.")
    with screen.page.expect_download() as saving:
        screen.button("Save files").click()
    (gate,) = events(api, screen.session_id, "gate.opened")
    answer = api.get(f"/api/sessions/{screen.session_id}/artifacts/{gate['data']['artifact_hash']}").json()
    assert hashes_in(saving.value.path()) == {f["path"]: f["sha256"] for f in answer["files"]}
    assert saving.value.suggested_filename == "write-add-that-adds-two-numbers.zip"


def hashes_in(path: Path) -> dict[str, str]:
    with zipfile.ZipFile(path) as packed:
        return {name: hashlib.sha256(packed.read(name)).hexdigest() for name in packed.namelist()}


def test_a_requested_change_makes_a_second_version_which_is_rejected(
    home: Path, screen: Screen, api: httpx.Client
) -> None:
    write_script(home, 200, code_generator=[GOOD, BETTER])
    screen.ask()
    screen.button("Request changes").click()
    screen.button("Request changes").click()
    expect(screen.decision).to_contain_text("Say what should change.")
    screen.box("Feedback").fill("Please say what it does.")
    screen.button("Request changes").click()

    expect(screen.decision).to_contain_text("Your decision on version 2")
    expect(screen.turns("user_proxy")).to_contain_text("Please say what it does.")
    expect(screen.turns("code_generator")).to_have_count(2)
    versions = screen.choice("Version")
    expect(versions.get_by_role("option")).to_have_text(["Version 1 · verified", "Version 2 · verified"])
    code = screen.artifact.get_by_role("group", name="add.py")
    expect(code).to_contain_text("The sum.")
    screen.tab("Changes").click()
    added = screen.artifact.get_by_role("row").filter(
        has=screen.page.get_by_role("cell", name="+", exact=True)
    )
    expect(added).to_have_count(1)
    expect(added).to_contain_text('"""The sum."""')
    screen.tab("Code").click()
    versions.select_option(label="Version 1 · verified")
    expect(code).not_to_contain_text("The sum.")

    screen.button("Reject").click()
    expect(screen.status).to_have_text("rejected")
    expect(screen.decision).to_be_hidden()
    expect(screen.button("Save files")).to_be_hidden()
    decided = [e["data"]["decision"] for e in events(api, screen.session_id, "gate.decided")]
    assert decided == ["revise", "reject"]


def test_what_is_not_verified_is_approved_by_an_explicit_word_only(
    home: Path, screen: Screen, api: httpx.Client
) -> None:
    write_script(home, 200, code_generator=[BAD])
    screen.ask(rounds="1")
    expect(screen.decision).to_contain_text("not verified")
    expect(screen.turns("quality_checker").get_by_role("button", name="examples 0/1 failed")).to_be_visible()
    screen.approve()
    expect(screen.approval).to_contain_text("This version is not verified. Failed: examples.")
    expect(screen.approval).to_contain_text("add(2, 2) gave 0, expected 4")
    expect(screen.approval).to_contain_text("is recorded with the decision")
    expect(screen.button("Back")).to_be_focused()
    screen.button("Back").click()
    expect(screen.approval).to_be_hidden()
    expect(screen.approving).to_be_focused()
    assert api.get(f"/api/status/{screen.session_id}").json()["run"]["status"] == "waiting"

    screen.approve()
    screen.button("Approve all the same").click()
    expect(screen.status).to_have_text("approved")
    screen.page.reload()
    expect(screen.timeline).to_contain_text("Approved, but not verified")
    expect(screen.turns("user_proxy")).to_contain_text("Approved by an explicit override.")
    expect(screen.timeline).to_contain_text("Approved by an explicit decision although it was not verified.")
    expect(screen.session(TASK)).to_contain_text("not verified")
    (decided,) = events(api, screen.session_id, "gate.decided")
    assert decided["data"]["override"] is True
