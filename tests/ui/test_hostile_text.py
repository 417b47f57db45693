"""Whatever a model, a file name or a title says, it is only shown: nothing runs and nothing is fetched."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

import httpx
from playwright.sync_api import expect

from tests.support.page import EXAMPLE, Screen
from tests.support.sessions import write_script

IMAGE = '<img src="http://example.invalid/i.png" onerror="window.hacked = true">'
NAME = "<img src=x onerror=window.hacked=true>"
SCRIPT = "<script>window.hacked = true</script>"
FRAME = '<iframe srcdoc="<script>parent.hacked = true</script>"></iframe>'
LINK = "[a link](javascript:window.hacked=true)"
REMOTE = "![a picture](http://example.invalid/remote.png)"
BIDI = "user\u202enimda"
REVEALED = "user[U+202E]nimda"
HOSTILE = (IMAGE, SCRIPT, FRAME)
ANSWER = f"""{IMAGE} and {SCRIPT}

{FRAME}

{LINK} and [a page](https://example.invalid/page) {REMOTE} {BIDI}

```html" onclick="window.hacked=true {IMAGE}
{SCRIPT}
```

```python add.py
# {SCRIPT} {IMAGE} {BIDI}
def add(a, b):
    return a + b
```
"""
FINDING = f"- [minor] add.py:1 {IMAGE} {SCRIPT} {BIDI}"
FOREIGN = "img, iframe, script, object, embed, [onerror], [onclick], a[href^='javascript' i]"


def test_hostile_text_is_shown_and_does_nothing(home: Path, screen: Screen, api: httpx.Client) -> None:
    hosts: set[str | None] = set()
    screen.page.on("request", lambda request: hosts.add(urlsplit(request.url).hostname))
    write_script(home, 100, code_generator=[ANSWER], quality_checker=[FINDING])
    screen.write(f"Write add. {IMAGE} {SCRIPT} {BIDI}", EXAMPLE, ("add(1, 1)", f"'{IMAGE}'"), rounds="1")
    screen.attach(f"{NAME}{BIDI}.txt", IMAGE)
    expect(screen.button(f"Remove {NAME}{REVEALED}.txt")).to_be_visible()
    screen.generate()
    speaking = screen.turns("code_generator")
    expect(speaking).to_contain_text(IMAGE)
    check_harmless(screen)

    expect(screen.decision).to_be_visible()
    for text in (*HOSTILE, REVEALED, "a link", "[image not loaded: a picture]"):
        expect(speaking).to_contain_text(text)
    links = speaking.get_by_role("link")
    expect(links).to_have_text(["a page (example.invalid)"])
    expect(links).to_have_attribute("rel", "noopener noreferrer nofollow")
    for text in (IMAGE, SCRIPT, REVEALED):
        expect(screen.turns("quality_checker")).to_contain_text(text)
        expect(screen.timeline.get_by_role("region", name="Request")).to_contain_text(text)
    expect(screen.artifact.get_by_role("group", name="add.py")).to_contain_text(
        f"{SCRIPT} {IMAGE} {REVEALED}"
    )
    check_harmless(screen)
    screen.tab("Checks").click()
    expect(screen.artifact.get_by_role("table")).to_contain_text(IMAGE)
    check_harmless(screen)
    screen.approve()
    expect(screen.approval).to_contain_text(IMAGE)
    check_harmless(screen)
    screen.button("Back").click()

    title = f"{SCRIPT}{IMAGE}"
    answer = api.patch(f"/api/sessions/{screen.session_id}", json={"title": f"{title}{BIDI}"})
    assert answer.status_code == 200
    expect(screen.sessions.get_by_role("link")).to_contain_text(title)
    expect(screen.page.get_by_role("heading", name=title, level=1)).to_be_visible()
    assert "\u202e" not in screen.page.locator("body").inner_text()
    screen.page.reload()
    expect(screen.decision).to_be_visible()
    screen.button("Request changes").click()
    screen.box("Feedback").fill(f"{IMAGE} {SCRIPT}")
    screen.button("Request changes").click()
    expect(screen.turns("user_proxy")).to_contain_text(f"{IMAGE} {SCRIPT}")
    check_harmless(screen)
    assert hosts == {urlsplit(screen.link).hostname}


def check_harmless(screen: Screen) -> None:
    assert screen.page.evaluate("window.hacked") is None
    assert screen.page.locator("body").locator(FOREIGN).count() == 0
