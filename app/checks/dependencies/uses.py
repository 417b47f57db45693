"""What the readers of all languages share."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from tree_sitter import Node

from app.checks.languages import walk


@dataclass(frozen=True)
class Use:
    """A name from outside. line: from 1, None where it is not known."""

    name: str
    line: int | None


def use(name: str, node: Node) -> Use:
    """A name used at a node."""
    return Use(name, node.start_point.row + 1)


def text(node: Node) -> str:
    """The source text of a node."""
    return (node.text or b"").decode("utf-8", "replace")


def nodes(root: Node, kinds: Collection[str]) -> Iterator[Node]:
    """All nodes of these types at and below `root`, in document order."""
    return (node for node, entering in walk(root) if entering and node.type in kinds)


def literal(arguments: Node | None) -> str:
    """The first argument of a call where it is a plain string; else empty."""
    first = next(iter(arguments.named_children), None) if arguments else None
    if first is None or first.type not in ("string", "template_string"):
        return ""
    parts = [n for n in first.named_children if n.type not in ("string_start", "string_end")]
    plain = len(parts) == 1 and parts[0].type in ("string_content", "string_fragment")
    return text(parts[0]) if plain else ""


def is_called(call: Node, names: Collection[str]) -> bool:
    """Whether a call is one of these functions. Looks at no long text: calls can be chained endlessly."""
    function = call.child_by_field_name("function")
    return (
        function is not None
        and function.end_byte - function.start_byte <= max(map(len, names))
        and text(function) in names
    )
