"""Environment variables and `.env`: what is read, and which setting each one sets."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from dotenv import dotenv_values

from app.settings.layers import Layer, nested
from app.settings.places import PROGRAM_DIR

# ROUNDTABLE_HOME and the API keys (`key_env` in models.yaml) are read elsewhere: they are no settings.
VARIABLES: Final[dict[str, str]] = {
    "ROUNDTABLE_DATABASE_URL": "database_url",
    "ROUNDTABLE_TOKEN": "server.token",
    "SECRET_KEY": "server.secret_key",
    "FLASK_ENV": "server.environment",
    "MAX_CONCURRENT_SESSIONS": "max_concurrent_sessions",
    "CODE_SAFETY_ENABLED": "code_safety_enabled",
    "OLLAMA_BASE_URL": "models.providers.ollama.base_url",
}
# Ollama's own variable counts only where ours is not set; it may lack the scheme.
_OLLAMA_HOST: Final = "OLLAMA_HOST"


def read_environment(program_dir: Path = PROGRAM_DIR) -> dict[str, str]:
    """The process's variables over those of the program's own `.env`; empty values count as not set.

    Only the program's folder is looked in: a `.env` of the folder that the user happens to work in could
    send prompts elsewhere.
    """
    from_file = dotenv_values(program_dir / ".env", interpolate=False)
    merged = {**from_file, **os.environ}
    return {name: value for name, value in merged.items() if value}


def environment_layers(environment: Mapping[str, str]) -> list[Layer]:
    """One layer a variable, so that an error can name it."""
    values = {name: environment[name] for name in VARIABLES if environment.get(name)}
    layers = [_layer(name, VARIABLES[name], value) for name, value in values.items()]
    host = environment.get(_OLLAMA_HOST)
    if host and "OLLAMA_BASE_URL" not in values:
        path = VARIABLES["OLLAMA_BASE_URL"]
        layers.append(_layer(_OLLAMA_HOST, path, _as_url(host)))
    return layers


def _layer(variable: str, path: str, value: str) -> Layer:
    return Layer(f"environment variable {variable}", nested(path, value), kind="environment")


def _as_url(host: str) -> str:
    """OLLAMA_HOST as a URL to connect to: `0.0.0.0` is where a server listens, not where it is."""
    url = urlsplit(host if "://" in host else f"http://{host}")
    name = url.hostname or ""
    if not name.strip("0.:"):
        name = "127.0.0.1"
    name = f"[{name}]" if ":" in name else name
    _, _, port = url.netloc.rpartition("@")[2].rpartition("]")[2].partition(":")
    return f"{url.scheme}://{name}:{port or '11434'}"
