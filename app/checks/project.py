"""Files on disk as the checks want them: under safe names, with those they belong together with."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Final

from app.checks.dependencies.manifests import read_manifest
from app.checks.languages import language_of
from app.domain.artifacts import MAX_FILE_BYTES, MAX_FILES, SourceFile, safe_path
from app.domain.runs import Language
from app.errors import AppError, ErrorKind

_BY_FOLDER: Final[tuple[Language, ...]] = ("java", "go")  # files of a folder see one another unasked
_GENERIC: Final = ("__init__", "index", "mod", "lib")  # imported by the name of their folder
_IMPORT: Final = re.compile(
    r"^\s*(?:from|import|export|use|mod|pub)\b.*|\b(?:require|import)\s*\(.*", re.MULTILINE
)
_WORD: Final = re.compile(r"[\w-]+")
_MANIFESTS: Final = ("pyproject.toml", "go.mod", "Cargo.toml", "package.json")
_ROOTS: Final = (".git", ".hg", "setup.py", "setup.cfg", "pom.xml", *_MANIFESTS)
_UP: Final = 8


@dataclass(frozen=True)
class Item:
    """A file as given. source: what is checked; None where it cannot be, for the reason in `problem`."""

    path: Path
    data: bytes
    source: SourceFile | None = None
    problem: str = ""

    @property
    def language(self) -> Language | None:
        return language_of(self.path.name)


def read_items(paths: Sequence[Path]) -> list[Item]:
    """Each file once. Raises AppError(not_found) for a path that is no file."""
    unique = list({path.resolve(): path for path in paths}.values())
    for path in unique:
        if not path.is_file():
            raise AppError(ErrorKind.NOT_FOUND, f"There is no file {path}.", "Name files, not folders.")
    root = _common([path.resolve().parent for path in unique])
    return [_item(path, _name(path, root, number)) for number, path in enumerate(unique)]


def _common(folders: Sequence[Path]) -> Path | None:
    try:
        return Path(os.path.commonpath(folders))
    except ValueError:  # on Windows: of different drives
        return None


def _name(path: Path, root: Path | None, number: int) -> str:
    """A name for a place in an artifact: where the file lies, or else just its own; empty without either."""
    names = [path.resolve().relative_to(root).as_posix()] if root else []
    for name in (*names, f"{number}/{path.name}"):
        with suppress(AppError):
            return safe_path(name)
    return ""


def _item(path: Path, name: str) -> Item:
    data = path.read_bytes()
    if len(data) > MAX_FILE_BYTES:
        return Item(path, data, problem=f"over {MAX_FILE_BYTES} bytes, so it was not checked")
    if not name:
        return Item(path, data, problem="a file name that cannot be used everywhere, so it was not checked")
    try:
        return Item(path, data, SourceFile(path=name, content=data.decode()))
    except UnicodeDecodeError:
        return Item(path, data, problem="not UTF-8 text")


def together(sources: Sequence[SourceFile]) -> list[list[SourceFile]]:
    """Groups of files that use one another, as far as their names tell; every file is in one group.

    Groups larger than an artifact may be are taken apart.
    """
    brought = {source.path: _brought_in(source.content) for source in sources}
    groups: list[list[SourceFile]] = []
    for source in sources:
        near = [g for g in groups if any(_belong(source.path, other.path, brought) for other in g)]
        groups = [g for g in groups if g not in near] + [[source, *(s for g in near for s in g)]]
    return [
        part for group in groups for part in ([group] if len(group) <= MAX_FILES else [[s] for s in group])
    ]


def _brought_in(content: str) -> frozenset[str]:
    """The words of all lines that bring something in."""
    return frozenset(word for line in _IMPORT.findall(content) for word in _WORD.findall(line))


def _belong(one: str, other: str, brought: Mapping[str, frozenset[str]]) -> bool:
    """Whether one of two paths names the other, or their language has folders for packages."""
    language = language_of(one)
    if language is None or language != language_of(other):
        return False
    same_folder = PurePosixPath(one).parent == PurePosixPath(other).parent
    named = _module(other) in brought[one] or _module(one) in brought[other]
    return named or (language in _BY_FOLDER and same_folder)


def _module(path: str) -> str:
    pure = PurePosixPath(path)
    return pure.parent.name if pure.stem in _GENERIC else pure.stem


def own_names(paths: Iterable[Path]) -> frozenset[str]:
    """First names of what the projects around the files hold themselves, for the dependencies check."""
    return frozenset(name for folder in {p.resolve().parent for p in paths} for name in _around(folder))


def _around(folder: Path) -> Iterator[str]:
    above = [folder, *folder.parents][:_UP]
    root = next((f for f in above if any((f / name).exists() for name in _ROOTS)), folder)
    for place in (*above[: above.index(root) + 1], root / "src"):
        if place.is_dir():
            yield from (p.stem for p in place.iterdir() if p.suffix == ".py" or p.is_dir())
    for name in _MANIFESTS:
        with suppress(OSError, ValueError, AppError):  # then there is nothing to learn from it
            manifest = read_manifest(SourceFile(path=name, content=(root / name).read_text("utf-8")))
            yield from manifest.own if manifest else ()
