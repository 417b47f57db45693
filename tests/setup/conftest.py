"""Fixtures of the set-up tests."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.setup.page_copy import PageCopy, registry
from tests.setup.small_copy import SmallCopy


@pytest.fixture
def copy(tmp_path: Path) -> SmallCopy:
    """A clean small copy, nothing installed yet."""
    return SmallCopy(tmp_path / "copy")


@pytest.fixture
def page_copy(tmp_path: Path) -> Iterator[PageCopy]:
    """A clean small copy with a page; its npm registry is up."""
    with registry() as server:
        yield PageCopy(tmp_path / "copy", server)
