"""Reads from syntax trees which names a file brings in from outside, and which are its own project's."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Final

from tree_sitter import Node

from app.checks.dependencies import rust
from app.checks.dependencies.uses import Use, is_called, literal, nodes, text, use
from app.domain.runs import Language

_DYNAMIC: Final = ("__import__", "import_module", "importlib.import_module")
_REQUIRE: Final = ("require", "require.resolve", "import")
_OF_THE_PROJECT: Final = re.compile(r"[.#~/]|@/")  # how a path, not a package, begins in JavaScript


@dataclass(frozen=True)
class Reader:
    """How to read one language.

    uses: names brought in from outside, written out: `a.b.c` for `from a.b import c`.
    own: names, or beginnings of them, that a file adds to its own project.
    """

    uses: Callable[[Node], Iterator[Use]]
    own: Callable[[str, Node], Iterator[str]]


def _python_uses(root: Node) -> Iterator[Use]:
    kinds = {"import_statement", "import_from_statement", "call"}
    for node in nodes(root, kinds):
        if node.type == "call":
            name = literal(node.child_by_field_name("arguments")) if is_called(node, _DYNAMIC) else ""
            if name and not name.startswith("."):
                yield use(name, node)
            continue
        names = [text(_inner(child)) for child in node.children_by_field_name("name")]
        module = node.child_by_field_name("module_name")
        if node.type == "import_statement":
            yield from (use(name, node) for name in names)
        elif module is not None and module.type == "dotted_name":
            yield from (use(f"{text(module)}.{name}", node) for name in names or ["*"])


def _inner(child: Node) -> Node:
    return (child.child_by_field_name("name") or child) if child.type == "aliased_import" else child


def _python_own(path: str, _: Node) -> Iterator[str]:
    """Any folder or file may be where the program is started from."""
    pure = PurePosixPath(path)
    yield from (*pure.parent.parts, pure.stem)


def _javascript_uses(root: Node) -> Iterator[Use]:
    for node in nodes(root, {"import_statement", "export_statement", "call_expression"}):
        if node.type == "call_expression":
            name = literal(node.child_by_field_name("arguments")) if is_called(node, _REQUIRE) else ""
        else:
            source = node.child_by_field_name("source")
            name = text(source)[1:-1] if source else ""
        if name and not _OF_THE_PROJECT.match(name):
            yield use(name, node)


def _java_uses(root: Node) -> Iterator[Use]:
    for node in nodes(root, {"import_declaration"}):
        yield from (use(text(child), node) for child in node.named_children[:1])


def _java_own(_: str, root: Node) -> Iterator[str]:
    """The packages declared here and, from three parts on, their neighbours."""
    for node in nodes(root, {"package_declaration"}):
        parts = "".join(text(child) for child in node.named_children[-1:]).split(".")
        yield ".".join(parts)
        if len(parts) >= 3:
            yield ".".join(parts[:-1])


def _go_uses(root: Node) -> Iterator[Use]:
    for node in nodes(root, {"import_spec"}):
        path = node.child_by_field_name("path")
        if path is not None:
            yield use(text(path).strip('"`'), node)


def _nothing(_: str, __: Node) -> Iterator[str]:
    yield from ()


READERS: Final[dict[Language, Reader]] = {
    "python": Reader(_python_uses, _python_own),
    "javascript": Reader(_javascript_uses, _nothing),
    "java": Reader(_java_uses, _java_own),
    "go": Reader(_go_uses, _nothing),
    "rust": Reader(rust.uses, rust.own),
}
