"""Stand-ins for the cloud services: each speaks its service's protocol with its rules and its refusals.

    with CloudServer(MOONSHOT, frozenset({"sk-a"})) as china, CloudServer(MOONSHOT) as world:
        ...                                   # talk to china.url and world.url

Shapes and wordings are those that the services document, or that issues in public trackers quote.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from typing_extensions import override

from tests.support.openai_server import USAGE, OpenAIServer, Reply, Request, frame

Json = dict[str, Any]
GOOD_KEY: Final = "sk-0123456789abcdef0123"
KEEP_ALIVE: Final = b": keep-alive\n\n"


@dataclass(frozen=True)
class Profile:
    """A service. path: behind the port. unauthorized: body of its 401. error: body of a 400.

    bound: what it calls the bound on an answer. fixed: parameters it refuses. usage: where it tells it.
    cached: usage with its own field for cached tokens. history: what it does with reasoning_content.
    """

    name: str
    path: str
    unauthorized: Json
    error: Callable[[str, str], Json]
    bounds: frozenset[str] = frozenset({"max_tokens", "max_completion_tokens"})
    fixed: dict[str, str] = field(default_factory=dict[str, str])
    usage: Literal["own chunk", "last choice", "with the end"] = "own chunk"
    cached: Json = field(default_factory=lambda: USAGE)
    history: Literal["ignored", "refused", "wanted"] = "ignored"


def _openai_error(message: str, param: str = "") -> Json:
    code = "unsupported_parameter" if param else "invalid_request_error"
    return {
        "error": {"message": message, "type": "invalid_request_error", "param": param or None, "code": code}
    }


def _deepseek_error(message: str, _param: str = "") -> Json:
    detail = {"type": "invalid_request_error", "param": None, "code": "invalid_request_error"}
    return {"error": {"message": message, **detail}}


def _moonshot_error(message: str, _param: str = "") -> Json:
    return {"error": {"message": f"Invalid request: {message}", "type": "invalid_request_error"}}


def _bailian_error(message: str, _param: str = "") -> Json:
    words = f"<400> InternalError.Algo.InvalidParameter: {message}"
    detail = {"code": "invalid_parameter_error", "param": None, "type": "invalid_request_error"}
    return {"error": {"message": words, **detail}, "request_id": "81a373d6-28bd-9968"}


DEEPSEEK: Final = Profile(
    name="deepseek",
    path="",
    unauthorized={
        "error": {
            "message": "Authentication Fails, Your api key: ****cdef is invalid",
            "type": "authentication_error",
            "param": None,
            "code": "invalid_request_error",
        }
    },
    error=_deepseek_error,
    bounds=frozenset({"max_tokens"}),
    usage="with the end",
    cached={**USAGE, "prompt_cache_hit_tokens": 5, "prompt_cache_miss_tokens": 6},
    history="refused",
)
MOONSHOT: Final = Profile(
    name="moonshot",
    path="/v1",
    unauthorized={"error": {"message": "Invalid Authentication", "type": "invalid_authentication_error"}},
    error=_moonshot_error,
    bounds=frozenset({"max_completion_tokens"}),
    fixed={"temperature": "invalid temperature: only 0.6 is allowed for this model"},
    usage="last choice",
    cached={**USAGE, "cached_tokens": 5},
    history="wanted",
)
BAILIAN: Final = Profile(
    name="alibaba_bailian",
    path="/compatible-mode/v1",
    unauthorized={
        "error": {
            "message": "Incorrect API key provided. ",
            "type": "invalid_request_error",
            "param": None,
            "code": "invalid_api_key",
        },
        "request_id": "81a373d6-28bd-9968",
    },
    error=_bailian_error,
    cached={**USAGE, "prompt_tokens_details": {"cached_tokens": 5}},
)
OPENAI: Final = Profile(
    name="openai",
    path="/v1",
    unauthorized={
        "error": {
            "message": f"Incorrect API key provided: {GOOD_KEY[:8]}****. You can find your API key at https://x",
            "type": "invalid_request_error",
            "param": None,
            "code": "invalid_api_key",
        }
    },
    error=_openai_error,
    bounds=frozenset({"max_completion_tokens"}),
    cached={**USAGE, "prompt_tokens_details": {"cached_tokens": 5}},
)
PROFILES: Final = (DEEPSEEK, MOONSHOT, BAILIAN, OPENAI)


class CloudServer(OpenAIServer):
    """keys: those it takes. breaks: further parameters that it refuses, by name with its words."""

    def __init__(
        self,
        profile: Profile,
        keys: frozenset[str] = frozenset({GOOD_KEY}),
        breaks: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__()
        self.profile = profile
        self.keys = keys
        self.fixed = {**profile.fixed, **(breaks or {})}

    @property
    @override
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}{self.profile.path}"

    @override
    def refusal(self, request: Request) -> Reply | None:
        if request.headers.get("authorization", "").removeprefix("Bearer ") not in self.keys:
            return Reply(status=401, body=self.profile.unauthorized)
        if request.path != f"{self.profile.path}/chat/completions":
            return Reply(status=404, body={"error": "Not Found"})
        broken = self._broken_rule(request.body)
        return Reply(status=400, body=self.profile.error(*broken)) if broken else None

    def _broken_rule(self, body: Json) -> tuple[str, str] | None:
        """Message and parameter."""
        for name in {"max_tokens", "max_completion_tokens"} - self.profile.bounds:
            if name in body:
                other = next(iter(self.profile.bounds))
                words = f"Unsupported parameter: '{name}' is not supported with this model."
                return f"{words} Use '{other}' instead.", name
        for name, words in self.fixed.items():
            if name in body:
                return words, name
        messages: list[Json] = body["messages"]
        if any("name" in message for message in messages):
            return "messages[0].name: unknown field", ""
        if [message["role"] for message in messages].count("system") > 1:
            return "only one system message is supported", ""
        return self._broken_history([message for message in messages if message["role"] == "assistant"])

    def _broken_history(self, answers: list[Json]) -> tuple[str, str] | None:
        sent = ["reasoning_content" in answer for answer in answers]
        if self.profile.history == "refused" and any(sent):
            return "Please remove the reasoning_content from your message.", ""
        if self.profile.history == "wanted" and not all(sent):
            return "thinking is enabled but reasoning_content is missing in message at index 2", ""
        return None

    @override
    def last_chunks(self, reply: Reply, *, usage: bool) -> list[Json]:
        chunks = super().last_chunks(reply, usage=False)
        told = self.profile.cached if usage else None
        if told and chunks and self.profile.usage == "with the end":
            chunks[-1]["usage"] = told
        elif told and chunks and self.profile.usage == "last choice":
            chunks[-1]["choices"][0]["usage"] = told
        elif told:
            chunks.append(frame(choices=[], usage=told))
        return chunks
