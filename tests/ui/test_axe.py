"""Nothing is found by axe in any state of the page, light and dark, wide and narrow, in both languages."""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import Literal

import pytest

from tests.support.page import Screen
from tests.support.server import Program
from tests.support.stage import Stage
from tests.support.states import STATES

NARROW = ("empty", "waiting", "proof-card", "diff")
FIXED_NAMES = "label-content-name-mismatch"  # of controls in Chinese: docs/decisions/0021-languages.md
SMALLEST = 24  # pixels across a target that a finger or an unsteady hand has to hit
TOO_SMALL = """(least) => [...document.querySelectorAll("button, select, summary, input, a.button")]
    .filter((e) => e.checkVisibility({ visibilityProperty: true, opacityProperty: true }))
    .map((e) => ({ e, box: (e.closest("label") ?? e).getBoundingClientRect() }))
    .filter(({ e, box }) => box.width && (box.height < least || box.width < least))
    .filter(({ e }) => getComputedStyle(e).display !== "inline" && !e.matches(".link-button"))
    .map(({ e, box }) => `${e.className || e.tagName} ${e.textContent} ${box.width}x${box.height}`)"""


@pytest.fixture
def stage(program: Program, screen: Screen) -> Generator[Stage]:
    stage = Stage(program, screen)
    yield stage
    stage.close()


def test_nothing_is_found_in_any_state(stage: Stage, axe: Callable[..., list[str]]) -> None:
    page = stage.screen.page
    found: list[str] = []

    def examine(state: str, scheme: Literal["light", "dark"], width: int) -> None:
        page.set_viewport_size({"width": width, "height": 800})
        page.emulate_media(color_scheme=scheme)
        allowed = FIXED_NAMES if state.startswith("chinese") else "no rule"
        said = axe(page, colours=scheme == "dark")  # all else is as in light
        problems = [problem for problem in said if not problem.startswith(allowed)]
        problems += [f"too small: {e}" for e in page.evaluate(TOO_SMALL, SMALLEST)]
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            problems.append("wider than the window")
        found.extend(f"{state}, {scheme}, {width}: {problem}" for problem in problems)

    for name, show in STATES.items():
        page.set_viewport_size({"width": 1280, "height": 800})
        stage.begin()
        show(stage)
        examine(name, "light", 1280)
        examine(name, "dark", 1280)
        if name in NARROW:
            examine(name, "light", 380)
    assert not found, "\n".join(found)
