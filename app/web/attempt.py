"""Work of the program's own threads, for whose failure nobody waits: it is logged and kept for the page."""

from __future__ import annotations

import logging
from collections.abc import Callable

from app.errors import AppError, ErrorKind

log = logging.getLogger(__name__)


def failure_of(work: Callable[[], object], message: str) -> AppError | None:
    """Do the work; what ended it, or None.

    message: of a failure that nobody foresaw, whose traceback is logged: this is one of the program's three
    broad excepts, since nothing else stands between such a thread and silence.
    """
    try:
        work()
    except AppError as error:
        return error
    except Exception:
        log.exception("%s", message)
        return AppError(ErrorKind.INTERNAL, message, "The traceback is in the log.")
    return None
