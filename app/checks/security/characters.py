"""Regular expressions on the text as it is, comments included: characters that hide what a reader sees."""

from __future__ import annotations

import re
from collections.abc import Sequence

from app.checks.security.hits import Hit
from app.checks.security.packs import Rule
from app.checks.security.text import line_of


class Expressions:
    """Rules whose body is one regular expression."""

    def __init__(self, rules: Sequence[Rule]) -> None:
        self._rules = [(rule, re.compile(str(rule.body))) for rule in rules]

    def scan(self, text: str) -> list[Hit]:
        """The first place of each rule; nothing is quoted, because it cannot be seen."""
        found = ((rule, expression.search(text)) for rule, expression in self._rules)
        return [Hit(rule.id, line_of(text, match.start())) for rule, match in found if match]
