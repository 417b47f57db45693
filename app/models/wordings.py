"""What providers mean: from the status and the words of a refusal to a kind.

The words are those that the services document or were seen to send; they say with the same status what is
used up, too long or unknown.
"""

from __future__ import annotations

import re
from typing import Final

from app.errors import ErrorKind


def _pattern(*wordings: str) -> re.Pattern[str]:
    return re.compile("|".join(wordings), re.IGNORECASE)


_NO_MEMORY: Final = _pattern(r"system memory", r"out of memory")
_TOO_LONG: Final = _pattern(
    r"context.{0,20}(length|window|size)",  # OpenAI, DeepSeek, llama.cpp, vLLM, OpenRouter
    r"exceed_context",
    r"(prompt|input|request).{0,20}too (long|large)",  # Moonshot
    r"maximum.{0,20}(prompt|input|model).{0,20}(tokens|length)",
    r"exceeded model token limit",  # Moonshot
    r"range of input length",  # Alibaba
)
_USED_UP: Final = _pattern(
    r"insufficient.{0,3}(quota|balance|funds|credits?)",  # OpenAI, DeepSeek, OpenRouter
    r"exceeded.{0,3}(your.)?current.{0,3}quota",  # OpenAI, Moonshot
    r"arrear|overdue",  # Alibaba
    r"free.?tier",  # Alibaba
    r"billing.{0,10}(limit|not.active)",
    r"account.{0,80}suspended",  # Moonshot
)
_FILTERED: Final = _pattern(
    r"content.?(filter|policy|management)",  # OpenAI, Moonshot
    r"considered high risk",  # Moonshot
    r"data.?inspection|inappropriate content",  # Alibaba
    r"content exists risk",  # DeepSeek
)
_NO_MODEL: Final = _pattern(
    r"model.{0,80}(not exist|not found|not supported|no access|permission denied)",
    r"(not found|no such|unknown|unsupported).{0,12}model",
    r"model_not_found|model.?access.?denied",
)
_TOO_MANY: Final = _pattern(r"rate.?limit", r"too many requests", r"max (rpm|tpm|concurrency)", r"throttl")
_KEY: Final = _pattern(r"(invalid|incorrect|wrong).{0,20}(api|auth)", r"unauthori[sz]ed")
_UNSERVED: Final = _pattern(r"unsupported.country", r"country.{0,40}not supported")  # OpenAI
_BY_STATUS: Final = {
    401: ErrorKind.AUTH,
    402: ErrorKind.QUOTA,
    403: ErrorKind.AUTH,
    408: ErrorKind.TRANSIENT,
    409: ErrorKind.TRANSIENT,
    413: ErrorKind.CONTEXT_WINDOW,
    425: ErrorKind.TRANSIENT,
    429: ErrorKind.PROVIDER_RATE_LIMIT,
}
# With these the words decide, as far as they say something; the first that fits counts.
_BY_WORDS: Final[dict[int | None, tuple[tuple[re.Pattern[str], ErrorKind], ...]]] = {
    400: (
        (_TOO_LONG, ErrorKind.CONTEXT_WINDOW),
        (_USED_UP, ErrorKind.QUOTA),
        (_FILTERED, ErrorKind.INVALID_REQUEST),
        (_NO_MODEL, ErrorKind.MODEL_MISSING),
    ),
    403: (
        (_USED_UP, ErrorKind.QUOTA),
        (_FILTERED, ErrorKind.INVALID_REQUEST),
        (_NO_MODEL, ErrorKind.MODEL_MISSING),
    ),
    404: ((re.compile("model", re.IGNORECASE), ErrorKind.MODEL_MISSING),),
    422: ((_TOO_LONG, ErrorKind.CONTEXT_WINDOW), (_FILTERED, ErrorKind.INVALID_REQUEST)),
    429: ((_USED_UP, ErrorKind.QUOTA),),
    # An error within a stream, after HTTP 200.
    None: (
        (_TOO_LONG, ErrorKind.CONTEXT_WINDOW),
        (_USED_UP, ErrorKind.QUOTA),
        (_FILTERED, ErrorKind.INVALID_REQUEST),
        (_TOO_MANY, ErrorKind.PROVIDER_RATE_LIMIT),
        (_KEY, ErrorKind.AUTH),
        (_NO_MODEL, ErrorKind.MODEL_MISSING),
    ),
}


def kind_of(status: int | None, words: str) -> ErrorKind:
    """The kind of a refusal. status: None for an error without one, within a stream or of the connection."""
    if _NO_MEMORY.search(words):
        return ErrorKind.CONTEXT_WINDOW
    for pattern, kind in _BY_WORDS.get(status, ()):
        if pattern.search(words):
            return kind
    if status in _BY_STATUS:
        return _BY_STATUS[status]
    refused = status is not None and 300 <= status < 500
    if not refused and status is not None and _TOO_LONG.search(words):  # llama.cpp has said it with a 500
        return ErrorKind.CONTEXT_WINDOW
    return ErrorKind.CONFIG if refused else ErrorKind.TRANSIENT


def is_unserved(words: str) -> bool:
    """Whether a refusal says that the service does not serve the country it is asked from."""
    return bool(_UNSERVED.search(words))
