"""The way in for browsers: the token of the link for a cookie, once."""

from __future__ import annotations

from flask import Response

from app.errors import ErrorKind
from app.web.api import Api
from app.web.parts import parts
from app.web.payloads import TokenBody
from app.web.problems import FieldError
from app.web.rates import token_rate

api = Api("token")


@api.route(
    "POST",
    "/token",
    body=TokenBody,
    errors=(ErrorKind.INVALID_REQUEST, ErrorKind.RATE_LIMITED),
    rate=token_rate,
)
def exchange_token(body: TokenBody) -> Response:
    """The cookie that a browser is known by.

    Set HttpOnly and SameSite=Strict, so that neither scripts nor other sites can use it.
    """
    access = parts().access
    value = access.exchange(body.token)
    if value is None:
        raise FieldError("token", "The token is wrong.", "Open the link that was printed at the start.")
    response = Response(status=204)
    response.set_cookie(access.cookie, value, httponly=True, samesite="Strict")
    return response
