"""The repository's own files, found without git: the tests also run where there is only a copy."""

from __future__ import annotations

import ast
import os
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
OWN_DOT_FOLDERS = {".ci"}
NOT_OURS = {"__pycache__", "vendor", "node_modules", "build", "dist"}


def own_files(folder: str = "") -> Iterator[Path]:
    """Every file below `folder` that belongs to the repository, sorted within its folder."""
    for place, folders, files in os.walk(ROOT / folder):
        folders[:] = sorted(name for name in folders if _is_ours(name))
        yield from (Path(place) / name for name in sorted(files))


def python_files(folder: str = "") -> Iterator[Path]:
    """The Python files among them."""
    return (path for path in own_files(folder) if path.suffix == ".py")


def imports(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Line and full name of each absolute import; `from app import x` counts as `app.x`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level:
            yield from ((node.lineno, f"{node.module}.{alias.name}") for alias in node.names)


def parsed(path: Path) -> ast.Module:
    """The syntax tree of a Python file."""
    return ast.parse(path.read_text(encoding="utf-8"))


def shown(path: Path) -> str:
    """The path as a reader of a message wants it."""
    return path.relative_to(ROOT).as_posix()


def _is_ours(folder: str) -> bool:
    return folder not in NOT_OURS and (folder in OWN_DOT_FOLDERS or not folder.startswith("."))
