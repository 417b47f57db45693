"""One app for each data folder: who came first, and what the second start asks of it."""

from __future__ import annotations

import json
import time
import urllib.request
from dataclasses import dataclass
from http.client import HTTPException
from pathlib import Path
from typing import Final

from filelock import FileLock, Timeout
from pydantic import BaseModel, ValidationError

from app.errors import AppError, ErrorKind
from app.store.occupied import APP_LOCK
from app.whole_file import write_whole

_ANSWER_SECONDS: Final = 5.0  # the first may still be importing what answers
_PATIENCE: Final = 60.0  # longer than the first may take to end
_AGAIN_SECONDS: Final = 0.1
_TOKEN: Final = "/#token="  # noqa: S105 - what stands before one


class First(BaseModel):
    """What the first one has published. link: opens its page and lets it in."""

    pid: int
    link: str


class _Answer(BaseModel):
    """As `app.web.window_payloads.RaisedReply`."""

    raised: bool
    code: str


@dataclass(frozen=True)
class Running:
    """The first one, as it has answered. raised: its window is in front now. page_link: lets in once."""

    link: str
    page_link: str
    raised: bool


class Instance:
    """The claim to a data folder. The kernel ends it with the process, however that ends.

    folder: the data folder; `runtime.json` there, which only its owner can read, says where the first is.
    patience: seconds until one that does not answer is given up.
    """

    def __init__(self, folder: Path, patience: float = _PATIENCE) -> None:
        self._patience = patience
        self._lock = FileLock(folder / APP_LOCK)
        self._file = folder / "runtime.json"

    def claim(self) -> Running | None:
        """None where this is the first one, and stays it until `release`; else the first one.

        Waits for one that is ending. Raises AppError(conflict) where the first neither answers nor ends.
        """
        until = time.monotonic() + self._patience
        first: First | None = None
        while time.monotonic() < until:
            if self._is_free():
                self.withdraw()  # of one that was killed: somebody else may have its port by now
                return None
            first = self._read()  # may be missing, or of one that was killed, until the first is ready
            if first is not None and (running := _ask(first)) is not None:
                return running
            time.sleep(_AGAIN_SECONDS)
        process = f"its process ({first.pid})" if first else "its process"
        raise AppError(
            ErrorKind.CONFLICT,
            "Roundtable runs already, but it does not answer.",
            f"Wait until it has ended, or end {process}, and start again.",
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


def _ask(first: First) -> Running | None:
    """Ask it to raise its window, and for a way into its page; None where nobody answers as it would."""
    url, _, token = first.link.partition(_TOKEN)
    request = urllib.request.Request(  # noqa: S310 - the link is our own, and to this machine
        f"{url}/api/window/raise", method="POST", headers={"Authorization": f"Bearer {token}"}
    )
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with direct.open(request, timeout=_ANSWER_SECONDS) as response:
            answer = _Answer.model_validate(json.load(response))
    except (OSError, ValueError, HTTPException):
        return None
    return Running(first.link, f"{url}{_TOKEN}{answer.code}", answer.raised)
