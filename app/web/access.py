"""Who a request comes from: tokens, the cookie that a browser gets for one, and whose sessions it sees."""

from __future__ import annotations

import hashlib
import hmac
import secrets
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from http.cookies import CookieError, SimpleCookie
from typing import Any, Final, Self

from app.settings import ServerSettings

LOCAL: Final = "local"
IDENTITY: Final = "roundtable.identity"  # key in the WSGI environment
_BEARER: Final = "bearer "
_CODE_SECONDS: Final = 300.0  # longer than a browser takes to start


@dataclass(frozen=True)
class Identity:
    """Who asks. owner: of the sessions that it makes. sees: owners whose sessions it sees, None: everybody's.

    browser: known by its cookie, so that the browser's bound on connections holds. window: the page in the
    program's own window.
    """

    owner: str
    sees: tuple[str, ...] | None
    browser: bool = False
    window: bool = False


@dataclass(frozen=True)
class Access:
    """The tokens of a server, by the owner of what is made with each.

    alone: everything is one person's, as in the app on a desk; else a token sees what was made with it.
    secret: what cookies are derived with, beside the token. cookie: its name, which holds the port,
    because browsers send cookies to all ports of a host.
    """

    owners: Mapping[str, str]
    alone: bool
    secret: bytes
    cookie: str
    _codes: dict[str, tuple[bool, float]] = field(default_factory=dict[str, tuple[bool, float]], repr=False)

    @classmethod
    def of(cls, server: ServerSettings, port: int, *, alone: bool) -> Self:
        """From the settings; a token is made where none is set."""
        owners = {token: LOCAL if alone else _owner(token) for token in server.tokens}
        owners = owners or {secrets.token_urlsafe(32): LOCAL}
        secret = server.secret_key.get_secret_value() if server.secret_key else ""
        return cls(owners, alone, secret.encode(), f"roundtable-{port}")

    @property
    def token(self) -> str:
        """The token that the ready link holds."""
        return next(iter(self.owners))

    def owns(self, who: Identity) -> bool:
        """Whether the server is theirs, so that they may change its settings and keys: the first token's."""
        return not self.shared or who.owner == self.owners[self.token]

    def code(self, *, window: bool = False) -> str:
        """Lets one page in, once and soon. window: as that of the program's own window."""
        now = time.monotonic()
        for void in [code for code, (_, until) in self._codes.copy().items() if until < now]:
            self._codes.pop(void, None)
        code = secrets.token_urlsafe(32)
        self._codes[code] = (window, now + _CODE_SECONDS)
        return code

    @property
    def shared(self) -> bool:
        """Whether several people use the server, each with a token of their own."""
        return not self.alone and len(self.owners) > 1

    def keeps_as(self, who: Identity | None) -> str:
        """Under whose name a page's choices and drafts are kept; empty for nobody's.

        One person's are kept under one, whichever way they come in. The app's page is theirs before they are
        let in: it comes at another port each time, for which no browser has a cookie, on this machine alone.
        """
        if who is None:
            return LOCAL if self.alone else ""
        return who.owner if self.shared else LOCAL

    def identify(self, environ: Mapping[str, Any]) -> Identity | None:
        """By the Authorization header, else by the cookie."""
        header = str(environ.get("HTTP_AUTHORIZATION", ""))
        if header[: len(_BEARER)].lower() == _BEARER:
            token = self._matching(header[len(_BEARER) :].strip(), self.owners)
            return self._identity(token, browser=False)
        given = _cookie(str(environ.get("HTTP_COOKIE", "")), self.cookie)
        by_value = {self.cookie_value(token): token for token in self.owners}
        in_window = self.cookie_value(self.token, window=True)
        value = self._matching(given, [*by_value, in_window])
        if value == in_window:
            return self._identity(self.token, browser=True, window=True)
        return self._identity(by_value[value] if value else None, browser=True)

    def exchange(self, token: str) -> str | None:
        """The cookie's value for a token, or for a code; None where there is no such one."""
        if (window := self._spend(token)) is not None:
            return self.cookie_value(self.token, window=window)
        known = self._matching(token, self.owners)
        return self.cookie_value(known) if known else None

    def cookie_value(self, token: str, *, window: bool = False) -> str:
        """Says that its bearer once had the token, without holding it; the same after a restart."""
        purpose = b"window" if window else b"cookie"
        return hmac.new(token.encode(), purpose + self.secret, hashlib.sha256).hexdigest()

    def _spend(self, code: str) -> bool | None:
        """Whether it is one of the window; None where it is none, or none any more."""
        known = self._matching(code, self._codes.copy())
        # Another request may have been faster.
        window, until = self._codes.pop(known or "", (False, 0.0))
        return window if time.monotonic() < until else None

    def _identity(self, token: str | None, *, browser: bool, window: bool = False) -> Identity | None:
        if token is None:
            return None
        owner = self.owners[token]
        if self.alone:
            return Identity(owner, None, browser, window)
        # Several people share the server where there are several tokens; what this machine's own user made
        # without a token is shown where there is only one.
        sees = (owner,) if self.shared else tuple({owner: None, LOCAL: None})
        return Identity(owner, sees, browser, window)

    @staticmethod
    def _matching(given: str, known: Iterable[str]) -> str | None:
        """In a time that does not tell how much of it is right."""
        matches = [v for v in known if hmac.compare_digest(v.encode(), given.encode())]
        return matches[0] if matches else None


def _owner(token: str) -> str:
    return f"token:{hashlib.sha256(token.encode()).hexdigest()[:16]}"


def _cookie(header: str, name: str) -> str:
    try:
        morsel = SimpleCookie(header).get(name)
    except CookieError:
        return ""
    return morsel.value if morsel else ""
