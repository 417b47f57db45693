"""What several of these tests share."""

from __future__ import annotations

import pytest

from app.checks.security.scanner import SecurityScanner


@pytest.fixture(scope="session")
def scanner() -> SecurityScanner:
    """The real one, loaded once."""
    found = SecurityScanner()
    found.load()
    return found
