"""GuardDog's yara rules (Datadog, Apache-2.0), read as data from its wheel; its code is never imported.

Its command line needs boto3, pygit2 and more that this program has no use for; see packaging/overrides.txt.
"""

from __future__ import annotations

from collections.abc import Sequence
from fnmatch import fnmatchcase
from functools import cache
from importlib.metadata import PackageNotFoundError, files
from pathlib import Path
from typing import Any, Final

from app.checks.security.hits import Hit, excerpt_of
from app.checks.security.packs import Rule
from app.checks.security.yara_rules import MATCH_SECONDS, compile_yara, match_yara
from app.errors import AppError, ErrorKind
from app.program import PROGRAM

PACKAGE: Final = "guarddog"
FOLDER: Final = "guarddog/analyzer/sourcecode/"


@cache
def rule_files() -> tuple[Path, ...]:
    """The rule files, sorted. Raises AppError(config) where the package is not installed."""
    try:
        found = files(PACKAGE) or []
    except PackageNotFoundError:
        found = []
    paths = sorted(
        Path(str(f.locate())) for f in found if str(f).startswith(FOLDER) and f.suffix in (".yar", ".meta")
    )
    if not paths:
        raise AppError(
            ErrorKind.CONFIG, "GuardDog's rules are not installed.", f"Run set-up again: {PROGRAM} doctor"
        )
    return tuple(paths)


class GuardDog:
    """Those of GuardDog's rules that a pack gives a level to."""

    def __init__(self, rules: Sequence[Rule]) -> None:
        """Raises AppError(config) where GuardDog has no such rule, or its rules cannot be compiled."""
        sources = {path.stem: str(path) for path in rule_files() if path.suffix == ".yar"}
        self._compiled = compile_yara(filepaths=sources)
        meta: dict[str, Any] = {rule.identifier: rule.meta for rule in self._compiled}
        self._rules = {str(rule.body): rule for rule in rules}
        lost = sorted(set(self._rules) - set(meta))
        if lost:
            raise AppError(ErrorKind.CONFIG, f"GuardDog has no rules {', '.join(lost)}.")
        self._paths = {name: str(meta[name].get("path_include", "*")).split(",") for name in self._rules}

    def scan(self, path: str, text: str, seconds: int = MATCH_SECONDS) -> list[Hit]:
        """Raises yara's errors, also where it takes longer."""
        found = match_yara(self._compiled, text, seconds)
        lines = text.split("\n") if found else []
        hits: list[Hit] = []
        for name, rule in self._rules.items():
            if name in found and any(fnmatchcase(f"/{path}", f"*{p}") for p in self._paths[name]):
                line = next(iter(found[name]), None)
                hits.append(Hit(rule.id, line, excerpt_of(lines, line)))
        return hits
