"""The guard every test runs under does stop what it is there to stop."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.gates.repository import ROOT

# 192.0.2.1 is reserved for documentation: nobody is there, should the guard fail.
TESTS = {
    "connects away": "socket.create_connection(('192.0.2.1', 80), timeout=1)",
    "looks up a name": "socket.getaddrinfo('example.invalid', 80)",
    "swallows the error": "open_quietly()",
    "starts ollama": "subprocess.Popen(['ollama', 'serve'])",
}
MODULE = """
import socket, subprocess, sys, pytest

def open_quietly():
    try:
        socket.create_connection(("192.0.2.1", 80), timeout=1)
    except Exception:
        pass

def test_guarded():
    {statement}
"""


def outcomes(folder: Path, source: str, **variables: str) -> str:
    """The last line of a pytest run of `source` under the real conftest."""
    shutil.copy(ROOT / "tests/conftest.py", folder)
    (folder / "test_it.py").write_text(source)
    environ = {name: value for name, value in os.environ.items() if name != "CI"} | variables
    environ["PYTHONPATH"] = str(ROOT)  # the conftest loads fixtures from tests.support
    command = [sys.executable, "-m", "pytest", "-q", "--strict-markers", "-p", "no:cacheprovider", "."]
    (folder / "pytest.ini").write_text("[pytest]\nmarkers =\n    live: real\n")
    ran = subprocess.run(command, cwd=folder, env=environ, capture_output=True, text=True, check=False)
    assert ran.stdout, ran.stderr
    return ran.stdout.strip().splitlines()[-1]


@pytest.mark.parametrize("statement", TESTS.values(), ids=TESTS)
def test_an_unmarked_test_cannot_leave_the_machine(tmp_path: Path, statement: str) -> None:
    assert outcomes(tmp_path, MODULE.format(statement=statement)).startswith("1 failed")


def test_loopback_is_free(tmp_path: Path) -> None:
    statement = (
        "s = socket.create_server(('127.0.0.1', 0)); socket.create_connection(s.getsockname()).close()"
    )
    assert outcomes(tmp_path, MODULE.format(statement=statement)).startswith("1 passed")


def test_a_marked_test_is_not_guarded(tmp_path: Path) -> None:
    connecting = MODULE.format(statement="sys.audit('socket.connect', None, ('192.0.2.1', 80))")
    source = connecting.replace("def test_guarded", "@pytest.mark.live\ndef test_live")
    assert outcomes(tmp_path, source).startswith("1 passed")


SKIPPING = """
import pytest

def test_skipping():
    pytest.skip("{reason}")
"""


@pytest.mark.parametrize(
    ("source", "in_ci"),
    [
        (SKIPPING.format(reason="no Ollama"), "1 failed"),
        (SKIPPING.format(reason="not on this platform: Windows only"), "1 skipped"),
        ("import pytest\npytest.skip('whole file', allow_module_level=True)", "1 error"),
    ],
)
def test_a_skip_is_a_failure_in_ci_only(tmp_path: Path, source: str, in_ci: str) -> None:
    assert outcomes(tmp_path, source).startswith("1 skipped")
    assert outcomes(tmp_path, source, CI="true").startswith(in_ci)
