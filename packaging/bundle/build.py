"""Makes a bundle of the program for this system: `python packaging/bundle/build.py [--archive] [--deb]`.

Any Python 3.11 or newer starts it, and is the one that goes into the bundle; it must have been built with a
shared library (PyInstaller says so if not). The packages come from the locks, as in every set-up, into an
environment of its own below the work folder. What it leaves:

    WORK/dist/roundtable/     the bundle
    WORK/packages/            the bundle as an archive, and what else was asked for
"""

from __future__ import annotations

import argparse
import os
import platform
import shutil
import subprocess
import sys
import tarfile
import time
from pathlib import Path
from typing import Final

HERE: Final = Path(__file__).resolve().parent
ROOT: Final = HERE.parents[1]
sys.path[:0] = [str(ROOT), str(HERE)]

import deb  # noqa: E402 - beside this file
from app.domain.version import VERSION  # noqa: E402 - the program is found by its folder
from app.setup.environment import RUNTIME_LOCK, WINDOW_LOCK, Environment  # noqa: E402
from app.setup.install import set_up  # noqa: E402
from app.setup.page_install import set_up_page  # noqa: E402
from app.setup.start import or_end  # noqa: E402

TOOLS_LOCK: Final = "packaging/requirements-bundle.txt"
# Libraries that come with what only debuggers read: 95 MB. Others were changed by tools that `strip` undoes.
STRIPPED: Final = ("libpython*.so*", "xllamacpp/*.so", "ast_grep_py/*.so")


def environment(folder: Path, *, window: bool) -> Environment:
    """What the bundle is made in: the packages of the program, and the tools."""
    made = Environment(str(folder))
    or_end(lambda: set_up(made, [RUNTIME_LOCK, TOOLS_LOCK, *([WINDOW_LOCK] if window else [])]))
    return made


def bundle(python: str, work: Path, *, window: bool, identity: str) -> Path:
    """Run PyInstaller; the finished bundle with its licences."""
    made = work / "made"
    made.mkdir(parents=True, exist_ok=True)
    run([python, HERE / "icons.py", made])
    places = ["--distpath", work / "dist", "--workpath", work / "pyinstaller"]
    ours = ["--made", made, *(["--window"] if window else [])]
    signed = ["--identity", identity] if identity else []
    run([python, "-m", "PyInstaller", "--noconfirm", *places, HERE / "roundtable.spec", "--", *ours, *signed])
    run([python, HERE / "licences.py", *ours])
    app, whole = work / "dist" / "Roundtable.app", work / "dist" / "roundtable"
    if sys.platform == "linux":
        run(
            [
                "strip",
                "--strip-unneeded",
                *(path for name in STRIPPED for path in whole.glob(f"_internal/{name}")),
            ]
        )
    for folder in (whole, app / "Contents" / "Resources"):
        if folder.is_dir():
            shutil.copy(made / "THIRD_PARTY.txt", folder)
            shutil.copy(ROOT / "LICENSE", folder)
    return whole


def archive(whole: Path, packages: Path, name: str) -> Path:
    """The bundle in one file, as its system likes it."""
    target = packages / f"{name}-{VERSION}-{sys.platform}-{platform.machine().lower()}"
    if sys.platform == "win32":
        return Path(shutil.make_archive(str(target), "zip", whole.parent, whole.name))
    packed = target.with_name(target.name + ".tar.xz")
    with tarfile.open(packed, "w:xz") as file:
        file.add(whole, whole.name, filter=_nobodys)
    return packed


def _nobodys(entry: tarfile.TarInfo) -> tarfile.TarInfo:
    """Without the name of who built it."""
    return entry.replace(uid=0, gid=0, uname="", gname="", deep=False)


def run(command: list[str | Path]) -> None:
    """Run a tool in the repository; it ends the build where it fails."""
    subprocess.run([os.fspath(part) for part in command], cwd=ROOT, check=True)


def megabytes(*places: Path) -> str:
    """How much the files take, without what is linked."""
    files = (path for place in places for path in (place, *place.rglob("*")) if not path.is_symlink())
    return f"{sum(path.stat().st_size for path in files if path.is_file()) / 1e6:.0f} MB"


def main() -> int:
    """Build, and say what came out."""
    parser = argparse.ArgumentParser(description="Make a bundle of Roundtable for this system.")
    parser.add_argument("--window", action="store_true", help="Linux: with Qt, for a window of its own")
    parser.add_argument("--archive", action="store_true", help="pack it into one file, too")
    parser.add_argument("--deb", action="store_true", help="make a package for Debian and its like, too")
    parser.add_argument("--identity", default="", help="macOS: who signs")
    parser.add_argument("--work", type=Path, default=ROOT / "build" / "bundle", help="folder for all of it")
    options = parser.parse_args()
    work, window = options.work.absolute(), options.window and sys.platform == "linux"
    started = time.monotonic()
    python = environment(work / "environment", window=window).python
    or_end(set_up_page)
    whole = bundle(python, work, window=window, identity=options.identity)
    print(f"{whole}: {megabytes(whole)} after {time.monotonic() - started:.0f} s")
    packages = work / "packages"
    packages.mkdir(exist_ok=True)
    name = f"roundtable{'-window' if window else ''}"
    for make in (archive if options.archive else None, deb.build if options.deb else None):
        if make:
            packed = make(whole, packages, name)
            print(f"{packed}: {megabytes(packed)} after {time.monotonic() - started:.0f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main())
