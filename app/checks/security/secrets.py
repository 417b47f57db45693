"""Secrets that stand in a file, found by detect-secrets' patterns; the finding never repeats the secret.

Its plugins are used directly: its settings are global, its `allowlist` comments would count, and it can ask
the services whether a key works.
"""

from __future__ import annotations

import importlib
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, Final

from app.checks.security.hits import Hit
from app.checks.security.packs import Rule

PIECE: Final = 1_000
OVERLAP: Final = 200
_FILTERS: Final = (
    "is_sequential_string",
    "is_potential_uuid",
    "is_templated_secret",
    "is_prefixed_with_dollar_sign",
    "is_not_alphanumeric_string",
)
_PLACEHOLDER: Final = re.compile(
    r"(?i)(your|my|some|the|example|sample|dummy|fake|test|change|placeholder|redacted|todo|secret|password|passw|"
    r"xxx|\*\*\*|\.\.\.|<|\{|\$|%\(|none|null|undefined|process\.|os\.|env|getenv|config|abc|123456|foo|bar)"
)
_KEYWORD: Final = "keyword.KeywordDetector"


class Secrets:
    """The detectors that a pack names as `module.Class` of detect-secrets."""

    def __init__(self, rules: Sequence[Rule]) -> None:
        heuristic: Any = importlib.import_module("detect_secrets.filters.heuristic")
        self._filters: list[Callable[[str], bool]] = [getattr(heuristic, name) for name in _FILTERS]
        self._indirect: Callable[[str], bool] = heuristic.is_indirect_reference
        self._detectors: list[tuple[Rule, Any]] = [(rule, _plugin(str(rule.body))) for rule in rules]

    def scan(self, text: str) -> list[Hit]:
        """One hit a rule and line."""
        hits = dict.fromkeys(
            Hit(rule.id, number)
            for number, line in enumerate(text.split("\n"), 1)
            for piece in _pieces(line)
            for rule, plugin in self._detectors
            if self._has_secret(str(rule.body), plugin, piece)
        )
        return list(hits)

    def _has_secret(self, name: str, plugin: Any, piece: str) -> bool:
        found: Iterable[str] = plugin.analyze_string(piece)
        if name == _KEYWORD:
            return any(self._is_likely(secret) for secret in found) and not self._indirect(piece)
        return any(True for _ in found)

    def _is_likely(self, secret: str) -> bool:
        """Whether a value beside a word like `password` is one: not a placeholder, a template or a name."""
        return (
            len(secret) >= 6
            and not _PLACEHOLDER.search(secret)
            and not any(is_harmless(secret) for is_harmless in self._filters)
        )


def _plugin(name: str) -> Any:
    module, _, plugin = name.partition(".")
    return getattr(importlib.import_module(f"detect_secrets.plugins.{module}"), plugin)()


def _pieces(line: str) -> Iterator[str]:
    """Parts of a long line, overlapping: some patterns take time that grows faster than the line."""
    for start in range(0, max(len(line), 1), PIECE - OVERLAP):
        yield line[start : start + PIECE]
        if start + PIECE >= len(line):
            return
