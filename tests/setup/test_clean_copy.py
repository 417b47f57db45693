"""The real thing: this repository from a clean copy, with the real locks and the real package indexes."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from tests.setup.small_copy import REPOSITORY

NOT_COPIED = (".git", ".venv", ".venv.lock", "__pycache__", "*_cache", "node_modules", "vendor", ".vendor*")
LINK = re.compile(r"(http://\S+)/#token=\S+")


@pytest.mark.live
@pytest.mark.skipif(sys.platform == "win32", reason="not on this platform: npm is a shell script here")
def test_a_clean_copy_sets_itself_up_and_runs(tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(REPOSITORY, copy, ignore=shutil.ignore_patterns(*NOT_COPIED))
    broken = tmp_path / "tools" / "npm"  # so that Node.js has to come from the package index
    broken.parent.mkdir()
    broken.write_text("#!/bin/sh\nexit 1\n")
    broken.chmod(0o755)
    environ = os.environ | {
        "PATH": f"{broken.parent}{os.pathsep}{os.environ['PATH']}",
        "ROUNDTABLE_VENV": str(copy / ".venv"),
        "ROUNDTABLE_HOME": str(tmp_path / "home"),
    }

    def start(*arguments: str) -> subprocess.Popen[str]:
        command = [sys.executable, "main.py", *arguments]
        pipe = subprocess.PIPE
        return subprocess.Popen(command, cwd=copy, env=environ, stdout=pipe, stderr=pipe, text=True)

    with start("doctor", "--json") as doctor:
        said, complaints = doctor.communicate()
    assert "Set up in" in complaints
    assert json.loads(said)
    assert not (copy / "ui/vendor").exists(), "work in the terminal needs no page"

    with start("serve", "--port", "0") as server:
        assert server.stdout
        link = LINK.search(server.stdout.readline())
        if link is not None:
            for entry in json.loads((copy / "ui/vendor/manifest.json").read_text())["files"]:
                assert httpx.get(f"{link[1]}/ui/vendor/{entry['file']}").status_code == 200
        server.terminate()
        complaints = server.communicate()[1]
    assert link, complaints
    assert "Fetched in" in complaints
    assert not (copy / "ui/.vendor").exists()
