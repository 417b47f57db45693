"""What an artifact defines, for those who must not see its code."""

from __future__ import annotations

from app.checks.signatures import modules, signatures
from app.domain.artifacts import Artifact, SourceFile


def artifact(files: dict[str, str]) -> Artifact:
    return Artifact.of(SourceFile(path=path, content=text) for path, text in files.items())


def test_public_functions_and_classes_without_their_bodies() -> None:
    code = '''
LIMIT = 3
def merge(intervals: list[list[int]], *, strict: bool = False) -> list[list[int]]:
    """Secret recipe."""
    return sorted(intervals)
async def fetch(url): return url
def _helper(): pass
class Stack(list):
    def __init__(self, size=3): self.size = size
    def push(self, x: int) -> None: ...
    def _grow(self): ...
'''
    found = signatures(artifact({"solution.py": code}))
    assert [s.text for s in found] == [
        "def merge(intervals: list[list[int]], *, strict: bool=False) -> list[list[int]]",
        "async def fetch(url)",
        "class Stack(list):\n    def __init__(self, size=3)\n    def push(self, x: int) -> None",
    ]
    assert {s.path for s in found} == {"solution.py"}


def test_modules_are_named_as_python_names_them() -> None:
    paths = ("src/tool.py", "pkg/__init__.py", "pkg/part.py", "main.py", "notes.txt")
    found = modules(artifact({**dict.fromkeys(paths, ""), "broken.py": "def f(:"}))
    assert [(m.name, m.folder) for m in found] == [
        ("main", "."),
        ("pkg", "."),
        ("pkg.part", "."),
        ("tool", "src"),
    ]
