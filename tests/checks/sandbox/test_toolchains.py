"""Where the tools of this machine really live."""

from __future__ import annotations

from collections.abc import Generator
from pathlib import Path

import pytest

from app.checks.sandbox import toolchains
from app.checks.sandbox.toolchains import Toolchain


@pytest.fixture(autouse=True)
def _afresh() -> Generator[None]:
    toolchains.find.cache_clear()
    yield
    toolchains.find.cache_clear()


@pytest.fixture
def shims(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder first in PATH."""
    folder = tmp_path / "shims"
    folder.mkdir()
    monkeypatch.setenv("PATH", f"{folder}:/usr/bin:/bin")
    return folder


def put(path: Path, text: str) -> None:
    path.write_text(f"#!/bin/sh\n{text}\n", "utf-8")
    path.chmod(0o755)


def test_what_a_shim_stands_for_is_found(shims: Path, tmp_path: Path) -> None:
    real = tmp_path / "versions" / "22"
    (real / "bin").mkdir(parents=True)
    put(shims / "node", f"echo {real}/bin/node; echo v22.1.0")
    assert toolchains.find("javascript") == Toolchain("Node.js 22.1.0", real)


def test_a_tool_that_does_not_answer_counts_as_none(shims: Path) -> None:
    put(shims / "node", "exit 1")
    assert toolchains.find("javascript") == "there is no Node.js"


def test_a_folder_that_holds_the_users_files_is_not_shown(
    shims: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path / "user"))
    put(shims / "node", f"echo {tmp_path}/user/bin/node; echo v22.1.0")
    found = toolchains.find("javascript")
    assert isinstance(found, str)
    assert "more than a toolchain" in found


def test_it_is_asked_without_our_keys(shims: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-secret")
    put(shims / "node", 'echo "/opt/node$OPENAI_API_KEY/bin/node"; echo v1')
    assert toolchains.find("javascript") == Toolchain("Node.js 1", Path("/opt/node"))
