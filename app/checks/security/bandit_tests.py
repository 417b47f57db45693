"""Bandit's tests for Python, in process, with its `# nosec` ignored."""

from __future__ import annotations

import importlib
import warnings
from collections.abc import Sequence
from typing import Any, Final

from app.checks.security.hits import Hit, excerpt_of
from app.checks.security.packs import Rule
from app.domain.findings import Level

READS_THE_FILE: Final = "B613"  # looks for turned text on disk; `characters` does that


class Bandit:
    """The tests that a pack gives a level to.

    The others are run, too: bandit keeps a choice in global variables, which another scanner would change.
    """

    def __init__(self, rules: Sequence[Rule]) -> None:
        self._rules = {str(rule.body): rule for rule in rules}
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # bandit's, about its own plugins
            sets: Any = importlib.import_module("bandit.core.test_set")
        config: Any = importlib.import_module("bandit.core.config")
        self._metrics: Any = importlib.import_module("bandit.core.metrics").Metrics
        self._meta: Any = importlib.import_module("bandit.core.meta_ast").BanditMetaAst
        self._visitor: Any = importlib.import_module("bandit.core.node_visitor").BanditNodeVisitor
        self._tests: Any = sets.BanditTestSet(config.BanditConfig(), {"exclude": [READS_THE_FILE]})

    def scan(self, text: str) -> list[Hit]:
        """Raises SyntaxError and whatever a test of bandit raises."""
        visitor = self._visitor("./code.py", None, self._meta(), self._tests, False, {}, self._metrics())
        visitor.tester.debug = True  # else an exception in a test is but a line in a log
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            visitor.process(text.encode("utf-8"))
        lines = text.split("\n")
        return [
            Hit(self._rules[issue.test_id].id, issue.lineno, excerpt_of(lines, issue.lineno))
            for issue in visitor.tester.results
            if issue.test_id in self._rules and not self._is_weak(issue)
        ]

    def _is_weak(self, issue: Any) -> bool:
        """Whether bandit itself thinks little of it, e.g. of a shell command without anything put into it."""
        asks = self._rules[issue.test_id].level is not Level.OK
        return asks and "LOW" in (issue.confidence, issue.severity)
