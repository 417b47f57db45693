"""One loaded scanner for all tests here: loading takes seconds, and scanning changes nothing."""

from __future__ import annotations

import pytest

from app.checks.security.scanner import SecurityScanner


@pytest.fixture(scope="package")
def scanner() -> SecurityScanner:
    scanner = SecurityScanner(seconds=20)  # a busy machine must not decide what is found
    scanner.load()
    return scanner
