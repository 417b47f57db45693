"""The icons for each system, drawn from the page's own: `python packaging/bundle/icons.py FOLDER`."""

from __future__ import annotations

import io
import sys
from pathlib import Path
from typing import Final

import resvg_py
from PIL import Image

DRAWING: Final = Path(__file__).resolve().parents[2] / "ui" / "images" / "favicon.svg"
SIZES: Final = (16, 24, 32, 48, 64, 128, 256, 512)  # pixels, of the files for Linux
ICO_SIZES: Final = (16, 24, 32, 48, 64, 128, 256)
ICNS_SIZES: Final = (32, 64, 128, 256, 512, 1024)


def draw(size: int) -> Image.Image:
    """A square of `size` pixels; each size is drawn anew, so that small ones stay sharp."""
    picture = resvg_py.svg_to_bytes(svg_path=str(DRAWING), width=size, height=size)
    return Image.open(io.BytesIO(bytes(picture))).convert("RGBA")


def make(folder: Path) -> None:
    """Write roundtable.ico, roundtable.icns and roundtable-SIZE.png."""
    for size in SIZES:
        draw(size).save(folder / f"roundtable-{size}.png")
    _save(folder / "roundtable.ico", ICO_SIZES)
    _save(folder / "roundtable.icns", ICNS_SIZES)


def _save(target: Path, sizes: tuple[int, ...]) -> None:
    *smaller, largest = map(draw, sizes)
    largest.save(target, append_images=smaller, sizes=[(size, size) for size in sizes])


if __name__ == "__main__":
    make(Path(sys.argv[1]))
