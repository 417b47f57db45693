"""The documents name what there is: commands, settings, variables, events and kinds of errors."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from app.cli.entry import COMMANDS
from app.domain.events import EventType
from app.errors import KINDS
from app.settings.environment import VARIABLES
from app.settings.load import load_settings
from app.settings.schema import Settings

ROOT = Path(__file__).parents[2]


def text(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("command", COMMANDS)
def test_readme_names_every_command(command: str) -> None:
    group, _, action = command.partition(" ")
    (row,) = [line for line in text("README.md").splitlines() if line.startswith(f"| `{group}")]
    assert not action or f"`{action}`" in row or f"{group} {action}`" in row


@pytest.mark.parametrize("event", EventType)
def test_architecture_names_every_event(event: EventType) -> None:
    assert f"`{event.value}`" in text("docs/architecture.md")


@pytest.mark.parametrize("kind", KINDS)
def test_architecture_lists_every_error_with_its_status_and_offer(kind: str) -> None:
    facts = KINDS[kind]  # type: ignore[index]
    (row,) = [line for line in text("docs/architecture.md").splitlines() if line.startswith(f"| `{kind}` |")]
    assert str(facts.http or "-") in row
    assert facts.offer in row


def test_every_variable_is_in_the_example_and_in_the_documents() -> None:
    keys = {p.key_env for p in load_settings(environment={}).models.providers.values() if p.key_env}
    for name in {*VARIABLES, *keys, "ROUNDTABLE_HOME"}:
        assert re.search(rf"^{name}=", text(".env.example"), re.MULTILINE), name
        assert name in text("docs/configuration.md"), name


def test_every_setting_is_explained_where_it_stands() -> None:
    settings = text("config/app.yaml")
    for name in Settings.model_fields:
        if name not in ("models", "agents"):
            assert re.search(rf"^(# )?{name}:", settings, re.MULTILINE), name


def test_the_reference_of_the_api_is_up_to_date() -> None:
    tool = [sys.executable, str(ROOT / "packaging" / "api_docs.py"), "--check"]
    checked = subprocess.run(tool, capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stderr


def test_pages_that_are_linked_exist() -> None:
    for page in (ROOT / "README.md", *(ROOT / "docs").rglob("*.md"), ROOT / "CONTRIBUTING.md"):
        for target in re.findall(r"\]\((?!https?:)([^)#]+)\)", page.read_text(encoding="utf-8")):
            assert (page.parent / target).exists(), f"{page.name}: {target}"
