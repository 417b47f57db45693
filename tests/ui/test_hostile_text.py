"""Whatever a model, a file name or a title says, it is only shown: nothing runs and nothing is fetched."""

from __future__ import annotations

from collections.abc import Generator
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import httpx
import pytest
import yaml
from playwright.sync_api import Locator, expect

from tests.support.browser import Watch
from tests.support.examinee import NAME as EXAMINED
from tests.support.examinee import Examinee, able, serve_examinee
from tests.support.openai_server import OpenAIServer, Reply
from tests.support.page import EXAMPLE, Screen
from tests.support.sessions import write_script

if TYPE_CHECKING:
    from playwright.sync_api import Page

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
    "</script></style></textarea></title><img src=http://example.invalid/t.png onerror=window.hacked=true>",
    "<div style='background:url(http://example.invalid/u.png)' onpointerenter=window.hacked=true>css</div>",
    "<object data='javascript:parent.hacked=true'></object><embed src='http://example.invalid/e.svg'>",
    "W" * 4000,
)
UNSEEN = "\x00\u202e\u2066\u200b\x1b\U000e0041\u3164"
ANSWER = f"""{IMAGE} and {SCRIPT}

{FRAME}

{LINK} and [a page](https://example.invalid/page) {REMOTE} {BIDI} a\x00b

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
    print(*NOTES)
    return a + b


NOTES = {PAYLOADS!r}
```

```python constructor.py
__proto__ = "{BIDI}"
```
"""
CHANGED = ANSWER.replace("return a + b", f"return a - b  # {IMAGE} {PAYLOADS[0]} {BIDI}")
# A name that may be saved, with what is left to it.
PATH = "it's (a) & {{b}} ${c} javascript;&lt;img src=x onerror=window.hacked=true&gt;.md"
FINDING = "\n".join(f"- [minor] add.py:1 {text}" for text in (f"{IMAGE} {SCRIPT} {BIDI}", *PAYLOADS))
BROKEN = """
    document.addEventListener("securitypolicyviolation", ({ violatedDirective: rule }) => {
        (window.broken ??= []).push(rule);
    });
"""
# What runs, and what loads something, by itself where it gets into a page as markup.
RUNS = (IMAGE, SCRIPT, FRAME, PAYLOADS[0])
LOADS = tuple(text for text in PAYLOADS if "<" in text and "example.invalid" in text)
FOREIGN = (
    "img, iframe, form:not([class]), style, base, math, animate, video, script, object, embed,"
    " [onerror], [onclick], [onload], a[href^='javascript' i], a[href^='data' i]"
)


@pytest.fixture
def examinee() -> Generator[Examinee]:
    with serve_examinee(
        mind=lambda prompt: f"{able(prompt)}\n{IMAGE} {SCRIPT} {' '.join(PAYLOADS)}"
    ) as served:
        yield served


@pytest.fixture
def service() -> Generator[OpenAIServer]:
    with OpenAIServer() as served:
        yield served


@pytest.fixture
def home(home: Path, service: OpenAIServer, examinee: Examinee, monkeypatch: pytest.MonkeyPatch) -> Path:
    """With a service whose model is called by a tag, and an Ollama whose model speaks in tags."""
    monkeypatch.setenv("OLLAMA_BASE_URL", examinee.url)
    path = home / "config/models.yaml"
    config = yaml.safe_load(path.read_text(encoding="utf-8"))
    config["providers"]["hostile"] = {
        "title": f"Hostile {IMAGE}",
        "provider": "autogen_ext.models.openai.OpenAIChatCompletionClient",
        "config": {},
        "base_url": service.url,
        "context_length": 4096,
        "default_model": f"{NAME}{BIDI}",
        "key_optional": True,
    }
    path.write_text(yaml.safe_dump(config), encoding="utf-8")
    # One version a round, so that each answer is told in a turn of its own.
    (home / "config/app.yaml").write_text("run: {candidates: 1}\n", encoding="utf-8")
    return home


@pytest.mark.usefixtures("examinee")
def test_hostile_text_is_shown_and_does_nothing(
    home: Path, screen: Screen, api: httpx.Client, service: OpenAIServer, tmp_path: Path
) -> None:
    hosts: set[str | None] = set()
    screen.page.on("request", lambda request: hosts.add(urlsplit(request.url).hostname))
    screen.page.add_init_script(BROKEN)
    screen.page.reload()
    exam = {"provider": "ollama", "model": EXAMINED, "seconds": 60}
    assert api.post("/api/models/exam", json=exam).status_code == 200
    write_script(home, 0, code_generator=[ANSWER, CHANGED], quality_checker=[FINDING])
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
    expect(screen.turns("code_generator")).to_have_count(2)
    expect(screen.decision).to_be_visible()
    check_harmless(screen)
    look_at_an_edited_version(screen, api)
    look_at_the_calls(screen)
    look_for_it(screen)
    read_the_saved_page(screen, api, tmp_path)
    replay_the_capsule(screen, api)
    fail_at_a_service(screen, service)
    look_at_the_exam(screen)
    assert hosts == {urlsplit(screen.link).hostname}


def look_at_an_edited_version(screen: Screen, api: httpx.Client) -> None:
    gate = api.get(f"/api/status/{screen.session_id}").json()["gate"]
    body = {
        "gate_id": gate["gate_id"],
        "base_hash": gate["artifact_hash"],
        "files": [{"path": PATH, "content": f"{IMAGE}\n{SCRIPT}\n{BIDI}\n" + "\n".join(PAYLOADS)}],
    }
    answer = api.post(f"/api/sessions/{screen.session_id}/versions", json=body)
    assert answer.status_code == 200, answer.text
    expect(screen.turns("user_proxy").last).to_contain_text("I edited the files myself")
    expect(screen.decision).to_be_visible()
    screen.tab("Changes").click()
    expect(screen.artifact.get_by_role("group", name=PATH)).to_contain_text(IMAGE)
    check_harmless(screen)
    screen.page.get_by_label("Side by side").check()
    check_harmless(screen)
    screen.tab("Run").click()
    expect(screen.artifact).to_contain_text(PAYLOADS[0])
    check_harmless(screen)
    screen.tab("Versions").click()
    check_harmless(screen)


def look_at_the_calls(screen: Screen) -> None:
    screen.button("Model calls").click()
    sheet = screen.page.get_by_role("dialog", name="Model calls", exact=True)
    expect(sheet.get_by_role("tabpanel")).to_contain_text(PAYLOADS[0])
    check_harmless(screen)
    for part in ("Answer", "Options", "Timing"):
        sheet.get_by_role("tab", name=part).click()
        if part == "Answer":
            expect(sheet.get_by_role("tabpanel")).to_contain_text(f"{IMAGE} and {SCRIPT}")
        check_harmless(screen)
    screen.page.keyboard.press("Escape")


def look_for_it(screen: Screen) -> None:
    screen.box("Search sessions").fill("onerror")
    hits = screen.sessions.get_by_role("list", name="Found").get_by_role("link")
    expect(hits.filter(has_text=PATH).first).to_be_visible()
    expect(hits.filter(has_text="onerror").first).to_be_visible()
    check_harmless(screen)
    screen.box("Search sessions").fill("")


def read_the_saved_page(screen: Screen, api: httpx.Client, folder: Path) -> None:
    """As a file that is opened from the disk."""
    saved = folder / "session.html"
    exported = api.get(f"/api/sessions/{screen.session_id}/export", params={"format": "html"})
    saved.write_bytes(exported.raise_for_status().content)
    page = screen.page.context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(saved.as_uri())
    page.locator("details").evaluate_all("(all) => all.forEach((each) => { each.open = true; })")
    for text in (IMAGE, SCRIPT, REVEALED, PATH):
        expect(page.get_by_text(text).first).to_be_visible()
    assert "default-src 'none'" in (page.locator("meta[http-equiv]").get_attribute("content") or "")
    check_nothing_foreign(page)
    assert page.locator("a, script, link").count() == 0
    assert asked == [saved.as_uri()]
    page.close()


def replay_the_capsule(screen: Screen, api: httpx.Client) -> None:
    exported = api.get(f"/api/sessions/{screen.session_id}/export", params={"format": "capsule"})
    screen.button("Replay a capsule").click()
    screen.page.get_by_label("Pick a file").first.set_input_files(
        {"name": f"{NAME}.rtcapsule", "mimeType": "text/html", "buffer": exported.content}
    )
    expect(screen.page.get_by_role("region", name="Replay", exact=True)).to_contain_text(
        "every hash verified"
    )
    expect(screen.turns("code_generator").first).to_contain_text(IMAGE)
    for tab in ("Code", "Changes", "Checks", "Run"):
        screen.tab(tab).click()
        check_harmless(screen)
    screen.button("Leave the replay").click()


def fail_at_a_service(screen: Screen, service: OpenAIServer) -> None:
    service.play(
        Reply(status=404, error={"message": f"no {NAME}{BIDI} {' '.join(PAYLOADS)}", "code": SCRIPT})
    )
    screen.write(provider=f"Hostile {IMAGE}", rounds="1")
    screen.generate()
    expect(screen.status).to_have_text("failed")
    expect(screen.timeline).to_contain_text(f"{NAME}{REVEALED}")
    check_harmless(screen)


def look_at_the_exam(screen: Screen) -> None:
    screen.button("Settings").click()
    screen.settings.get_by_role("tab", name="Models").click()
    exam = screen.settings.locator("rt-model-exam").filter(
        has=screen.page.get_by_text("Evidence", exact=True)
    )
    unfold = "(all) => all.forEach((each) => { each.open = true; })"
    exam.get_by_text("Evidence", exact=True).wait_for(state="attached", timeout=90_000)
    exam.locator("details").evaluate_all(unfold)
    exam.get_by_text("Answer", exact=True).first.wait_for(state="attached")
    exam.locator("details").evaluate_all(unfold)
    expect(exam.get_by_role("group", name="Answer").filter(has_text=IMAGE).first).to_be_visible()
    check_harmless(screen)


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
    assert screen.page.evaluate("window.broken") is None
    check_nothing_foreign(screen.page)


def check_nothing_foreign(page: Page) -> None:
    assert page.evaluate("window.hacked") is None
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


def test_what_is_tried_would_run_or_load_as_markup(watch: Watch) -> None:
    """Else nothing above could fail."""
    watch.allow("example.invalid|ERR_|Failed to load|javascript:")
    for text in RUNS:
        page = watch.context.new_page()
        page.set_content(text, wait_until="commit")
        page.wait_for_function("window.hacked === true")
        page.close()
    for text in LOADS:
        page = watch.context.new_page()
        page.route("**/*", lambda route: route.abort())
        with page.expect_request("**://example.invalid/**"):
            page.set_content(text, wait_until="commit")
        page.close()
