"""From a name in the code to the package that it comes from, and from a wrong name to the one meant."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Final

from rapidfuzz import process
from rapidfuzz.distance import OSA

from app.checks.dependencies.known import Known, Registry, known, normal

_SEPARATORS: Final[dict[Registry, str]] = {"pypi": ".", "npm": "/", "go": "/", "crates": "::", "maven": "."}
_AFFIXES: Final = ("python-", "python3-", "py", "py-", "node-", "rust-", "go-")
_SHORT, _MIDDLE = 3, 7  # letters: up to the first nothing is near, up to the second one edit is


def package_of(registry: Registry, name: str, own: Collection[str]) -> str:
    """The package a name in the code belongs to; empty for the language's own and the project's own.

    name: as `Use.name`. own: names, or beginnings of names, of the project itself.
    """
    facts = known(registry)
    prefixes = list(_prefixes(name, _SEPARATORS[registry]))
    if registry == "npm":
        name = name.removeprefix("npm:")
        builtin = name.removeprefix("node:").partition("/")[0]
        prefixes = [name, builtin, *_prefixes(name, "/")]
    if any(p in own or p in facts.language for p in prefixes):
        return ""
    return _FINDERS.get(registry, _longest_known)(facts, prefixes)


def is_known(registry: Registry, package: str) -> bool:
    """Whether it is one of the packages that many use."""
    packages = known(registry).packages
    return any(normal(registry, p) in packages for p in _owners(registry, package))


def nearest(registry: Registry, package: str) -> str:
    """The well-known name that may have been meant; empty where none is near."""
    facts = known(registry)
    name = normal(registry, package)
    stems = [name.removeprefix(a) for a in _AFFIXES] + [a + name for a in _AFFIXES]
    twin = next((s for s in stems if s != name and s in facts.packages), "")
    if twin or len(name) <= _SHORT:
        return twin
    cutoff = 1 if len(name) <= _MIDDLE else 2
    candidates = [*facts.language, *facts.imports, *facts.packages]
    found = process.extractOne(name, candidates, scorer=OSA.distance, score_cutoff=cutoff)
    return found[0] if found else ""


def _prefixes(name: str, separator: str) -> Iterator[str]:
    """`a.b.c`, `a.b`, `a`."""
    parts = name.split(separator)
    for count in range(len(parts), 0, -1):
        yield separator.join(parts[:count])


def _owners(registry: Registry, package: str) -> list[str]:
    """The names under which a package may be listed: of a Go or Java name also its beginnings."""
    return list(_prefixes(package, _SEPARATORS[registry])) if registry in ("go", "maven") else [package]


def _python(facts: Known, prefixes: list[str]) -> str:
    """By the table, then by the namespaces that packages share, else the first name itself."""
    mapped = next((facts.imports[p] for p in prefixes if p in facts.imports), "")
    spaces = [p for p in prefixes if p in facts.namespaces]
    top = prefixes[-1]
    if mapped or not spaces:
        return mapped or (normal("pypi", top) if is_known("pypi", top) else top)
    below = [normal("pypi", p) for p in prefixes[: prefixes.index(spaces[0])] or spaces[:1]]
    return next((name for name in below if name in facts.packages), below[-1])


def _javascript(_: Known, prefixes: list[str]) -> str:
    """`@scope/name/part` and `name/part` without the part."""
    name = prefixes[0]
    return name if ":" in name else "/".join(name.split("/")[: 2 if name.startswith("@") else 1])


def _longest_known(facts: Known, prefixes: list[str]) -> str:
    """The longest beginning that is known, else what usually names a package: host/owner/name, or a.b."""
    parts = 3 if "/" in prefixes[0] else 2
    return next((p for p in prefixes if p in facts.packages), prefixes[-min(parts, len(prefixes))])


def _rust(_: Known, prefixes: list[str]) -> str:
    return normal("crates", prefixes[-1])


_FINDERS: Final = {"pypi": _python, "npm": _javascript, "crates": _rust}
