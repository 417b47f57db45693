"""Weights from Hugging Face, continued by byte range."""

from __future__ import annotations

import asyncio
import re

import httpx

from app.models.download import Meter, PartialFile, SourceError
from app.models.weight_table import WeightSpec

DEFAULT_ENDPOINT = "https://huggingface.co"
# A machine that cannot reach the place should move on in seconds; one that can may be slow for a while.
_TIMEOUT = httpx.Timeout(20.0, connect=4.0)
_FRUITLESS_TRIES = 3
_PAUSE = 0.5


class HuggingFace:
    """The publisher's own file. endpoint: another host that speaks the same, as HF_ENDPOINT names one."""

    name = "Hugging Face"

    def __init__(self, endpoint: str = DEFAULT_ENDPOINT, pause: float = _PAUSE) -> None:
        self._endpoint = endpoint.rstrip("/")
        self._pause = pause

    async def fetch(self, spec: WeightSpec, partial: PartialFile, meter: Meter) -> None:
        """Append what is missing. A connection lost on the way is taken up again while that brings
        bytes. Raises SourceError.
        """
        if spec.hugging_face is None:
            raise SourceError("does not have it")
        url = f"{self._endpoint}/{spec.hugging_face.repo}/resolve/main/{spec.hugging_face.file}"
        fruitless = 0
        async with httpx.AsyncClient(timeout=_TIMEOUT, follow_redirects=True) as client:
            while not partial.complete:
                before = partial.size
                try:
                    await self._stream(client, url, partial, meter)
                except (httpx.ConnectError, httpx.ConnectTimeout) as error:
                    raise SourceError("cannot be reached") from error
                except httpx.TransportError as error:
                    fruitless = 0 if partial.size > before else fruitless + 1
                    if fruitless == _FRUITLESS_TRIES:
                        raise SourceError("breaks the connection") from error
                    await asyncio.sleep(self._pause * (fruitless + 1))

    async def _stream(self, client: httpx.AsyncClient, url: str, partial: PartialFile, meter: Meter) -> None:
        headers = {"Range": f"bytes={partial.size}-", "Accept-Encoding": "identity"}
        async with client.stream("GET", url, headers=headers) as answer:
            _expect_rest(answer, partial)
            async for data in answer.aiter_raw():
                partial.append(data)
                meter.update(partial.size)
        if not partial.complete:
            raise httpx.RemoteProtocolError("the answer ended early")


def _expect_rest(answer: httpx.Response, partial: PartialFile) -> None:
    """Check that the answer holds exactly the missing rest; a server without ranges sends all of it."""
    if answer.status_code in (429, 500, 502, 503, 504):
        raise httpx.RemoteProtocolError(f"status {answer.status_code}")
    if answer.status_code not in (200, 206):
        raise SourceError(f"answers {answer.status_code} {answer.reason_phrase}".rstrip())
    if answer.status_code == 200:
        total = answer.headers.get("Content-Length")
        partial.restart()
    else:
        span = re.fullmatch(r"bytes (\d+)-\d+/(\d+)", answer.headers.get("Content-Range", ""))
        if span is None or int(span[1]) != partial.size:
            raise SourceError("does not continue where it was asked to")
        total = span[2]
    if total is not None and int(total) != partial.total:
        raise SourceError(f"has a file of {int(total):,} bytes, not {partial.total:,}")
