"""How the window was when it was closed."""

from __future__ import annotations

from pathlib import Path
from typing import Final, Self

from pydantic import BaseModel, ValidationError

from app.whole_file import write_whole

LEAST: Final = (640, 480)  # pixels; below this the page has no room for its panes
_USUAL: Final = (1280, 860)


class WindowState(BaseModel):
    """width, height: pixels, of the window when it is not maximised. folder: where a file was saved last."""

    width: int = _USUAL[0]
    height: int = _USUAL[1]
    maximised: bool = False
    folder: str = ""

    @classmethod
    def read(cls, file: Path) -> Self:
        """As it was kept; the usual one where nothing was, or something else."""
        try:
            return cls.model_validate_json(file.read_bytes())
        except (OSError, ValidationError):
            return cls()

    def keep(self, file: Path) -> None:
        """For the next start."""
        write_whole(file, self.model_dump_json())

    def within(self, width: int, height: int) -> Self:
        """At most as large as a screen of so many pixels, at least as large as the page needs."""
        fitting = {
            "width": max(min(self.width, width), LEAST[0]),
            "height": max(min(self.height, height), LEAST[1]),
        }
        return self.model_copy(update=fitting)
