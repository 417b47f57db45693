"""Environment variables, `.env` and files of secrets: what is read, and which setting each one sets."""

from __future__ import annotations

import os
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from dotenv import dotenv_values

from app.errors import AppError, ErrorKind
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
# Containers are given secrets as files: NAME_FILE may stand for each of these.
SECRETS: Final = (
    "ROUNDTABLE_TOKEN",
    "SECRET_KEY",
    "ROUNDTABLE_DATABASE_URL",
    "DEEPSEEK_API_KEY",
    "MOONSHOT_API_KEY",
    "ALIBABA_API_KEY",
    "OPENAI_API_KEY",
    "OPENAI_COMPATIBLE_API_KEY",
)
_IN_FILE: Final = "_FILE"
_MOST_SECRET: Final = 16_384  # bytes


def read_environment(program_dir: Path = PROGRAM_DIR) -> dict[str, str]:
    """The process's variables over those of the program's own `.env`; empty values count as not set.

    Only the program's folder is looked in: a `.env` of the folder that the user happens to work in could
    send prompts elsewhere. NAME_FILE gives a secret as the file that holds it. Raises AppError(config) where
    such a file cannot be used.
    """
    given = _given(program_dir)
    return given | {name: _secret(name, given) for name in SECRETS if name + _IN_FILE in given}


def usable_environment(program_dir: Path = PROGRAM_DIR) -> dict[str, str]:
    """As `read_environment`, but without the secrets whose files cannot be used."""
    given = _given(program_dir)
    usable = dict(given)
    for name in SECRETS:
        if name + _IN_FILE in given:
            with suppress(AppError):
                usable[name] = _secret(name, given)
    return usable


def _given(program_dir: Path) -> dict[str, str]:
    from_file = dotenv_values(program_dir / ".env", interpolate=False)
    merged = {**from_file, **os.environ}
    return {name: value for name, value in merged.items() if value}


def _secret(name: str, given: Mapping[str, str]) -> str:
    variable, path = name + _IN_FILE, Path(given[name + _IN_FILE])
    if name in given:
        raise AppError(ErrorKind.CONFIG, f"{name} and {variable} are both set.", "Keep one of them.")
    try:
        with path.open("rb") as file:
            secret = file.read(_MOST_SECRET + 1)
        text = secret.decode().strip()
    except OSError as error:
        raise AppError(
            ErrorKind.CONFIG,
            f"{variable}: {path} cannot be read: {error.strerror}.",
            "Name a file that the program's user may read.",
        ) from error
    except UnicodeDecodeError as error:
        raise AppError(
            ErrorKind.CONFIG, f"{variable}: {path} is not text.", "Put the secret alone into it, as UTF-8."
        ) from error
    if not text or len(secret) > _MOST_SECRET:
        what = "is empty" if not text else f"is over {_MOST_SECRET} bytes"
        raise AppError(ErrorKind.CONFIG, f"{variable}: {path} {what}.", "Put the secret alone into it.")
    return text


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
