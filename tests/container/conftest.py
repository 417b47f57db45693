"""Fixtures of the tests of the container image."""

from __future__ import annotations

from tests.support.image import images

__all__ = ["images"]
