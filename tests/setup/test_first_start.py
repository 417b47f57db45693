"""The first start makes the environment, the next ones use it."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from tests.setup.page_copy import PageCopy
from tests.setup.small_copy import INSTALLERS, SmallCopy, make_wheel

SLOW_PARTS = ("subprocess", "venv", "shutil", "app.setup.install")


@pytest.mark.parametrize("installer", INSTALLERS)
def test_makes_the_environment_and_runs_the_application_in_it(copy: SmallCopy, installer: str) -> None:
    first = copy.run("generate", "two words", installer=installer)
    assert first.stdout == f"running generate two words {copy.venv}\n", first.stderr
    assert f"with {installer}" in first.stderr
    assert "Set up in" in first.stderr


def test_the_second_start_says_and_loads_nothing_of_set_up(copy: SmallCopy) -> None:
    copy.run("doctor")
    second = copy.run("seven", python=("-X", "importtime"))
    assert second.returncode == 7
    loaded = {line.rsplit("|", 1)[1].strip() for line in second.stderr.splitlines()}
    assert "app.setup.environment" in loaded
    assert not loaded.intersection(SLOW_PARTS)


def test_a_start_with_nothing_to_do_takes_less_than_150_ms(copy: SmallCopy) -> None:
    copy.run("doctor")

    def seconds() -> float:
        started = time.perf_counter()
        copy.run("doctor")
        return time.perf_counter() - started

    assert min(seconds() for _ in range(10)) < 0.15


def test_a_changed_lock_is_installed_into_the_same_environment(copy: SmallCopy) -> None:
    copy.run("doctor")
    mark = copy.venv / "mark"
    mark.touch()
    copy.lock("requirements.txt", copy.wheels / "tiny-1.0-py3-none-any.whl", make_wheel(copy.wheels, "later"))
    copy.needs("later")
    assert copy.run("seven").returncode == 7
    assert mark.exists()


def test_the_test_command_adds_the_test_packages_and_hands_over_to_pytest(page_copy: PageCopy) -> None:
    page_copy.run("doctor")
    program = 'import os, sys\nprint("testing", *sys.argv[1:], os.getcwd())\n'
    page_copy.lock(
        "packaging/requirements-test.txt",
        make_wheel(page_copy.wheels, "pytest", {"pytest/__main__.py": program}),
    )
    tested = page_copy.run("test", "-k", "name")
    assert tested.stdout.startswith("testing "), tested.stderr
    assert tested.stdout.endswith(f" -k name {page_copy.root}\n"), tested.stdout  # the user's words come last
    assert not page_copy.run("doctor").stderr, "the application's start found its own packages missing"


def test_roundtable_venv_moves_the_environment(copy: SmallCopy, tmp_path: Path) -> None:
    elsewhere = tmp_path / "not there yet" / "environment"
    assert str(elsewhere) in copy.run("doctor", variables={"ROUNDTABLE_VENV": str(elsewhere)}).stdout
    assert not copy.venv.exists()


def test_an_environment_whose_python_is_gone_is_made_again(copy: SmallCopy) -> None:
    copy.run("doctor")
    folder = copy.venv / ("Scripts" if (copy.venv / "Scripts").exists() else "bin")
    for file in folder.glob("python*"):
        file.unlink()
    assert copy.run("seven").returncode == 7
