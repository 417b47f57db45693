"""Rust names a crate not only in `use`, but in any path: `rand::random()`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Final

from tree_sitter import Node

from app.checks.dependencies.uses import Use, nodes, text, use
from app.checks.languages import walk

_PATHS: Final = {"scoped_identifier", "scoped_type_identifier", "scoped_use_list", "use_wildcard"}
_ITEMS: Final = {
    "mod_item", "enum_item", "struct_item", "trait_item", "function_item", "type_item", "const_item",
    "static_item", "union_item", "macro_definition", "type_parameter",
}  # fmt: skip
_TOOLS: Final = {"rustfmt", "clippy", "diagnostic", "miri", "rust_analyzer"}  # in attributes
_CRATE_FILES: Final = {"lib", "main", "mod", "build"}


def uses(root: Node) -> Iterator[Use]:
    """The first name of each path that nothing in the file brings into scope."""
    bound = set(_bound(root)) | _TOOLS
    listed = _inside_lists(root)
    for node in nodes(root, _PATHS | {"use_declaration", "extern_crate_declaration"}):
        if node.start_byte in listed:
            continue
        name = _first(node)
        if name and name[:1].islower() and (name not in bound or node.type.endswith("declaration")):
            yield use(name, node)


def own(path: str, root: Node) -> Iterator[str]:
    """The modules that a file is and has."""
    pure = PurePosixPath(path)
    yield from {*pure.parent.parts, pure.stem} - _CRATE_FILES - {"src"}
    yield from (text(n) for item in nodes(root, {"mod_item"}) if (n := item.child_by_field_name("name")))


def _first(node: Node) -> str:
    """The first name of a path; empty where it is no plain name, or stands in a longer path."""
    if node.type == "use_declaration":
        first = node.child_by_field_name("argument")
        if first is not None and first.type == "use_as_clause":
            first = first.child_by_field_name("path")
    elif node.type == "extern_crate_declaration":
        first = node.child_by_field_name("name")
    elif node.type == "use_wildcard":
        first = node.named_children[0] if node.named_children else None
    else:
        first = node.child_by_field_name("path")
        if first is None and node.type != "scoped_use_list":  # `::rand::random`
            first = node.child_by_field_name("name")
    return text(first) if first is not None and first.type == "identifier" else ""


def _inside_lists(root: Node) -> set[int]:
    """Where the parts of `use a::{...}` begin, all of which are below `a`."""
    found, depth = set[int](), 0
    for node, entering in walk(root):
        if depth and entering and node.type in _PATHS:
            found.add(node.start_byte)
        if node.type == "scoped_use_list":
            depth += 1 if entering else -1
    return found


def _bound(root: Node) -> Iterator[str]:
    """Names that the file's own items and its `use` declarations bring into scope."""
    for item in nodes(root, _ITEMS):
        name = item.child_by_field_name("name") or (item.named_children or [None])[0]
        if name is not None:
            yield text(name)
    for declaration in nodes(root, {"use_declaration"}):
        for part in nodes(declaration, {"scoped_identifier", "use_as_clause", "use_list"}):
            yield from _names_of(part)


def _names_of(part: Node) -> Iterator[str]:
    if part.type == "use_list":
        yield from (text(child) for child in part.named_children if child.type == "identifier")
    else:
        name = part.child_by_field_name("alias") or part.child_by_field_name("name")
        if name is not None:
            yield text(name)
