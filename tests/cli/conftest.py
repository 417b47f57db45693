"""Commands in this process, or as a process of its own where signals and terminals matter."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from app.bootstrap import main
from tests.support.sessions import BAD, GOOD, write_script

ROOT = Path(__file__).parents[2]
TASK = "Write add that adds two numbers"
EXAMPLE = ("--example", "add(2, 2) == 4")
COMMAND = (sys.executable, "-m", "app.bootstrap")


@dataclass(frozen=True)
class Result:
    """How a command ended."""

    code: int
    out: str
    err: str

    @property
    def lines(self) -> list[dict[str, Any]]:
        """Standard output as one JSON object a line; anything else there fails."""
        return [json.loads(line) for line in self.out.splitlines()]


Run = Callable[..., Result]
Script = Callable[..., tuple[str, ...]]


@pytest.fixture
def run(home: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run a command here. typed: what standard input, which is no terminal, holds."""

    assert home.is_dir()

    def call(*argv: str, typed: str = "") -> Result:
        read, write = os.pipe()
        os.write(write, typed.encode())
        os.close(write)
        capsys.readouterr()
        with os.fdopen(read, encoding="utf-8") as stdin, monkeypatch.context() as patch:
            patch.setattr(sys, "stdin", stdin)
            try:
                code = main(argv)
            except SystemExit as end:
                code = int(str(end.code or 0))
        told = capsys.readouterr()
        return Result(code, told.out, told.err)

    return call


@pytest.fixture
def script(home: Path) -> Script:
    """Write what the scripted provider replays, by agent; returns the arguments that choose it."""

    def write(speed: float = 0, **agents: object) -> tuple[str, ...]:
        return "--provider", "scripted", "--model", write_script(home, speed, **agents)

    return write


def process(*argv: str) -> subprocess.Popen[str]:
    """The command as a process of its own, its data folder that of the test."""
    return subprocess.Popen(
        [*COMMAND, *argv],
        cwd=ROOT,
        text=True,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


__all__ = ["BAD", "EXAMPLE", "GOOD", "TASK", "Result", "Run", "Script", "process"]
