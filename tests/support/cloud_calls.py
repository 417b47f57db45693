"""Calls of the cloud providers of models.yaml to stand-ins."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from pathlib import Path

import pytest
from autogen_core.models import CreateResult

from app.errors import AppError
from app.models.calls import CallOptions, ModelChoice
from app.models.providers import Providers
from tests.support.cloud_server import GOOD_KEY, CloudServer
from tests.support.model_calls import Watcher, opened, providers_for, settings_for, told

VARIABLES = {
    "deepseek": "DEEPSEEK_API_KEY",
    "moonshot": "MOONSHOT_API_KEY",
    "alibaba_bailian": "ALIBABA_API_KEY",
    "openai": "OPENAI_API_KEY",
}
WARM = CallOptions(max_tokens=256, temperature=0.5)


def providers_on(
    home: Path, *servers: CloudServer, keys: Mapping[str, str] | None = None, **changes: object
) -> Providers:
    """The program's own providers at other addresses, with keys from the environment.

    changes: keys of the first server's provider, `retry__times` for `retry.times`.
    """
    overrides: dict[str, object] = {}
    for server in servers:
        root = f"models.providers.{server.profile.name}"
        same = [s.url for s in servers if s.profile is server.profile]
        overrides |= {f"{root}.base_urls": same, f"{root}.base_url": same[0] if len(same) == 1 else None}
        overrides |= {f"{root}.retry.times": 0, f"{root}.retry.first_wait": 0.01}
    root = f"models.providers.{servers[0].profile.name}"
    overrides |= {f"{root}.{key.replace('__', '.')}": value for key, value in changes.items()}
    environment = keys or {VARIABLES[server.profile.name]: GOOD_KEY for server in servers}
    return providers_for(settings_for(home, overrides), environment=environment)


def ask(
    providers: Providers, name: str, watcher: Watcher | None = None, model: str = "some-new-model"
) -> tuple[str, CreateResult]:
    """One call; the streamed text and the result."""

    async def run() -> tuple[str, CreateResult]:
        client = await opened(providers, ModelChoice(name, model), watcher or Watcher(), options=WARM)
        pieces, result = await told(client)
        await client.close()
        return "".join(pieces), result

    return asyncio.run(run())


def refused(providers: Providers, name: str, watcher: Watcher | None = None) -> AppError:
    with pytest.raises(AppError) as caught:
        ask(providers, name, watcher)
    return caught.value
