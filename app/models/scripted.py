"""The provider `scripted`: replays answers from a YAML file, for tests, demonstrations and work offline.

    name: demo
    tokens_per_second: 30            # 0: at once
    agents:
      code_generator:                # one entry a round; the last one repeats
        - text: ...
        - [first attempt, second attempt]   # attempts within the turn; the last one repeats

An entry is a text or a mapping of the fields of `Answer`.
"""

from __future__ import annotations

import asyncio
import hashlib
import re
from collections.abc import AsyncGenerator, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, Final, Literal, cast

from autogen_core import CancellationToken
from autogen_core.models import ChatCompletionClient, CreateResult, LLMMessage, ModelInfo, RequestUsage
from autogen_core.tools import Tool, ToolSchema
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError
from typing_extensions import override

from app.errors import AppError, ErrorKind
from app.models.calls import CallSite
from app.models.taps import Tap, text_model_info
from app.settings.layers import Layer
from app.settings.problems import as_app_error, suggestion
from app.settings.yaml_files import read_yaml

SCRIPTED_CLASS: Final = "app.models.scripted.ScriptedClient"
_STRICT: Final = ConfigDict(frozen=True, extra="forbid")
Fault = Literal["auth", "quota", "rate_limit", "transient", "stall", "cut", "context_window", "garbage"]
_RAISED: Final[dict[str, ErrorKind]] = {
    "auth": ErrorKind.AUTH,
    "quota": ErrorKind.QUOTA,
    "rate_limit": ErrorKind.PROVIDER_RATE_LIMIT,
    "transient": ErrorKind.TRANSIENT,
    "context_window": ErrorKind.CONTEXT_WINDOW,
    "garbage": ErrorKind.TRANSIENT,
}
_TOKEN: Final = re.compile(r"\s*\w{1,6}|\s*[^\w\s]|\s+")


class Answer(BaseModel):
    """One prepared answer.

    when: the entry counts only where the prompt holds this text; it then goes before entries without.
    reasoning: said before the text. tokens_per_second: None for the script's; 0: at once.
    first_token_ms: wait before the first piece.
    fault: raised before the first piece, except stall (falls silent), cut (ends without a reason) and
        garbage (something unreadable), which come after the text.
    """

    model_config = _STRICT

    text: str = ""
    when: str = ""
    reasoning: str = ""
    tokens_per_second: float | None = Field(default=None, ge=0)
    first_token_ms: float = Field(default=0, ge=0)
    fault: Fault | None = None
    retry_after: float | None = Field(default=None, ge=0)
    finish_reason: Literal["stop", "length"] = "stop"


def _as_mapping(value: object) -> object:
    return {"text": value} if isinstance(value, str) else value


def _as_list(value: Any) -> list[Any]:
    return cast(list[Any], value) if isinstance(value, list) else [value]


_Answer = Annotated[Answer, BeforeValidator(_as_mapping)]
_Attempts = Annotated[tuple[_Answer, ...], BeforeValidator(_as_list), Field(min_length=1)]
_Rounds = Annotated[tuple[_Attempts, ...], BeforeValidator(_as_list), Field(min_length=1)]


class Script(BaseModel):
    """A validated script. agents: per agent, per round, per attempt."""

    model_config = _STRICT

    name: str
    about: str = ""
    tokens_per_second: float = Field(default=0, ge=0)
    agents: dict[str, _Rounds]

    def answer(self, site: CallSite, prompt: str) -> Answer:
        """The entry for a call. Raises AppError(config) where the script has none for the agent."""
        rounds = self.agents.get(site.agent)
        if rounds is None:
            raise AppError(
                ErrorKind.CONFIG, f"The script {self.name} has no answers of {site.agent}.", "Add them."
            )
        attempts = rounds[min(site.round, len(rounds)) - 1]
        for answer in attempts:
            if answer.when and answer.when in prompt:
                return answer
        plain = [answer for answer in attempts if not answer.when]
        if not plain:
            raise AppError(
                ErrorKind.CONFIG,
                f"The script {self.name} has no answer of {site.agent} for this prompt (round {site.round}).",
                "Add one without `when`.",
            )
        return plain[min(site.attempt, len(plain)) - 1]


class Scripts:
    """Finds scripts by name in a folder, or by path."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def names(self) -> list[str]:
        """The bundled ones."""
        return sorted(path.stem for path in self._folder.glob("*.yaml"))

    def load(self, model: str) -> Script:
        """Raises AppError(config) naming the file, the key and what is wrong."""
        path = self._path(model)
        if not path.is_file():
            raise AppError(
                ErrorKind.CONFIG,
                f"There is no script {model}.",
                f"Give a file, or a name. {suggestion(model, self.names())}",
            )
        tree = read_yaml(path)
        try:
            return Script.model_validate(tree)
        except ValidationError as error:
            raise as_app_error(error, Script, [Layer(str(path), tree)]) from error

    def digest(self, model: str) -> str:
        """SHA-256 of the script's file. Raises AppError(config) as `load` does."""
        self.load(model)
        return f"sha256:{hashlib.sha256(self._path(model).read_bytes()).hexdigest()}"

    def _path(self, model: str) -> Path:
        return self._folder / f"{model}.yaml" if model in self.names() else Path(model)

    def client(self, model: str, site: CallSite, prompt: str, tap: Tap) -> ScriptedClient:
        """A client that gives the one answer of this call."""
        script = self.load(model)
        answer = script.answer(site, prompt)
        speed = script.tokens_per_second if answer.tokens_per_second is None else answer.tokens_per_second
        return ScriptedClient(answer, speed, tap)


class ScriptedClient(ChatCompletionClient):
    """Says one prepared answer. speed: tokens a second, 0 for at once."""

    component_type = "model"

    def __init__(self, answer: Answer, speed: float, tap: Tap) -> None:
        self._answer = answer
        self._speed = speed
        self._tap = tap

    @override
    async def create_stream(
        self,
        messages: Sequence[LLMMessage],
        *,
        tools: Sequence[Tool | ToolSchema] = (),
        tool_choice: Tool | Literal["auto", "required", "none"] = "auto",
        json_output: bool | type[BaseModel] | None = None,
        extra_create_args: Mapping[str, Any] = {},
        cancellation_token: CancellationToken | None = None,
    ) -> AsyncGenerator[str | CreateResult, None]:
        """The answer in pieces at its speed, then what its fault asks for."""
        answer = self._answer
        if answer.fault in _RAISED and answer.fault != "garbage":
            raise self._failure(answer.fault)
        await asyncio.sleep(answer.first_token_ms / 1000)
        async for piece in self._paced(answer.reasoning):
            self._tap.on_reasoning(piece)
        async for piece in self._paced(answer.text):
            yield piece
        if answer.fault == "stall":
            await asyncio.Event().wait()
        if answer.fault == "garbage":
            raise self._failure(answer.fault)
        if answer.fault != "cut":
            self._tap.finish = answer.finish_reason
        yield self._result()

    @override
    async def create(
        self,
        messages: Sequence[LLMMessage],
        *,
        tools: Sequence[Tool | ToolSchema] = (),
        tool_choice: Tool | Literal["auto", "required", "none"] = "auto",
        json_output: bool | type[BaseModel] | None = None,
        extra_create_args: Mapping[str, Any] = {},
        cancellation_token: CancellationToken | None = None,
    ) -> CreateResult:
        """The same at once."""
        async for _ in self.create_stream(messages):
            continue
        return self._result()

    @override
    async def close(self) -> None:
        """Nothing is open."""

    @override
    def actual_usage(self) -> RequestUsage:
        return RequestUsage(prompt_tokens=0, completion_tokens=0)

    @override
    def total_usage(self) -> RequestUsage:
        return self.actual_usage()

    @override
    def count_tokens(self, messages: Sequence[LLMMessage], *, tools: Sequence[Tool | ToolSchema] = ()) -> int:
        return 0

    @override
    def remaining_tokens(
        self, messages: Sequence[LLMMessage], *, tools: Sequence[Tool | ToolSchema] = ()
    ) -> int:
        return 0

    @property
    @override
    def capabilities(self) -> Any:
        return self.model_info

    @property
    @override
    def model_info(self) -> ModelInfo:
        return text_model_info()

    async def _paced(self, text: str) -> AsyncGenerator[str, None]:
        if text and not self._speed:
            yield text
            return
        loop = asyncio.get_running_loop()
        due = loop.time()
        for piece in _TOKEN.findall(text):
            # Against the clock, not by equal sleeps, which would add up their own delays.
            due += 1 / self._speed
            await asyncio.sleep(max(due - loop.time(), 0))
            yield piece

    def _result(self) -> CreateResult:
        return CreateResult(
            finish_reason=self._answer.finish_reason,
            content=self._answer.text,
            usage=self.actual_usage(),
            cached=False,
        )

    def _failure(self, fault: str) -> AppError:
        return AppError(
            _RAISED[fault],
            f"The script plays the fault {fault}.",
            retry_after=self._answer.retry_after,
        )
