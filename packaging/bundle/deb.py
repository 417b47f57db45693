"""Makes a .deb of a bundle. Needs dpkg-deb and dpkg-shlibdeps (Debian's dpkg-dev), and no rights."""

from __future__ import annotations

import json
import shutil
import subprocess
import textwrap
from collections.abc import Iterable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from app.domain.version import VERSION

HERE: Final = Path(__file__).resolve().parent
ROOT: Final = HERE.parents[1]
DESKTOP: Final = HERE / "linux" / "roundtable.desktop"
COPYRIGHT: Final = HERE / "linux" / "copyright"
PROGRAM: Final = "usr/lib/roundtable"  # where the bundle goes
ICONS: Final = "usr/share/icons/hicolor"
CONTROL: Final = """\
Package: {name}
Version: {version}
Architecture: {architecture}
Maintainer: Roundtable contributors <roundtable@users.noreply.github.com>
Installed-Size: {kilobytes}
Depends: {depends}
Recommends: xdg-utils
Suggests: bubblewrap, gnome-keyring
Conflicts: {other}
Section: devel
Priority: optional
Description: Four agents write, check and improve code
 code_generator writes what you ask for, quality_checker runs and scans it in a
 sandbox, code_optimizer improves it, and user_proxy asks you: you approve
 exactly what was checked. Models are of this machine or of a service.
"""
_ELF: Final = b"\x7fELF"


def build(whole: Path, packages: Path, name: str) -> Path:
    """The package `name` of the finished bundle `whole`, as a file in `packages`."""
    architecture = _told("dpkg", "--print-architecture")
    target = packages / f"{name}_{VERSION}_{architecture}.deb"
    inside = json.loads((whole.parents[1] / "made" / "system-packages.json").read_text(encoding="utf-8"))
    with TemporaryDirectory(dir=packages) as folder:
        root = Path(folder, "root")
        place(whole, root)
        control = root / "DEBIAN" / "control"
        control.parent.mkdir()  # tells dpkg-shlibdeps where the package begins
        facts = {
            "name": name,
            "version": VERSION,
            "architecture": architecture,
            "kilobytes": sum(path.lstat().st_size for path in root.rglob("*")) // 1024,
            "depends": depends(root / PROGRAM, Path(folder), inside),
            "other": "roundtable" if name != "roundtable" else "roundtable-window",
        }
        control.write_text(CONTROL.format(**facts), encoding="utf-8")
        subprocess.run(["dpkg-deb", "--root-owner-group", "-Zxz", "--build", root, target], check=True)
    return target


def place(whole: Path, root: Path) -> None:
    """Lay out what the package installs below `root`."""
    shutil.copytree(whole, root / PROGRAM, symlinks=True, copy_function=shutil.copy)
    command = root / "usr" / "bin" / "roundtable"
    command.parent.mkdir()
    command.symlink_to(f"/{PROGRAM}/roundtable")
    made = whole.parents[1] / "made"
    files = {
        DESKTOP: "usr/share/applications/roundtable.desktop",
        ROOT / "ui" / "images" / "favicon.svg": f"{ICONS}/scalable/apps/roundtable.svg",
    }
    for icon in made.glob("roundtable-*.png"):
        size = icon.stem.rpartition("-")[2]
        files[icon] = f"{ICONS}/{size}x{size}/apps/roundtable.png"
    for source, target in files.items():
        (root / target).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, root / target)
    folder = root / "usr" / "share" / "doc" / "roundtable"
    folder.mkdir(parents=True)
    (folder / "copyright").write_text(copyright_text(), encoding="utf-8")
    for path in root.rglob("*"):
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or path.stat().st_mode & 0o100 else 0o644)


def copyright_text() -> str:
    """Debian's form of our licence: indented, and a dot where a line is empty."""
    _, _, licence = (ROOT / "LICENSE").read_text(encoding="utf-8").partition("contributors\n")
    lines = (line or "." for line in licence.strip().splitlines())
    return COPYRIGHT.read_text(encoding="utf-8") + textwrap.indent("\n".join(lines), " ") + "\n"


def depends(program: Path, folder: Path, inside: Iterable[str]) -> str:
    """The packages, with their versions, whose libraries the bundle's binaries use.

    program: the bundle. folder: to work in; dpkg-shlibdeps wants the file of a source package. inside: those
    whose libraries the bundle brings along.
    """
    control = folder / "debian" / "control"
    control.parent.mkdir()
    control.write_text("Source: roundtable\n\nPackage: roundtable\nArchitecture: any\n", encoding="utf-8")
    found = list(binaries(program))
    where = sorted({f"-l{path.parent}" for path in found} | {f"-x{name}" for name in inside})
    asked = ["dpkg-shlibdeps", "-O", "--warnings=0", "--ignore-missing-info", *where, *map(str, found)]
    told = subprocess.run(asked, cwd=folder, stdout=subprocess.PIPE, text=True, check=True).stdout
    shutil.rmtree(control.parent)
    return told.strip().removeprefix("shlibs:Depends=")


def binaries(program: Path) -> Iterator[Path]:
    """Programs and libraries below a folder."""
    for path in sorted(program.rglob("*")):
        if path.is_file() and not path.is_symlink():
            with path.open("rb") as file:
                if file.read(len(_ELF)) == _ELF:
                    yield path


def _told(*command: str) -> str:
    return subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout.strip()
