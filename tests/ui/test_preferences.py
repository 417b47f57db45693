"""The settings dialog: keys that are never shown again, and the theme."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playwright.sync_api import expect

from tests.support.page import Screen

if TYPE_CHECKING:
    from playwright.sync_api import Request

KEY = "sk-entirely-secret-and-long-0042"
HELD = """() => JSON.stringify([
    [...document.querySelectorAll("input, textarea")].map((field) => field.value),
    {...localStorage}, {...sessionStorage},
])"""


def test_a_key_is_set_and_deleted_and_never_shown(screen: Screen) -> None:
    bodies: list[str] = []
    screen.page.on("requestfinished", lambda request: bodies.append(text_of(request)))
    screen.button("Settings").click()
    screen.button("Set key – Service under test").click()
    field = screen.settings.get_by_label("Key for Service under test")
    expect(field).to_be_focused()
    expect(field).to_have_attribute("type", "password")
    field.fill(KEY)
    screen.settings.get_by_role("button", name="Save", exact=True).click()
    expect(screen.settings).to_contain_text("Key set, ends in 0042")
    assert KEY not in shown(screen)

    screen.page.reload()
    screen.button("Settings").click()
    expect(screen.settings).to_contain_text("Key set, ends in 0042")
    assert KEY not in shown(screen)
    screen.button("Delete key – Service under test").click()
    expect(screen.button("Set key – Service under test")).to_be_visible()
    expect(screen.settings).not_to_contain_text("0042")
    assert any('"last4":"0042"' in body.replace(" ", "") for body in bodies)
    assert not [body for body in bodies if KEY in body]


def text_of(request: Request) -> str:
    """What was answered."""
    answer = request.response()
    return answer.text() if answer and answer.status != 204 else ""


def shown(screen: Screen) -> str:
    """All that the page holds: its elements, what stands in its fields, and what it keeps in the browser."""
    held: str = screen.page.evaluate(HELD)
    return screen.page.content() + held


def test_the_theme_that_was_chosen_stays(screen: Screen) -> None:
    screen.page.emulate_media(color_scheme="light")
    light = background(screen)
    screen.button("Settings").click()
    dark = screen.settings.get_by_role("radio", name="Dark", exact=True)
    dark.check()
    screen.button("Close").click()
    expect(screen.settings).to_be_hidden()
    chosen = background(screen)
    assert chosen != light
    screen.page.reload()
    assert background(screen) == chosen
    screen.button("Settings").click()
    expect(dark).to_be_checked()
    screen.settings.get_by_role("radio", name="As the system", exact=True).check()
    assert background(screen) == light


def background(screen: Screen) -> str:
    return screen.page.evaluate("getComputedStyle(document.body).backgroundColor")
