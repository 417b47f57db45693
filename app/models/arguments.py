"""The parameters of a call under the names that the client and the service use."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, Final

import ollama
from autogen_ext.models.ollama.config import BaseOllamaClientConfigurationConfigModel
from autogen_ext.models.openai._openai_client import create_kwargs as openai_arguments
from autogen_ext.models.openai.config import OpenAIClientConfigurationConfigModel

from app.errors import AppError, ErrorKind
from app.models.calls import CallOptions
from app.settings import ProviderConfig
from app.settings.problems import suggestion

OLLAMA: Final = "autogen_ext.models.ollama.OllamaChatCompletionClient"
OPENAI: Final = "autogen_ext.models.openai.OpenAIChatCompletionClient"
# The two names of the bound on an answer's length: a service that refuses one takes the other.
BOUNDS: Final = {"max_tokens": "max_completion_tokens", "max_completion_tokens": "max_tokens"}
_CONFIG_KEYS: Final = {
    OLLAMA: set(BaseOllamaClientConfigurationConfigModel.model_fields) - {"model", "host", "timeout"},
    OPENAI: set(OpenAIClientConfigurationConfigModel.model_fields)
    - {"model", "base_url", "api_key", "timeout", "max_retries"},
}
_CALL_OPTIONS: Final = {OLLAMA: set(ollama.Options.model_fields), OPENAI: set(openai_arguments)}
_OURS: Final = {"model", "messages", "stream", "stream_options", "extra_body", *BOUNDS}


def call_arguments(
    name: str,
    provider: ProviderConfig,
    options: CallOptions,
    max_tokens: int,
    *,
    engine_options: Mapping[str, Any],
    left_out: Collection[str] = (),
) -> dict[str, Any]:
    """Arguments of AutoGen's `create_stream`.

    name: of the provider. left_out: parameters that the service does not take. Raises AppError(config)
    for an option that the client does not know.
    """
    check_names(f"an option of {name}", options.extra, _CALL_OPTIONS[provider.provider])
    given: dict[str, Any] = {
        "temperature": options.temperature,
        "top_p": options.top_p,
        "seed": options.seed,
        "stop": list(options.stop) or None,
    }
    common = {key: value for key, value in given.items() if value is not None}
    if provider.provider == OLLAMA:
        ours = {**common, "num_predict": max_tokens, **options.extra, **engine_options}
        # A flat option would be dropped where AutoGen's list does not know it, so all go into `options`.
        return {"options": {**provider.config.get("options", {}), **ours}}
    bound = provider.answer_bound
    bound = BOUNDS[bound] if bound in left_out else bound
    usage = {"stream_options": {"include_usage": True}} if provider.include_usage else {}
    wanted = {**common, **provider.request, **usage, **options.extra, **engine_options}
    taken = {key: value for key, value in wanted.items() if key not in left_out}
    return _for_library({**taken, bound: max_tokens})


def sent_names(arguments: Mapping[str, Any]) -> set[str]:
    """The parameters as the service sees them."""
    return {*arguments, *arguments.get("extra_body", {})} - {"extra_body"}


def check_config(name: str, provider: ProviderConfig) -> None:
    """AutoGen drops keys that it does not know without a word. Raises AppError(config)."""
    if provider.provider not in _CONFIG_KEYS:
        return
    where = f"models.yaml: providers.{name}"
    check_names(f"{where}.config", provider.config, _CONFIG_KEYS[provider.provider])
    if provider.provider == OLLAMA:
        options: Mapping[str, Any] = provider.config.get("options", {})
        check_names(f"{where}.config.options", options, _CALL_OPTIONS[OLLAMA])
    for key in provider.request:
        if key in _OURS:
            raise AppError(
                ErrorKind.CONFIG, f"{where}.request: {key} is set by the program.", "Leave it out there."
            )


def check_names(where: str, given: Mapping[str, Any], valid: set[str]) -> None:
    """Raise AppError(config) for a name that is not valid."""
    for name in given:
        if name not in valid:
            raise AppError(ErrorKind.CONFIG, f"{where}: there is no {name}.", suggestion(name, valid))


def _for_library(parameters: Mapping[str, Any]) -> dict[str, Any]:
    """What the OpenAI library does not know goes into `extra_body`, from where it is sent all the same."""
    known = {key: value for key, value in parameters.items() if key in openai_arguments}
    more = {key: value for key, value in parameters.items() if key not in openai_arguments}
    return {**known, "extra_body": {**known.get("extra_body", {}), **more}} if more else known
