"""The first run on an empty machine, in clicks and seconds, up to the first verified code.

    python -m tests.bench.first_run [--real FOLDER]

The program starts with an empty data folder where no Ollama answers, a real Chromium opens its page, and what
a user does is done there: clicks are counted by the page. The model's part is scripted; with --real it is the
built-in model's that the page recommends. Its file is taken from FOLDER and served on loopback, so that it is
fetched, verified and tried as ever, but the seconds of the download are not those of anyone's network.
"""

from __future__ import annotations

import argparse
import mmap
import os
import re
import tempfile
import time
from collections.abc import Generator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

from app.models.weight_table import load_weight_table
from app.settings.places import CONFIG_DIR
from tests.bench.common import header
from tests.bench.page_speed import browser
from tests.bench.served import program
from tests.support.hub import serve_hub
from tests.support.page import SCRIPTED, Screen

if TYPE_CHECKING:
    from playwright.sync_api import Page

NOBODY: Final = "http://127.0.0.1:9"  # the discard port
WAIT_MS: Final = 900_000
TASK: Final = (
    "Write a Python function merge(intervals) that merges overlapping intervals, "
    "so that merge([[1, 3], [2, 6], [8, 10]]) == [[1, 6], [8, 10]]"
)
COUNT: Final = """const done = (window.done = { clicks: 0, choices: 0 });
addEventListener("click", (event) => { done.clicks += event.isTrusted && event.detail ? 1 : 0; }, true);
addEventListener("change", ({ target }) => { done.choices += target.matches("select") ? 1 : 0; }, true);
"""


class Clock:
    """Prints each step with its seconds; all of them together are those since it was made."""

    def __init__(self) -> None:
        self.began = self._last = time.monotonic()

    def step(self, what: str) -> None:
        """What has just been reached."""
        now = time.monotonic()
        print(f"  {now - self._last:7.2f} s  {what}", flush=True)
        self._last = now


@contextmanager
def weights(folder: Path) -> Generator[str]:
    """Serves the files of the table that lie in the folder, as Hugging Face does; the address."""
    with ExitStack() as opened:
        files: dict[str, bytes | memoryview] = {}
        for spec in load_weight_table(CONFIG_DIR / "weights.yaml").values():
            if spec.hugging_face and (folder / spec.file).is_file():
                file = opened.enter_context((folder / spec.file).open("rb"))
                path = f"/{spec.hugging_face.repo}/resolve/main/{spec.hugging_face.file}"
                files[path] = memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))
        if not files:
            raise SystemExit(f"{folder} holds no weights of the built-in engine.")
        yield opened.enter_context(serve_hub(files)).url


def get_model(page: Page, clock: Clock) -> None:
    """By the button that the page recommends."""
    region = page.get_by_role("region", name="Get a model ready", exact=True)
    offer = region.get_by_role("button", name=re.compile("^Download the built-in model"))
    offer.wait_for()
    clock.step(f"the page offers: {offer.text_content()}")
    offer.click()
    region.get_by_text("Making a short call of the model").first.wait_for()
    clock.step("fetched from loopback in place of a network, and verified")
    ready = page.get_by_text(re.compile("is ready: it answered in"))
    ready.first.wait_for()
    clock.step(f"tried: {ready.first.text_content()}")


def first_code(screen: Screen, clock: Clock, *, scripted: bool) -> None:
    if scripted:
        screen.choice("Provider").select_option(label=SCRIPTED)
    screen.requirements.fill(TASK)
    clock.step("the request is written")
    screen.button("Generate").click()
    screen.timeline.get_by_role("article", name="code_generator").first.wait_for()
    clock.step("the first agent's turn is on screen")
    screen.decision.wait_for()
    clock.step(f"the user is asked: {' '.join(screen.decision.inner_text().split())}")


def measure(folder: Path, weights_url: str) -> None:
    """weights_url: empty for the scripted model."""
    environment = {
        "OLLAMA_BASE_URL": NOBODY,
        "HF_ENDPOINT": weights_url or NOBODY,
        "PIP_NO_INDEX": "1",
        "ROUNDTABLE_WEIGHTS_DIR": "",
    }
    load = os.getloadavg()[0]
    print(f"first run, {'built-in' if weights_url else 'scripted'} model; load before it {load:.1f}")
    clock = Clock()
    with program(folder, **environment) as served, browser() as opened:
        clock.step("the program is started, and the browser")
        page = opened.new_context(viewport={"width": 1440, "height": 900}, locale="en-GB").new_page()
        page.set_default_timeout(WAIT_MS)
        page.add_init_script(COUNT)
        screen = Screen(page, f"{served.url}/#token={served.token}")
        page.goto(screen.link)
        screen.requirements.wait_for()
        clock.step("the page is on screen")
        screen.offered(SCRIPTED).wait_for(state="attached")
        clock.step("the providers are offered")
        if weights_url:
            get_model(page, clock)
        first_code(screen, clock, scripted=not weights_url)
        done: dict[str, int] = page.evaluate("window.done")
        told = f"all; {done['clicks']} clicks, {done['choices']} choices from a list"
        print(f"  {time.monotonic() - clock.began:7.2f} s  {told}", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--real", type=Path, metavar="FOLDER")
    folder: Path | None = parser.parse_args().real
    print(header("first_run"), flush=True)
    with tempfile.TemporaryDirectory() as home:
        measure(Path(home), "")
    if folder:
        with tempfile.TemporaryDirectory() as home, weights(folder) as url:
            measure(Path(home), url)


if __name__ == "__main__":
    main()
