"""How often something may be asked for."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Final, cast

from flask import current_app, request
from flask_limiter import Limiter, RateLimitExceeded

from app.errors import AppError, ErrorKind
from app.web.access import IDENTITY

if TYPE_CHECKING:
    from flask import Flask

    from app.settings import ServerSettings

_GENERATE: Final = "GENERATE_RATE"
_TOKEN: Final = "TOKEN_RATE"  # noqa: S105 - not a token
_OTHER: Final = "OTHER_RATE"


def _who() -> str:
    known = request.environ.get(IDENTITY)
    return known.owner if known else str(request.remote_addr)


def _rate(name: str) -> Callable[[], str]:
    def rate() -> str:
        return str(cast("Mapping[str, str]", current_app.config)[name])

    return rate


limiter = Limiter(_who, default_limits=[_rate(_OTHER)], storage_uri="memory://", strategy="moving-window")
generate_rate = limiter.limit(_rate(_GENERATE))
token_rate = limiter.limit(_rate(_TOKEN))


def bound_rates(app: Flask, server: ServerSettings) -> None:
    """Apply the settings' rates to all routes of the application."""
    rates = {_GENERATE: server.generate_rate, _TOKEN: server.token_rate, _OTHER: server.request_rate}
    for name, rate in rates.items():
        app.config[name] = f"{rate} per minute"
    limiter.init_app(app)


def too_often(_error: RateLimitExceeded) -> AppError:
    """Names the bound and when to come back."""
    limit = limiter.current_limit
    seconds = max(limit.reset_at - time.time(), 1.0) if limit else 60.0
    bound = str(limit.limit) if limit else "the bound"
    return AppError(
        ErrorKind.RATE_LIMITED,
        f"Too many requests: no more than {bound}.",
        "Wait, or raise the rates under `server` in app.yaml.",
        retry_after=round(seconds, 1),
    )
