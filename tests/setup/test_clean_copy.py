"""The real thing: this repository from a clean copy, with the real lock and the real package index."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.setup.small_copy import REPOSITORY

NOT_COPIED = (".git", ".venv", ".venv.lock", "__pycache__", "*_cache", "node_modules")


@pytest.mark.live
def test_a_clean_copy_sets_itself_up_and_runs(tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(REPOSITORY, copy, ignore=shutil.ignore_patterns(*NOT_COPIED))
    environ = os.environ | {"ROUNDTABLE_VENV": str(copy / ".venv"), "ROUNDTABLE_HOME": str(tmp_path / "home")}
    command = [sys.executable, "main.py", "doctor", "--json"]
    ran = subprocess.run(command, cwd=copy, env=environ, capture_output=True, text=True, check=False)
    assert "Set up in" in ran.stderr
    assert ran.stdout, ran.stderr
    assert json.loads(ran.stdout)
