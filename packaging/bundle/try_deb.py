"""Installs the .deb in a clean Debian, uses it, and removes it: `python packaging/bundle/try_deb.py DEB`.

The Debian is made by mmdebstrap, of nothing but what every Debian has, and kept as `--base` says; the program
is installed by apt with what it depends on, used by somebody without rights, and removed. Needs root, for
chroot. Ends with 0 where the package worked, and left nothing behind but the user's data.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from smoke import NOBODY, Failed, Program, exit_code, use

SUITE: Final = "bookworm"
COMMAND: Final = "/usr/bin/roundtable"
DATA: Final = "/srv/data"
# How this machine gets at packages holds inside, too.
APT_SETTINGS: Final = "/etc/apt/apt.conf.d"
_NOT_ASKED: Final = {
    "DEBIAN_FRONTEND": "noninteractive",
    "PATH": "/usr/sbin:/usr/bin:/sbin:/bin",
    "LC_ALL": "C",
}


@contextmanager
def clean_root(base: Path) -> Generator[Path]:
    """A Debian unpacked from `base`, which is made where it is missing."""
    if not base.exists():
        subprocess.run(["mmdebstrap", "--variant=minbase", SUITE, base], check=True)
    with tempfile.TemporaryDirectory(dir=base.parent) as folder:
        root = Path(folder, "root")
        root.mkdir()
        root.parent.chmod(0o755)
        subprocess.run(["tar", "--extract", "--directory", root, "--file", base], check=True)
        subprocess.run(["mount", "-t", "proc", "proc", root / "proc"], check=True)
        try:
            yield root
        finally:
            subprocess.run(["umount", root / "proc"], check=True)


def inside(root: Path, *command: str) -> str:
    """Run a command in there as root; what it prints."""
    done = subprocess.run(
        ["chroot", root, *command],
        env=_NOT_ASKED,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise Failed(f"{' '.join(command)} ended with {done.returncode}: {done.stdout[-2000:]}")
    return done.stdout


def files(root: Path) -> set[str]:
    """Everything in there that a package could have brought, without what apt and dpkg note down."""
    own = ("usr", "etc", "opt", "var/lib/roundtable")
    return {str(path.relative_to(root)) for name in own for path in (root / name).rglob("*")}


def try_package(package: Path, root: Path) -> None:
    """Install, use, remove. Raises Failed."""
    shutil.copy(package, root)
    shutil.copytree(APT_SETTINGS, root / APT_SETTINGS.lstrip("/"), dirs_exist_ok=True)
    inside(root, "apt-get", "update")
    before = files(root)
    told = inside(root, "apt-get", "install", "--yes", "--no-install-recommends", f"/{package.name}")
    print(f"installed, with {told.count('Setting up') - 1} other packages")
    data = root / DATA.lstrip("/")
    data.mkdir(parents=True)
    os.chown(data, NOBODY, NOBODY)
    as_somebody = (shutil.which("chroot") or "chroot", f"--userspec={NOBODY}:{NOBODY}", str(root), COMMAND)
    use(Program(as_somebody, data, DATA), root, real=False)
    name = inside(root, "dpkg-deb", "--field", f"/{package.name}", "Package").strip()
    inside(root, "apt-get", "purge", "--yes", "--autoremove", name)
    if after := files(root) - before:
        raise Failed(f"removing left {', '.join(sorted(after)[:10])}")
    if not (data / "roundtable.db").exists():
        raise Failed("removing took the user's data")
    print("removed; the user's data is still there")


def main() -> int:
    """Try it, and say what was seen."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("package", type=Path)
    parser.add_argument(
        "--base", type=Path, required=True, help="file with the clean Debian, made if missing"
    )
    options = parser.parse_args()

    def trial() -> None:
        with clean_root(options.base.absolute()) as root:
            try_package(options.package, root)

    return exit_code(trial)


if __name__ == "__main__":
    sys.exit(main())
