"""Makes docs/screenshots: every state of the page from the real program, at three widths, light and dark, and
an index of them all.

python packaging/screenshots.py [--folder FOLDER] [STATE...]     (without a state: all of them; needs Pillow)
"""

from __future__ import annotations

import argparse
import io
import sys
from pathlib import Path
from typing import Final, Literal

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

import httpx  # noqa: E402
from page_picture import opened, served  # noqa: E402
from PIL import Image  # noqa: E402
from playwright.sync_api import Error, Page, ViewportSize  # noqa: E402

from tests.support.page import Screen  # noqa: E402
from tests.support.stage import Stage  # noqa: E402
from tests.support.states import STATES  # noqa: E402

SIZES: Final[dict[int, int]] = {1440: 900, 1024: 768, 380: 780}
NARROW: Final = 380  # what stands side by side is opened by hand there, so the state is made anew
SCHEMES: Final[tuple[Literal["light", "dark"], ...]] = ("light", "dark")
COLOURS: Final = 64
_SETTLED_MS: Final = 250  # for highlighting, which comes after the code


def take(folder: Path, names: list[str]) -> None:
    """The pictures of these states; what cannot be shown is told at the end, and the others are taken."""
    failed: list[str] = []
    with served() as program, opened() as page:
        stage = Stage(program, Screen(page, program.link).enter())
        for name in names:
            for widths in ([width for width in SIZES if width > NARROW], [NARROW]):
                page.set_viewport_size(_size(widths[0]))
                stage.begin()
                try:
                    STATES[name](stage)
                except (Error, AssertionError, httpx.HTTPError) as error:
                    failed.append(f"{name} at {widths}: {str(error).splitlines()[0]}")
                for width in widths:
                    _shoot(page, folder, name, width)
        stage.close()
    if failed:
        raise SystemExit("\n".join(["These states were not reached:", *failed]))


def _shoot(page: Page, folder: Path, name: str, width: int) -> None:
    page.set_viewport_size(_size(width))
    for scheme in SCHEMES:
        page.emulate_media(color_scheme=scheme)
        page.wait_for_timeout(_SETTLED_MS)
        picture = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
        few = picture.quantize(COLOURS, dither=Image.Dither.NONE).convert("RGB")
        few.save(folder / f"{name}-{width}-{scheme}.webp", lossless=True)


def _size(width: int) -> ViewportSize:
    return {"width": width, "height": SIZES[width]}


def write_index(folder: Path) -> None:
    """README.md: a section for each state with its pictures."""
    lines = [
        "# Every state of the page",
        "",
        "Made by `python packaging/screenshots.py`; not edited by hand.",
    ]
    for name in STATES:
        lines += ["", f"## {name.replace('-', ' ').capitalize()}", ""]
        for scheme in SCHEMES:
            lines += [f"![{name}, {width} px, {scheme}]({name}-{width}-{scheme}.webp)" for width in SIZES]
    (folder / "README.md").write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, default=ROOT / "docs" / "screenshots")
    parser.add_argument("states", nargs="*", default=list(STATES), metavar="STATE")
    chosen = parser.parse_args()
    chosen.folder.mkdir(parents=True, exist_ok=True)
    write_index(chosen.folder)
    take(chosen.folder, chosen.states)
