"""The window is closed while a run is at work."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import yaml

from tests.desktop.conftest import Start
from tests.support.desktop import TITLE, Desk
from tests.support.page import SCRIPTED, TASK, Screen, words
from tests.support.sessions import write_script

if TYPE_CHECKING:
    from playwright.sync_api import Page

ANSWER = f"{words(400)}\n\n```python add.py\ndef add(a, b):\n    return a + b\n```"


def test_a_run_that_was_at_work_goes_on_at_the_next_start(
    home: Path, desk: Desk, start: Start, connect: Callable[[str], Page]
) -> None:
    slowly = {"default_model": write_script(home, 100, code_generator=[ANSWER])}
    models = yaml.safe_dump({"providers": {"scripted": slowly}})
    (home / "config/models.yaml").write_text(models, encoding="utf-8")
    app = start()
    window = desk.window(TITLE)
    page = app.page(connect)
    screen = Screen(page, page.url)
    screen.offered(SCRIPTED).wait_for(state="attached")
    screen.write(TASK)
    screen.generate()
    screen.turns("code_generator").get_by_text("word30 ").wait_for()
    session = screen.session_id
    desk.close(window)
    assert app.ended() == 0

    again = start()
    desk.window(TITLE)
    page = again.page(connect)
    screen = Screen(page, page.url)
    screen.session(TASK).click()
    screen.decision.get_by_text("Your decision on version 1").wait_for()
    assert screen.session_id == session
    again.process.terminate()
    assert again.ended() == 0
