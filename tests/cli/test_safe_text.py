"""Nothing that a model writes may steer the terminal."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.cli.safe_text import MARK, safe_line, safe_text


@pytest.mark.parametrize(
    ("hostile", "shown"),
    [
        ("\x1b[31mred\x1b[0m", "red"),
        ("\x1b]8;;http://evil\x1b\\link\x1b]8;;\x07", "link"),
        ("\x9b2Jgone", "gone"),
        ("\x1bPdata\x1b\\x", "x"),
        ("a\rb", "a\nb"),
        ("\ttab", "    tab"),
        ("bell\x07\x00", "bell"),
        ("\x1b", ""),
        ("x\u202ey\u2066z", f"x{MARK}y{MARK}z"),
        ("na\u00efve \u4e2d\u6587 👩\u200d💻", "na\u00efve \u4e2d\u6587 👩\u200d💻"),
    ],
)
def test_what_is_left(hostile: str, shown: str) -> None:
    assert safe_text(hostile) == shown


@given(st.text())
def test_no_control_is_left(text: str) -> None:
    left = {unicodedata.category(c) for c in safe_text(text) if c not in "\n\u200c\u200d"}
    assert not left & {"Cc", "Cf", "Cs", "Zl", "Zp"}
    assert "\n" not in safe_line(text)
