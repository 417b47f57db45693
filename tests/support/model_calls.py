"""What tests of model calls share: settings, an observer that keeps what it is told, a whole call."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from autogen_core.models import CreateResult, LLMMessage, SystemMessage, UserMessage

from app.domain.runs import Usage
from app.errors import AppError
from app.models.backends import Backend
from app.models.calls import CallOptions, CallSite, ModelChoice
from app.models.guarded_client import GuardedClient
from app.models.keyrings import NO_KEYRING
from app.models.keys import KeyStore
from app.models.providers import Providers
from app.settings import Settings, load_settings

PROMPT: list[LLMMessage] = [
    SystemMessage(content="You write code."),
    UserMessage(content="Write a function that adds two numbers.", source="user"),
]
SITE = CallSite("code_generator", "run-1", 1)


class Watcher:
    """A CallObserver that keeps everything. limit: tokens that an answer may have."""

    def __init__(self, limit: int | None = None) -> None:
        self.limit = limit
        self.prompts: list[int] = []
        self.reasons = ""
        self.usages: list[tuple[Usage, ModelChoice, str]] = []
        self.switches: list[tuple[ModelChoice, ModelChoice, str]] = []
        self.notes: list[tuple[str, dict[str, Any]]] = []
        self.error: AppError | None = None

    def allow(self, prompt_tokens: int, max_tokens: int) -> int:
        self.prompts.append(prompt_tokens)
        return min(max_tokens, self.limit or max_tokens)

    def reasoning(self, text: str) -> None:
        self.reasons += text

    def usage(self, usage: Usage, choice: ModelChoice, finish_reason: str) -> None:
        self.usages.append((usage, choice, finish_reason))

    def note(self, message: str, data: dict[str, Any]) -> None:
        self.notes.append((message, data))

    def switched(self, old: ModelChoice, new: ModelChoice, why: str) -> None:
        self.switches.append((old, new, why))

    def failed(self, error: AppError) -> None:
        self.error = error


def settings_for(home: Path, overrides: Mapping[str, object] | None = None, **variables: str) -> Settings:
    """The program's own settings with these changes, untouched by the machine's."""
    return load_settings(overrides or {}, environment={"ROUNDTABLE_HOME": str(home), **variables})


def providers_for(
    settings: Settings,
    backends: Mapping[str, Backend] | None = None,
    environment: Mapping[str, str] | None = None,
) -> Providers:
    """Providers whose keys come from `environment` alone."""
    return Providers(settings, KeyStore(settings.models, environment or {}, find=no_keyring), backends or {})


def no_keyring(*_: object) -> tuple[None, str]:
    """Instead of the keyring of the machine that the tests run on."""
    return None, NO_KEYRING


async def told(client: GuardedClient, prompt: str = "") -> tuple[list[str], CreateResult]:
    """One call to its end: the pieces and the result."""
    pieces: list[str] = []
    messages = [UserMessage(content=prompt, source="user")] if prompt else PROMPT
    async for item in client.create_stream(messages):
        if isinstance(item, CreateResult):
            return pieces, item
        pieces.append(item)
    raise AssertionError("the stream ended without a result")


async def opened(
    providers: Providers,
    choice: ModelChoice,
    watcher: Watcher,
    *,
    options: CallOptions | None = None,
    site: CallSite = SITE,
) -> GuardedClient:
    return await providers.open(choice, options or CallOptions(max_tokens=256), site, watcher)
