"""The engines, each made once from the packs, and what each is given of a file."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from app.checks.security.bandit_tests import Bandit
from app.checks.security.characters import Expressions
from app.checks.security.file_scan import Prepared
from app.checks.security.guarddog import GuardDog
from app.checks.security.hits import Hit
from app.checks.security.packs import Library
from app.checks.security.secrets import Secrets
from app.checks.security.structure import Structure
from app.checks.security.yara_rules import YaraRules

PACKAGES: Final = ("yara-python", "guarddog", "bandit", "ast-grep-py", "detect-secrets", "tree-sitter")
Task = tuple[str, Callable[[], list[Hit]]]


class Engines:
    """Ready to be used by any number of threads."""

    def __init__(self, library: Library) -> None:
        """Takes about two seconds the first time. Raises AppError(config) and ImportError."""
        self._rules = library.rules
        self._yara = YaraRules(library.of("yara"), library.helpers("yara"))
        self._guarddog = GuardDog(library.of("guarddog"))
        self._structure = Structure(library.of("ast-grep"))
        self._bandit = Bandit(library.of("bandit"))
        self._secrets = Secrets(library.of("secrets"))
        self._expressions = Expressions(library.of("regex"))

    def tasks(self, file: Prepared) -> Iterator[Task]:
        """What to run on a file, with the engine's name. The plain text comes before the folded one."""
        yield "regex", lambda: self._expressions.scan(file.raw)
        yield "secrets", lambda: self._secrets.scan(file.raw)
        yield "yara", lambda: self._yara.scan(file.code)
        yield "guarddog", lambda: self._guarddog.scan(file.path, file.code)
        language = file.language
        if language == "python" and not file.unknown:
            yield "bandit", lambda: self._bandit.scan(file.raw)
        if language:
            yield "ast-grep", lambda: self._structure.scan(file.code, language)
        if file.folded:
            yield "yara", lambda: self._yara.scan(file.folded)
            yield "guarddog", lambda: self._guarddog.scan(file.path, file.folded)
        if file.folded and language:
            yield "ast-grep", lambda: self._structure.scan(file.folded, language)

    def applies(self, hit: Hit, file: Prepared) -> bool:
        """Whether the rule is meant for files of this kind."""
        return file.kind in self._rules[hit.rule].languages
