"""The languages that can be parsed here, and their tree-sitter parsers."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from importlib import import_module
from pathlib import PurePosixPath

from tree_sitter import Language as Grammar
from tree_sitter import Node, Parser

from app.domain.runs import Language

BY_SUFFIX: dict[str, Language] = {
    ".py": "python",
    ".js": "javascript",
    ".mjs": "javascript",
    ".cjs": "javascript",
    ".java": "java",
    ".go": "go",
    ".rs": "rust",
}


def language_of(path: str) -> Language | None:
    """The language by the file's extension; None where it is none of ours."""
    return BY_SUFFIX.get(PurePosixPath(path).suffix.lower())


@cache
def _grammar(language: Language) -> Grammar:
    pointer: object = import_module(f"tree_sitter_{language}").language()
    return Grammar(pointer)


def parse(content: str, language: Language) -> Node:
    """The root of the syntax tree; never fails, errors are nodes of it."""
    return Parser(_grammar(language)).parse(content.encode("utf-8", "surrogatepass")).root_node


def walk(root: Node) -> Iterator[tuple[Node, bool]]:
    """All nodes in document order, each on entering (True) and on leaving (False).

    Uses no recursion, so that no nesting is too deep.
    """
    cursor = root.walk()
    while True:
        node = cursor.node
        if node is not None:
            yield node, True
        if cursor.goto_first_child():
            continue
        while True:
            if cursor.node is not None:
                yield cursor.node, False
            if cursor.goto_next_sibling():
                break
            if not cursor.goto_parent():
                return
