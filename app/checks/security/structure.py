"""The rules on a program's structure, run by ast-grep: insecure calls and what is built from foreign text."""

from __future__ import annotations

import importlib
import re
from collections.abc import Sequence
from typing import Any, Final

from app.checks.security.hits import Hit, excerpt_of
from app.checks.security.packs import Rule
from app.domain.runs import Language

PER_RULE: Final = 5


class Structure:
    """Rules by language. The `when` of a rule keeps the tree from being walked for nothing."""

    def __init__(self, rules: Sequence[Rule]) -> None:
        self._rules = [(rule, re.compile(rule.when, re.IGNORECASE)) for rule in rules]
        self._root: Any = importlib.import_module("ast_grep_py").SgRoot

    def scan(self, text: str, language: Language) -> list[Hit]:
        """At most PER_RULE places a rule."""
        root, lines = self._root(text, language).root(), text.split("\n")
        hits: list[Hit] = []
        for rule, when in self._rules:
            if language not in rule.languages or not when.search(text):
                continue
            for node in root.find_all({"rule": rule.body})[:PER_RULE]:
                line = node.range().start.line + 1
                hits.append(Hit(rule.id, line, excerpt_of(lines, line)))
        return hits
