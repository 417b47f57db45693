"""That the licences of everything in a bundle come along."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

import contents
import licences
from licences import Part

MIT = "Permission is hereby granted"


def test_each_text_stands_once_with_the_names_of_all_that_it_is_for() -> None:
    parts = [Part("zlib", "1", "", (MIT,)), Part("Apple", "2", "MIT", (f"{MIT}\n", "A second one"))]
    text = licences.document(parts)
    assert text.count(MIT) == 1
    assert "\nApple, zlib\n" in text
    assert text.index("Apple 2: MIT") < text.index("zlib 1: see below") < text.index(MIT)
    assert "A second one" in text


def test_a_part_without_a_licence_is_told() -> None:
    assert licences.without_text([Part("a", "1", "MIT", ()), Part("b", "1", "", (MIT,))]) == ["a"]


def test_every_package_of_a_bundle_has_its_licence() -> None:
    parts = list(licences.packages(contents.distributions(contents.LOCKS[:1])))
    assert licences.without_text(parts) == []
    texts = {part.name: " ".join(part.texts) for part in parts}
    assert "ggml authors" in texts["xllamacpp"]
    assert "Unicode, Inc." in texts["qjs-wasi-reactor.wasm"]


def test_every_kept_text_is_of_a_part() -> None:
    names = {part.name for part in licences.packages(contents.distributions(contents.LOCKS[:1]))}
    names |= {text for texts in licences.OTHERS.values() for text in texts}
    assert {path.stem for path in licences.TEXTS.iterdir()} <= names


def test_libraries_of_the_page_and_python_have_theirs() -> None:
    parts = [*licences.of_page(contents.ROOT / "ui" / "vendor"), licences.of_python()]
    assert {"dompurify", "marked", "@codemirror/view", "Python"} <= {part.name for part in parts}
    assert licences.without_text(parts) == []


def test_a_library_of_the_system_brings_its_packages_licence(tmp_path: Path) -> None:
    if not (sys.platform == "linux" and Path("/var/lib/dpkg/status").exists()):
        pytest.skip("not on this platform: only Debian tells whose a library is")
    library = next(Path("/").glob("lib/*-linux-gnu/libc.so.6"))
    own = tmp_path / "own.so"
    own.touch()
    names = licences.system_packages({"libc.so.6": str(library), "own.so": str(own)}, [tmp_path])
    assert names == ["libc6"]
    assert ["LGPL" in text for part in licences.of_system(names) for text in part.texts] == [True]
    with pytest.raises(LookupError, match="licence is unknown"):
        licences.system_packages({"own.so": str(own)}, [])
