"""The composer: what is folded away, what is said before the start, and what stays after it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from playwright.sync_api import expect

from tests.support.page import EXAMPLE, TASK, Screen
from tests.support.sessions import write_script

if TYPE_CHECKING:
    from playwright.sync_api import Page

KEY = "sk-a-key-for-the-composer-0042"


def test_from_an_empty_composer_to_the_next_one(
    home: Path, screen: Screen, axe: Callable[[Page], list[str]]
) -> None:
    write_script(home)
    own = write_script(home)
    examples = screen.page.get_by_role("group", name="Examples", exact=True)
    expect(examples).to_be_hidden()
    assert not axe(screen.page)

    screen.requirements.fill(TASK)
    screen.choice("Provider").select_option(label="Service under test (no key)")
    note = screen.page.get_by_text("Service under test has no key yet.")
    expect(note).to_be_visible()
    assert not axe(screen.page)
    screen.button("Generate").click()
    expect(screen.button("Set key – Service under test")).to_be_focused()
    screen.page.keyboard.press("Enter")
    screen.page.get_by_label("Key for Service under test").fill(KEY)
    screen.page.keyboard.press("Enter")
    expect(note).to_be_hidden()

    screen.write(TASK, EXAMPLE, rounds="2")
    screen.attach("notes.md", "Numbers are integers.")
    screen.attach(
        "test_add.py", "from add import add\n\ndef test_add():\n    assert add(1, 2) == 3\n", "Add test file"
    )
    screen.page.get_by_text("More", exact=True).click()
    screen.choice("Model of quality_checker").select_option(label=own)
    warm = screen.page.get_by_role("spinbutton", name="Temperature of code_generator")
    warm.fill("5")
    screen.button("Generate").click()
    expect(warm).to_be_focused()
    expect(screen.page.get_by_role("alert")).to_have_text("A number from 0 to 2.")
    warm.fill("0.3")
    assert not axe(screen.page)

    second = Screen(screen.page.context.new_page(), screen.link).enter()
    expect(second.requirements).to_have_value(TASK)
    expect(second.choice("Model of quality_checker")).to_have_value(f"second:{own}")
    screen.requirements.press("Control+Enter")
    request = screen.timeline.get_by_role("region", name="Request", exact=True)
    expect(request).to_contain_text(f"quality_checker: second:{own}")
    expect(request).to_contain_text("code_generator: Temperature 0.3")
    expect(request).to_contain_text("test_add.py")
    expect(screen.decision).to_be_visible()
    expect(screen.turns("quality_checker")).to_contain_text(Path(own).name)

    third = Screen(screen.page.context.new_page(), screen.link).enter()
    expect(third.requirements).to_have_value("")
    expect(third.choice("Provider")).to_have_value("scripted")
    expect(third.rounds).to_have_value("2")
    expect(third.button("Remove notes.md")).to_have_count(0)
