"""Sets of files, and what may be made of them by editing."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.artifacts import Artifact, SourceFile
from app.errors import AppError, ErrorKind

PATHS = st.sampled_from(["a.py", "b.py", "src/c.py", "src/d/e.py"])
FILES = st.dictionaries(PATHS, st.text(max_size=5), max_size=4)


def artifact(files: dict[str, str]) -> Artifact:
    return Artifact.of(SourceFile(path=path, content=content) for path, content in files.items())


@given(base=FILES, changed=FILES, removed=st.sets(PATHS))
def test_an_edit_gives_what_a_dictionary_would(
    base: dict[str, str], changed: dict[str, str], removed: set[str]
) -> None:
    gone = removed & base.keys()
    expected = {path: content for path, content in base.items() if path not in gone} | changed
    if not expected:
        with pytest.raises(AppError, match="No file is left"):
            artifact(base).edited(artifact(changed).files, gone)
        return
    assert artifact(base).edited(artifact(changed).files, gone) == artifact(expected)


@pytest.mark.parametrize(
    ("files", "removed", "words"),
    [
        ({"A.py": ""}, [], "same path"),
        ({}, ["c.py"], "no file 'c.py'"),
        ({"a.py/x.py": ""}, [], "the name of a file"),
        ({"src": ""}, [], "the name of a file"),
    ],
)
def test_what_no_folder_could_hold_is_refused(files: dict[str, str], removed: list[str], words: str) -> None:
    base = artifact({"a.py": "1\n", "src/b.py": "2\n"})
    with pytest.raises(AppError, match=words) as caught:
        base.edited(artifact(files).files, removed)
    assert caught.value.kind is ErrorKind.INVALID_REQUEST


def test_a_name_is_free_again_once_its_file_is_gone() -> None:
    base = artifact({"a.py": "1\n"})
    assert base.edited(artifact({"A.py": "1\n"}).files, ["a.py"]) == artifact({"A.py": "1\n"})
