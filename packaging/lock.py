"""Maintainers run this after editing a .in file: `python packaging/lock.py [--upgrade] [--check-wheels]`.

Compiles the `.in` files into hash-locked files for every supported system and Python at once. Needs
`uv` (in the test requirements). The output names no index and no machine, so a user's own index settings
hold. `--check-wheels` also asks, for each system and Python, whether wheels alone suffice: set-up refuses
source distributions, because building one needs a compiler and runs foreign code.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from uv import find_uv_bin

ROOT = Path(__file__).resolve().parent.parent
LOCKS = {
    "packaging/requirements.in": "requirements.txt",
    "packaging/requirements-test.in": "packaging/requirements-test.txt",
    "packaging/requirements-node.in": "packaging/requirements-node.txt",
    "packaging/requirements-bundle.in": "packaging/requirements-bundle.txt",
    "packaging/requirements-window.in": "packaging/requirements-window.txt",
}
OVERRIDES = "packaging/overrides.txt"
PYTHONS = ("3.11", "3.12", "3.13")
FORM = ("--require-hashes", "--only-binary", ":all:", "--no-deps")  # as set-up installs
SYSTEMS = (
    "x86_64-pc-windows-msvc",
    "aarch64-apple-darwin",
    "x86_64-apple-darwin",
    "x86_64-manylinux_2_28",
    "aarch64-manylinux_2_28",
)
# Qt's wheels need a newer C library than all others.
NEWER = {
    "packaging/requirements-window.txt": (*SYSTEMS[:3], "x86_64-manylinux_2_34", "aarch64-manylinux_2_39")
}


def uv(*arguments: str) -> int:
    """Run uv in the repository and return its exit code."""
    return subprocess.call([find_uv_bin(), "pip", *arguments], cwd=ROOT)


def compile_lock(source: str, target: str, *, upgrade: bool) -> int:
    """Write one lock; versions already in it stay unless `upgrade`."""
    scope = ("--universal", "--python-version", PYTHONS[0], *(["--upgrade"] if upgrade else []))
    form = ("--generate-hashes", "--no-header", "--no-emit-index-url", "--overrides", OVERRIDES)
    return uv("compile", "--quiet", *scope, *form, source, "--output-file", target)


def missing_wheels(target: str, folder: str) -> list[str]:
    """Name each system and Python on which the lock cannot be installed into `folder` from wheels alone."""
    return [
        f"{target}: {system}, Python {python}"
        for system in NEWER.get(target, SYSTEMS)
        for python in PYTHONS
        if uv(
            *("install", "--dry-run", "--quiet", "--no-config", *FORM),
            *("--target", folder, "--python-platform", system, "--python-version", python),
            *("--requirements", target),
        )
    ]


def main() -> int:
    """Compile the locks in order: that of the tests is constrained by the one before."""
    parser = argparse.ArgumentParser(description="Compile the requirement locks.")
    parser.add_argument(
        "--upgrade", action="store_true", help="move every package to its newest allowed version"
    )
    parser.add_argument(
        "--check-wheels", action="store_true", help="check every system and Python (needs the network)"
    )
    options = parser.parse_args()
    if any(compile_lock(source, target, upgrade=options.upgrade) for source, target in LOCKS.items()):
        return 1
    gaps: list[str] = []
    if options.check_wheels:
        with TemporaryDirectory() as folder:
            gaps = [gap for target in LOCKS.values() for gap in missing_wheels(target, folder)]
    for gap in gaps:
        print(f"no wheels for {gap}", file=sys.stderr)
    return 1 if gaps else 0


if __name__ == "__main__":
    sys.exit(main())
