"""How smooth the page is on a slow machine: a stream of 100,000 tokens, 200 turns, its first load.

    python -m tests.bench.page_speed [stream] [open] [load] [--slow 4] [--tokens 100000] [--speed 2000]
        [--turns 200] [--repeat 3] [--home DIR]

A real Chromium, whose processor is slowed down by its own tools (`--slow`), shows the page of a real server
on the same machine. What is streamed is written to the log as the recorder writes it. Frames are counted in
the page, from one animation frame to the next, and taken from the browser's tracing; a long task is one over
50 ms on the page's main thread. --home keeps the long session for the next time.
"""

from __future__ import annotations

import argparse
import json
import os
import queue
import random
import shutil
import statistics
import string
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from playwright.sync_api import Browser, CDPSession, Page, sync_playwright

from tests.bench.common import header
from tests.bench.served import Program, program
from tests.support.long_session import END, write_session, write_stream

if TYPE_CHECKING:
    from playwright.sync_api import ViewportSize

SIZE: Final[ViewportSize] = {"width": 1440, "height": 900}
TITLE: Final = "The long one"
FRAME_MS: Final = 1000 / 60
LATE: Final = 1.5  # frames; what takes longer left one out
LONG_MS: Final = 50
WAIT_MS: Final = 600_000
TIMELINE: Final = "disabled-by-default-devtools.timeline"
TRACED: Final = [TIMELINE, f"{TIMELINE}.frame"]
TASKS: Final = ("RunTask", "ThreadControllerImpl::RunTask")
WORK: Final = ("Layout", "UpdateLayoutTree", "Paint", "PrePaint", "FunctionCall", "Layerize", "Commit")
RECORDER: Final = Path(__file__).with_suffix(".js")


@contextmanager
def browser() -> Generator[Browser]:
    is_root = hasattr(os, "geteuid") and os.geteuid() == 0
    with sync_playwright() as playwright:
        path = shutil.which("chromium") or playwright.chromium.executable_path
        opened = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"] if is_root else [])
        yield opened
        opened.close()


def blank(opened: Browser, slow: float) -> tuple[Page, CDPSession]:
    """An empty page on a processor that is slowed down."""
    page = opened.new_context(viewport=SIZE, locale="en-GB").new_page()
    page.set_default_timeout(WAIT_MS)
    page.add_init_script(path=RECORDER)
    tools = page.context.new_cdp_session(page)
    tools.send("Emulation.setCPUThrottlingRate", {"rate": slow})
    return page, tools


def entered(opened: Browser, served: Program, slow: float) -> Page:
    page, _ = blank(opened, slow)
    page.goto(f"{served.url}/#token={served.token}")
    ready(page)
    return page


def ready(page: Page) -> None:
    page.get_by_role("textbox", name="Requirements", exact=True).wait_for()


def tell(what: str, page: Page) -> None:
    """Frames and long tasks since they were forgotten last."""
    seen: dict[str, list[float]] = page.evaluate("window.bench.seen")
    frames, tasks = seen["frames"], seen["tasks"]
    late = 100 * sum(1 for frame in frames if frame > LATE * FRAME_MS) / len(frames)
    cuts = statistics.quantiles(frames, n=100)
    print(
        f"{what}: {1000 * len(frames) / sum(frames):.1f} frames/s over {sum(frames) / 1000:.1f} s; "
        f"frame ms p50 {cuts[49]:.1f}, p95 {cuts[94]:.1f}, p99 {cuts[98]:.1f}, most {max(frames):.0f}; "
        f"{late:.1f} % late; long tasks {_sum(tasks)}; mean ms by quarter {_quarters(frames)}",
        flush=True,
    )
    page.evaluate("window.bench.forget()")


def _quarters(frames: Sequence[float]) -> list[float]:
    """Whether frames take longer the more there is on screen."""
    size = max(1, len(frames) // 4)
    return [
        round(statistics.mean(frames[at : at + size]), 1) for at in range(0, 4 * size, size) if frames[at:]
    ]


def _sum(tasks: Sequence[float]) -> str:
    return f"{len(tasks)}, {sum(tasks):.0f} ms together, longest {max(tasks, default=0):.0f} ms"


@contextmanager
def traced(opened: Browser, page: Page) -> Generator[None]:
    """Tell from the browser's own tracing of the block: frames drawn and dropped, the main thread's work."""
    opened.start_tracing(page=page, categories=TRACED)
    yield
    events: list[dict[str, Any]] = json.loads(opened.stop_tracing())["traceEvents"]
    names = Counter(event["name"] for event in events)
    named = [e for e in events if e["name"] == "thread_name" and e["args"]["name"] == "CrRendererMain"]
    main = {(event["pid"], event["tid"]) for event in named}
    own = [e for e in events if "dur" in e and (e["pid"], e["tid"]) in main]
    tasks = [e["dur"] / 1000 for e in own if e["name"] in TASKS]
    work: Counter[str] = Counter()
    for event in own:
        if event["name"] in WORK:
            work[event["name"]] += event["dur"]
    print(
        f"  traced: frames drawn {names['DrawFrame']}, dropped {names['DroppedFrame']}; tasks over "
        f"{LONG_MS} ms {_sum([task for task in tasks if task > LONG_MS])}; busy {sum(tasks) / 1000:.1f} s: "
        + ", ".join(f"{name} {us / 1000:.0f} ms" for name, us in work.most_common())
    )


def answer(tokens: int) -> str:
    """Paragraphs and, half of it, code, as long as that; no two lines are alike, or it would be stopped."""
    choose = random.Random(1)

    def word() -> str:
        return "".join(choose.choices(string.ascii_lowercase, k=6))

    def prose() -> str:
        return " ".join(word() for _ in range(80))

    def code() -> str:
        return f"def {word()}({word()}):\n    return {word()}({word()}, '{word()}')\n"

    parts = [
        prose() if n % 2 else f"```python\n{''.join(code() for _ in range(8))}```"
        for n in range(tokens // 90)
    ]
    return "\n\n".join([*parts, "```python add.py\ndef add(a, b):\n    return a + b\n```"])


def measure_stream(opened: Browser, served: Program, home: Path, options: argparse.Namespace) -> None:
    page = entered(opened, served, options.slow)
    begun: queue.Queue[str] = queue.Queue()
    text = answer(options.tokens)
    writer = threading.Thread(target=write_stream, args=(home, text, options.speed, begun.put))
    writer.start()
    page.evaluate("(id) => { location.hash = `#/s/${id}`; }", begun.get())
    page.locator("article .message .streamed").first.wait_for()
    page.evaluate("window.bench.forget()")
    with traced(opened, page):
        writer.join()
        page.locator("article .prose").first.wait_for()
        tell(f"stream of {len(text)} characters at {options.speed:g} tokens/s", page)
    page.wait_for_timeout(3000)
    tell("the 3 s after it", page)
    page.close()


def measure_open(opened: Browser, served: Program, options: argparse.Namespace) -> None:
    page = entered(opened, served, options.slow)
    text = f"{END} {options.turns}."
    link = page.get_by_role("navigation", name="Sessions").get_by_role("link", name=TITLE).first
    link.wait_for()
    shown: list[float] = []
    for _ in range(options.repeat):
        page.evaluate("location.hash = ''")
        page.get_by_role("region", name="Timeline").wait_for(state="hidden")
        page.wait_for_timeout(1000)
        page.evaluate("window.bench.forget()")
        shown.append(link.evaluate("(link, text) => window.bench.open(link, text)", text))
    page.wait_for_timeout(3000)
    print(f"open {options.turns} turns, ms from the click to the end on screen: {[round(t) for t in shown]}")
    tell("the 3 s after it", page)
    with traced(opened, page):
        turns = page.evaluate("window.bench.scrollUp()")
        tell(f"scrolling up to the beginning of {turns} turns", page)
    again: list[float] = []
    for _ in range(options.repeat):
        page.reload(wait_until="commit")
        again.append(page.evaluate("(text) => window.bench.endShown(text)", text))
    print(f"reload, ms from the start of the navigation: {[round(t) for t in again]}")
    page.close()


def measure_load(opened: Browser, served: Program, options: argparse.Namespace) -> None:
    page, tools = blank(opened, options.slow)
    tools.send("Network.enable")
    sent: list[float] = []
    tools.on("Network.loadingFinished", lambda event: sent.append(event["encodedDataLength"]))
    for what, address in (("first load", f"/#token={served.token}"), ("second load", "/")):
        page.goto("about:blank")
        sent.clear()
        page.goto(served.url + address)
        ready(page)
        seen: dict[str, Any] = page.evaluate("window.bench.load()")
        size = sum(size for _, size in seen["files"]) / 1024
        print(
            f"{what}: {seen['requests']} requests, {len(seen['files'])} of them files of {size:.0f} KiB; "
            f"{sum(sent) / 1024:.0f} KiB over the line; first contentful paint {seen['paint']:.0f} ms, "
            f"ready {seen['ready']:.0f} ms"
        )
    page.close()


def arguments() -> argparse.Namespace:
    formatter = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=formatter)
    parser.add_argument("what", nargs="*", default=["stream", "open", "load"])
    parser.add_argument("--slow", type=float, default=4)
    parser.add_argument("--tokens", type=int, default=100_000)
    parser.add_argument("--speed", type=float, default=2000)
    parser.add_argument("--turns", type=int, default=200)
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--home", type=Path)
    return parser.parse_args()


def main() -> None:
    options = arguments()
    print(header(f"page_speed, {options.slow:g} times slower"), flush=True)
    with tempfile.TemporaryDirectory() as folder:
        home = options.home or Path(folder) / "home"
        if "open" in options.what and not (home / "roundtable.db").exists():
            began = time.monotonic()
            write_session(home, options.turns, TITLE)
            print(f"the long session was written in {time.monotonic() - began:.0f} s", flush=True)
        with program(home) as served, browser() as opened:
            if "load" in options.what:
                measure_load(opened, served, options)
            if "open" in options.what:
                measure_open(opened, served, options)
            if "stream" in options.what:
                measure_stream(opened, served, home, options)


if __name__ == "__main__":
    main()
