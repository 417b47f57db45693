"""Reads the packages named in requirements.txt, pyproject.toml, package.json, go.mod and Cargo.toml."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any, Final

from app.checks.dependencies.known import Registry
from app.checks.dependencies.uses import Use
from app.domain.artifacts import SourceFile

_REQUIREMENT: Final = re.compile(r"\s*([A-Za-z0-9][\w.-]*)\s*(?:\[[^\]]*\])?\s*(@\s*(\S+))?")
_REMOTE: Final = re.compile(r"://|^git[@+:]|^(github|gitlab|bitbucket):|^[\w.-]+/[\w.-]+(#.*)?$")
_LOCAL: Final = ("file:", "link:", "workspace:", "portal:")
_NPM_PARTS: Final = ("dependencies", "devDependencies", "peerDependencies", "optionalDependencies")
_CARGO_PARTS: Final = ("dependencies", "dev-dependencies", "build-dependencies")
_NO_PACKAGES: Final = {"python"}  # poetry names the language's version among the dependencies


@dataclass(frozen=True)
class Manifest:
    """What a manifest says. own: names of the project itself. uses: packages, or addresses to load from."""

    registry: Registry
    uses: tuple[Use, ...]
    own: tuple[str, ...] = ()


def read_manifest(file: SourceFile) -> Manifest | None:
    """None for files that are no manifest. Raises ValueError where one cannot be read."""
    name = PurePosixPath(file.path).name.lower()
    if name.endswith(".txt") and "requirements" in name:
        name = "requirements.txt"
    kind = _KINDS.get(name)
    if kind is None:
        return None
    registry, read = kind
    try:
        names, own = read(file.content)
    except (AttributeError, TypeError, RecursionError) as error:
        raise ValueError(f"it is not built as a {name} should be") from error
    return Manifest(registry, tuple(_located(names, file.content)), own)


def _located(names: Iterable[str], content: str) -> Iterator[Use]:
    lines = content.splitlines()
    for name in dict.fromkeys(names):
        line = next((number for number, line in enumerate(lines, 1) if name in line), None)
        yield Use(name, line)


Read = tuple[list[str], tuple[str, ...]]


def _requirements(content: str) -> Read:
    lines = (line.partition("#")[0].strip() for line in content.splitlines())
    return [_requirement(line) for line in lines if line and not line.startswith("-")], ()


def _requirement(line: str) -> str:
    """The package, or the address it is to be loaded from."""
    if "://" in line.partition("@")[0]:
        return line
    found = _REQUIREMENT.match(line)
    if found is None:
        raise ValueError(f"{line[:80]!r} names no package")
    return found[3] or found[1]


def _pyproject(content: str) -> Read:
    data = tomllib.loads(content)
    project, poetry = data.get("project", {}), data.get("tool", {}).get("poetry", {})
    groups = [*project.get("optional-dependencies", {}).values(), *data.get("dependency-groups", {}).values()]
    lines = [*project.get("dependencies", []), *data.get("build-system", {}).get("requires", [])]
    lines += [line for group in groups for line in group if isinstance(line, str)]
    tables = [poetry.get("dependencies", {}), poetry.get("dev-dependencies", {})]
    tables += [group.get("dependencies", {}) for group in poetry.get("group", {}).values()]
    names = [_requirement(line) for line in lines] + [n for t in tables for n in _table(t)]
    own = [name for name in (project.get("name"), poetry.get("name")) if name]
    return [name for name in names if name not in _NO_PACKAGES], tuple(own)


def _package_json(content: str) -> Read:
    data = json.loads(content)
    names = [n for part in _NPM_PARTS for n in _table(data.get(part, {}))]
    return names, tuple(n for n in [data.get("name")] if n)


def _cargo(content: str) -> Read:
    data = tomllib.loads(content)
    holders = [data, data.get("workspace", {}), *data.get("target", {}).values()]
    names = [n for holder in holders for part in _CARGO_PARTS for n in _table(holder.get(part, {}))]
    name = data.get("package", {}).get("name")
    return names, (name, name.replace("-", "_")) if name else ()


def _go_mod(content: str) -> Read:
    lines = [line.partition("//")[0].split() for line in content.splitlines()]
    own = tuple(words[1] for words in lines if words[:1] == ["module"] and len(words) == 2)
    required = [words[1:] if words[:1] == ["require"] else words for words in lines]
    return [words[0] for words in required if len(words) == 2 and words[1][:2].strip("v").isdigit()], own


def _table(table: Mapping[str, Any]) -> Iterator[str]:
    """Names of a table name -> version or details; local folders left out, addresses in place of names."""
    for name, details in table.items():
        facts: dict[str, Any] = {"version": details} if isinstance(details, str) else dict(details)
        values = [value for value in facts.values() if isinstance(value, str)]
        if "path" in facts or any(value.startswith(_LOCAL) for value in values):
            continue
        version = str(facts.get("version", ""))
        alias = version.removeprefix("npm:").rpartition("@")[0] if version.startswith("npm:") else ""
        yield next(filter(_REMOTE.search, values), alias or facts.get("package") or name)


_KINDS: Final[dict[str, tuple[Registry, Callable[[str], Read]]]] = {
    "requirements.txt": ("pypi", _requirements),
    "pyproject.toml": ("pypi", _pyproject),
    "package.json": ("npm", _package_json),
    "cargo.toml": ("crates", _cargo),
    "go.mod": ("go", _go_mod),
}
