"""The icons, drawn anew at each build."""

from __future__ import annotations

from pathlib import Path

from PIL import Image

import icons


def test_each_system_gets_its_icons_in_all_sizes(tmp_path: Path) -> None:
    icons.make(tmp_path)
    for size in icons.SIZES:
        with Image.open(tmp_path / f"roundtable-{size}.png") as picture:
            assert picture.size == (size, size)
    with Image.open(tmp_path / "roundtable.ico") as picture:
        assert picture.info["sizes"] == {(size, size) for size in icons.ICO_SIZES}
    with Image.open(tmp_path / "roundtable.icns") as picture:
        assert (512, 512, 2) in picture.info["sizes"]


def test_they_show_the_drawing_on_nothing() -> None:
    picture = icons.draw(64)
    assert picture.getpixel((0, 0)) == (0, 0, 0, 0), "its corners are round"
    assert len(picture.getcolors(4096) or ()) > 20, "circles of several colours, with smooth edges"
