"""Versions of the user's own: changes taken and left, code edited in place, and what is saved in the end."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
from playwright.sync_api import Locator, expect

from tests.support.browser import Watch
from tests.support.page import Screen, held_back
from tests.support.sessions import write_script

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.support.server import Program

FIRST = """# Adds.


def add(a, b):
    print("adding", a)
    return a + b


def one():
    return 1
"""
SECOND = FIRST.replace("Adds.", "Adds two numbers.").replace("return 1", "return 2")
MIXED = FIRST.replace("Adds.", "Adds two numbers.")
VIOLATIONS = """
window.violations = [];
document.addEventListener("securitypolicyviolation", (e) => window.violations.push(e.violatedDirective));
"""


def answer(code: str) -> str:
    return f"```python add.py\n{code}```\nDone."


def editor(screen: Screen) -> Locator:
    return screen.artifact.get_by_role("textbox", name="Code of add.py")


def saved(api: httpx.Client, screen: Screen) -> dict[str, bytes]:
    archive = zipfile.ZipFile(io.BytesIO(api.get(f"/api/sessions/{screen.session_id}/files").content))
    return {name: archive.read(name) for name in archive.namelist()}


def test_changes_are_taken_and_left_and_exactly_the_rest_is_approved(
    home: Path, screen: Screen, api: httpx.Client, axe: Callable[[Page], list[str]]
) -> None:
    write_script(home, code_generator=[answer(FIRST), answer(SECOND)])
    screen.ask()
    screen.decision.get_by_role("button", name="Request changes").click()
    screen.box("Feedback").fill("Say more")
    screen.decision.get_by_role("button", name="Request changes").click()
    expect(screen.decision).to_contain_text("Your decision on version 2")
    screen.tab("Run").click()
    expect(screen.artifact).to_contain_text("adding 2")
    screen.tab("Changes").click()
    propose = screen.button("Propose this version")
    expect(propose).to_be_disabled()
    screen.page.get_by_label("Take change 2 of 2").uncheck()
    expect(screen.artifact.get_by_role("status")).to_have_text("1 of 2 changes taken.")
    assert not axe(screen.page)
    screen.page.get_by_label("Side by side").check()
    expect(screen.page.get_by_label("Take change 2 of 2")).not_to_be_checked()
    assert not axe(screen.page)
    screen.page.reload()
    screen.tab("Changes").click()
    expect(screen.page.get_by_label("Take change 2 of 2")).not_to_be_checked()
    propose.click()
    expect(screen.decision).to_contain_text("Your decision on version 3")
    expect(screen.turns("user_proxy").last).to_contain_text("I edited the files myself: changed add.py.")
    screen.approve()
    expect(screen.status).to_have_text("approved")
    assert saved(api, screen) == {"add.py": MIXED.encode()}


def ask_while_parts_are_missing(screen: Screen, watch: Watch) -> None:
    """Colours come at the second try; and who has gone on is not taken back to what comes late."""
    watch.allow(r"prism/core\.js")
    screen.page.route("**/prism/core.js", lambda route: route.abort(), times=1)
    with held_back(screen.page, "edit_view.js"):
        screen.page.reload()
        screen.ask()
        screen.button("Edit").click()
        screen.tab("Run").click()
    screen.page.locator("rt-settings:defined").wait_for(state="attached")  # comes after the editing
    expect(screen.tab("Run")).to_have_attribute("aria-selected", "true")
    screen.tab("Code").click()
    expect(screen.artifact.locator(".token").first).to_be_visible()  # the second time there are colours


def test_code_is_edited_in_place_until_it_is_verified(
    home: Path,
    screen: Screen,
    program: Program,
    watch: Watch,
    api: httpx.Client,
    axe: Callable[[Page], list[str]],
) -> None:
    screen.page.add_init_script(VIOLATIONS)
    write_script(home, code_generator=[answer(FIRST)])
    ask_while_parts_are_missing(screen, watch)
    screen.button("Edit").click()
    editor(screen).focus()
    screen.page.keyboard.press("Control+End")
    screen.page.keyboard.type("# a c r ?")  # keys that decide elsewhere
    expect(screen.status).to_have_text("waiting for you")
    screen.page.keyboard.press("Control+Home")
    screen.page.keyboard.type("nonsense")
    assert not axe(screen.page)
    screen.page.keyboard.press("Control+f")
    expect(screen.page.get_by_role("textbox", name="Find")).to_be_focused()
    assert not axe(screen.page)
    screen.page.keyboard.press("Escape")
    screen.page.keyboard.press("Escape")
    screen.page.keyboard.press("Tab")
    expect(editor(screen)).not_to_be_focused()
    assert screen.page.evaluate("window.violations") == []
    screen.page.reload()
    screen.button("Go on editing").click()
    expect(editor(screen)).to_contain_text("nonsense")
    watch.allow("ERR_CONNECTION|ERR_EMPTY|ERR_CONTENT_LENGTH|ERR_INCOMPLETE|WebSocket")  # it is away
    program.kill()
    screen.button("Propose this version").click()
    expect(screen.artifact.get_by_role("alert")).to_be_visible()
    program.start()
    screen.button("Propose this version").click()
    expect(screen.decision).to_contain_text("Your decision on version 2")
    expect(screen.decision).to_contain_text("not verified")
    screen.tab("Run").click()
    expect(screen.artifact).to_contain_text("NameError")
    screen.tab("Code").click()
    screen.button("Edit").click()
    editor(screen).focus()
    screen.page.keyboard.press("Control+Home")
    for _ in "nonsense":
        screen.page.keyboard.press("Delete")
    screen.button("Add file").click()
    screen.box("Path of the new file").fill("notes.md")
    screen.page.keyboard.press("Enter")
    screen.artifact.get_by_role("textbox", name="Code of notes.md").press_sequentially("Notes")
    screen.page.keyboard.press("Control+Enter")
    expect(screen.decision).to_contain_text("Your decision on version 3")
    screen.approve()
    expect(screen.status).to_have_text("approved")
    assert saved(api, screen) == {"add.py": f"{FIRST}# a c r ?".encode(), "notes.md": b"Notes"}
