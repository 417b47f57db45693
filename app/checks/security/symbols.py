"""The function or class that a line belongs to."""

from __future__ import annotations

from typing import Final

from tree_sitter import Node

_NAMED: Final = {
    "function_definition", "class_definition", "function_declaration", "generator_function_declaration",
    "method_definition", "class_declaration", "method_declaration", "constructor_declaration",
    "interface_declaration", "function_item", "impl_item", "mod_item",
}  # fmt: skip


def symbol_at(root: Node, line: int, column: int) -> str:
    """The dotted name of what encloses a place (line from 1, column from 0); empty at the top level."""
    names: list[str] = []
    node = root.named_descendant_for_point_range((line - 1, column), (line - 1, column))
    while node is not None:
        name = node.child_by_field_name("name") or node.child_by_field_name("type")
        if node.type in _NAMED and name is not None:
            names.append((name.text or b"").decode("utf-8", "replace"))
        node = node.parent
    return ".".join(reversed(names))
