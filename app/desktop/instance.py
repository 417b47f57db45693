"""One app for each data folder: who came first, and what the second start asks of it."""

from __future__ import annotations

import json
import time
import urllib.request
from pathlib import Path
from typing import Final

from filelock import FileLock, Timeout
from pydantic import BaseModel, ValidationError

from app.errors import AppError, ErrorKind
from app.store.whole_file import write_whole

_ANSWER_SECONDS: Final = 5.0  # the first may still be importing what answers
_PATIENCE: Final = 60.0  # longer than the first may take to end
_AGAIN_SECONDS: Final = 0.1


class First(BaseModel):
    """What the first one has published. link: opens its page and lets it in."""

    pid: int
    link: str


class _Raised(BaseModel):
    raised: bool


class Instance:
    """The claim to a data folder. The kernel ends it with the process, however that ends.

    folder: the data folder; `runtime.json` there, which only its owner can read, says where the first is.
    """

    def __init__(self, folder: Path) -> None:
        self._lock = FileLock(folder / "app.lock")
        self._file = folder / "runtime.json"

    def claim(self) -> tuple[First, bool] | None:
        """None where this is the first one, and stays it until `release`; else the first one, and whether it
        has brought its window to the front.

        Waits for one that is ending. Raises AppError(conflict) where the first neither answers nor ends.
        """
        until = time.monotonic() + _PATIENCE
        while time.monotonic() < until:
            if self._is_free():
                return None
            first = self._read()  # may be missing, or of one that was killed, until the first is ready
            if first is not None and (raised := _ask(first)) is not None:
                return first, raised
            time.sleep(_AGAIN_SECONDS)
        raise AppError(
            ErrorKind.CONFLICT,
            "Roundtable runs already, but it does not answer.",
            "Wait until it has ended, or end its process, and start again.",
        )

    def publish(self, first: First) -> None:
        """Tell those that come later where this one is."""
        write_whole(self._file, first.model_dump_json())

    def withdraw(self) -> None:
        """This one is ending: whoever comes now waits for its end."""
        self._file.unlink(missing_ok=True)

    def release(self) -> None:
        """Let another one be the first."""
        self.withdraw()
        self._lock.release()

    def _is_free(self) -> bool:
        try:
            self._lock.acquire(blocking=False)
        except Timeout:
            return False
        return True

    def _read(self) -> First | None:
        try:
            return First.model_validate_json(self._file.read_bytes())
        except (OSError, ValidationError):
            return None


def _ask(first: First) -> bool | None:
    """Ask it to raise its window; None where nobody answers as it would."""
    url, _, token = first.link.partition("/#token=")
    request = urllib.request.Request(  # noqa: S310 - the link is our own, and to this machine
        f"{url}/api/window/raise", method="POST", headers={"Authorization": f"Bearer {token}"}
    )
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with direct.open(request, timeout=_ANSWER_SECONDS) as answer:
            return _Raised.model_validate(json.load(answer)).raised
    except (OSError, ValueError):
        return None
