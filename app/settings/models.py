"""config/models.yaml: the providers, in AutoGen's component form plus keys of our own."""

from __future__ import annotations

from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from app.settings.problems import suggestion

_STRICT = ConfigDict(frozen=True, extra="forbid")

# Loading a component runs code, so only these are ever loaded.
ClientClass = Literal[
    "autogen_ext.models.ollama.OllamaChatCompletionClient",
    "autogen_ext.models.openai.OpenAIChatCompletionClient",
    "app.models.scripted.ScriptedClient",
]


class Retry(BaseModel):
    """How often a call is tried again where it failed before its first word, and how long to wait.

    times: after the first try. first_wait, longest_wait: seconds; the wait doubles from one to the other.
    """

    model_config = _STRICT

    times: int = Field(default=2, ge=0, le=10)
    first_wait: float = Field(default=2.0, ge=0)
    longest_wait: float = Field(default=60.0, ge=0)


class ModelPrice(BaseModel):
    """Prices of a million tokens. cached: of those that the service read before; None where not known.

    at_most: the service is cheaper at times, and this is the dearest price.
    """

    model_config = _STRICT

    input: float = Field(ge=0)
    output: float = Field(ge=0)
    cached: float | None = Field(default=None, ge=0)
    at_most: bool = False


class Prices(BaseModel):
    """What a service takes, by model. as_of: when they were looked up. source: where."""

    model_config = _STRICT

    currency: str = Field(default="USD", pattern=r"^[A-Z]{3}$")
    as_of: str = Field(pattern=r"^20\d\d-\d\d(-\d\d)?$")
    source: str
    models: dict[str, ModelPrice]


class ProviderConfig(BaseModel):
    """One provider; config/models.yaml says what each key means.

    provider, config: AutoGen's component form; `config` is handed to the client as it is.
    context_length: bound on prompt plus answer, tokens; None leaves it to the engine or the service.
    """

    model_config = _STRICT

    title: str
    provider: ClientClass
    config: dict[str, Any] = Field(default_factory=dict)
    engine: Literal["ollama", "builtin"] | None = None
    base_url: str | None = None
    base_urls: tuple[str, ...] = ()
    key_env: str | None = Field(default=None, pattern=r"^[A-Z][A-Z0-9_]*$")
    key_optional: bool = False
    include_usage: bool = True
    answer_bound: Literal["max_tokens", "max_completion_tokens"] = "max_tokens"
    request: dict[str, Any] = Field(default_factory=dict[str, Any])
    leave_out: tuple[str, ...] = ()
    reasoning_history: Literal["drop", "send"] = "drop"
    default_model: str | None = None
    models: tuple[str, ...] = ()
    fallback: tuple[str, ...] = ()
    context_length: int | None = Field(default=None, ge=1024)
    retry: Retry = Retry()
    prices: Prices | None = None

    @property
    def addresses(self) -> tuple[str, ...]:
        """Where the provider answers: `base_url` alone where it is set, else one address a region."""
        return (self.base_url,) if self.base_url else self.base_urls


class ModelsConfig(BaseModel):
    """All providers by id. preference: in which order they are tried where the user names none.

    default: "provider:model" that is used instead of asking them in turn; None for that.
    """

    model_config = _STRICT

    preference: tuple[str, ...]
    default: str | None = None
    providers: dict[str, ProviderConfig]

    @model_validator(mode="after")
    def _names_exist(self) -> Self:
        named = [("preference", name) for name in self.preference]
        named += [("default", self.default.partition(":")[0])] if self.default else []
        for key, provider in self.providers.items():
            named += [(f"providers.{key}.fallback", name.partition(":")[0]) for name in provider.fallback]
        for where, name in named:
            if name not in self.providers:
                raise ValueError(
                    f"{where}: there is no provider {name!r}. {suggestion(name, self.providers)}"
                )
        return self
