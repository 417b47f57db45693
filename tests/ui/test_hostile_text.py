"""Whatever a model, a file name or a title says, it is only shown: nothing runs and nothing is fetched."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

import httpx
from playwright.sync_api import Locator, expect

from tests.support.browser import Watch
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
# Each is told in the message, in the code, in a file's name, in a finding and in the request.
PAYLOADS = (
    "<svg onload=window.hacked=true><animate onbegin=window.hacked=true attributeName=x dur=1s>",
    "<math><mtext><table><mglyph><style><!--</style><a title='--&gt;&lt;img src=1 onerror=hacked=1&gt;'>",
    "<noscript><p title='</noscript><img src=x onerror=window.hacked=true>'>",
    "<form id=x><input name=attributes><a href=javascript:window.hacked=true>",
    "<style>@import 'http://example.invalid/s.css';body{display:none}</style>",
    "<base href='http://example.invalid/'><meta http-equiv=refresh content='0;url=http://example.invalid'>",
    "[d](data:text/html,<script>1</script>) [v](vbscript:x) [j](JaVaScRiPt&colon;hacked=1)",
    "[t](java\tscript:window.hacked=true) <javascript:window.hacked=true> [r]: javascript:window.hacked=true",
    "![p](data:image/svg+xml;base64,PHN2Zz4=) ![b](//example.invalid/p.png 'x\" onerror=\"hacked=1')",
    "{{constructor.constructor('window.hacked=true')()}} ${window.hacked=true} <%= window.hacked=true %>",
    "&lt;img src=x onerror=window.hacked=true&gt; &#60;script&#62;window.hacked=true&#60;/script&#62;",
    "\x1b[31mred\x1b[0m \x1b]8;;http://example.invalid\x07link\x1b]8;;\x07",
    "go\u200bog\u200dle \u2066hidden\u2069 \U000e0041\U000e0042 \u3164",
    "__proto__ constructor toString hasOwnProperty [object Object]",
    "W" * 4000,
)
UNSEEN = "\u202e\u2066\u200b\x1b\U000e0041\u3164"
ANSWER = f"""{IMAGE} and {SCRIPT}

{FRAME}

{LINK} and [a page](https://example.invalid/page) {REMOTE} {BIDI}

```html" onclick="window.hacked=true {IMAGE}
{SCRIPT}
```

{chr(10).join(PAYLOADS)}

```constructor __proto__
{PAYLOADS[0]}
```

```python add.py
# {SCRIPT} {IMAGE} {BIDI}
def add(a, b):
    return a + b


NOTES = {PAYLOADS!r}
```

```python constructor.py
__proto__ = "{BIDI}"
```
"""
FINDING = "\n".join(f"- [minor] add.py:1 {text}" for text in (f"{IMAGE} {SCRIPT} {BIDI}", *PAYLOADS))
BROKEN = """
    document.addEventListener("securitypolicyviolation", ({ violatedDirective: rule }) => {
        (window.broken ??= []).push(rule);
    });
"""
FOREIGN = (
    "img, iframe, form:not([class]), style, base, math, animate, video, script, object, embed,"
    " [onerror], [onclick], [onload], a[href^='javascript' i], a[href^='data' i]"
)


def test_hostile_text_is_shown_and_does_nothing(home: Path, screen: Screen, api: httpx.Client) -> None:
    hosts: set[str | None] = set()
    screen.page.on("request", lambda request: hosts.add(urlsplit(request.url).hostname))
    screen.page.add_init_script(BROKEN)
    screen.page.reload()
    write_script(home, 0, code_generator=[ANSWER], quality_checker=[FINDING])
    screen.write(
        f"Write add. {IMAGE} {SCRIPT} {BIDI} {' '.join(PAYLOADS)}",
        EXAMPLE,
        ("add(1, 1)", f"'{IMAGE}'"),
        rounds="1",
    )
    screen.attach(f"{NAME}{BIDI}.txt", IMAGE)
    expect(screen.button(f"Remove {NAME}{REVEALED}.txt")).to_be_visible()
    screen.generate()
    speaking = screen.turns("code_generator")
    expect(speaking).to_contain_text(IMAGE)
    check_harmless(screen)

    expect(screen.decision).to_be_visible()
    for text in (*HOSTILE, REVEALED, "a link", "[image not loaded: a picture]"):
        expect(speaking).to_contain_text(text)
    check_links(screen, speaking.get_by_role("link"))
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
    screen.page.reload()
    expect(screen.decision).to_be_visible()
    screen.button("Request changes").click()
    screen.box("Feedback").fill(f"{IMAGE} {SCRIPT}")
    screen.button("Request changes").click()
    expect(screen.turns("user_proxy")).to_contain_text(f"{IMAGE} {SCRIPT}")
    check_harmless(screen)
    assert hosts == {urlsplit(screen.link).hostname}


def check_links(screen: Screen, links: Locator) -> None:
    """Those to the web say where they lead, and ask before they do; the others are words."""
    expect(links).to_have_text(["a page (example.invalid)"])
    expect(links).to_have_attribute("rel", "noopener noreferrer nofollow")
    tabs = len(screen.page.context.pages)
    links.click()
    leaving = screen.page.get_by_role("dialog", name="Open this address?")
    expect(leaving).to_contain_text("example.invalid")
    expect(leaving.get_by_role("link", name="Open")).to_have_attribute("rel", "noopener noreferrer nofollow")
    screen.page.keyboard.press("Escape")
    expect(leaving).to_be_hidden()
    expect(links).to_be_focused()
    assert len(screen.page.context.pages) == tabs


def check_harmless(screen: Screen) -> None:
    """Nothing ran, nothing foreign came in, nothing hides or sticks out, and the policy was not tried."""
    page = screen.page
    assert page.evaluate("window.hacked") is None
    assert page.evaluate("window.broken") is None
    assert page.locator("body").locator(FOREIGN).count() == 0
    assert not set(UNSEEN) & set(page.locator("body").inner_text())
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_the_policy_stops_a_script_that_gets_into_the_page(screen: Screen, watch: Watch) -> None:
    watch.allow("Content Security Policy|: csp$")
    page = screen.page
    page.evaluate(BROKEN)
    page.evaluate("""() => {
        const script = document.createElement("script");
        script.textContent = "window.hacked = true";
        const image = Object.assign(new Image(), { src: "http://example.invalid/i.png" });
        const button = document.createElement("div");
        button.setAttribute("onclick", "window.hacked = true");
        document.body.append(script, image, button);
        button.click();
    }""")
    page.wait_for_function("window.broken?.some((rule) => rule.startsWith('img-src'))")
    assert page.evaluate("window.hacked") is None
    broken = set(page.evaluate("window.broken"))
    assert {"script-src-elem", "script-src-attr", "img-src"} <= broken
