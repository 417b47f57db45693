"""The settings dialog: keys that are never shown again, the theme, the language, and being called."""

from __future__ import annotations

import re
import socket
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from playwright.sync_api import Locator, expect

from tests.support.browser import Watch
from tests.support.page import Screen
from tests.support.server import Program
from tests.support.sessions import write_script

if TYPE_CHECKING:
    import httpx
    from playwright.sync_api import Request, Response, Route

KEY = "sk-entirely-secret-and-long-0042"
DRAFT = "Write a draft that outlives its server"
HELD = """() => JSON.stringify([
    [...document.querySelectorAll("input, textarea")].map((field) => field.value),
    {...localStorage}, {...sessionStorage},
])"""

# What the system does with notifications, told to the test; a browser without a screen has no system's.
CALLS = """
    window.calls = { asked: 0, shown: [] };
    window.Notification = class extends EventTarget {
        static permission = "default";
        static async requestPermission() {
            calls.asked += 1;
            return (Notification.permission = "granted");
        }
        constructor(title) {
            super();
            calls.shown.push(title);
            document.documentElement.dataset.called = title;
        }
    };
"""

WISH = """(name) => document.dispatchEvent(
    new CustomEvent("roundtable-window", { detail: { name, detail: "" } }),
)"""


def test_a_key_is_set_and_deleted_and_never_shown(screen: Screen, watch: Watch) -> None:
    watch.allow("/api/keys/")
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
    screen.page.route("**/api/keys/*", lambda route: route.abort(), times=1)
    screen.button("Delete key – Service under test").click()
    screen.settings.get_by_role("button", name="Dismiss", exact=True).click()  # a notice, over the dialog
    screen.button("Delete key – Service under test").click()
    expect(screen.button("Set key – Service under test")).to_be_visible()
    expect(screen.settings).not_to_contain_text("0042")
    assert any('"last4":"0042"' in body.replace(" ", "") for body in bodies)
    assert not [body for body in bodies if KEY in body]


def text_of(request: Request) -> str:
    """What was answered."""
    answer = request.response()
    return answer.text() if answer and answer.ok and answer.status != 204 else ""


def shown(screen: Screen) -> str:
    """All that the page holds: its elements, what stands in its fields, and what it keeps in the browser."""
    held: str = screen.page.evaluate(HELD)
    return screen.page.content() + held


def appearance(screen: Screen, tab: str = "Appearance") -> Locator:
    """Its part of the settings, opened."""
    screen.button("Settings").click()
    screen.settings.or_(screen.page.locator("dialog.settings")).first.wait_for()
    screen.page.locator("dialog.settings").get_by_role("tab", name=tab, exact=True).click()
    return screen.page.locator("dialog.settings").get_by_role("tabpanel")


def test_the_theme_that_was_chosen_stays(screen: Screen) -> None:
    screen.page.emulate_media(color_scheme="light")
    light = background(screen)
    dark = appearance(screen).get_by_role("radio", name="Dark", exact=True)
    dark.check()
    screen.button("Close").click()
    expect(screen.settings).to_be_hidden()
    chosen = background(screen)
    assert chosen != light
    screen.page.reload()
    assert background(screen) == chosen
    panel = appearance(screen)
    expect(dark).to_be_checked()
    panel.get_by_role("radio", name="As the system", exact=True).check()
    assert background(screen) == light
    wish(screen, "export")
    expect(screen.settings).to_contain_text("Open the session that you want to export.")
    wish(screen, "new")
    expect(screen.settings).to_be_hidden()
    expect(screen.requirements).to_be_focused()


def wish(screen: Screen, name: str) -> None:
    """What choosing an entry of the window's menu does to its page."""
    screen.page.evaluate(WISH, name)


def background(screen: Screen) -> str:
    return screen.page.evaluate("getComputedStyle(document.body).backgroundColor")


def test_the_language_changes_while_the_draft_and_the_fixed_names_stay(screen: Screen, watch: Watch) -> None:
    watch.allow("/api/preferences")
    html = screen.page.locator("html")
    expect(html).to_have_attribute("lang", "en-GB")
    with screen.page.expect_response(is_kept):
        screen.requirements.fill("Write a draft that stays")
    chinese = appearance(screen).get_by_role("radio", name="\u7b80\u4f53\u4e2d\u6587", exact=True)
    screen.page.route("**/api/preferences", lambda route: route.abort(), times=1)
    chinese.click()
    expect(screen.settings.get_by_role("alert")).to_contain_text("The server does not answer.")
    expect(chinese).not_to_be_checked()
    screen.settings.get_by_role("button", name="Try again").click()
    expect(html).to_have_attribute("lang", "zh-Hans")
    expect(screen.requirements).to_have_value("Write a draft that stays")
    expect(screen.button("Generate")).to_have_text("\u751f\u6210")
    for control in (*map(screen.choice, ("Language", "Provider", "Model")), screen.box("Search sessions")):
        expect(control).to_be_visible()
    expect(screen.button("New session")).to_be_visible()
    screen.page.reload()
    expect(html).to_have_attribute("lang", "zh-Hans")
    appearance(screen, "\u5916\u89c2").get_by_role(
        "radio", name="\u8ddf\u968f\u6d4f\u89c8\u5668", exact=True
    ).click()
    expect(html).to_have_attribute("lang", "en-GB")


def is_kept(answer: Response) -> bool:
    return answer.request.method == "PUT" and answer.ok


def test_what_the_server_says_is_in_the_readers_language_or_marked_as_english(
    home: Path, screen: Screen
) -> None:
    write_script(home)
    appearance(screen).get_by_role("radio", name="\u7b80\u4f53\u4e2d\u6587", exact=True).click()
    expect(screen.page.locator("html")).to_have_attribute("lang", "zh-Hans")
    screen.page.keyboard.press("Escape")
    screen.write()
    screen.generate()
    expect(screen.decision).to_be_visible()
    note = screen.turns("code_generator").locator(".note").first
    expect(note).to_contain_text("\u4f7f\u7528\u7684\u6a21\u578b\uff1a")
    expect(note.locator("[lang=en]")).to_contain_text("Model: scripted")
    screen.artifact.get_by_role("tab").nth(2).click()
    skipped = screen.artifact.get_by_text("\u6ca1\u6709\u7ed9\u51fa\u6d4b\u8bd5\u6587\u4ef6", exact=True)
    expect(skipped).to_be_visible()
    expect(skipped).not_to_have_attribute("lang", "en")


def test_what_was_chosen_and_written_is_there_after_a_start_at_another_port(
    screen: Screen, program: Program, watch: Watch
) -> None:
    watch.allow(r"/js/|status of 429")
    page, html = screen.page, screen.page.locator("html")
    appearance(screen).get_by_role("radio", name="Dark", exact=True).check()
    screen.button("Close").click()
    with page.expect_response(is_kept):
        screen.requirements.fill(DRAFT)
    appearance(screen).get_by_role("radio", name="\u7b80\u4f53\u4e2d\u6587", exact=True).click()
    expect(html).to_have_attribute("lang", "zh-Hans")
    dark = background(screen)

    page.goto("about:blank")
    program.stop()
    with socket.create_server(("127.0.0.1", urlsplit(program.link).port or 0)):
        program.link = ""
        program.start()
    page.emulate_media(color_scheme="light")
    later = Screen(page, program.link).enter()
    expect(html).to_have_attribute("lang", "zh-Hans")
    expect(later.requirements).to_have_value(DRAFT)
    assert background(later) == dark
    page.route("**/js/**", lambda route: route.abort())
    page.reload()
    assert background(later) == dark  # before any script has run
    page.unroute("**/js/**")
    page.reload()

    note = page.get_by_text("1,000,000")
    expect(note).to_be_hidden()
    later.requirements.fill("x" * 1_000_001)
    expect(note).to_be_visible()
    page.route("**/api/preferences", too_often_at_first())
    page.reload()
    expect(note).to_be_visible()
    with page.expect_response(is_kept):
        later.requirements.fill(DRAFT + " again")
    expect(note).to_be_hidden()
    other = Screen(page.context.new_page(), program.link).enter()
    expect(other.requirements).to_have_value(DRAFT + " again")


def too_often_at_first() -> Callable[[Route], None]:
    """Refuses the first request of each kind, as a server with bounds may."""
    seen: set[str] = set()

    def answer(route: Route) -> None:
        method = route.request.method
        if method in seen:
            return route.continue_()
        seen.add(method)
        return route.fulfill(status=429, headers={"Retry-After": "1"})

    return answer


def test_the_user_is_called_only_when_asked_to_and_in_the_background(
    home: Path, screen: Screen, api: httpx.Client, watch: Watch
) -> None:
    watch.allow("status of 503")
    write_script(home, 100)
    page = screen.page
    page.add_init_script(CALLS)
    page.reload()
    assert page.evaluate("calls.asked") == 0
    appearance(screen).get_by_role("checkbox", name=re.compile("^Notify me")).check()
    assert page.evaluate("calls.asked") == 1
    screen.button("Close").click()
    screen.ask()
    expect(screen.decision).to_be_visible()
    expect(page).to_have_title(re.compile(r"^\(1\) Write add"))
    assert page.evaluate("calls.shown") == []
    page.evaluate("document.hasFocus = () => false")
    screen.button("Request changes").click()
    screen.box("Feedback").fill("Say why.")
    screen.button("Request changes").click()
    expect(screen.decision).to_contain_text("version 2")
    expect(page.locator("html")).to_have_attribute("data-called", "Write add that adds two numbers")
    assert page.evaluate("calls.shown.length") == 1

    # The window has a choice of its own; nothing is said where it does not take that the page is up.
    page.route("**/api/status", in_the_window)
    page.route("**/api/window/ready", lambda route: route.fulfill(status=503))
    with page.expect_response("**/api/window/ready"):
        page.reload()
    appearance(screen).get_by_role("checkbox", name=re.compile("^Notify me")).wait_for()
    expect(page.get_by_text("The server cannot be reached")).to_be_hidden()
    expect(page.locator("rt-notice")).to_be_hidden()
    page.route("**/api/window/ready", lambda route: route.fulfill(status=204))
    with page.expect_response("**/api/window/ready"):
        page.reload()
    notify = appearance(screen).get_by_role("checkbox", name=re.compile("^Notify me"))
    with page.expect_response(is_kept):
        notify.uncheck()
    assert choices(api) == {"notify": "on", "notify-window": "off"}
    with page.expect_response(is_kept):
        notify.check()
    assert choices(api) == {"notify": "on"}


def in_the_window(route: Route) -> None:
    answer = route.fetch()
    route.fulfill(response=answer, json=answer.json() | {"window": True})


def choices(api: httpx.Client) -> dict[str, str]:
    values = api.get("/api/preferences").json()["values"]
    return {name: value for name, value in values.items() if name.startswith("notify")}
