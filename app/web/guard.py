"""The outermost WSGI layer: what is not for us, or not from the user, gets no further.

It stands before Flask and before Socket.IO alike, since each of them checks less: see docs/security.md.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from app.errors import AppError, ErrorKind
from app.web.access import IDENTITY, Access
from app.web.problems import problem_response

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

MAX_BODY: Final = 2 * 1024 * 1024  # bytes; the longest request that the payloads allow fits in
_MOST_BODY: Final = {
    "/api/replay": 16 * 1024 * 1024,  # MAX_CAPSULE of app/session/exports/capsule.py
    "/api/window/save": 64 * 1024 * 1024,
    "/api/preferences": 4 * 1024 * 1024,  # one draft of MAX_DRAFT in any script
}
_DRAINED: Final = 64 * 1024 * 1024
_LOOPBACK: Final = ("localhost", "127.0.0.1", "[::1]")
_OPEN: Final = ("/", "/api/token", "/favicon.ico")
_CSP: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self' {sockets}; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
)
_HEADERS: Final = (
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "no-referrer"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("X-Frame-Options", "DENY"),
)
_CORS: Final = (
    ("Access-Control-Allow-Methods", "GET, POST, PUT, PATCH, DELETE"),
    ("Access-Control-Allow-Headers", "Authorization, Content-Type, Last-Event-ID"),
    ("Access-Control-Max-Age", "600"),
)


@dataclass(frozen=True)
class Hosts:
    """Names under which the server may be addressed.

    exact: as in the Host header. public: it listens beyond this machine, so that loopback names with any
    port (a container's mapped one) and addresses written as numbers hold, too: these cannot be rebound.
    """

    exact: frozenset[str]
    public: bool

    @classmethod
    def of(cls, host: str, port: int, allowed: Sequence[str]) -> Hosts:
        """host: what the server is bound to. allowed: further names, with or without a port."""
        names = {*_LOOPBACK, f"[{host}]" if ":" in host else host}
        exact = {f"{name}:{port}" for name in names} | set(allowed)
        exact |= {f"{name}:{port}" for name in allowed if ":" not in name}
        if port == 80:
            exact |= names
        return cls(frozenset(name.lower() for name in exact), not is_loopback(host))

    def allow(self, host: str) -> bool:
        """Whether a Host header names this server."""
        host = host.lower()
        if host in self.exact:
            return True
        name = host.rpartition(":")[0] if not host.endswith("]") and ":" in host else host
        return self.public and (name in _LOOPBACK or _is_address(name.strip("[]")))


class Guard:
    """Checks the Host, the Origin, the token and the size of every request, then hands it on.

    origins: of pages elsewhere that may use the server. The identity is left in the environment.
    """

    def __init__(self, app: WSGIApplication, hosts: Hosts, access: Access, origins: Sequence[str]) -> None:
        self._app = app
        self._hosts = hosts
        self._access = access
        self._origins = frozenset(origin.rstrip("/").lower() for origin in origins)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        headers = self._headers(environ)

        def start(status: str, given: list[tuple[str, str]], exc_info: Any = None) -> Any:
            return start_response(status, [*given, *headers], exc_info)

        if (refused := self._refused(environ)) is not None:
            status, error = refused
            if error.kind is ErrorKind.TOO_LARGE:
                _drain(environ)
            return problem_response(error, status)(environ, start)
        if environ["REQUEST_METHOD"] == "OPTIONS":
            start("204 No Content", [])
            return []
        return self._app(environ, start)

    def _refused(self, environ: WSGIEnvironment) -> tuple[int, AppError] | None:
        """HTTP status and problem, or None."""
        if not self._hosts.allow(environ.get("HTTP_HOST", "")):
            return 421, AppError(
                ErrorKind.FORBIDDEN,
                "The Host header names another server.",
                "Use the link that was printed, or add the name to server.allowed_hosts in app.yaml.",
            )
        if not self._from_our_page(environ):
            return 403, AppError(
                ErrorKind.FORBIDDEN,
                "The request comes from another site's page.",
                "Add that page's origin to server.allowed_origins in app.yaml if it may use this server.",
            )
        if environ["REQUEST_METHOD"] != "OPTIONS" and not self._known(environ):
            return 401, AppError(
                ErrorKind.FORBIDDEN,
                "The token is missing or wrong.",
                "Open the link that was printed at the start, or send `Authorization: Bearer TOKEN`.",
            )
        if environ.get("HTTP_TRANSFER_ENCODING"):
            return 411, AppError(
                ErrorKind.INVALID_REQUEST,
                "The request does not say how long it is.",
                "Send a Content-Length instead of chunks.",
            )
        most = _MOST_BODY.get(environ.get("PATH_INFO", ""), MAX_BODY)
        if _length(environ) > most:
            return 413, AppError(
                ErrorKind.TOO_LARGE,
                f"The request is over {most} bytes.",
                "Send fewer or shorter files.",
            )
        return None

    def _from_our_page(self, environ: Mapping[str, Any]) -> bool:
        """No page at all counts as ours: a program needs the token, and no browser gives it one."""
        origin = environ.get("HTTP_ORIGIN")
        if origin is not None:
            return self._allowed(environ, origin)
        site = environ.get("HTTP_SEC_FETCH_SITE", "none")
        return site in ("none", "same-origin") or _opens_the_page(environ)

    def _allowed(self, environ: Mapping[str, Any], origin: str) -> bool:
        host = environ.get("HTTP_HOST", "").lower()
        return origin.lower() in (f"http://{host}", f"https://{host}") or origin.lower() in self._origins

    def _known(self, environ: WSGIEnvironment) -> bool:
        identity = self._access.identify(environ)
        environ[IDENTITY] = identity
        path = environ.get("PATH_INFO", "")
        return identity is not None or path in _OPEN or path.startswith("/ui/")

    def _headers(self, environ: Mapping[str, Any]) -> list[tuple[str, str]]:
        host = environ.get("HTTP_HOST", "")
        sockets = f"ws://{host} wss://{host}" if self._hosts.allow(host) else ""
        headers = [("Content-Security-Policy", _CSP.format(sockets=sockets)), *_HEADERS]
        origin = environ.get("HTTP_ORIGIN")
        if self._origins:
            headers.append(("Vary", "Origin"))
        if origin is not None and origin.lower() in self._origins:
            return [*headers, ("Access-Control-Allow-Origin", origin), *_CORS]
        return [*headers, ("Cross-Origin-Resource-Policy", "same-origin")]


def is_loopback(host: str) -> bool:
    """Whether only this machine reaches a server bound to it."""
    return host == "localhost" or (_is_address(host) and ipaddress.ip_address(host).is_loopback)


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def _opens_the_page(environ: Mapping[str, Any]) -> bool:
    """A link elsewhere may open the page, which shows nothing without its own token."""
    return (
        environ["REQUEST_METHOD"] == "GET"
        and environ.get("PATH_INFO") == "/"
        and environ.get("HTTP_SEC_FETCH_MODE") == "navigate"
        and environ.get("HTTP_SEC_FETCH_DEST") == "document"
    )


def _length(environ: Mapping[str, Any]) -> int:
    try:
        return int(environ.get("CONTENT_LENGTH") or 0)
    except ValueError:
        return 0


def _drain(environ: WSGIEnvironment) -> None:
    """Read what is being sent, within bounds: a sender that is cut off never sees why."""
    left = min(_length(environ), _DRAINED)
    while left > 0 and (chunk := environ["wsgi.input"].read(min(left, 65536))):
        left -= len(chunk)
