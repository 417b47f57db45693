"""The program as a process of its own modules, which in a bundle are all that there is to start."""

from __future__ import annotations

import importlib
import os
import subprocess
import sys
from pathlib import Path

import pytest

from app.program import (
    CHILD,
    CHILDREN,
    child_command,
    enter_bundle,
    leave_bootloader,
    run_child,
    scripts_folder,
)

SHADOW = "raise SystemExit('not this one')"


def test_every_child_is_a_function_that_takes_nothing() -> None:
    for place in CHILDREN.values():
        module, _, function = place.partition(":")
        assert callable(getattr(importlib.import_module(module), function))


@pytest.mark.parametrize("name", ["app.cli.entry", "app.bootstrap:main", "", "code"])
def test_nothing_else_is_started_this_way(name: str) -> None:
    with pytest.raises(KeyError):
        child_command(name)
    with pytest.raises(KeyError):
        run_child([name])


def test_a_child_sees_neither_the_folder_nor_the_packages_of_whoever_starts_it(tmp_path: Path) -> None:
    for name in ("pip.py", "app.py", "json.py", "sitecustomize.py"):
        (tmp_path / name).write_text(SHADOW)
    command = [*child_command("pip"), "--version"]
    variables = os.environ | {"PYTHONPATH": str(tmp_path)}
    done = subprocess.run(command, cwd=tmp_path, env=variables, capture_output=True, text=True, check=False)
    assert done.stdout.startswith("pip "), done.stderr
    assert done.returncode == 0


def test_the_exit_code_is_the_childs() -> None:
    done = subprocess.run([*child_command("pip"), "no-such-command"], capture_output=True, check=False)
    assert done.returncode == 1


def test_from_source_the_option_of_bundles_means_nothing() -> None:
    command = [sys.executable, "-m", "app.bootstrap", CHILD, "pip", "--version"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert done.stderr.startswith("usage: ")


@pytest.mark.parametrize("arguments", [[], ["doctor"], [CHILD], [CHILD, "code"], ["doctor", CHILD, "pip"]])
def test_a_bundle_that_is_no_child_goes_on_as_the_program(
    arguments: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LD_LIBRARY_PATH", "/bundle")
    assert enter_bundle(arguments) is None
    assert "LD_LIBRARY_PATH" not in os.environ


def test_a_bundle_that_is_a_child_is_nothing_else(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", [])
    monkeypatch.delenv("LD_LIBRARY_PATH", raising=False)
    with pytest.raises(SystemExit) as end:
        enter_bundle([CHILD, "pip", "--version"])
    assert not end.value.code
    assert capsys.readouterr().out.startswith("pip ")


def test_programs_of_packages_are_where_the_environment_has_them() -> None:
    assert any(path.stem == "ruff" for path in scripts_folder().iterdir())


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ({}, {}),
        ({"LD_LIBRARY_PATH": "/bundle", "HOME": "/home"}, {"HOME": "/home"}),
        (
            {"LD_LIBRARY_PATH": "/bundle", "LD_LIBRARY_PATH_ORIG": "/own", "_PYI_ARCHIVE_FILE": "x"},
            {"LD_LIBRARY_PATH": "/own"},
        ),
    ],
)
def test_what_a_bundle_starts_finds_its_own_libraries(before: dict[str, str], after: dict[str, str]) -> None:
    leave_bootloader(before)
    assert before == after
