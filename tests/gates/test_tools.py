"""What the tools say about the whole repository: nothing."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest

from tests.gates.repository import ROOT, own_files, shown

TOOLS = {
    "ruff check": ("-m", "ruff", "check", "--no-cache"),
    "ruff format": ("-m", "ruff", "format", "--check", "--diff", "--no-cache"),
    "pyright": ("-m", "pyright", "--pythonpath", sys.executable),
    "pyright for Windows": (
        *("-m", "pyright", "--pythonpath", sys.executable, "--pythonplatform", "Windows"),
        *("main.py", "app/setup"),
    ),
}
# Each user's own settings say where packages come from. Written in parts so that this file passes as well.
REGISTRIES = ("py" + "pi.org", "pythonhosted" + ".org", "registry.npm" + "js.org", "deb.debian" + ".org")
FOLDERS = ("home", "Users", "root", "work", "tmp/w")
FORBIDDEN = re.compile("|".join([*map(re.escape, REGISTRIES), *(rf"(?<![\w.])/{name}/" for name in FOLDERS)]))
NOT_TEXT = {".png", ".webp", ".ico", ".icns", ".wasm", ".gguf", ".woff2", ".gz"}


@pytest.mark.parametrize("arguments", TOOLS.values(), ids=TOOLS)
def test_the_tool_finds_nothing(arguments: tuple[str, ...], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYRIGHT_PYTHON_IGNORE_WARNINGS", "1")  # it would ask the network for a newer version
    ran = subprocess.run([sys.executable, *arguments], cwd=ROOT, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stdout + ran.stderr


def test_no_file_names_a_registry_or_somebodys_folder() -> None:
    found = [
        f"{shown(path)}:{number}: {line.strip()[:120]}"
        for path in own_files()
        if path.suffix not in NOT_TEXT
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if FORBIDDEN.search(line)
    ]
    assert not found
