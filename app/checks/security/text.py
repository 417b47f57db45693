"""The text that the pattern rules read: the code without its comments, every line where it was."""

from __future__ import annotations

import re
from typing import Final

from tree_sitter import Node

from app.checks.languages import walk
from app.checks.security.kinds import Kind

_COMMENTS: Final = {"comment", "line_comment", "block_comment"}
_SHELL_COMMENT: Final = re.compile(r"(?m)^[ \t]*#(?!!).*$")
_PRINTABLE: Final = re.compile(rb"[^\n\r]")


def without_comments(content: str, kind: Kind, root: Node | None) -> str:
    """Comments and Python's docstrings as blanks; the offsets of all else stay.

    Docstrings stay where the code reads them (`exec(__doc__)`). In shell and build files only lines that are
    comments as a whole go, because what `#` means within a line depends on quotes.
    """
    if root is None:
        return _SHELL_COMMENT.sub("", content) if kind in ("shell", "build") else content
    data = bytearray(content.encode("utf-8", "surrogatepass"))
    docstrings = kind == "python" and b"__doc__" not in data
    for node, entering in walk(root):
        if entering and (node.type in _COMMENTS or (docstrings and _is_docstring(node))):
            data[node.start_byte : node.end_byte] = _PRINTABLE.sub(
                b" ", data[node.start_byte : node.end_byte]
            )
    return data.decode("utf-8", "surrogatepass")


def _is_docstring(node: Node) -> bool:
    if node.type != "expression_statement" or node.named_child_count != 1:
        return False
    only = node.named_children[0]
    return only.type == "string" and all(c.type != "interpolation" for c in only.children)


def line_of(text: str, offset: int) -> int:
    """The line, from 1, of a character of the text."""
    return text.count("\n", 0, offset) + 1
