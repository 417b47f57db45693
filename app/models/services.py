"""Asking an OpenAI-compatible service which models it serves."""

from __future__ import annotations

from functools import partial
from typing import Any, Final

import httpx

from app.errors import AppError, ErrorKind
from app.models.addresses import check_address, is_local
from app.models.pinning import pinned_transport, tls

_SECONDS: Final = 3.0


async def served_models(provider: str, base_url: str, key: str | None) -> list[str]:
    """Names from `GET {base_url}/models`. Raises AppError: config (address refused), transient."""
    allowed = partial(check_address, f"models.yaml: providers.{provider}.base_url")
    await allowed(base_url)
    transport = pinned_transport(base_url)
    if transport:
        transport.allowed = allowed
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    try:
        async with httpx.AsyncClient(
            timeout=_SECONDS, verify=tls(), trust_env=not is_local(base_url), transport=transport
        ) as client:
            response = await client.get(f"{base_url.rstrip('/')}/models", headers=headers)
            response.raise_for_status()
            listed: list[dict[str, Any]] = response.json()["data"]
            return [str(model["id"]) for model in listed]
    except (httpx.HTTPError, ValueError, KeyError, TypeError) as error:
        raise AppError(
            ErrorKind.TRANSIENT,
            f"{provider} does not list its models at {base_url}.",
            "Check that it is running, and its address and key.",
        ) from error
