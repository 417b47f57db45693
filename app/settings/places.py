"""Where the program and the user keep things."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final

import platformdirs

from app.program import PROGRAM_DIR

_NAME: Final = "roundtable"
CONFIG_DIR: Final = PROGRAM_DIR / "config"
PROMPTS_DIR: Final = PROGRAM_DIR / "app" / "agents" / "prompts"


def data_folder(environment: Mapping[str, str]) -> Path:
    """ROUNDTABLE_HOME, else the platform's folder for application data."""
    home = environment.get("ROUNDTABLE_HOME")
    return Path(home).expanduser().absolute() if home else platformdirs.user_data_path(_NAME, appauthor=False)


def user_config_folder(environment: Mapping[str, str]) -> Path:
    """`config` below ROUNDTABLE_HOME, else the platform's folder for settings."""
    if environment.get("ROUNDTABLE_HOME"):
        return data_folder(environment) / "config"
    return platformdirs.user_config_path(_NAME, appauthor=False)
