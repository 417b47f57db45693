"""The dependencies check: models make up packages, and others register what models make up."""

from __future__ import annotations

import re
import threading
import time
from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Final

from tree_sitter import Node

from app.checks.dependencies.imports import READERS
from app.checks.dependencies.known import Registry, edition, normal
from app.checks.dependencies.manifests import Manifest, read_manifest
from app.checks.dependencies.resolve import is_known, nearest, package_of
from app.checks.languages import language_of, parse
from app.checks.pipeline import Subject
from app.domain.artifacts import SourceFile, sha256_hex
from app.domain.findings import CheckResult, CheckStatus, Finding, Level, Severity
from app.domain.runs import Language

NAME: Final = "dependencies"
RULE: Final = "unknown-package"
ADDRESS: Final = re.compile(r"://|^git[@+:]|^(github|gitlab|bitbucket):")
SHOWN: Final = 8
SUGGESTED: Final = 50  # looking for what was meant takes some milliseconds each time
REGISTRIES: Final[dict[Language, Registry]] = {
    "python": "pypi",
    "javascript": "npm",
    "java": "maven",
    "go": "go",
    "rust": "crates",
}


@dataclass(frozen=True)
class Package:
    """A package that a file uses. line: where it does so first."""

    registry: Registry
    name: str
    path: str
    line: int | None

    @property
    def is_known(self) -> bool:
        return is_known(self.registry, self.name)


class DependenciesCheck:
    """Asks about every package that is not one of those that many use.

    own: names that belong to the project, beside those of its files.
    data: {"packages": {name: {"registry", "known", "paths"}}, "skipped": {path: why}}.
    """

    name = NAME
    required = True
    needs = ()
    executes = False

    def __init__(self, own: Collection[str] = ()) -> None:
        self._own = frozenset(own)

    @property
    def edition(self) -> str:
        return f"1, {edition()}, {sha256_hex(' '.join(sorted(self._own)).encode())[:8]}"

    def run(self, subject: Subject, stop: threading.Event) -> list[CheckResult]:
        """See `Check`. Raises AppError(internal) where the lists of packages are not installed."""
        start = time.monotonic()
        reading = Reading(subject.artifact.files, self._own, stop)
        strange = [p for p in reading.packages if not p.is_known]
        asked = [*reading.broken, *(_unknown(p, suggest=n < SUGGESTED) for n, p in enumerate(strange))]
        told = [_note(p) for p in reading.packages if p.is_known]
        return [
            CheckResult(
                name=NAME,
                status=CheckStatus.FAIL if asked else CheckStatus.PASS,
                ms=round((time.monotonic() - start) * 1000),
                evidence="\n".join(f"{_place(f)}: {f.text}" for f in asked[:SHOWN]),
                findings=(*asked, *told),
                data={"packages": _by_name(reading.packages), "skipped": reading.skipped},
            )
        ]


class Reading:
    """What the files of an artifact use. broken: manifests that could not be read. skipped: path to why."""

    def __init__(self, files: Collection[SourceFile], own: Collection[str], stop: threading.Event) -> None:
        self.broken: list[Finding] = []
        self.packages: list[Package] = []
        manifests = {f.path: m for f in files if (m := self._manifest(f))}
        trees = list(_trees(files))
        read = {path for path, _, _ in trees} | set(manifests) | {f.path for f in self.broken}
        self.skipped = {f.path: "it names no packages" for f in files if f.path not in read}
        names = {name for path, language, tree in trees for name in READERS[language].own(path, tree)}
        names |= {name for manifest in manifests.values() for name in manifest.own} | set(own)
        for path, manifest in manifests.items():
            registry = manifest.registry
            self._add(path, {normal(registry, u.name): u.line for u in manifest.uses}, registry)
        for path, language, tree in trees:
            if stop.is_set():
                break
            registry, found = REGISTRIES[language], dict[str, int | None]()
            for use in READERS[language].uses(tree):
                found.setdefault(package_of(registry, use.name, names), use.line)
            self._add(path, found, registry)

    def _manifest(self, file: SourceFile) -> Manifest | None:
        try:
            return read_manifest(file)
        except ValueError as error:
            self.broken.append(
                Finding(
                    rule="unreadable-manifest",
                    severity=Severity.MAJOR,
                    level=Level.ASK,
                    source=NAME,
                    path=file.path,
                    text=f"the packages it names cannot be read: {error}",
                )
            )
            return None

    def _add(self, path: str, found: dict[str, int | None], registry: Registry) -> None:
        self.packages += [Package(registry, name, path, line) for name, line in found.items() if name]


def _trees(files: Collection[SourceFile]) -> Iterator[tuple[str, Language, Node]]:
    for file in files:
        language = language_of(file.path)
        if language is not None:
            yield file.path, language, parse(file.content, language)


def _unknown(package: Package, *, suggest: bool) -> Finding:
    rule, text, fix = _words(package, suggest=suggest)
    return Finding(
        rule=rule,
        severity=Severity.MAJOR,
        level=Level.ASK,
        cwe="CWE-1357",  # reliance on an insufficiently trustworthy component
        source=NAME,
        path=package.path,
        line=package.line,
        text=text,
        fix=fix,
    )


def _words(package: Package, *, suggest: bool) -> tuple[str, str, str]:
    """Rule, text and fix."""
    name = package.name
    if ADDRESS.search(name):
        text = f"loads code from `{name}`, which no registry vouches for"
        return "package-from-address", text, "Use a released version of a known package."
    text, near = f"`{name}` is not a known package", nearest(package.registry, name) if suggest else ""
    if near:
        return RULE, f"{text}; did you mean {near}?", f"Use {near}, or confirm that {name} is what you mean."
    return RULE, text, f"Make sure that {name} exists and is what you mean, or do without it."


def _note(package: Package) -> Finding:
    return Finding(
        rule="package",
        severity=Severity.INFO,
        source=NAME,
        path=package.path,
        line=package.line,
        text=f"uses the package `{package.name}`, which is not part of the language",
    )


def _place(finding: Finding) -> str:
    return f"{finding.path}:{finding.line}" if finding.line else finding.path


def _by_name(packages: Collection[Package]) -> dict[str, dict[str, object]]:
    paths: defaultdict[str, set[str]] = defaultdict(set)
    for package in packages:
        paths[package.name].add(package.path)
    return {
        p.name: {"registry": p.registry, "known": p.is_known, "paths": sorted(paths[p.name])}
        for p in packages
    }
