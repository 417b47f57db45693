"""The program's version."""

from typing import Final

VERSION: Final = "0.5.0"
