"""From what a provider's library raises to our kinds. The provider's own words are never passed on."""

from __future__ import annotations

import json
import logging
import re
from typing import Final

import httpx
import ollama
import openai
import pydantic

from app.errors import AppError, ErrorKind
from app.models.calls import ModelChoice

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
_UNREADABLE: Final = (json.JSONDecodeError, pydantic.ValidationError, openai.APIResponseValidationError)
_QUOTA: Final = re.compile(r"insufficient|quota|balance|billing|arrears", re.IGNORECASE)
_TOO_LONG: Final = re.compile(
    r"context.{0,20}(length|window|size)|too long|exceed_context|maximum.{0,20}tokens", re.IGNORECASE
)
_NO_MEMORY: Final = re.compile(r"system memory|out of memory", re.IGNORECASE)
_KINDS: Final = {
    401: ErrorKind.AUTH,
    402: ErrorKind.QUOTA,
    403: ErrorKind.AUTH,
    404: ErrorKind.MODEL_MISSING,
    408: ErrorKind.TRANSIENT,
    409: ErrorKind.TRANSIENT,
    429: ErrorKind.PROVIDER_RATE_LIMIT,
}
# By kind: what happened, and what to do.
_SENTENCES: Final = {
    ErrorKind.AUTH: ("{provider} refuses the key.", "Set another one with `keys set {provider}`."),
    ErrorKind.QUOTA: ("The quota at {provider} is used up.", "Top it up, or use another provider."),
    ErrorKind.MODEL_MISSING: ("{provider} has no model {model}.", "`models list` shows what there is."),
    ErrorKind.PROVIDER_RATE_LIMIT: ("{provider} wants fewer calls (HTTP 429).", ""),
    ErrorKind.CONTEXT_WINDOW: (
        "The prompt is too long for {model}, or {model} too large for the memory.",
        "Give fewer or shorter context files, or use another model.",
    ),
    ErrorKind.CONFIG: (
        "{provider} does not take the call (HTTP {status}).",
        "Check base_url and config of providers.{provider} in models.yaml.",
    ),
}


def classify(error: Exception, choice: ModelChoice) -> AppError:
    """One of PROVIDER_ERRORS as an AppError."""
    status = _status(error)
    log.info("call to %s failed: %s, status %s", choice.provider, type(error).__name__, status)
    # The provider's words are looked into only for what they mean.
    words = "" if isinstance(error, _UNREADABLE) else f"{getattr(error, 'code', '')} {error}"
    kind = _kind(status, words)
    if kind is ErrorKind.TRANSIENT:
        message, hint = _broken(error, choice.provider, status), ""
    else:
        facts = {"provider": choice.provider, "model": choice.model, "status": status}
        message, hint = (sentence.format(**facts) for sentence in _SENTENCES[kind])
    return AppError(kind, message, hint, retry_after=_retry_after(error))


def _status(error: Exception) -> int | None:
    """HTTP status, None where there was none (an error within a stream, a broken connection)."""
    status = getattr(error, "status_code", None)
    return status if isinstance(status, int) and status > 0 else None


def _kind(status: int | None, words: str) -> ErrorKind:
    refused = status is not None and 300 <= status < 500
    if _NO_MEMORY.search(words) or (status not in _KINDS and _TOO_LONG.search(words)):
        return ErrorKind.CONTEXT_WINDOW
    if status == 429 and _QUOTA.search(words):
        return ErrorKind.QUOTA
    return _KINDS.get(status or 0, ErrorKind.CONFIG if refused else ErrorKind.TRANSIENT)


def _broken(error: Exception, provider: str, status: int | None) -> str:
    if status is not None:
        return f"{provider} failed (HTTP {status})."
    if isinstance(error, _UNREADABLE):
        return f"{provider} sent something that cannot be read."
    if isinstance(error, (openai.APIConnectionError, httpx.TransportError, ConnectionError)):
        return f"The connection to {provider} failed or broke; check that it is running and reachable."
    return f"{provider} failed in mid-answer."


def _retry_after(error: Exception) -> float | None:
    """Seconds from the header; a date, which the header may hold too, is passed over."""
    response = getattr(error, "response", None)
    value = getattr(response, "headers", {}).get("retry-after", "")
    try:
        return max(float(value), 0.0)
    except ValueError:
        return None
