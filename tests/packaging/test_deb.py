"""The package for Debian, made of a bundle of one program."""

from __future__ import annotations

import configparser
import shutil
import subprocess
from pathlib import Path

import pytest

import deb
import icons
from app.domain.version import VERSION

pytestmark = [
    pytest.mark.skipif(
        not Path("/var/lib/dpkg/status").exists(), reason="not on this platform: it is Debian's"
    ),
    pytest.mark.skipif(
        not shutil.which("dpkg-shlibdeps"), reason="needs dpkg-shlibdeps: apt-get install dpkg-dev"
    ),
]


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A bundle: a program of the system under our name, and a file that is none."""
    work = tmp_path_factory.mktemp("work")
    bundle = work / "dist" / "roundtable"
    (bundle / "_internal").mkdir(parents=True)
    shutil.copy("/bin/true", bundle / "roundtable")
    (bundle / "_internal" / "a file").write_text("text")
    (bundle / "_internal" / "a file").chmod(0o600)
    (work / "made").mkdir()
    icons.make(work / "made")
    (work / "made" / "system-packages.json").write_text("[]")
    return bundle


def told(*command: str | Path) -> str:
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def test_the_package_installs_the_program_its_entry_icons_and_licence(whole: Path, tmp_path: Path) -> None:
    package = deb.build(whole, tmp_path, "roundtable")
    root = tmp_path / "installed"
    told("dpkg-deb", "--extract", package, root)
    assert (root / "usr/bin/roundtable").readlink() == Path("/usr/lib/roundtable/roundtable")
    assert (root / "usr/lib/roundtable/roundtable").stat().st_mode & 0o777 == 0o755
    assert (root / "usr/lib/roundtable/_internal/a file").stat().st_mode & 0o777 == 0o644
    entry = configparser.ConfigParser(interpolation=None)
    entry.read(root / "usr/share/applications/roundtable.desktop", encoding="utf-8")
    facts = entry["Desktop Entry"]
    assert (root / "usr/bin" / facts["Exec"]).is_symlink()
    themed = list((root / "usr/share/icons/hicolor").rglob(f"{facts['Icon']}.*"))
    assert {path.parent.parent.name for path in themed} >= {"48x48", "256x256", "scalable"}
    licence = (root / "usr/share/doc/roundtable/copyright").read_text(encoding="utf-8")
    assert "\n Permission is hereby granted" in licence
    assert "\n .\n" in licence
    assert not list(tmp_path.glob("tmp*")), "nothing else is left"


def test_it_says_what_it_needs_and_belongs_to_root(whole: Path, tmp_path: Path) -> None:
    package = deb.build(whole, tmp_path, "roundtable-window")
    fields = told("dpkg-deb", "--field", package)
    assert f"Package: roundtable-window\nVersion: {VERSION}\n" in fields
    assert "\nDepends: libc6 (>= " in fields
    assert "\nConflicts: roundtable\n" in fields
    owners = {line.split()[1] for line in told("dpkg-deb", "--contents", package).splitlines()}
    assert owners == {"root/root"}


def test_what_the_bundle_brings_along_is_not_asked_of_the_system(whole: Path, tmp_path: Path) -> None:
    assert deb.depends(whole, tmp_path, []).startswith("libc6 ")
    assert deb.depends(whole, tmp_path, ["libc6"]) == ""
