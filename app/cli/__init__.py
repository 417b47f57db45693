"""The command line."""

from __future__ import annotations

from app.cli.entry import main

__all__ = ["main"]
