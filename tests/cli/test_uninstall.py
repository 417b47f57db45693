"""`uninstall` removes what it names, and nothing else."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest
from filelock import FileLock, Timeout

from app.cli.uninstall import STAMP
from app.setup.environment import STAMP as STAMP_OF_SET_UP
from app.store.occupied import APP_LOCK
from app.store.store import open_store
from tests.cli.conftest import COMMAND, ROOT, Run
from tests.support.secret_service import entries, secret_service

__all__ = ["secret_service"]

KEY = "sk-test-0123456789abcdef"


@pytest.mark.usefixtures("secret_service")
def test_keys_and_data_go_and_nothing_else(run: Run, home: Path) -> None:
    assert run("keys", "set", "deepseek", typed=KEY).out == "Kept in the keyring.\n"
    (home / "config" / "prompts").mkdir(parents=True)
    for name in ("config/models.yaml", "config/prompts/code_generator.md", "mine.txt"):
        (home / name).write_text("{}")
    sandbox = (home / "sandbox").resolve()  # the tests' own, by a link
    run("runs", "list")
    assert (home / "roundtable.db").is_file()

    shown = run("uninstall")
    assert (shown.code, "deepseek https://api.deepseek.com" in shown.out) == (0, True)
    assert "--keys, --data and --environment say what is to go" in shown.out
    asked = run("uninstall", "--keys", "--data")
    assert (asked.code, "without a terminal say --yes" in asked.err) == (2, True)
    assert entries("roundtable")

    done = run("uninstall", "--keys", "--data", "--yes")
    assert (done.code, done.err) == (0, "")
    assert entries("roundtable") == []
    assert KEY not in done.out
    assert [path.name for path in home.iterdir()] == ["mine.txt"]
    assert f"Kept, since it holds other things: {home}" in done.out
    assert sandbox.is_dir()
    assert any(sandbox.iterdir())


def test_nothing_goes_while_the_program_is_at_work(run: Run, home: Path) -> None:
    database = home / "roundtable.db"
    store = open_store(f"sqlite:///{database}")
    refused = run("uninstall", "--data", "--yes")
    assert (refused.code, "right now" in refused.err) == (5, True)
    store.close()
    with FileLock(home / APP_LOCK):
        assert run("uninstall", "--data", "--yes").code == 5
    assert database.is_file()
    assert run("uninstall", "--data", "--yes").code == 0
    assert not database.exists()


def test_while_it_asks_the_app_cannot_start_and_a_server_that_did_is_seen(run: Run, home: Path) -> None:
    run("runs", "list")
    database = home / "roundtable.db"
    terminal, its_end = pty.openpty()
    command = [*COMMAND, "uninstall", "--data"]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, cwd=ROOT, stdin=its_end, stdout=pipe, stderr=pipe, text=True) as asking:
        os.close(its_end)
        assert asking.stdout is not None
        told = ""
        while not told.endswith("[y/N] "):
            told += asking.stdout.read(1)
        with pytest.raises(Timeout):
            FileLock(home / APP_LOCK).acquire(blocking=False)
        store = open_store(f"sqlite:///{database}")
        os.write(terminal, b"y\n")
        _, err = asking.communicate(timeout=60)
        store.close()
    os.close(terminal)
    assert (asking.returncode, "right now" in err) == (5, True)
    assert database.is_file()
    assert not (home / APP_LOCK).exists()


def test_a_database_elsewhere_is_named_and_stays(
    run: Run, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = tmp_path / "elsewhere.db"
    monkeypatch.setenv("ROUNDTABLE_DATABASE_URL", f"sqlite:///{database}")
    run("runs", "list")
    left = home / ".roundtable-new-abc"  # of a process that was killed while it wrote a file
    left.write_text("half a draft")
    done = run("uninstall", "--data", "--yes")
    stays = done.out.partition("This stays:")[2]
    assert (done.code, str(database) in stays) == (0, True)
    assert database.is_file()
    assert not home.exists()


def test_the_environment_goes_where_set_up_has_made_it(home: Path, tmp_path: Path) -> None:
    """In one of its own, which borrows the packages that the tests run with."""
    assert STAMP == STAMP_OF_SET_UP
    folder = tmp_path / "environment"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder], check=True)
    paths = {"base": str(folder), "platbase": str(folder)}
    packages = Path(sysconfig.get_path("purelib", vars=paths))
    (packages / "borrowed.pth").write_text(sysconfig.get_path("purelib"))
    command = [folder / "bin" / "python", "-m", "app.bootstrap", "uninstall", "--environment", "--yes"]
    environment = {**os.environ, "ROUNDTABLE_HOME": str(home), "DBUS_SESSION_BUS_ADDRESS": "disabled:"}
    subprocess.run(command, cwd=ROOT, env=environment, check=True, timeout=120)
    assert folder.is_dir(), "made by somebody else"
    (folder / STAMP).write_text("python\n")
    subprocess.run(command, cwd=ROOT, env=environment, check=True, timeout=120)
    assert not folder.exists()
