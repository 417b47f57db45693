"""What comes while the page is open, through everything that can cut it short."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import pytest
from playwright.sync_api import expect

from tests.support.browser import Watch
from tests.support.long_session import END, write_session
from tests.support.page import TASK, Screen, words
from tests.support.server import Program
from tests.support.sessions import write_script
from tests.support.web import until

if TYPE_CHECKING:
    from playwright.sync_api import Page, WebSocketRoute

WORDS = words(400)
BEGINNING = WORDS[: WORDS.index(" word30 ")]
HEAD, TAIL = "```python add.py\n", "\n```"
ANSWER = f"{WORDS}\n\n{HEAD}def add(a, b):\n    return a + b{TAIL}"
SPEED = 100  # tokens a second, so about eight seconds for the answer: a page is loaded meanwhile


def check_whole(screen: Screen, api: httpx.Client) -> None:
    """At the gate: the page shows what the log holds, each turn and each word once."""
    expect(screen.decision).to_contain_text("Your decision on version 1")
    for agent in ("code_generator", "quality_checker", "code_optimizer"):
        expect(screen.turns(agent)).to_have_count(1)
    answer = api.get(f"/api/sessions/{screen.session_id}/events", params={"limit": 5000}).json()["events"]
    (final,) = [
        event["message"]
        for event in answer
        if event["type"] == "message.completed" and event["agent"] == "code_generator"
    ]
    prose, code = final.removesuffix(TAIL).split(f"\n\n{HEAD}")
    turn = screen.turns("code_generator")
    expect(turn.get_by_role("paragraph").filter(has_text="word")).to_have_text(prose)
    expect(turn.get_by_role("group", name="add.py")).to_have_text(code)


def until_mid_stream(screen: Screen) -> None:
    """Wait for some words; the last are still to come."""
    turn = screen.turns("code_generator")
    expect(turn).to_contain_text(BEGINNING)
    assert WORDS not in turn.inner_text()


def test_stop_in_mid_stream_and_resume(home: Path, screen: Screen, api: httpx.Client) -> None:
    write_script(home, SPEED, code_generator=[ANSWER])
    screen.ask()
    until_mid_stream(screen)
    screen.button("Stop").click()
    expect(screen.status).to_have_text("cancelled")
    expect(screen.turns("code_generator")).to_contain_text("interrupted")
    expect(screen.turns("code_generator")).not_to_contain_text(WORDS)
    expect(screen.button("Stop")).to_be_hidden()
    screen.button("Resume").click()
    expect(screen.status).to_have_text("running")
    check_whole(screen, api)
    expect(screen.button("Resume")).to_be_hidden()


def test_reload_in_mid_stream(home: Path, screen: Screen, api: httpx.Client) -> None:
    write_script(home, SPEED, code_generator=[ANSWER])
    screen.ask()
    until_mid_stream(screen)
    before = screen.page.url
    screen.page.reload()
    until_mid_stream(screen)
    assert screen.page.url == before
    check_whole(screen, api)


def test_a_second_tab_shows_the_same_and_decides_for_both(
    home: Path, screen: Screen, api: httpx.Client, watch: Watch
) -> None:
    write_script(home, SPEED, code_generator=[ANSWER])
    screen.ask()
    until_mid_stream(screen)
    other = Screen(watch.context.new_page(), screen.link)
    other.go(screen.session_id)
    until_mid_stream(other)
    for tab in (screen, other):
        check_whole(tab, api)
        expect(tab.session(TASK)).to_contain_text("waiting for you")
    assert said(screen) == said(other)
    other.approve()
    for tab in (screen, other):
        expect(tab.decision).to_be_hidden()
        expect(tab.status).to_have_text("approved")
        expect(tab.session(TASK)).to_contain_text("verified")


def said(screen: Screen) -> str:
    return screen.timeline.inner_text()


ONE_A_FRAME = """() => {
    const frame = () => new Promise(requestAnimationFrame);
    const Given = window.WebSocket;
    window.WebSocket = class extends Given {
        set onmessage(told) {
            let before = Promise.resolve();
            super.onmessage = (event) => {
                before = before.then(frame).then(frame).then(frame).then(() => told(event));
                window.delayed = true;
            };
        }
    };
}"""


def test_who_did_not_scroll_up_stays_at_the_end(
    home: Path, screen: Screen, api: httpx.Client, watch: Watch
) -> None:
    """Each event is drawn in frames of its own: a card whose size changes in between was not scrolled."""
    write_script(home, 10 * SPEED, code_generator=[ANSWER])
    watch.context.add_init_script(f"({ONE_A_FRAME})()")
    screen.page.reload()
    latest = screen.page.get_by_role("button", name="Jump to latest", include_hidden=True)
    latest.evaluate(
        "(button) => new MutationObserver(() => { window.offered ||= !button.hidden; })"
        ".observe(button, { attributes: true })"
    )
    screen.ask()
    check_whole(screen, api)
    assert screen.page.evaluate("window.delayed")
    assert not screen.page.evaluate("window.offered"), (
        "the way back to the end was offered to who stood there"
    )


def test_a_decision_for_a_gate_that_was_answered_elsewhere_changes_nothing(
    home: Path, screen: Screen, api: httpx.Client, watch: Watch
) -> None:
    """The other tab is cut off, so that it still shows the gate."""
    watch.allow("status of 409|WebSocket|ERR_INTERNET_DISCONNECTED")
    write_script(home)
    screen.ask()
    expect(screen.decision).to_be_visible()
    other = Screen(watch.context.new_page(), screen.link)
    other.page.route_web_socket(re.compile("."), lambda _route: None)  # opens and says nothing
    other.page.route("**/socket.io/**", lambda route: route.abort())
    other.go(screen.session_id)
    expect(other.decision).to_be_visible()
    screen.approve()
    expect(screen.status).to_have_text("approved")
    other.button("Reject").click()
    expect(other.page.get_by_text("This was decided elsewhere")).to_be_visible()
    expect(other.status).to_have_text("approved")
    expect(other.decision).to_be_hidden()


@pytest.mark.crash
def test_the_server_is_killed_in_mid_run_and_comes_back(
    home: Path, screen: Screen, api: httpx.Client, program: Program, watch: Watch
) -> None:
    watch.allow("ERR_CONNECTION|ERR_EMPTY|ERR_CONTENT_LENGTH|ERR_INCOMPLETE|WebSocket")
    write_script(home, SPEED, code_generator=[ANSWER])
    screen.ask()
    until_mid_stream(screen)
    mark_page(screen.page)
    banner = screen.page.get_by_text("Reconnecting…")
    program.kill()
    expect(banner).to_be_visible()
    expect(screen.turns("code_generator")).to_contain_text(BEGINNING)
    program.start()
    expect(banner).to_be_hidden()
    check_whole(screen, api)
    assert screen.page.evaluate("window.marked"), "the page was loaded anew"
    started = [
        (e["turn"], e["epoch"])
        for e in api.get(f"/api/sessions/{screen.session_id}/events").json()["events"]
        if e["type"] == "turn.started" and e["turn"] == 1
    ]
    assert [turn for turn, _ in started] == [1, 1]
    assert started[0][1] < started[1][1]
    screen.approve()
    expect(screen.status).to_have_text("approved")


def mark_page(page: Page) -> None:
    """What a reload would take away."""
    page.evaluate("window.marked = true")


NO_WEBSOCKET = """() => {
    const Given = window.WebSocket;
    window.WebSocket = class extends Given {
        constructor(url, ...rest) { super(String(url).replace("socket.io", "nothing-here"), ...rest); }
    };
}"""


def test_where_no_websocket_gets_through_requests_carry_the_events(
    home: Path, screen: Screen, api: httpx.Client, watch: Watch
) -> None:
    watch.allow("WebSocket")
    write_script(home, SPEED, code_generator=[ANSWER])
    screen.ask()
    watch.context.add_init_script(f"({NO_WEBSOCKET})()")
    other = Screen(watch.context.new_page(), screen.link)
    asked: list[str] = []
    other.page.on("request", lambda request: asked.append(request.url))
    other.go(screen.session_id)
    until_mid_stream(other)
    check_whole(other, api)
    assert any("transport=polling" in url for url in asked)
    expect(other.page.get_by_text("Reconnecting…")).to_be_hidden()
    other.approve()
    for tab in (screen, other):
        expect(tab.status).to_have_text("approved")


def test_without_a_network_in_mid_stream_nothing_is_lost_or_doubled(
    home: Path, screen: Screen, api: httpx.Client, watch: Watch
) -> None:
    """What was told meanwhile comes with the network, first over plain requests."""
    watch.allow("WebSocket|ERR_INTERNET_DISCONNECTED")
    lines: list[WebSocketRoute] = []
    screen.page.route_web_socket(re.compile("socket.io"), lambda line: lines.append(line.connect_to_server()))
    screen.page.reload()
    asked: list[str] = []
    screen.page.on("request", lambda request: asked.append(request.url))
    write_script(home, SPEED, code_generator=[ANSWER])
    screen.ask()
    until_mid_stream(screen)
    mark_page(screen.page)
    watch.context.set_offline(True)
    for line in lines:
        line.close()
    banner = screen.page.get_by_text("Reconnecting…")
    expect(banner).to_be_visible()
    until(api, screen.session_id, "gate.opened")
    expect(screen.turns("code_generator")).to_contain_text(BEGINNING)
    expect(screen.decision).to_be_hidden()
    watch.context.set_offline(False)
    expect(banner).to_be_hidden()
    check_whole(screen, api)
    assert screen.page.evaluate("window.marked"), "the page was loaded anew"
    assert any("transport=polling" in url for url in asked)
    screen.approve()
    expect(screen.status).to_have_text("approved")


def test_a_long_session_shows_its_end_first_and_all_of_it_in_the_end(
    home: Path, screen: Screen, watch: Watch
) -> None:
    turns = 60
    session = write_session(home, turns)
    asked: list[str] = []
    screen.page.on("request", lambda request: asked.append(request.url))
    screen.go(session)
    cards = screen.timeline.get_by_role("article")
    expect(cards.last).to_contain_text(f"{END} {turns}.")
    cards.last.evaluate("(card) => { card.kept = true; }")
    expect(screen.timeline.get_by_text("cancelled").last).to_be_in_viewport()
    expect(cards).to_have_count(turns)
    assert cards.last.evaluate("(card) => card.kept"), "a finished turn was drawn anew"
    expect(cards.first).to_contain_text(f"{END} 1.")
    expect(screen.timeline.get_by_text("cancelled").last).to_be_in_viewport()
    read = [url.partition("/log?")[2] for url in asked if "/log?" in url]
    assert read[0] == "turns=8"
    assert len(read) == 2
    assert not any("/events?" in url for url in asked)
    latest = screen.timeline.get_by_role("button", name="Latest", exact=False)
    expect(latest).to_be_hidden()
    cards.first.scroll_into_view_if_needed()
    latest.click()
    expect(screen.timeline.get_by_text("cancelled").last).to_be_in_viewport()
