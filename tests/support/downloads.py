"""The folder where a browser can read what the program gives it."""

from __future__ import annotations

from pathlib import Path


def downloads_in(folder: Path) -> dict[str, str]:
    """Variables with which the user's downloads are in `folder`/downloads."""
    downloads, settings = folder / "downloads", folder / "settings"
    downloads.mkdir()
    settings.mkdir()
    (settings / "user-dirs.dirs").write_text(f'XDG_DOWNLOAD_DIR="{downloads}"\n', encoding="utf-8")
    return {"XDG_CONFIG_HOME": str(settings)}
