"""A small copy of Roundtable: the real main.py and app/setup, a tiny package, a tiny application."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from uv import find_uv_bin

REPOSITORY = Path(__file__).resolve().parents[2]
APPLICATION = """
import sys

import {package}


def main(arguments):
    print("running", *arguments, sys.prefix)
    return 7 if arguments == ["seven"] else 0
"""
INSTALLERS = ("uv", "pip")


class SmallCopy:
    """Runs `main.py` as a user would, with the index replaced by a folder of wheels."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.venv = root / ".venv"
        self.wheels = root / "wheels"
        shutil.copytree(
            REPOSITORY / "app/setup", root / "app/setup", ignore=shutil.ignore_patterns("__pycache__")
        )
        shutil.copy(REPOSITORY / "main.py", root)
        (root / "app/__init__.py").touch()
        (root / "packaging").mkdir()
        self.wheels.mkdir()
        self.lock("requirements.txt", make_wheel(self.wheels, "tiny"))
        self.needs("tiny")

    def needs(self, package: str) -> None:
        """Let the application import `package`."""
        (self.root / "app/bootstrap.py").write_text(APPLICATION.format(package=package))

    def lock(self, name: str, *wheels: Path) -> None:
        """Write a hash lock of exactly these wheels."""
        lines = [f"{wheel.name.split('-')[0]}==1.0 --hash=sha256:{_sha256(wheel)}\n" for wheel in wheels]
        (self.root / name).write_text("".join(lines))

    def environ(self, installer: str, links: str, variables: Mapping[str, str]) -> dict[str, str]:
        """An environment in which `installer` is what set-up finds and `links` all it can install from."""
        tools = self.tools(installer)
        links = links or str(self.wheels)
        uv_settings = self.root / "uv.toml"
        uv_settings.write_text(f"no-index = true\nfind-links = [{json.dumps(links)}]\n")
        kept = {name: os.environ[name] for name in ("SYSTEMROOT", "TEMP", "TMP") if name in os.environ}
        return kept | {
            "PATH": str(tools),
            "HOME": str(self.root),
            "PIP_CONFIG_FILE": os.devnull,
            "PIP_NO_INDEX": "1",
            "PIP_FIND_LINKS": links,
            "UV_CONFIG_FILE": str(uv_settings),
            "UV_CACHE_DIR": str(self.root / "uv-cache"),
            **variables,
        }

    def tools(self, installer: str) -> Path:
        """The one folder on PATH: empty, or with uv in it."""
        tools = self.root / f"tools-{installer}"
        if not tools.exists():
            tools.mkdir()
            if installer == "uv":
                shutil.copy(find_uv_bin(), tools)
        return tools

    def run(
        self,
        *arguments: str,
        python: Sequence[str] = (),
        installer: str = "uv",
        variables: Mapping[str, str] | None = None,
    ) -> subprocess.CompletedProcess[str]:
        """Start `main.py` and wait for its end; `python` are the interpreter's own options."""
        return subprocess.run(
            [sys.executable, *python, str(self.root / "main.py"), *arguments],
            env=self.environ(installer, "", variables or {}),
            capture_output=True,
            text=True,
            check=False,
        )

    def start(self, *arguments: str, links: str, installer: str = "uv") -> subprocess.Popen[str]:
        """Start `main.py`, which finds its wheels at `links`, and go on."""
        return subprocess.Popen(
            [sys.executable, str(self.root / "main.py"), *arguments],
            env=self.environ(installer, links, {}),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )


def make_wheel(folder: Path, package: str, files: dict[str, str] | None = None) -> Path:
    """Build `package` 1.0, pure Python, from the text of its files (an empty module if none are given)."""
    info = f"{package}-1.0.dist-info"
    content = {f"{package}/__init__.py": ""} if files is None else dict(files)
    content[f"{info}/METADATA"] = f"Metadata-Version: 2.1\nName: {package}\nVersion: 1.0\n"
    content[f"{info}/WHEEL"] = (
        "Wheel-Version: 1.0\nGenerator: tests\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
    )
    content[f"{info}/RECORD"] = "".join(f"{name},,\n" for name in [*content, f"{info}/RECORD"])
    wheel = folder / f"{package}-1.0-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        for name, text in content.items():
            archive.writestr(name, text)
    return wheel


def _sha256(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()
