"""The program's log on the disk, in which no key stands."""

from __future__ import annotations

import logging
from collections.abc import Callable, Generator, Iterable
from contextlib import contextmanager
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import Final

from app.errors import AppError, ErrorKind
from app.models.redaction import KeyFilter

_BYTES: Final = 2_000_000
_FILES: Final = 3


@contextmanager
def logging_to(home: Path, known_keys: Callable[[], Iterable[str]]) -> Generator[None]:
    """Within the block: our own words from INFO up, others' from WARNING: libraries log prompts at INFO.

    home: the data folder. known_keys: what is masked; asked for each record. Raises AppError(config).
    """
    folder = home / "logs"
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise AppError(
            ErrorKind.CONFIG,
            f"The data folder {home} cannot be written: {error.strerror}.",
            "Set ROUNDTABLE_HOME to a folder that can.",
        ) from error
    handler = RotatingFileHandler(
        folder / "roundtable.log", maxBytes=_BYTES, backupCount=_FILES, encoding="utf-8", delay=True
    )
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    handler.addFilter(KeyFilter(known_keys))
    logging.getLogger().addHandler(handler)
    logging.getLogger("app").setLevel(logging.INFO)
    try:
        yield
    finally:
        logging.getLogger().removeHandler(handler)
        handler.close()
