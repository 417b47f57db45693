"""The real sandbox for every test that executes code; a plug-in of tests/conftest.py."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from app.checks.sandbox.wasm import WasmPython


@pytest.fixture(scope="session")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the compiled interpreter is kept; ROUNDTABLE_TEST_CACHE keeps it from one run to the next."""
    kept = os.environ.get("ROUNDTABLE_TEST_CACHE")
    return Path(kept) / "sandbox" if kept else tmp_path_factory.mktemp("sandbox")


@pytest.fixture(scope="session")
def sandbox(cache: Path) -> WasmPython:
    executor = WasmPython(cache)
    executor.warm_up()
    return executor


@pytest.fixture
def home(data_home: Path, sandbox: WasmPython, cache: Path) -> Path:
    """An empty data folder that shares the compiled sandbox, which takes ten seconds to make."""
    data_home.mkdir()
    sandbox.warm_up()
    (data_home / "sandbox").symlink_to(cache, target_is_directory=True)
    return data_home
