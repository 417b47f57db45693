"""From what a provider's library raises to our kinds. The provider's own words are never passed on."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, Final, Literal, cast

import httpx
import ollama
import openai
import pydantic

from app.errors import AppError, ErrorKind
from app.models.calls import ModelChoice
from app.models.chunks import UnreadableChunkError
from app.models.wordings import is_unserved, kind_of

log = logging.getLogger(__name__)

# What the libraries raise for failures outside this program; anything else is a mistake of ours.
PROVIDER_ERRORS: Final = (
    openai.OpenAIError,
    ollama.ResponseError,
    httpx.HTTPError,
    ConnectionError,
    json.JSONDecodeError,
    pydantic.ValidationError,
)
_UNREADABLE: Final = (
    json.JSONDecodeError,
    pydantic.ValidationError,
    openai.APIResponseValidationError,
    UnreadableChunkError,
)
_REFUSED_PARAMETER: Final = (400, 422)
_MISSING: Final = re.compile(r"missing|must be (passed|provided|included)|is required", re.IGNORECASE)
_UNKNOWN: Final = re.compile(
    r"un(supported|known|recognized|expected)|not (supported|permitted|allowed|recognized)|extra|instead",
    re.IGNORECASE,
)
_SOON: Final = re.compile(r"try again (?:in|after) (\d+(?:\.\d+)?) ?(ms|s)", re.IGNORECASE)
# By kind: what happened, and what to do.
_SENTENCES: Final = {
    ErrorKind.AUTH: ("{provider} refuses the key{where}.", "Set another one with `keys set {provider}`."),
    ErrorKind.QUOTA: ("The quota at {provider} is used up.", "Top it up, or use another provider."),
    ErrorKind.MODEL_MISSING: (
        "{provider} has no model {model} for this key.",
        "`models list` shows known names; the service's own list is what counts.",
    ),
    ErrorKind.PROVIDER_RATE_LIMIT: (
        "{provider} wants fewer calls (HTTP 429).",
        "Try again later, or use another provider.",
    ),
    ErrorKind.CONTEXT_WINDOW: (
        "The prompt is too long for {model} of {provider}, or {model} too large for the memory.",
        "Give fewer or shorter context files, or use another model.",
    ),
    ErrorKind.INVALID_REQUEST: (
        "The content filter of {provider} refuses the prompt or the answer.",
        "Word the requirements differently, or use another provider.",
    ),
    ErrorKind.CONFIG: (
        "{provider} does not take the call (HTTP {status}{parameter}).",
        "Check the address and config of providers.{provider} in models.yaml.",
    ),
}
_FORBIDDEN: Final = (
    "{provider} does not let this key use {model} (HTTP 403).",
    "Check the account's rights and its region, or use another model.",
)
_REDIRECTED: Final = (
    "{provider} sends the call to another address (HTTP {status}); nothing was sent there.",
    "Put the address that the service documents into providers.{provider} of models.yaml.",
)


@dataclass(frozen=True)
class Refusal:
    """A parameter that a service names as the reason of a refusal.

    why: it does not know the parameter, misses it, or does not take its value.
    """

    parameter: str
    why: Literal["unknown", "missing", "value"]


class CallError(AppError):
    """What a provider answered to a call.

    status: of the HTTP answer, None where there was none. refusal: None where no parameter is named.
    unserved: whether the service does not serve this country.
    """

    def __init__(
        self,
        kind: ErrorKind,
        message: str,
        hint: str = "",
        *,
        retry_after: float | None = None,
        status: int | None = None,
        refusal: Refusal | None = None,
        unserved: bool = False,
    ) -> None:
        super().__init__(kind, message, hint, retry_after=retry_after)
        self.status = status
        self.unserved = unserved
        self.refusal = refusal


@dataclass(frozen=True)
class Asked:
    """What a failed call was.

    sent: names of its parameters. hosts: of a service with regions those that were asked, this one last.
    """

    choice: ModelChoice
    sent: Collection[str] = ()
    hosts: Collection[str] = ()


def classify(error: Exception, asked: Asked) -> AppError:
    """One of PROVIDER_ERRORS as an AppError; one that a library has wrapped comes out as it was."""
    if isinstance(error.__cause__, AppError):
        return error.__cause__
    status = _status(error)
    log.info("call to %s failed: %s, status %s", asked.choice.provider, type(error).__name__, status)
    # The provider's words are looked into only for what they mean.
    words = "" if isinstance(error, _UNREADABLE) else _words(error)
    kind = kind_of(status, words)
    refusal = _refusal(error, words, asked.sent) if status in _REFUSED_PARAMETER else None
    message, hint = _said(error, kind, status, asked, refusal)
    return CallError(
        kind,
        message,
        hint,
        retry_after=_retry_after(error, words),
        status=status,
        refusal=refusal,
        unserved=is_unserved(words),
    )


def _said(
    error: Exception, kind: ErrorKind, status: int | None, asked: Asked, refusal: Refusal | None
) -> tuple[str, str]:
    """Message and hint."""
    provider = asked.choice.provider
    if kind is ErrorKind.TRANSIENT:
        return _broken(error, provider, status), "Try again, or use another provider."
    facts = {
        "provider": provider,
        "model": asked.choice.model,
        "status": status,
        "parameter": f", because of {refusal.parameter}" if refusal else "",
        "where": f" at {' and at '.join(asked.hosts)}" if asked.hosts else "",
    }
    sentences = _SENTENCES[kind]
    if kind is ErrorKind.AUTH and status == 403:
        sentences = _FORBIDDEN
    elif kind is ErrorKind.CONFIG and status is not None and status < 400:
        sentences = _REDIRECTED
    return sentences[0].format(**facts), sentences[1].format(**facts)


def _words(error: Exception) -> str:
    return f"{getattr(error, 'code', '')} {getattr(error, 'type', '')} {error} {getattr(error, 'body', '')}"


def _status(error: Exception) -> int | None:
    """HTTP status; of an error within a stream the code that looks like one; else None."""
    for value in (getattr(error, "status_code", None), getattr(error, "code", None)):
        if isinstance(value, int | str) and str(value).isdecimal() and 300 <= int(value) < 600:
            return int(value)
    return None


def _refusal(error: Exception, words: str, sent: Collection[str]) -> Refusal | None:
    """The parameter of ours that a refusal is about: named in its field for that, or in its words."""
    field: object = getattr(error, "param", None)
    named = [name for name in sent if name == field] or [
        name
        for name in sorted(sent, key=len, reverse=True)
        if re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", words)
    ]
    if not named:
        return None
    if _MISSING.search(words):
        return Refusal(named[0], "missing")
    return Refusal(named[0], "unknown" if _UNKNOWN.search(words) else "value")


def _broken(error: Exception, provider: str, status: int | None) -> str:
    if status is not None:
        return f"{provider} failed (HTTP {status})."
    if isinstance(error, _UNREADABLE):
        return f"{provider} sent something that cannot be read."
    if isinstance(error, (openai.APIConnectionError, httpx.TransportError, ConnectionError)):
        return f"The connection to {provider} failed or broke; check that it is running and reachable."
    return f"{provider} failed in mid-answer."


def _retry_after(error: Exception, words: str) -> float | None:
    """Seconds to wait: the header, which may hold seconds or a date, else what the words say."""
    response = getattr(error, "response", None)
    header: str = cast(Any, getattr(response, "headers", {})).get("retry-after", "")
    try:
        return max(float(header), 0.0)
    except ValueError:
        pass
    try:
        date = parsedate_to_datetime(header)
        return max((date.replace(tzinfo=date.tzinfo or UTC) - datetime.now(UTC)).total_seconds(), 0.0)
    except ValueError:
        pass
    said = _SOON.search(words)
    return float(said[1]) / (1000 if said[2].lower() == "ms" else 1) if said else None
