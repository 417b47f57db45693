"""Small files are there whole, or as they were."""

from __future__ import annotations

import stat
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from app.whole_file import FOR_ALL, write_whole

ROOT = Path(__file__).parents[2]
_ON_A_FULL_DISK = (
    "import resource, signal, sys\nfrom pathlib import Path\nfrom app.whole_file import write_whole\n"
    "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\nresource.setrlimit(resource.RLIMIT_FSIZE, (100, 100))\n"
    "try: write_whole(Path(sys.argv[1]), 'x' * 1000)\nexcept OSError as error: print(type(error).__name__)\n"
)


def test_a_file_is_replaced_and_its_folder_made(tmp_path: Path) -> None:
    path = tmp_path / "folder" / "file"
    for content in ("one \u4f60", b"two"):
        write_whole(path, content)
    assert path.read_bytes() == b"two"
    assert [p.name for p in path.parent.iterdir()] == ["file"]


@pytest.mark.skipif(sys.platform == "win32", reason="not on this platform: it has no modes")
def test_others_may_read_only_what_is_for_them(tmp_path: Path) -> None:
    write_whole(tmp_path / "own", "secret")
    write_whole(tmp_path / "export", "for all", mode=FOR_ALL)
    modes = [stat.S_IMODE((tmp_path / name).stat().st_mode) for name in ("own", "export")]
    assert modes == [0o600, 0o644]


@pytest.mark.skipif(sys.platform == "win32", reason="not on this platform: only POSIX bounds files")
def test_a_full_disk_leaves_the_file_as_it_was_and_nothing_beside_it(tmp_path: Path) -> None:
    path = tmp_path / "file"
    write_whole(path, "before")
    command = [sys.executable, "-c", _ON_A_FULL_DISK, path]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout == "OSError\n"
    assert [p.name for p in tmp_path.iterdir()] == ["file"]
    assert path.read_text() == "before"


@pytest.mark.skipif(sys.platform != "win32", reason="not on this platform: only Windows minds readers")
def test_a_reader_that_has_it_open_is_waited_for(tmp_path: Path) -> None:
    path = tmp_path / "file"
    write_whole(path, "before")
    reader = path.open()
    threading.Timer(0.1, reader.close).start()
    write_whole(path, "after")
    assert path.read_text() == "after"
