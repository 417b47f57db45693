"""What a Python artifact defines, read without running it."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from pathlib import PurePosixPath

from app.domain.artifacts import Artifact


@dataclass(frozen=True)
class Signature:
    """A public function or class of a file: its name, and how it is called, e.g. `def f(n: int) -> int`."""

    name: str
    text: str
    path: str


@dataclass(frozen=True)
class Module:
    """A Python file as a module. folder: what must be on sys.path for `import name` to find it."""

    name: str
    path: str
    folder: str
    tree: ast.Module

    @property
    def defined(self) -> dict[str, ast.stmt]:
        """Top-level names with the statements that bind them; imported names do not count."""
        names: dict[str, ast.stmt] = {}
        for statement in self.tree.body:
            if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                names[statement.name] = statement
            elif isinstance(statement, ast.Assign | ast.AnnAssign):
                targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
                names.update({t.id: statement for t in targets if isinstance(t, ast.Name)})
        return names


def modules(artifact: Artifact) -> list[Module]:
    """The Python files of an artifact that can be parsed, named as Python would name them."""
    packages = {str(PurePosixPath(f.path).parent) for f in artifact.files if f.path.endswith("__init__.py")}
    found: list[Module] = []
    for file in artifact.files:
        if not file.path.endswith(".py"):
            continue
        try:
            tree = ast.parse(file.content)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            continue  # the syntax check reports it
        folder = PurePosixPath(file.path).parent
        while str(folder) in packages and str(folder) != ".":
            folder = folder.parent
        parts = PurePosixPath(file.path).relative_to(folder).with_suffix("").parts
        name = ".".join(parts[:-1] if parts[-1] == "__init__" and parts[:-1] else parts)
        found.append(Module(name, file.path, str(folder), tree))
    return found


def signatures(artifact: Artifact) -> list[Signature]:
    """Public top-level functions and classes, for writing examples without seeing the code."""
    found: list[Signature] = []
    for module in modules(artifact):
        for name, statement in module.defined.items():
            text = "" if name.startswith("_") else _heading(statement)
            if text:
                found.append(Signature(name, text, module.path))
    return found


def methods(statement: ast.stmt) -> list[str]:
    """Names of the methods of a class; none for anything else."""
    body = statement.body if isinstance(statement, ast.ClassDef) else []
    return [part.name for part in body if isinstance(part, ast.FunctionDef | ast.AsyncFunctionDef)]


def _heading(statement: ast.stmt) -> str:
    if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef):
        word = "async def" if isinstance(statement, ast.AsyncFunctionDef) else "def"
        returns = f" -> {ast.unparse(statement.returns)}" if statement.returns else ""
        return f"{word} {statement.name}({ast.unparse(statement.args)}){returns}"
    if not isinstance(statement, ast.ClassDef):
        return ""
    bases = f"({', '.join(map(ast.unparse, statement.bases))})" if statement.bases else ""
    inside = [_heading(part) for part in statement.body if _is_public_method(part)]
    return "\n    ".join([f"class {statement.name}{bases}:", *inside])


def _is_public_method(part: ast.stmt) -> bool:
    if not isinstance(part, ast.FunctionDef | ast.AsyncFunctionDef):
        return False
    return part.name == "__init__" or not part.name.startswith("_")
