"""A browser opens six connections to a server and no more; event streams must not take them all."""

from __future__ import annotations

from pathlib import Path

import httpx
from playwright.sync_api import expect

from tests.support.browser import Watch
from tests.support.page import Screen, words
from tests.support.sessions import GOOD, write_script

READERS = 8
OPEN = """([session, readers]) => {
    window.read = Array.from({ length: readers }, () => []);
    window.sources = window.read.map((seen) => {
        const source = new EventSource(`/api/stream/${session}`);
        source.onmessage = (message) => seen.push(JSON.parse(message.data).seq);
        return source;
    });
}"""
# wait_for_function evaluates its text again and again, which the page's policy forbids after the first time.
WAIT = """(last) => new Promise((resolve) => {
    const there = (seen) => (last ? seen.includes(last) : seen.length > 0);
    const all = () => (last ? window.read.every(there) : window.read.some(there));
    const look = () => (all() ? resolve() : setTimeout(look, 20));
    look();
})"""
ANSWER_MS = 10_000


def test_more_readers_than_connections(home: Path, screen: Screen, api: httpx.Client, watch: Watch) -> None:
    write_script(home, 40, code_generator=[{"text": f"{words(60)}\n\n{GOOD}", "tokens_per_second": 40}])
    screen.ask()
    readers = watch.context.new_page()
    readers.goto(screen.link)
    readers.evaluate(OPEN, [screen.session_id, READERS])
    readers.evaluate(WAIT, 0)

    answered = (
        "(ms) => fetch('/api/status', { signal: AbortSignal.timeout(ms) }).then((answer) => answer.status)"
    )
    assert screen.page.evaluate(answered, ANSWER_MS) == 200
    expect(screen.decision).to_be_visible()
    screen.approve()
    expect(screen.status).to_have_text("approved")
    last = api.get(f"/api/status/{screen.session_id}").json()["last_seq"]
    readers.evaluate(WAIT, last)
    assert readers.evaluate("window.read") == [list(range(1, last + 1))] * READERS
    assert screen.page.evaluate(answered, ANSWER_MS) == 200
    readers.evaluate("window.sources.forEach((source) => source.close())")
