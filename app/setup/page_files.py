"""From what npm installed to what the page loads: the named files, their licences, and a list of both."""

from __future__ import annotations

import hashlib
import json
import os
import posixpath
import re
import shutil
from typing import Any

from app.setup.environment import ROOT, STAMP, fingerprint, write_stamp
from app.setup.page import INPUTS, LOCK, WANTED

MANIFEST = "manifest.json"
_IMPORTED = re.compile(r"""(\bfrom\s*)["']([\w@][\w@/.-]*)["']""")
_LICENCE = re.compile(r"licen[cs]e|copying|notice", re.IGNORECASE)


def collect(installed: str, target: str) -> None:
    """Fill the empty folder `target` from npm's folder `installed`; what is written last says it is complete.

    Raises OSError, also for a file that a package does not have.
    """
    packages, every = _read(LOCK)["packages"], _read(WANTED)["files"]
    mains = {wanted["package"]: wanted["to"] for wanted in every if wanted.get("main")}
    files = [_copy(installed, target, packages, wanted, mains) for wanted in every]
    for place, package in packages.items():
        if place and not package.get("dev"):
            _copy_licences(os.path.join(installed, place), os.path.join(target, "licences", _name(place)))
    with open(os.path.join(target, MANIFEST), "w", encoding="utf-8") as file:
        json.dump({"files": files}, file, indent=1)
    write_stamp(os.path.join(target, STAMP), list(map(fingerprint, INPUTS)))


def _copy(
    installed: str, target: str, packages: dict[str, Any], wanted: dict[str, Any], mains: dict[str, str]
) -> dict[str, str]:
    """Copy a file and return its entry in the manifest. mains: what an import of a package means."""
    place = f"node_modules/{wanted['package']}"
    copied = os.path.join(target, wanted["to"])
    os.makedirs(os.path.dirname(copied), exist_ok=True)
    shutil.copyfile(os.path.join(installed, place, wanted["from"]), copied)
    if wanted.get("main"):
        _link(copied, wanted["to"], mains)
    with open(copied, "rb") as file:
        sha256 = hashlib.sha256(file.read()).hexdigest()
    package = packages[place]
    facts = {key: package[key] for key in ("version", "license", "integrity")}
    return {"file": wanted["to"], "package": wanted["package"], **facts, "sha256": sha256}


def _link(copied: str, to: str, mains: dict[str, str]) -> None:
    """Let a module import others by their files: a browser knows nothing of packages."""

    def linked(found: re.Match[str]) -> str:
        if found[2] not in mains:
            return found[0]
        path = posixpath.relpath(mains[found[2]], posixpath.dirname(to))
        return f'{found[1]}"{path if path.startswith(".") else f"./{path}"}"'

    with open(copied, encoding="utf-8", newline="") as file:
        source = file.read()
    with open(copied, "w", encoding="utf-8", newline="") as file:
        file.write(_IMPORTED.sub(linked, source))


def _copy_licences(package: str, target: str) -> None:
    """Copy the licence texts of one package; there is none where npm left out an optional one."""
    for entry in os.scandir(package) if os.path.exists(package) else ():
        if _LICENCE.match(entry.name) and entry.is_file():
            os.makedirs(target, exist_ok=True)
            shutil.copyfile(entry.path, os.path.join(target, entry.name))


def _name(place: str) -> str:
    """The package's name: `@scope/name` for `node_modules/other/node_modules/@scope/name`."""
    return place.rpartition("node_modules/")[2]


def _read(path: str) -> Any:
    with open(os.path.join(ROOT, path), encoding="utf-8") as file:
        return json.load(file)
