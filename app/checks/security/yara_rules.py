"""Pattern rules in yara's language; a compiled set serves any number of threads."""

from __future__ import annotations

import importlib
import re
from collections.abc import Iterable, Sequence
from typing import Any, Final

from app.checks.security.hits import Hit, excerpt_of
from app.checks.security.packs import Rule
from app.errors import AppError, ErrorKind

MATCH_SECONDS: Final = 2
_HELPER: Final = re.compile(r"(?m)^rule (\w+)")


class YaraRules:
    """Our own rules. Helpers are rules of the same set, so that a rule can say where they matched."""

    def __init__(self, rules: Sequence[Rule], helpers: str) -> None:
        """Raises AppError(config) where a rule cannot be compiled."""
        names = _HELPER.findall(helpers)
        self._rules = {_name(rule.id): rule for rule in rules}
        self._helpers = {
            name: [h for h in re.findall(r"\b[a-z]\w+\b", str(rule.body)) if h in names]
            for name, rule in self._rules.items()
        }
        texts = [f"rule {name} {{\n{rule.body}\n}}" for name, rule in self._rules.items()]
        self._compiled = compile_yara(source="\n".join([helpers, *texts]))

    def scan(self, text: str, seconds: int = MATCH_SECONDS) -> list[Hit]:
        """Raises yara's errors, also where it takes longer."""
        found = match_yara(self._compiled, text, seconds)
        lines = text.split("\n") if found else []
        return [
            Hit(rule.id, line, excerpt_of(lines, line))
            for name, rule in self._rules.items()
            if name in found
            for line in [_place([found[name], *(found.get(h, []) for h in self._helpers[name])])]
        ]


def compile_yara(**source: Any) -> Any:
    """Yara's compiled rules. Raises AppError(config) with yara's own words."""
    yara: Any = importlib.import_module("yara")
    try:
        return yara.compile(**source)
    except yara.Error as error:
        raise AppError(ErrorKind.CONFIG, f"The pattern rules cannot be compiled: {error}") from error


def match_yara(compiled: Any, text: str, seconds: int) -> dict[str, list[int]]:
    """The rules that matched, each with the lines of its strings, ascending; none where it has no strings."""
    data = text.encode("utf-8", "surrogatepass")
    return {
        match.rule: sorted(
            {data.count(b"\n", 0, i.offset) + 1 for string in match.strings for i in string.instances}
        )
        for match in compiled.match(data=data, timeout=seconds)
    }


def _place(candidates: Iterable[list[int]]) -> int | None:
    """The first line of the first that has any."""
    return next((lines[0] for lines in candidates if lines), None)


def _name(rule_id: str) -> str:
    return "r_" + rule_id.replace("-", "_")  # a helper may have the same name
