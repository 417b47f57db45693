"""From what npm installed to what the page loads: the named files, their licences, and a list of both."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
from typing import Any

from app.setup.environment import ROOT, STAMP, fingerprint, write_stamp
from app.setup.page import INPUTS, LOCK, WANTED

MANIFEST = "manifest.json"
_LICENCE = re.compile(r"licen[cs]e|copying|notice", re.IGNORECASE)


def collect(installed: str, target: str) -> None:
    """Fill the empty folder `target` from npm's folder `installed`; what is written last says it is complete.

    Raises OSError, also for a file that a package does not have.
    """
    packages = _read(LOCK)["packages"]
    files = [_copy(installed, target, packages, wanted) for wanted in _read(WANTED)["files"]]
    for place, package in packages.items():
        if place and not package.get("dev"):
            _copy_licences(os.path.join(installed, place), os.path.join(target, "licences", _name(place)))
    with open(os.path.join(target, MANIFEST), "w", encoding="utf-8") as file:
        json.dump({"files": files}, file, indent=1)
    write_stamp(os.path.join(target, STAMP), list(map(fingerprint, INPUTS)))


def _copy(installed: str, target: str, packages: dict[str, Any], wanted: dict[str, str]) -> dict[str, str]:
    """Copy a file and return its entry in the manifest."""
    place = f"node_modules/{wanted['package']}"
    copied = os.path.join(target, wanted["to"])
    os.makedirs(os.path.dirname(copied), exist_ok=True)
    shutil.copyfile(os.path.join(installed, place, wanted["from"]), copied)
    with open(copied, "rb") as file:
        sha256 = hashlib.sha256(file.read()).hexdigest()
    package = packages[place]
    facts = {key: package[key] for key in ("version", "license", "integrity")}
    return {"file": wanted["to"], "package": wanted["package"], **facts, "sha256": sha256}


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
