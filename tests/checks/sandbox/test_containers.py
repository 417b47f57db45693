"""Podman for real, and Docker by an executable that speaks its command line: no daemon runs here."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from app.checks.sandbox.base import Limits, Program
from app.checks.sandbox.containers import Container
from app.checks.sandbox.native import Native
from app.errors import AppError
from tests.support.sandbox import IMAGE

# Runs what it is given after the image on this machine, as /box and /built were folders of its own.
DOCKER = """\
#!{python}
import os, subprocess, sys, tempfile
arguments = sys.argv[1:]
with open({log!r}, "a") as log:
    log.write(repr((arguments, sorted(os.environ))) + "\\n")
if arguments[0] == "version":
    print("27.1")
elif arguments[:2] == ["image", "inspect"]:
    sys.exit(0 if arguments[-1] in {images!r} and (print("sha256:1") or True) else 1)
elif arguments[0] == "run":
    if {broken!r}:
        sys.exit("docker: no space left on device")
    rest = arguments[arguments.index({image!r}) + 1 :]
    root = tempfile.mkdtemp()
    for name in ("box", "built"):
        os.mkdir(root + "/" + name)
    text = rest[1].replace("-C /built", "-C " + root + "/built").replace("-C / ", "-C " + root + " ")
    rest = [part.replace("/box", root + "/box").replace("/built", root + "/built") for part in rest[2:]]
    sys.exit(subprocess.run(["sh", "-c", text, *rest], cwd=root + "/box").returncode)
"""


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return tmp_path / "log"


def docker(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, broken: bool = False) -> Native:
    """With an image of Python, none of Java, and one of Go that has this machine's own."""
    program = tmp_path / "bin" / "docker"
    program.parent.mkdir()
    text = DOCKER.format(
        python=sys.executable, log=str(tmp_path / "log"), images=["py:1"], image="py:1", broken=broken
    )
    program.write_text(text, "utf-8")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}:/usr/bin:/bin")
    return Native(Container("docker", {"python": "py:1", "java": "jdk:21"}), tmp_path / "kept")


def test_podman_runs_a_program_of_two_files(podman: Native) -> None:
    files = {
        "main.py": b"import sys, pkg.lib; print(pkg.lib.f(), sys.argv[1:]); sys.exit(5)",
        "pkg/lib.py": b"def f(): return 7",
    }
    result = podman.run(Program("python", files, "main.py", arguments=("a b",)))
    assert (result.stdout, result.stderr, result.exit_code) == ("7 ['a b']\n", "", 5)


@pytest.mark.parametrize("code", [125, 126, 127])
def test_a_program_cannot_pretend_that_the_engine_failed(podman: Native, code: int) -> None:
    text = f"import sys; print('Error: no container', file=sys.stderr); sys.exit({code})"
    assert podman.run(Program("python", {}, inline=text)).exit_code == code


def test_nothing_of_the_container_is_left(podman: Native) -> None:
    podman.run(Program("python", {}, inline="while True: pass"), Limits(seconds=1))
    names = subprocess.check_output(["podman", "ps", "--all", "--format", "{{.Names}}"], text=True)
    assert "roundtable-" not in names


def test_an_image_that_is_not_here_is_named_with_the_command_that_fetches_it(
    podman: Native, tmp_path: Path
) -> None:
    executor = Native(Container("podman", {"python": IMAGE, "java": "localhost/none:1"}), tmp_path)
    probe = executor.probe()
    assert probe.languages == {"python"}
    assert probe.missing == {"java": "its image is not here: podman pull localhost/none:1"}
    assert podman.probe().available


def test_docker_is_given_the_same_flags_and_nothing_of_our_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, log: Path
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-secret")
    executor = docker(tmp_path, monkeypatch)
    assert executor.probe().languages == {"python"}
    assert "docker pull jdk:21" in executor.probe().missing["java"]
    result = executor.run(
        Program("python", {"main.py": b"print(open('/etc/hostname') and 6 * 7)"}, "main.py")
    )
    assert (result.stdout, result.exit_code) == ("42\n", 0)
    last = log.read_text("utf-8").splitlines()[-1]
    for flag in ("'--network', 'none'", "'--read-only'", "'--cap-drop', 'ALL'", "'no-new-privileges'"):
        assert flag in last
    for flag in ("'--pull', 'never'", "'--pids-limit', '64'", "'--user', '65534:65534'", "'--memory-swap'"):
        assert flag in last
    assert "--read-only-tmpfs" not in last
    assert "OPENAI_API_KEY" not in last
    assert "--volume" not in last


def test_an_engine_that_fails_is_said_to_fail(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    executor = docker(tmp_path, monkeypatch, broken=True)
    assert "cannot run a container" in executor.probe().detail
    with pytest.raises(AppError, match="docker does not work: docker: no space left"):
        executor.run(Program("python", {}, inline="1"))


def test_without_an_engine_nothing_is_tried(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert Container("docker", {"python": "py:1"}).probe().detail == "docker is not installed"
