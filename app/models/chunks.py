"""Reading one chunk of an OpenAI-speaking service: what it tells, and a form that AutoGen can take.

The library checks nothing of what it reads, and AutoGen expects every field. Services leave some out, and
put what they add beside them, or elsewhere.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, cast

import openai
from openai.types.chat import ChatCompletionChunk
from openai.types.chat.chat_completion_chunk import Choice, ChoiceDelta
from openai.types.completion_usage import CompletionUsage

# DeepSeek, Moonshot, Qwen and llama.cpp name it so; vLLM and OpenRouter use the second.
_REASONING_FIELDS: Final = ("reasoning_content", "reasoning")


class UnreadableChunkError(openai.OpenAIError):
    """A chunk that is JSON, but no chunk."""


@dataclass(frozen=True)
class Told:
    """What a chunk tells besides its text; None where it says nothing about it."""

    reasoning: str = ""
    finish: str | None = None
    prompt_tokens: int | None = None
    completion_tokens: int | None = None
    cached_tokens: int = 0
    prompt_ms: float | None = None


def read_chunk(raw: object) -> tuple[ChatCompletionChunk, Told]:
    """The chunk with every field that AutoGen reads, its reasoning taken out. Raises UnreadableChunkError."""
    if not isinstance(raw, ChatCompletionChunk):
        raise UnreadableChunkError("a chunk is no object")
    data = cast(dict[str, Any], raw.to_dict(mode="python", warnings=False))
    choice = _first_choice(data)
    delta = _mapping(choice.get("delta"))
    usage = _mapping(data.get("usage")) or _mapping(choice.get("usage"))  # the second is Moonshot's
    prompt, completion = _count(usage, "prompt_tokens"), _count(usage, "completion_tokens")
    told = Told(
        reasoning=_reasoning(delta),
        finish=_text(choice.get("finish_reason")) or None,
        prompt_tokens=prompt,
        completion_tokens=completion,
        cached_tokens=_cached(usage),
        prompt_ms=_number(_mapping(data.get("timings")).get("prompt_ms")),
    )
    clean = ChatCompletionChunk.model_construct(
        id=_text(data.get("id")),
        object="chat.completion.chunk",
        created=0,
        model=_text(data.get("model")),
        choices=[_clean_choice(raw, delta, told.finish)] if choice else [],
        usage=_clean_usage(prompt, completion),
    )
    return clean, told


def _first_choice(data: Mapping[str, Any]) -> dict[str, Any]:
    """The first choice, empty where there is none, as in a chunk of usage alone."""
    listed: object = data.get("choices") or []
    choices = cast(list[object], listed) if isinstance(listed, list) else [None]
    if not choices:
        return {}
    if not isinstance(choices[0], dict):
        raise UnreadableChunkError("choices are no list of objects")
    return cast(dict[str, Any], choices[0])


def _clean_choice(raw: ChatCompletionChunk, delta: Mapping[str, Any], finish: str | None) -> Choice:
    content = delta.get("content")
    if content is not None and not isinstance(content, str):
        raise UnreadableChunkError("content is no text")
    tool_calls = raw.choices[0].delta.tool_calls if delta.get("tool_calls") else None
    return Choice.model_construct(
        index=0,
        delta=ChoiceDelta.model_construct(content=content, tool_calls=tool_calls),
        finish_reason=finish,
        logprobs=None,
    )


def _clean_usage(prompt: int | None, completion: int | None) -> CompletionUsage | None:
    if prompt is None or completion is None:
        return None
    return CompletionUsage(
        prompt_tokens=prompt, completion_tokens=completion, total_tokens=prompt + completion
    )


def _reasoning(delta: Mapping[str, Any]) -> str:
    return next((text for name in _REASONING_FIELDS if (text := _text(delta.get(name)))), "")


def _cached(usage: Mapping[str, Any]) -> int:
    """Prompt tokens that were read from a cache: OpenAI and Qwen, DeepSeek, Moonshot."""
    details = _mapping(usage.get("prompt_tokens_details"))
    found = (
        _count(details, "cached_tokens"),
        _count(usage, "prompt_cache_hit_tokens"),
        _count(usage, "cached_tokens"),
    )
    return next((count for count in found if count is not None), 0)


def _mapping(value: object) -> dict[str, Any]:
    return cast(dict[str, Any], value) if isinstance(value, dict) else {}


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _number(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) else None


def _count(usage: Mapping[str, Any], name: str) -> int | None:
    value = usage.get(name)
    return value if isinstance(value, int) and value >= 0 else None
