"""What compilers made is kept within a bound, and used only as it was kept."""

from __future__ import annotations

import io
import os
import tarfile
from pathlib import Path

import pytest

from app.checks.sandbox.base import Program
from app.checks.sandbox.builds import Builds, key_of, unpack

FILES = {"program": b"\x7fELF", "lib/a.class": b"\0" * 1000}


def only(folder: Path) -> Path:
    return next(folder.iterdir())


def test_what_is_kept_comes_back(tmp_path: Path) -> None:
    Builds(tmp_path).keep("k", FILES)
    assert Builds(tmp_path).get("k") == FILES
    assert Builds(tmp_path).get("other") is None


@pytest.mark.parametrize("damage", ["changed", "cut", "empty", "another key"])
def test_what_is_not_as_it_was_kept_is_not_used(tmp_path: Path, damage: str) -> None:
    Builds(tmp_path).keep("k", FILES)
    path = only(tmp_path)
    data = path.read_bytes()
    damaged = {"changed": data.replace(b"ELF", b"elf"), "cut": data[:500], "empty": b"", "another key": data}
    path.write_bytes(damaged[damage])
    if damage == "another key":
        path.rename(tmp_path / "other.built")
    assert Builds(tmp_path).get("other" if damage == "another key" else "k") is None


def test_what_was_not_used_for_longest_makes_room(tmp_path: Path) -> None:
    builds = Builds(tmp_path, max_bytes=70_000)
    for number, key in enumerate("abc"):
        builds.keep(key, {"program": b"x" * 15_000})
        os.utime(tmp_path / f"{key}.built", (number, number))
    assert builds.get("a")
    builds.keep("d", {"program": b"x" * 15_000})
    assert [key for key in "abcd" if builds.get(key)] == ["a", "c", "d"]


def test_the_key_follows_files_compiler_and_options_but_not_arguments() -> None:
    def key(files: dict[str, bytes], command: tuple[str, ...] = ("go",), version: str = "1") -> str:
        return key_of(Program("go", files, "a", arguments=("x",)), command, version)

    same = key({"a": b"1", "b": b"2"})
    assert key({"b": b"2", "a": b"1"}) == same
    others = [key({"a": b"12", "b": b""}), key({"a": b"1"}), key({"a": b"1", "b": b"2"}, ("go", "-x"))]
    assert len({same, *others, key({"a": b"1", "b": b"2"}, version="2")}) == 5


def test_links_and_devices_in_an_archive_are_left_out() -> None:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        link = tarfile.TarInfo("link")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        archive.addfile(link)
        file = tarfile.TarInfo("./file")
        file.size = 1
        archive.addfile(file, io.BytesIO(b"x"))
    assert unpack(buffer.getvalue()) == {"file": b"x"}
