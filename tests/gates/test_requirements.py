"""What the source imports is what the requirements name: what comes along with others may leave with them."""

from __future__ import annotations

import re
import sys
from importlib.metadata import packages_distributions
from pathlib import Path

from tests.gates.repository import ROOT, imports, parsed, python_files, shown

RUNTIME = ROOT / "packaging/requirements.in"
TESTS = ROOT / "packaging/requirements-test.in"
OWN = {"app", "tests", "main", *(tool.stem for tool in (ROOT / "packaging").rglob("*.py"))}
TYPES_ONLY = {"_typeshed"}  # exists for type checkers alone


def canonical(name: str) -> str:
    """The one spelling of a distribution's name."""
    return re.sub(r"[-_.]+", "-", name).lower()


def named_in(*inputs: Path) -> set[str]:
    """The distributions these input files ask for."""
    lines = [line for path in inputs for line in path.read_text(encoding="utf-8").splitlines()]
    return {canonical(found[0]) for line in lines if (found := re.match(r"[A-Za-z][\w.-]*", line))}


def unnamed(folder: str, requirements: set[str]) -> list[str]:
    """Imports below `folder` of packages that are neither standard, nor ours, nor in `requirements`."""
    distributions = packages_distributions()
    return [
        f"{shown(path)}:{line}: {module}"
        for path in python_files(folder)
        for line, module in imports(parsed(path))
        if (top := module.partition(".")[0]) not in OWN | TYPES_ONLY | sys.stdlib_module_names
        and not {canonical(name) for name in distributions.get(top, ())} & requirements
    ]


def test_the_application_imports_only_what_it_requires() -> None:
    assert not unnamed("app", named_in(RUNTIME))


def test_tests_and_tools_import_only_what_is_required() -> None:
    both = named_in(RUNTIME, TESTS)
    assert not unnamed("tests", both) + unnamed("packaging", both)
