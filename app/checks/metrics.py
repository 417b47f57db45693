"""Measures of size and shape, for telling whether an optimised version is simpler."""

from __future__ import annotations

import threading
import time
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from tree_sitter import Node

from app.checks.languages import language_of, parse, walk
from app.checks.pipeline import Subject
from app.domain.artifacts import SourceFile
from app.domain.findings import CheckResult, CheckStatus
from app.domain.runs import Language

NAME = "metrics"

_C_LIKE = {
    "if_statement",
    "for_statement",
    "while_statement",
    "do_statement",
    "catch_clause",
    "ternary_expression",
}
# Where the flow of control divides; `and` and `or` count as well, see BRANCH_OPERATORS.
BRANCHES: dict[Language, set[str]] = {
    "python": {
        "if_statement", "elif_clause", "for_statement", "while_statement", "except_clause",
        "conditional_expression", "boolean_operator", "case_clause", "if_clause",
    },
    "javascript": _C_LIKE | {"for_in_statement", "switch_case"},
    "java": _C_LIKE | {"enhanced_for_statement", "switch_label"},
    "go": {"if_statement", "for_statement", "expression_case", "type_case", "communication_case"},
    "rust": {"if_expression", "for_expression", "while_expression", "loop_expression", "match_arm"},
}  # fmt: skip
BRANCH_OPERATORS = {"&&", "||", "??"}
_C_LIKE_BLOCKS = {"if_statement", "for_statement", "while_statement", "do_statement", "try_statement"}
NESTING: dict[Language, set[str]] = {
    "python": {
        "if_statement", "for_statement", "while_statement", "try_statement", "with_statement",
        "match_statement",
    },
    "javascript": _C_LIKE_BLOCKS | {"for_in_statement", "switch_statement"},
    "java": _C_LIKE_BLOCKS | {"enhanced_for_statement", "switch_expression"},
    "go": {
        "if_statement", "for_statement", "expression_switch_statement", "type_switch_statement",
        "select_statement",
    },
    "rust": {"if_expression", "for_expression", "while_expression", "loop_expression", "match_expression"},
}  # fmt: skip
FUNCTIONS = {
    "function_definition", "function_declaration", "function_expression", "arrow_function",
    "method_definition", "generator_function_declaration", "method_declaration",
    "constructor_declaration", "func_literal", "function_item",
}  # fmt: skip
TYPES = {
    "class_definition", "class_declaration", "interface_declaration", "enum_declaration",
    "record_declaration", "type_spec", "struct_item", "enum_item", "trait_item",
}  # fmt: skip


@dataclass(frozen=True)
class Measures:
    """Of one file. names: functions and types that other code may use, by their bare names."""

    code_lines: int
    branches: int
    longest: int
    nesting: int
    names: frozenset[str]


class MetricsCheck:
    """Measures all files that can be parsed; never fails.

    Counts code lines (no blanks, comments, docstrings), branches, the code lines of the longest function
    and the deepest nesting.
    """

    name = NAME
    required = False
    needs = ("syntax",)
    executes = False
    edition = "1"

    def run(self, subject: Subject, stop: threading.Event) -> list[CheckResult]:
        """See `Check`."""
        start = time.monotonic()
        found = [] if stop.is_set() else list(measured(subject.artifact.files))
        if not found:
            return [
                CheckResult(
                    name=NAME,
                    status=CheckStatus.SKIPPED,
                    required=False,
                    reason="nothing to measure",
                )
            ]
        return [
            CheckResult(
                name=NAME,
                status=CheckStatus.PASS,
                required=False,
                ms=round((time.monotonic() - start) * 1000),
                metrics={
                    "code_lines": sum(m.code_lines for m in found),
                    "branches": sum(m.branches for m in found),
                    "longest_function": max(m.longest for m in found),
                    "max_nesting": max(m.nesting for m in found),
                },
                data={"names": sorted({name for m in found for name in m.names})},
            )
        ]


def measured(files: Iterable[SourceFile]) -> Iterator[Measures]:
    """The measures of each file in one of the languages."""
    for file in files:
        language = language_of(file.path)
        if language:
            yield _Measuring(language).measure(parse(file.content, language))


class _Measuring:
    """One walk through a tree. It keeps its own path of node types: asking a node for its parent starts
    at the root each time.
    """

    def __init__(self, language: Language) -> None:
        self.language: Language = language
        self.path: list[str] = []
        self.code: set[int] = set()
        self.functions: list[tuple[int, int]] = []
        self.names: set[str] = set()
        self.branches = self.depth = self.deepest = self.within = 0

    def measure(self, root: Node) -> Measures:
        comment: Node | None = None
        for node, entering in walk(root):
            if comment is not None:
                comment = None if not entering and node == comment else comment
            elif entering and _is_comment(node):
                comment = node
            elif entering:
                self._enter(node)
            else:
                self._leave(node)
        return Measures(len(self.code), self.branches, self._longest(), self.deepest, frozenset(self.names))

    def _enter(self, node: Node) -> None:
        first, last = node.start_point.row, node.end_point.row
        if node.child_count == 0 and node.end_byte > node.start_byte:
            self.code.update(range(first, last + 1))
            self.branches += node.type in BRANCH_OPERATORS
        if node.is_named:
            self.branches += node.type in BRANCHES[self.language]
            self.depth += self._nests(node)
            self.deepest = max(self.deepest, self.depth)
            self._note_name(node)
            if node.type in FUNCTIONS:
                self.functions.append((first, last))
                self.within += 1
        self.path.append(node.type)

    def _leave(self, node: Node) -> None:
        self.path.pop()
        if node.is_named:
            self.depth -= self._nests(node)
            self.within -= node.type in FUNCTIONS

    def _nests(self, node: Node) -> bool:
        """Whether what it holds is one level deeper; `else if` goes on at the level of its `if`."""
        parent = self.path[-1] if self.path else ""
        else_if = node.type.startswith("if_") and parent in ("else_clause", node.type)
        return node.type in NESTING[self.language] and not else_if

    def _note_name(self, node: Node) -> None:
        name = (
            node.child_by_field_name("name") if node.type in FUNCTIONS | TYPES and not self.within else None
        )
        text = (name.text or b"").decode("utf-8", "replace") if name else ""
        if text and not text.startswith(("_", "#")):
            self.names.add(text)

    def _longest(self) -> int:
        lines = sorted(self.code)
        sizes = (bisect_right(lines, last) - bisect_left(lines, first) for first, last in self.functions)
        return max(sizes, default=0)


def _is_comment(node: Node) -> bool:
    """Comments, and Python's docstrings: dropping either makes nothing simpler."""
    if "comment" in node.type:
        return True
    return node.type == "expression_statement" and [c.type for c in node.children] == ["string"]
