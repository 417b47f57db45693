"""Connecting to exactly the addresses that were checked: a name may mean another machine a moment later.

Through a proxy of the environment (HTTPS_PROXY and the like) nothing is pinned: there the proxy looks names
up, and what it may reach is its own business. The name was still checked before.
"""

from __future__ import annotations

import ssl
import urllib.request
from collections.abc import Awaitable, Callable
from functools import cache
from urllib.parse import urlsplit

import httpx
from typing_extensions import override

from app.models.addresses import is_local

# From a URL to the addresses that may be connected to; raises AppError.
Allowed = Callable[[str], Awaitable[list[str]]]


@cache
def tls() -> ssl.SSLContext:
    """Loading the certificates takes about 30 ms, so all clients share them."""
    return ssl.create_default_context()


def by_proxy(url: str) -> bool:
    """Whether the environment wants this URL to be asked through a proxy."""
    parts = urlsplit(url)
    proxies = urllib.request.getproxies()
    wanted = parts.scheme in proxies or "all" in proxies
    return wanted and not is_local(url) and not urllib.request.proxy_bypass(parts.hostname or "")


class PinnedTransport(httpx.AsyncBaseTransport):
    """Sends requests to one of the allowed addresses; certificate and Host header stay those of the name.

    allowed: to be set before the first request.
    """

    allowed: Allowed

    def __init__(self) -> None:
        self._inner = httpx.AsyncHTTPTransport(verify=tls(), trust_env=False)

    @override
    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Try the addresses in order. Raises what `allowed` raises, or httpx's errors."""
        *others, last = await self.allowed(str(request.url))
        for address in others:
            try:
                return await self._inner.handle_async_request(_sent_to(request, address))
            except (httpx.ConnectError, httpx.ConnectTimeout):
                continue
        return await self._inner.handle_async_request(_sent_to(request, last))

    @override
    async def aclose(self) -> None:
        await self._inner.aclose()


def pinned_transport(url: str) -> PinnedTransport | None:
    """A transport for a client of this URL; None where a proxy is in between."""
    return None if by_proxy(url) else PinnedTransport()


def _sent_to(request: httpx.Request, address: str) -> httpx.Request:
    return httpx.Request(
        request.method,
        request.url.copy_with(host=address),
        headers=request.headers,
        stream=request.stream,
        extensions={**request.extensions, "sni_hostname": request.url.host},
    )
