"""Fixtures of the set-up tests."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.setup.small_copy import SmallCopy


@pytest.fixture
def copy(tmp_path: Path) -> SmallCopy:
    """A clean small copy, nothing installed yet."""
    return SmallCopy(tmp_path / "copy")
