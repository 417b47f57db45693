"""What the user is told when Qt cannot show a window."""

from __future__ import annotations

import os
import sys

import pytest

from app.desktop.probe import Probe

if sys.platform == "win32":
    pytest.skip("not on this platform: only Linux asks in a child", allow_module_level=True)


def lacks_a_library() -> str:
    raise ImportError("libEGL.so.1: cannot open shared object file")


def ends() -> str:
    os.write(2, b"could not connect to display :7\nand more\n")
    os._exit(1)


def test_the_child_says_what_is_wrong() -> None:
    assert Probe(lambda: "there is no sandbox").problem() == "there is no sandbox"
    assert Probe(lambda: "").problem() == ""


def test_a_library_that_cannot_be_loaded_is_named() -> None:
    assert Probe(lacks_a_library).problem() == "libEGL.so.1: cannot open shared object file"


def test_the_words_before_its_end_are_told() -> None:
    assert Probe(ends).problem() == "could not connect to display :7"
