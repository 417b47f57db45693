"""The names this program knows: what belongs to each language, and packages that many use.

The lists of popular packages are those of GuardDog (Apache-2.0; read as data, its code is not imported);
`packages.yaml` adds what they lack. That a name is not here does not mean that there is no such package:
the user is asked.
"""

from __future__ import annotations

import json
import re
import sys
from dataclasses import dataclass, field
from functools import cache
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path
from typing import Any, Final, Literal, cast

import yaml

from app.domain.artifacts import sha256_hex
from app.errors import AppError, ErrorKind

Registry = Literal["pypi", "npm", "go", "crates", "maven"]
DATA: Final = Path(__file__).with_name("packages.yaml")
LISTS: Final[dict[Registry, str]] = {"pypi": "top_pypi", "npm": "top_npm", "go": "top_go"}
FOLDER: Final = "guarddog/analyzer/metadata/resources"


@dataclass(frozen=True)
class Known:
    """Of one registry.

    language: names that are part of the language. packages: well-known ones, the most popular first.
    imports: import names with the package they come from. namespaces: shared by many packages.
    """

    language: frozenset[str] = frozenset()
    packages: dict[str, None] = field(default_factory=dict[str, None])
    imports: dict[str, str] = field(default_factory=dict[str, str])
    namespaces: frozenset[str] = frozenset()


@cache
def known(registry: Registry) -> Known:
    """What is known of a registry. Raises AppError(internal) where the lists are not installed."""
    data = _data()[registry]
    imports = cast("dict[str, str]", data.get("imports", {}))
    names = [*_popular(registry), *str(data.get("known", "")).split(), *imports.values()]
    language = frozenset(str(data.get("language", "")).split())
    return Known(
        language=sys.stdlib_module_names | {"__main__", "_typeshed"} if registry == "pypi" else language,
        packages=dict.fromkeys(normal(registry, name) for name in names),
        imports=imports,
        namespaces=frozenset(str(data.get("namespaces", "")).split()),
    )


def normal(registry: Registry, name: str) -> str:
    """A package's name in the form in which names of this registry are compared."""
    if registry == "pypi":
        return name.lower().replace("_", "-").replace(".", "-")
    if registry == "crates":
        return name.replace("_", "-")
    return re.sub(r"/v\d+$", "", name) if registry == "go" else name


@cache
def edition() -> str:
    """Changes with the data."""
    return f"guarddog {_guarddog().version}, {sha256_hex(DATA.read_bytes())[:8]}"


@cache
def _data() -> dict[Registry, dict[str, Any]]:
    return cast("dict[Registry, dict[str, Any]]", yaml.safe_load(DATA.read_text("utf-8")))


def _guarddog() -> Distribution:
    try:
        return distribution("guarddog")
    except PackageNotFoundError as error:
        raise AppError(
            ErrorKind.INTERNAL, "The lists of known packages are missing.", "Run the set-up again."
        ) from error


def _popular(registry: Registry) -> list[str]:
    name = LISTS.get(registry)
    if name is None:
        return []
    path = Path(str(_guarddog().locate_file(f"{FOLDER}/{name}_packages.json")))
    try:
        return cast("list[str]", json.loads(path.read_text("utf-8"))["packages"])
    except OSError as error:
        raise AppError(
            ErrorKind.INTERNAL, f"The list of known packages {path.name} is missing.", "Run the set-up again."
        ) from error
