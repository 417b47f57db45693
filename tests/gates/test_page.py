"""What holds for the page's files: its tools find nothing, and it loads nothing from anywhere else."""

from __future__ import annotations

import ast
import hashlib
import json
import re
import shutil
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from typing_extensions import override

from app.errors import ErrorKind
from app.setup.page import page_is_complete
from tests.gates.repository import NOT_OURS, ROOT, own_files, python_files, shown
from tests.support.page_tools import run_node

UI = ROOT / "ui"
JS_TESTS = ROOT / "tests/ui"
TOOLS = {
    "tsc": ("typescript/bin/tsc", "--noEmit", "--project", "tsconfig.json"),
    "eslint": ("eslint/bin/eslint.js", "--max-warnings", "0", "."),
}
AWAY = r"""["'(\s=]*(?:https?:)?//"""
LOADS = re.compile(
    rf"""<(?:script|link|img|iframe|source|image|use)\b[^>]*\b(?:src|srcset|href){AWAY}"""
    rf"""|\b(?:import|from|importScripts|Worker){AWAY}|@import{AWAY}|\burl\({AWAY}""",
    re.IGNORECASE,
)
UNNAMED = {"node_modules/xmlhttprequest-ssl"}  # MIT, which only its licence text says
LICENCES = {"MIT", "ISC", "BSD-2-Clause", "BSD-3-Clause", "Apache-2.0", "(MPL-2.0 OR Apache-2.0)"}


def read(name: str) -> Any:
    return json.loads((UI / name).read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def workshop(page_tools: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page beside its tools, as both look for each other; neither is installed into the repository."""
    folder = tmp_path_factory.mktemp("workshop")
    (folder / "node_modules").symlink_to(page_tools, target_is_directory=True)
    shutil.copytree(UI, folder / "ui", ignore=shutil.ignore_patterns(*NOT_OURS - {"vendor"}, ".*"))
    return folder


@pytest.mark.parametrize("arguments", TOOLS.values(), ids=TOOLS)
def test_the_tool_finds_nothing(workshop: Path, arguments: tuple[str, ...]) -> None:
    program, *options = arguments
    ran = run_node(f"../node_modules/{program}", *options, folder=workshop / "ui")
    assert ran.returncode == 0, ran.stdout


def test_the_tests_of_the_modules_pass() -> None:
    tests = sorted(JS_TESTS.rglob("*.test.js"))
    assert tests
    ran = run_node("--test", *tests)
    assert ran.returncode == 0, ran.stdout


def test_the_page_loads_nothing_from_elsewhere() -> None:
    files = [path for path in own_files("ui") if path.suffix in {".js", ".css", ".html", ".svg"}]
    assert files
    assert not {shown(p): f[0] for p in files if (f := LOADS.search(p.read_text(encoding="utf-8")))}


@pytest.mark.parametrize(
    ("text", "loads"),
    [
        ('<script type="module" src="https://cdn.example/a.js">', True),
        ("<link rel=stylesheet href=//cdn.example/a.css>", True),
        ('import x from "https://cdn.example/a.js"', True),
        ("import('https://cdn.example/a.js')", True),
        ('@import "http://cdn.example/a.css";', True),
        ("src: url(https://cdn.example/a.woff2)", True),
        ('<a href="https://ollama.com">Ollama</a>', False),
        ('<script src="/ui/js/main.js">', False),
        ('xmlns="http://www.w3.org/2000/svg"', False),
        ('import { dom } from "../helpers/dom.js"; // not from anywhere else', False),
    ],
)
def test_the_rule_about_loading(text: str, loads: bool) -> None:
    assert bool(LOADS.search(text)) is loads


class Inline(HTMLParser):
    """Collects what the server's policy would not run: code and style that stand in the page itself."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(text)

    @override
    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = {name for name, _ in attrs}
        if tag == "style" or (tag == "script" and "src" not in names):
            self.found.append(f"<{tag}>")
        self.found += [f"<{tag} {name}>" for name in names if name == "style" or name.startswith("on")]


def test_no_script_or_style_stands_in_the_page() -> None:
    assert not Inline((UI / "index.html").read_text(encoding="utf-8")).found
    assert Inline("<style></style><script>1</script><p style='' onclick='1'>").found


def test_the_lock_names_exact_bytes_and_no_address() -> None:
    packages = {place: package for place, package in read("package-lock.json")["packages"].items() if place}
    assert packages
    assert not [place for place, package in packages.items() if "resolved" in package]
    assert all(package["integrity"].startswith("sha512-") for package in packages.values())


def test_what_the_page_ships_may_be_shipped() -> None:
    packages = read("package-lock.json")["packages"]
    used = {place: package for place, package in packages.items() if place and not package.get("dev")}
    assert {place for place, package in used.items() if package.get("license") not in LICENCES} <= UNNAMED
    wanted = {entry["package"] for entry in read("vendor.json")["files"]}
    assert wanted <= set(read("package.json")["dependencies"])


def test_each_library_is_the_one_that_was_installed() -> None:
    if not page_is_complete():
        pytest.skip("needs ui/vendor as committed: start `python3 main.py test`, which makes it")
    files = read("vendor/manifest.json")["files"]
    assert {entry["file"] for entry in files} == {entry["to"] for entry in read("vendor.json")["files"]}
    for entry in files:
        content = (UI / "vendor" / entry["file"]).read_bytes()
        assert hashlib.sha256(content).hexdigest() == entry["sha256"], entry["file"]


def test_the_libraries_modules_import_each_other_by_their_files() -> None:
    if not page_is_complete():
        pytest.skip("needs ui/vendor as committed: start `python3 main.py test`, which makes it")
    mains = [entry for entry in read("vendor.json")["files"] if entry.get("main")]
    packages = {entry["package"] for entry in mains}
    imported = re.compile(r"""\bfrom\s*["']([^"']+)["']""")
    for entry in mains:
        source = UI / "vendor" / entry["to"]
        names = imported.findall(source.read_text(encoding="utf-8"))
        assert not packages & set(names), entry["to"]
        assert all((source.parent / name).is_file() for name in names if name.startswith(".")), entry["to"]


def chinese(area: str) -> Any:
    """The words of an area, functions left out; those of a table stay as its keys."""
    show = (
        f"import * as words from './zh/{area}.js';"
        "console.log(JSON.stringify(words, (key, value) => typeof value === 'function' ? '' : value))"
    )
    return json.loads(run_node("--input-type=module", "--eval", show, folder=UI / "js/strings").stdout)


def test_what_the_page_translates_of_the_server_is_still_said() -> None:
    """Each sentence as a whole text of the program or as one with values in it, and every kind of problem."""
    said: set[str] = set()
    templates: set[str] = set()
    for path in python_files("app"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                said.add(node.value)
            elif isinstance(node, ast.JoinedStr):
                parts = (
                    re.escape(str(p.value)) if isinstance(p, ast.Constant) else r"\S+" for p in node.values
                )
                templates.add("".join(parts))
    server = chinese("server")["server"]
    sentences = server["phrases"]
    assert len(sentences) > 10
    assert not [p for p in sentences if p not in said and not any(re.fullmatch(t, p) for t in templates)]
    assert set(server["notes"]) - {"rewound"} <= said
    assert set(server["headings"]) <= said
    assert set(chinese("problem")["problem"]["kinds"]) == {kind.value for kind in ErrorKind}
