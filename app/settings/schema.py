"""All settings as one frozen object; config/app.yaml says what each key of its own means."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Final, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr, ValidationInfo, field_validator

from app.domain.runs import Language
from app.settings.agents import AgentSettings, check_team
from app.settings.models import ModelsConfig
from app.settings.problems import suggestion

_STRICT = ConfigDict(frozen=True, extra="forbid")
_SEPARATOR: Final = re.compile(r"[,\s]+")


class RunLimits(BaseModel):
    """Bounds of one run. lease_seconds: how long a run stays with a process that has gone silent.

    max_iterations: rounds of a run whose request names none.
    candidates: versions that code_generator may draw in a round; drawing_seconds: for how long.
    """

    model_config = _STRICT

    max_iterations: int = Field(default=3, ge=1, le=10)
    max_tokens: int = Field(ge=1000)
    max_seconds: float = Field(gt=0)
    lease_seconds: float = Field(ge=1)
    candidates: Literal["auto"] | Annotated[int, Field(ge=1, le=12)]
    drawing_seconds: float = Field(ge=0)


class Timeouts(BaseModel):
    """How long a model may keep us waiting, seconds.

    connect: for the connection. first_token: from the request to the first piece of the answer, in which
    a long prompt has to be read. idle: between two pieces.
    """

    model_config = _STRICT

    connect: float = Field(gt=0)
    first_token: float = Field(gt=0)
    idle: float = Field(gt=0)


class ServerSettings(BaseModel):
    """The server. token and secret_key come from the environment, else they are made at each start."""

    model_config = _STRICT

    host: str
    port: int = Field(ge=0, le=65535)
    allowed_hosts: tuple[str, ...] = ()
    allowed_origins: tuple[str, ...] = ()
    environment: Literal["production", "development"] = "production"
    generate_rate: int = Field(ge=1)
    token_rate: int = Field(ge=1)
    request_rate: int = Field(ge=1)
    max_streams: int = Field(ge=1)
    token: SecretStr | None = None
    secret_key: SecretStr | None = None

    @property
    def tokens(self) -> Sequence[str]:
        """The tokens that are set; `token` may hold several, separated by commas or white space."""
        text = self.token.get_secret_value() if self.token else ""
        return [token for token in _SEPARATOR.split(text) if token]


class BuiltinSettings(BaseModel):
    """The builtin engine. threads: for generating and reading prompts; auto: one a physical core."""

    model_config = _STRICT

    threads: Literal["auto"] | Annotated[int, Field(ge=1, le=256)]


class SandboxLimits(BaseModel):
    """Bounds of one execution of generated code: wall time in seconds, memory in MiB.

    images: of containers, by language; used where Podman or Docker has them already.
    """

    model_config = _STRICT

    seconds: float = Field(gt=0)
    memory_mb: int = Field(ge=64)
    images: dict[Language, str]


class Settings(BaseModel):
    """Everything that can be set.

    home: the data folder. database_url: as SQLAlchemy takes it.
    code_safety_enabled: False lets nothing count as verified.
    """

    model_config = _STRICT

    home: Path
    database_url: str
    max_concurrent_sessions: int = Field(ge=1)
    code_safety_enabled: bool
    run: RunLimits
    timeouts: Timeouts
    server: ServerSettings
    sandbox: SandboxLimits
    builtin: BuiltinSettings
    models: ModelsConfig
    agents: Annotated[dict[str, AgentSettings], AfterValidator(check_team)]

    @field_validator("agents")
    @classmethod
    def _providers_exist(
        cls, agents: dict[str, AgentSettings], info: ValidationInfo
    ) -> dict[str, AgentSettings]:
        """`models` is missing from the data where it is wrong itself, which is told then."""
        models: ModelsConfig | None = info.data.get("models")
        for name, agent in agents.items():
            provider = (agent.model or "").partition(":")[0]
            if models and provider and provider not in models.providers:
                hint = suggestion(provider, models.providers)
                raise ValueError(f"{name}.model: there is no provider {provider!r}. {hint}")
        return agents
