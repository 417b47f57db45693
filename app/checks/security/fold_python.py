"""Python as it reads once its tricks with constants and names are undone.

See `constants` for what is understood.

`getattr(os, "sys" + "tem")("ls")` and `from os import system as s; s("ls")` both become `os.system("ls")`.
Every line stays where it was.
"""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Callable
from typing import Final

from app.checks.security import constants

_IMPORTERS: Final = {"__import__", "import_module"}
_NAMESPACES: Final = {"__dict__", "__builtins__", "builtins"}
_FOLDED: Final = "folded"
_OPERATIONS: Final[dict[type[ast.operator], Callable[[ast.expr, ast.expr], constants.Text | None]]] = {
    ast.Add: constants.add,
    ast.Mult: constants.repeat,
    ast.Mod: constants.percent,
}
MOST_DECODED: Final = 4_000


def fold(text: str, tree: ast.Module) -> str:
    """The text with each expression that says less than it means written out; `text` itself if there is none.

    Decoded data that may be code is added below the last line.
    """
    source = _Source(text)
    folder = _Folder(tree, source)
    folder.visit(tree)
    replacements = _outermost(tree)
    if not replacements:
        return text
    return source.replaced(replacements) + "".join(f"\n{part}" for part in dict.fromkeys(folder.decoded))


class _Source:
    """The text as bytes, in which the syntax tree counts."""

    def __init__(self, text: str) -> None:
        self._data = text.encode("utf-8", "surrogatepass")
        self._starts = [0]
        for line in self._data.split(b"\n"):
            self._starts.append(self._starts[-1] + len(line) + 1)

    def _span(self, node: ast.expr) -> tuple[int, int]:
        begin = self._starts[node.lineno - 1] + node.col_offset
        end = self._starts[(node.end_lineno or node.lineno) - 1] + (node.end_col_offset or 0)
        return begin, end

    def says(self, node: ast.Constant) -> bool:
        """Whether a literal's value stands in the text as it is: not cut in two, and without escapes."""
        value = node.value.encode("utf-8", "surrogatepass") if isinstance(node.value, str) else node.value
        begin, end = self._span(node)
        return not isinstance(value, bytes) or value in self._data[begin:end]

    def is_blank(self, node: ast.expr) -> bool:
        """Whether it was blanked, as docstrings are."""
        begin, end = self._span(node)
        return not self._data[begin:end].strip()

    def replaced(self, nodes: list[ast.expr]) -> str:
        """Each node's place in the text taken by what it has become, with as many lines."""
        parts: list[bytes] = []
        position = 0
        for node in nodes:
            begin, end = self._span(node)
            if begin < position:
                continue
            new = _written(node).encode("utf-8", "surrogatepass")
            parts += [self._data[position:begin], new, b"\\\n" * self._data.count(b"\n", begin, end)]
            position = end
        return b"".join([*parts, self._data[position:]]).decode("utf-8", "surrogatepass")


class _Spread(ast.NodeTransformer):
    """F-strings as their parts in a row: Python 3.11 cannot write a backslash within a field."""

    def visit_JoinedStr(self, node: ast.JoinedStr) -> ast.expr:
        self.generic_visit(node)
        parts = [part.value if isinstance(part, ast.FormattedValue) else part for part in node.values]
        return ast.Tuple(parts, ast.Load())


def _written(node: ast.expr) -> str:
    try:
        return ast.unparse(node)
    except ValueError:
        return ast.unparse(_Spread().visit(node))


class _Folder(ast.NodeTransformer):
    """Folds bottom-up, and marks what it changed."""

    def __init__(self, tree: ast.Module, source: _Source) -> None:
        self._source = source
        self.decoded: list[str] = []
        self._aliases = _aliases(tree)
        self._known = _known_names(tree)

    def visit_Name(self, node: ast.Name) -> ast.expr:
        if not isinstance(node.ctx, ast.Load):
            return node
        if node.id in self._known:
            return _marked(ast.Constant(self._known[node.id]), node)
        alias = self._aliases.get(node.id)
        return _marked(_dotted(alias), node) if alias else node

    def visit_Constant(self, node: ast.Constant) -> ast.expr:
        """Literals cut in two or with escapes for plain letters; text that needs escapes stays as it is."""
        value = node.value.decode("latin-1") if isinstance(node.value, bytes) else node.value
        plain = isinstance(value, str) and value.isascii() and value.isprintable()
        if plain and not self._source.says(node) and not self._source.is_blank(node):
            return _marked(ast.Constant(node.value), node)
        return node

    def visit_BinOp(self, node: ast.BinOp) -> ast.expr:
        self.generic_visit(node)
        if isinstance(node.op, ast.Div):
            path = constants.path(node.left, node.right)
            return _marked(path, node) if path else node
        operation = _OPERATIONS.get(type(node.op))
        return _constant(operation(node.left, node.right) if operation else None, node)

    def visit_JoinedStr(self, node: ast.JoinedStr) -> ast.expr:
        self.generic_visit(node)
        return _constant(constants.joined(node), node)

    def visit_Subscript(self, node: ast.Subscript) -> ast.expr:
        """Also `os.__dict__["system"]` and `globals()["__builtins__"]`."""
        self.generic_visit(node)
        name = constants.text_of(node.slice)
        if name and name.isidentifier() and isinstance(node.ctx, ast.Load):
            match node.value:
                case ast.Attribute(attr="__dict__", value=owner):
                    return _marked(ast.Attribute(owner, name, ast.Load()), node)
                case ast.Name(id="__builtins__") | ast.Call(func=ast.Name(id="globals" | "locals")):
                    return _marked(ast.Name(name, ast.Load()), node)
                case ast.Call(func=ast.Name(id="vars"), args=[owner]):
                    return _marked(ast.Attribute(owner, name, ast.Load()), node)
                case _:
                    pass
        return _constant(constants.subscript(node), node)

    def visit_Call(self, node: ast.Call) -> ast.expr:
        self.generic_visit(node)
        first = constants.text_of(node.args[0]) if node.args else None
        match node.func:
            case ast.Name(id="getattr") if len(node.args) >= 2:
                name = constants.text_of(node.args[1])
                if name and name.isidentifier():
                    return _marked(ast.Attribute(node.args[0], name, ast.Load()), node)
            case ast.Name(id=name) | ast.Attribute(attr=name) if name in _IMPORTERS and first:
                return _marked(_dotted(first if name == "import_module" else first.partition(".")[0]), node)
            case ast.Attribute(value=ast.Constant(value=str() | bytes() as owner), attr=name):
                return self._with_decoded(constants.method(owner, name, node.args), node)
            case ast.Name(id=name) | ast.Attribute(attr=name):
                return self._with_decoded(constants.function(name, node.args), node)
            case _:
                pass
        return node

    def _with_decoded(self, value: constants.Text | None, node: ast.Call) -> ast.expr:
        """Data may hold code; as a literal on one line it would read otherwise than it runs."""
        if isinstance(value, bytes):
            self.decoded.append(value[:MOST_DECODED].decode("utf-8", "replace"))
        return _constant(value, node)


def _constant(value: constants.Text | None, node: ast.expr) -> ast.expr:
    return node if value is None else _marked(ast.Constant(value), node)


def _marked(new: ast.expr, old: ast.expr) -> ast.expr:
    ast.copy_location(new, old)
    setattr(new, _FOLDED, True)
    return new


def _dotted(name: str) -> ast.expr:
    first, *rest = name.split(".")
    node: ast.expr = ast.Name(first, ast.Load())
    for part in rest:
        node = ast.Attribute(node, part, ast.Load())
    return node


def _aliases(tree: ast.Module) -> dict[str, str]:
    """Names that imports bind to something of another name: `import os as o`, `from os import system`."""
    found: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {a.asname: a.name for a in node.names if a.asname}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found |= {a.asname or a.name: f"{node.module}.{a.name}" for a in node.names if a.name != "*"}
    bound = _bindings(tree)
    return {name: target for name, target in found.items() if not bound[name] and name != target}


def _known_names(tree: ast.Module) -> dict[str, constants.Text]:
    """Names that are bound once in the whole file, to a string or to bytes.

    Also those bound to a sum of literals, because a cut string is often put together where it is named.
    """
    bound = _bindings(tree)
    found: dict[str, constants.Text] = {}
    for node in ast.walk(tree):
        if not isinstance(node, ast.Assign | ast.AnnAssign) or node.value is None:
            continue
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        value = _literal(node.value)
        if value is not None and len(targets) == 1 and isinstance(targets[0], ast.Name):
            found[targets[0].id] = value
    return {name: value for name, value in found.items() if bound[name] == 1}


def _literal(node: ast.expr) -> constants.Text | None:
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str | bytes) else None
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        left, right = _literal(node.left), _literal(node.right)
        if left is not None and right is not None:
            return constants.add(ast.Constant(left), ast.Constant(right))
    return None


def _bindings(tree: ast.Module) -> Counter[str]:
    """How often each name is bound, imports aside."""
    bound: Counter[str] = Counter()
    for node in ast.walk(tree):
        match node:
            case ast.Name(id=name, ctx=ast.Store() | ast.Del()) | ast.arg(arg=name):
                bound[name] += 1
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                bound[name] += 1
            case ast.Global(names=names) | ast.Nonlocal(names=names):
                bound.update(names)
            case ast.ExceptHandler(name=str() as name):
                bound[name] += 1
            case _:
                pass
    return bound


def _outermost(tree: ast.Module) -> list[ast.expr]:
    """Changed nodes that are not part of another changed one, in the order of the text."""
    found: list[ast.expr] = []
    todo: list[ast.AST] = [tree]
    while todo:
        node = todo.pop()
        if isinstance(node, ast.expr) and getattr(node, _FOLDED, False):
            found.append(node)
        elif isinstance(node, ast.JoinedStr):  # the places of its parts are not to be relied on
            found += [node] if any(getattr(part, _FOLDED, False) for part in ast.walk(node)) else []
        else:
            todo.extend(ast.iter_child_nodes(node))
    return sorted(found, key=lambda node: (node.lineno, node.col_offset))
