"""What the page asks for at once."""

from __future__ import annotations

import re
from pathlib import Path

from app.web.page_index import Index

UI = Path(__file__).parents[2] / "ui"
LATER = {"js/elements/settings.js", "js/elements/code_editor.js", "js/render/markdown.js", "js/strings/zh.js"}


def test_what_is_loaded_later_is_not_asked_for_with_the_page() -> None:
    assert all((UI / name).is_file() for name in LATER)
    asked = set(re.findall(r'rel="modulepreload" href="/ui/@\w+/([^"]+)"', Index(UI).html()))
    assert {"js/main.js", "js/page.js", "js/elements/composer.js", "js/strings/en.js"} <= asked
    assert not asked & LATER
