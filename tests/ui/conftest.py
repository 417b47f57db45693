"""The page on a program of its own; its provider `scripted` replays what `write_script` wrote."""

from __future__ import annotations

from collections.abc import Generator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import pytest
import yaml

from tests.support.engines import weights_05b
from tests.support.page import Screen
from tests.support.server import Program

if TYPE_CHECKING:
    from playwright.sync_api import Page

__all__ = ["weights_05b"]

_SECONDS = 30  # after which a test fails rather than waits
_CLIENT = "app.models.scripted.ScriptedClient"
_SERVICE = "autogen_ext.models.openai.OpenAIChatCompletionClient"


@pytest.fixture
def home(home: Path) -> Path:
    """A data folder with a configuration of its own.

    The first two scripts that a test writes are the models of two providers; and a service takes a key.
    """
    providers: dict[str, Any] = {
        "scripted": {"default_model": str(home / "script-0.yaml")},
        "second": _provider("Second replay", _CLIENT) | {"default_model": str(home / "script-1.yaml")},
        "service": _provider("Service under test", _SERVICE)
        | {"base_url": "https://service.invalid/v1", "key_env": "ROUNDTABLE_UI_TEST_KEY"},
    }
    (home / "config").mkdir()
    (home / "config/models.yaml").write_text(yaml.safe_dump({"providers": providers}), encoding="utf-8")
    return home


def _provider(title: str, client: str) -> dict[str, Any]:
    return {"title": title, "provider": client, "config": {}}


@pytest.fixture
def screen(page: Page, program: Program) -> Screen:
    """The page, let in and ready."""
    from playwright.sync_api import expect  # noqa: PLC0415

    expect.set_options(timeout=_SECONDS * 1000)
    page.set_default_timeout(_SECONDS * 1000)
    return Screen(page, program.link).enter()


@pytest.fixture
def api(program: Program) -> Generator[httpx.Client]:
    """A program beside the page, with the same token."""
    headers = {"Authorization": f"Bearer {program.token}"}
    with httpx.Client(base_url=program.url, headers=headers, timeout=_SECONDS) as client:
        yield client
