"""The architecture's boundaries, checked on the source: who may import whom, and how long a file may be."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.gates.repository import ROOT, imports, own_files, parsed, python_files, shown

# From the bottom up: a layer imports only from layers below it, and packages of one layer not each other.
LAYERS = (
    {"errors", "program", "whole_file"},
    {"domain"},
    {"settings"},
    {"store", "models", "checks"},
    {"agents"},
    {"session"},
    {"web", "worker", "desktop", "cli"},
    {"bootstrap"},
    {"main"},
)
LEVEL = {name: level for level, names in enumerate(LAYERS) for name in names}
SETUP = "setup"  # outside the layers: runs before anything is installed, and for main alone
AGENT_FRAMEWORK = "autogen"
MAY_USE_THE_FRAMEWORK = {"agents", "models"}
BROAD = {"Exception", "BaseException"}
# The turn's boundary, the program's and the web's; and the guest, a program of its own inside the sandbox, to
# which whatever the tested code raises is a result.
MAY_CATCH_ALL = ("app/session/engine.py", "app/bootstrap.py", "app/web/attempt.py", "app/checks/guest.py")
MOST_LINES = 500
COUNTED = {".py", ".js", ".css", ".html"}


def app_modules() -> list[Path]:
    return [ROOT / "main.py", *python_files("app")]


def package_of(path: Path) -> str:
    """The part of the architecture a file belongs to: `store` for app/store/blobs.py, `main` for main.py."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return parts[0] if len(parts) == 1 else parts[1]


def forbidden(source: str, imported: str) -> bool:
    """Whether a module of package `source` may not import `imported` (a full dotted name)."""
    top, _, rest = imported.partition(".")
    if top.startswith(AGENT_FRAMEWORK):
        return source not in MAY_USE_THE_FRAMEWORK
    if top in ("tests", "main"):
        return True
    target = rest.partition(".")[0]
    if top != "app" or target == source:
        return False
    if SETUP in (source, target):
        return source != "main"
    return LEVEL[target] >= LEVEL[source]


def faults(path: Path) -> Iterator[str]:
    """What in one file of the application breaks the rules."""
    tree = parsed(path)
    source, name = package_of(path), shown(path)
    for line, imported in imports(tree):
        if forbidden(source, imported):
            yield f"{name}:{line}: {source} may not import {imported}"
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.level:
            yield f"{name}:{node.lineno}: relative import"
        if isinstance(node, ast.ExceptHandler) and catches_all(node) and not name.startswith(MAY_CATCH_ALL):
            yield f"{name}:{node.lineno}: catches everything; only {', '.join(MAY_CATCH_ALL)} may"


def catches_all(handler: ast.ExceptHandler) -> bool:
    """Whether every failure ends here. Cleaning up and raising it again (`raise` at the end) is no end."""
    if isinstance(handler.body[-1], ast.Raise) and handler.body[-1].exc is None:
        return False
    if handler.type is None:
        return True
    return any(isinstance(node, ast.Name) and node.id in BROAD for node in ast.walk(handler.type))


def test_every_package_has_its_place_in_the_layers() -> None:
    packages = {package_of(path) for path in app_modules()} - {"__init__", SETUP}
    assert packages
    assert packages <= LEVEL.keys()


def test_imports_go_downwards_and_everything_is_caught_in_three_places_only() -> None:
    assert not [fault for path in app_modules() for fault in faults(path)]


@pytest.mark.parametrize(
    ("source", "imported", "is_forbidden"),
    [
        ("agents", "app.store.blobs", False),
        ("store", "app.agents.team", True),
        ("store", "app.models.calls", True),
        ("store", "app.store.schema", False),
        ("main", "app.setup.start", False),
        ("cli", "app.setup.start", True),
        ("setup", "app.errors", True),
        ("agents", "autogen_core.models", False),
        ("session", "autogen_agentchat.teams", True),
        ("domain", "tests.support", True),
        ("domain", "pydantic.BaseModel", False),
    ],
)
def test_the_rule_itself(source: str, imported: str, is_forbidden: bool) -> None:
    assert forbidden(source, imported) is is_forbidden


@pytest.mark.parametrize(
    ("handler", "is_end"),
    [
        ("except: report()", True),
        ("except Exception: report()", True),
        ("except (KeyError, BaseException) as error: report()", True),
        ("except KeyError: report()", False),
        ("except BaseException:\n    clean()\n    raise", False),
    ],
)
def test_the_rule_about_catching(handler: str, is_end: bool) -> None:
    tree = ast.parse(f"try:\n    work()\n{handler}")
    found = next(node for node in ast.walk(tree) if isinstance(node, ast.ExceptHandler))
    assert catches_all(found) is is_end


def test_no_file_is_too_long_to_read_in_one_sitting() -> None:
    lengths = {
        shown(path): len(path.read_text(encoding="utf-8").splitlines())
        for path in own_files()
        if path.suffix in COUNTED
    }
    assert lengths
    assert not {name: lines for name, lines in lengths.items() if lines > MOST_LINES}


def test_the_application_package_itself_costs_nothing_to_import() -> None:
    assert not (ROOT / "app/__init__.py").read_text(encoding="utf-8").strip()
