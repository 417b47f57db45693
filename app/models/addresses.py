"""Which addresses a model may be asked at: a changed base_url must not send prompts or keys astray."""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from collections.abc import Awaitable, Callable
from typing import Final
from urllib.parse import urlsplit

from app.errors import AppError, ErrorKind

_Address = ipaddress.IPv4Address | ipaddress.IPv6Address
# From a host name and a port to the addresses that the name stands for; raises OSError where it has none.
Resolve = Callable[[str, int], Awaitable[list[str]]]
_PORTS: Final = {"http": 80, "https": 443}


def origin(url: str) -> str:
    """Scheme, host and port: what a key is kept for."""
    parts = urlsplit(url)
    host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname
    return f"{parts.scheme}://{host}:{parts.port or _PORTS.get(parts.scheme)}"


def is_local(url: str) -> bool:
    """Whether a URL names this machine, or an address of a private network, outright."""
    host = urlsplit(url).hostname or ""
    address = _literal(host)
    return host == "localhost" or (address is not None and _near(address))


async def system_resolve(host: str, port: int) -> list[str]:
    """The addresses that this machine's resolver gives."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(info[4][0]).partition("%")[0] for info in found]


async def check_address(key: str, url: str, resolve: Resolve = system_resolve) -> list[str]:
    """Refuse a base_url that is not https to a public address, or http(s) to this machine or network.

    key: the setting, for the error. Every address that the name resolves to is looked at, and they are
    returned: who connects must use these, since the name may mean another machine a moment later. Raises
    AppError: config for a refused address, transient where the name cannot be resolved.
    """
    parts = urlsplit(url)
    if parts.scheme not in _PORTS or not parts.hostname or parts.username is not None:
        raise _refused(key, "it must be http://HOST[:PORT] or https://HOST[:PORT], without user or password")
    addresses = await _resolved(parts.hostname, _port(key, url), resolve)
    for address in addresses:
        if not _near(address) and not (address.is_global and not address.is_multicast):
            raise _refused(key, "that address is reserved")
        if not _near(address) and parts.scheme != "https":
            raise _refused(key, "a service on the internet needs https")
    return [str(address) for address in addresses]


def _near(address: _Address) -> bool:
    """Loopback or private; link-local is neither, since cloud machines keep their secrets there."""
    address = getattr(address, "ipv4_mapped", None) or address
    if address.is_link_local or address.is_unspecified or address.is_multicast:
        return False
    return address.is_loopback or (address.is_private and not address.is_reserved)


def _port(key: str, url: str) -> int:
    parts = urlsplit(url)
    try:
        return parts.port or _PORTS[parts.scheme]
    except ValueError as error:
        raise _refused(key, "the port must be a number from 1 to 65535") from error


def _literal(host: str) -> _Address | None:
    """The address that is written out, also as 127.1, 2130706433 or 0x7f000001; None for a name."""
    try:
        return ipaddress.IPv6Address(host) if ":" in host else ipaddress.IPv4Address(socket.inet_aton(host))
    except (OSError, ValueError):
        return None


async def _resolved(host: str, port: int, resolve: Resolve) -> list[_Address]:
    if address := _literal(host):
        return [address]
    try:
        found = [ipaddress.ip_address(text) for text in await resolve(host, port)]
    except (OSError, UnicodeError) as error:
        raise _unknown(host) from error
    if not found:
        raise _unknown(host)
    return found


def _unknown(host: str) -> AppError:
    return AppError(
        ErrorKind.TRANSIENT, f"The name {host} cannot be resolved.", "Check the address and the network."
    )


def _refused(key: str, why: str) -> AppError:
    return AppError(ErrorKind.CONFIG, f"{key}: {why}.", "Correct the address in your models.yaml.")
