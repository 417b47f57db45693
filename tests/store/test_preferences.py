"""What of the preferences every page that is opened asks for."""

from __future__ import annotations

import os
from pathlib import Path

from app.store.preferences import Preferences


def test_choices_are_read_again_only_where_the_file_was_written(tmp_path: Path) -> None:
    preferences = Preferences(tmp_path)
    assert preferences.choices("me") == {}
    preferences.keep("me", {"theme": "dark", "draft": "long"})
    assert preferences.choices("me") == {"theme": "dark"}
    (file,) = tmp_path.glob("*.json")
    before = file.stat()
    file.write_text("x" * before.st_size)
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert preferences.choices("me") == {"theme": "dark"}, "not read again"
    other = Preferences(tmp_path)
    other.keep("me", {"theme": "light"})  # as by another process
    assert preferences.choices("me") == {"theme": "light"}
