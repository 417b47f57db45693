"""A server of its own for each test that asks for one."""

from __future__ import annotations

from collections.abc import Generator
from pathlib import Path

import httpx
import pytest

from tests.support.web import Served, serving


@pytest.fixture
def served(home: Path) -> Generator[Served]:
    """As `serve` starts it, at a free port."""
    with serving(home) as server:
        yield server


@pytest.fixture
def client(served: Served) -> Generator[httpx.Client]:
    """A program with the token."""
    with served.client() as client:
        yield client
