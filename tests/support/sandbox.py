"""The real sandboxes for every test that executes code; a plug-in of tests/conftest.py."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from app.checks.sandbox.bubblewrap import Bubblewrap
from app.checks.sandbox.containers import Container
from app.checks.sandbox.native import Native
from app.checks.sandbox.wasm import WasmJavaScript, WasmPython

IMAGE = "localhost/roundtable-test-python:latest"
# What the image is made of: the least that the cell needs, from this machine.
_PROGRAMS = ("dash", "sleep", "tar", "timeout", "true", "unshare")


@pytest.fixture(scope="session")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where what is slow to make is kept; ROUNDTABLE_TEST_CACHE keeps it from one run to the next."""
    kept = os.environ.get("ROUNDTABLE_TEST_CACHE")
    return Path(kept) / "sandbox" if kept else tmp_path_factory.mktemp("sandbox")


@pytest.fixture(scope="session")
def sandbox(cache: Path) -> WasmPython:
    executor = WasmPython(cache)
    executor.warm_up()
    return executor


@pytest.fixture(scope="session")
def quickjs(cache: Path) -> WasmJavaScript:
    executor = WasmJavaScript(cache)
    executor.warm_up()
    return executor


@pytest.fixture(scope="session")
def bubblewrap(cache: Path) -> Native:
    """With Go's standard library compiled, which takes a minute unless the cache is kept."""
    executor = Native(Bubblewrap(cache / "bubblewrap"), cache / "bubblewrap")
    probe = executor.probe()
    if not probe.available:
        pytest.skip(_reason(probe.detail))
    executor.warm_up()
    return executor


@pytest.fixture(scope="session")
def podman(cache: Path, tmp_path_factory: pytest.TempPathFactory) -> Native:
    """With an image of this machine's own Python, imported once: no registry is asked."""
    if not shutil.which("podman"):
        pytest.skip(_reason("podman is not installed: apt install podman runc"))
    if subprocess.run(["podman", "image", "exists", IMAGE], check=False).returncode:
        _import_image(tmp_path_factory.mktemp("image"))
    executor = Native(Container("podman", {"python": IMAGE}), cache / "podman")
    probe = executor.probe()
    if not probe.available:
        pytest.skip(_reason(probe.detail))
    return executor


def _reason(why: str) -> str:
    return why if sys.platform == "linux" else f"not on this platform: {why}"


def _import_image(root: Path) -> None:
    """Copy a few programs with the libraries that they load into a folder, and make an image of it."""
    told = "import sys, sysconfig; print(sys.executable, sysconfig.get_path('stdlib'))"
    python, library = subprocess.check_output(["/usr/bin/python3", "-c", told], text=True).split()
    programs = [*(f"/usr/bin/{name}" for name in _PROGRAMS), os.path.realpath(python)]
    linked = subprocess.run(["ldd", *programs], capture_output=True, text=True, check=False).stdout
    words = {word for word in linked.split() if word.startswith("/") and ".so" in word}
    for path in [*programs, *words]:
        inside = root / "usr" / path.removeprefix("/usr").lstrip("/")
        inside.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(path, inside)
    shutil.copytree(
        library, root / library.lstrip("/"), ignore=shutil.ignore_patterns("__pycache__"), symlinks=True
    )
    (root / "usr/bin/sh").symlink_to("dash")
    (root / "usr/bin/python3").symlink_to(Path(os.path.realpath(python)).name)
    for name in ("bin", "lib", "lib64"):
        (root / name).symlink_to(f"usr/{name}")
    (root / "tmp").mkdir()
    archive = root.with_suffix(".tar")
    subprocess.run(["tar", "-C", root, "-cf", archive, "."], check=True)
    subprocess.run(["podman", "import", "--quiet", archive, IMAGE], check=True, stdout=subprocess.DEVNULL)
    archive.unlink()


@pytest.fixture
def home(data_home: Path, sandbox: WasmPython, cache: Path) -> Path:
    """An empty data folder that shares the compiled sandbox, which takes ten seconds to make."""
    data_home.mkdir()
    sandbox.warm_up()
    (data_home / "sandbox").symlink_to(cache, target_is_directory=True)
    return data_home
