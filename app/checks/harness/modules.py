"""JavaScript files as modules: the names they define and export, and ES modules written as functions."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath

from tree_sitter import Node

from app.checks.languages import parse
from app.domain.artifacts import Artifact

_EXPORTED = re.compile(r"\bexports\.([A-Za-z_$][\w$]*)\s*=[^=]")
_EXPORTED_OBJECT = re.compile(r"\bmodule\.exports\s*=\s*\{([^}]*)\}")
_EXPORTED_NAME = re.compile(r"(?:^|,)\s*([A-Za-z_$][\w$]*)\s*(?=[,:(]|$)")


@dataclass(frozen=True)
class Source:
    """A file. local: variables of its top level. names: these and what it exports otherwise.

    classes: their methods, each with whether it is static.
    """

    path: str
    text: str
    esm: bool
    local: frozenset[str]
    names: frozenset[str]
    classes: dict[str, dict[str, bool]]


def sources(artifact: Artifact) -> list[Source]:
    """The JavaScript files of an artifact; those of tests come last."""
    files = [f for f in artifact.files if f.path.endswith((".js", ".mjs", ".cjs"))]
    found = [_source(f.path, f.content) for f in files]
    return sorted(found, key=lambda s: (".test." in s.path or ".spec." in s.path, s.path))


def _source(path: str, text: str) -> Source:
    root = parse(text, "javascript")
    esm = path.endswith(".mjs") or any(
        n.type in ("import_statement", "export_statement") for n in root.children
    )
    classes: dict[str, dict[str, bool]] = {}
    local = {name for node in root.named_children for name in _declared(node, classes)}
    exported = set(_EXPORTED.findall(text))
    for listed in _EXPORTED_OBJECT.findall(text):
        exported |= set(_EXPORTED_NAME.findall(listed))
    return Source(path, text, esm, frozenset(local), frozenset(local | exported), classes)


def _text(node: Node | None) -> str:
    return (node.text or b"").decode("utf-8", "replace") if node else ""


def _declared(node: Node, classes: dict[str, dict[str, bool]]) -> Iterator[str]:
    """Names that a statement of the top level binds; classes are written down with their methods."""
    if node.type == "export_statement":
        inner = node.child_by_field_name("declaration")
        yield from _declared(inner, classes) if inner else ()
    elif node.type in ("function_declaration", "generator_function_declaration", "class_declaration"):
        name = _text(node.child_by_field_name("name"))
        if node.type == "class_declaration":
            classes[name] = dict(_methods(node))
        yield name
    elif node.type in ("lexical_declaration", "variable_declaration"):
        for part in node.named_children:
            name = part.child_by_field_name("name")
            value = part.child_by_field_name("value")
            if value is not None and value.type == "class":
                classes[_text(name)] = dict(_methods(value))
            yield from _bound(name)


def _methods(node: Node) -> Iterator[tuple[str, bool]]:
    body = node.child_by_field_name("body")
    for part in body.named_children if body else ():
        if part.type == "method_definition":
            yield _text(part.child_by_field_name("name")), any(c.type == "static" for c in part.children)


def _bound(pattern: Node | None) -> Iterator[str]:
    """Names in `a`, `{a, b: c}` and `[a, b]`."""
    if pattern is None:
        return
    if pattern.type in ("identifier", "shorthand_property_identifier_pattern"):
        yield _text(pattern)
    elif pattern.type == "pair_pattern":
        yield from _bound(pattern.child_by_field_name("value"))
    elif pattern.type in ("object_pattern", "array_pattern", "rest_pattern", "assignment_pattern"):
        for part in pattern.named_children:
            yield from _bound(part)


def as_commonjs(source: Source) -> str:
    """The text with imports and exports written as function calls; every line stays where it is."""
    if PurePosixPath(source.path).suffix == ".json" or not source.esm:
        return source.text
    data = source.text.encode()
    pieces: list[bytes] = []
    end: list[str] = []
    position = 0
    for node in parse(source.text, "javascript").children:
        if node.type not in ("import_statement", "export_statement"):
            continue
        new = _import(node) if node.type == "import_statement" else _export(node, end)
        lines = data[node.start_byte : node.end_byte].count(b"\n") - new.count("\n")
        pieces += [data[position : node.start_byte], new.encode(), b"\n" * max(lines, 0)]
        position = node.end_byte
    return (b"".join(pieces) + data[position:]).decode() + "\n;" + " ".join(end)


def _names(clause: Node, separator: str) -> str:
    """`{a, b as c}` as `{a, b: c}`."""
    pairs = [
        (_text(p.child_by_field_name("name")), _text(p.child_by_field_name("alias")))
        for p in clause.named_children
    ]
    return ", ".join(f"{name}{separator}{alias}" if alias else name for name, alias in pairs)


def _import(node: Node) -> str:
    call = f"await __import({_text(node.child_by_field_name('source'))})"
    clause = next((c for c in node.named_children if c.type == "import_clause"), None)
    made: list[str] = []
    for part in clause.named_children if clause else ():
        if part.type == "identifier":
            made.append(f"const {_text(part)} = ({call}).default;")
        elif part.type == "namespace_import":
            made.append(f"const {_text(part.named_children[0])} = {call};")
        elif part.type == "named_imports":
            made.append(f"const {{{_names(part, ': ')}}} = {call};")
    return " ".join(made) or f"{call};"


def _export(node: Node, end: list[str]) -> str:
    """What stands in its place; what exports it is added to `end`."""
    origin = node.child_by_field_name("source")
    clause = next((c for c in node.named_children if c.type == "export_clause"), None)
    declaration = node.child_by_field_name("declaration")
    value = node.child_by_field_name("value")
    default = any(c.type == "default" for c in node.children)
    if origin is not None:
        taken = f"await __import({_text(origin)})"
        return (
            f"Object.assign(exports, {taken});"
            if clause is None
            else f"{{ const __o = {taken}; {_forwarded(clause)} }}"
        )
    if clause is not None:
        for part in clause.named_children:
            name, alias = _text(part.child_by_field_name("name")), _text(part.child_by_field_name("alias"))
            end.append(f"exports.{alias or name} = {name};")
        return ""
    if declaration is not None:
        names = list(_declared(declaration, {}))
        end.extend(f"exports.{name} = {name};" for name in names)
        end.extend(f"exports.default = {name};" for name in names[:1] if default)
        return _text(declaration)
    return f"exports.default = {_text(value)};" if value is not None else ""


def _forwarded(clause: Node) -> str:
    made: list[str] = []
    for part in clause.named_children:
        name, alias = _text(part.child_by_field_name("name")), _text(part.child_by_field_name("alias"))
        made.append(f"exports.{alias or name} = __o.{name};")
    return " ".join(made)
