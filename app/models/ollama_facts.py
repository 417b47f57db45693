"""Facts of an Ollama model, read from what /api/tags and /api/show tell."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, cast

from app.models import hardware
from app.models.backends import ModelFacts

# Beside weights and KV cache: the work space for a batch of prompt.
_WORK_BYTES = 600 << 20
_FALLBACK_CONTEXT = 4096
_CACHE_ELEMENT_BYTES = 2
_CODE_WORDS = ("coder", "codestral", "devstral", "starcoder", "codellama", "code")


def model_facts(name: str, size: int, show: Mapping[str, Any], reclaimable: int | None) -> ModelFacts:
    """size: bytes of the weights. show: answer of /api/show. reclaimable: bytes besides free memory that
    loading this model may use, None where the server's memory is not known.
    """
    info: Mapping[str, Any] = show.get("model_info") or {}
    details: Mapping[str, Any] = show.get("details") or {}
    kv_bytes = kv_bytes_per_token(info)
    room = None
    if reclaimable is not None and kv_bytes is not None:
        room = max(1, hardware.kv_room(kv_bytes, size + _WORK_BYTES, reclaimable))
    return ModelFacts(
        name=name,
        size_bytes=size,
        context_length=int(_of_architecture(info, "context_length") or _FALLBACK_CONTEXT),
        max_window=room,
        capabilities=frozenset(show.get("capabilities") or ("completion",)),
        family=str(details.get("family") or ""),
        template_ok=not is_bare_template(str(show.get("template") or "")),
        kv_bytes=kv_bytes,
    )


def is_bare_template(template: str) -> bool:
    """Whether the template passes the prompt through without chat markup, as `ollama create` makes it
    for a file without a TEMPLATE line. An empty one means that the engine renders by itself.
    """
    return re.sub(r"\s", "", template) == "{{.Prompt}}"


def kv_bytes_per_token(info: Mapping[str, Any]) -> int | None:
    """Bytes of f16 KV cache a token: layers * kv heads * (key + value length) * 2. None if not told."""
    layers = _of_architecture(info, "block_count")
    heads = _of_architecture(info, "attention.head_count")
    kv_heads = _of_architecture(info, "attention.head_count_kv") or heads
    embedding = _of_architecture(info, "embedding_length")
    if not (layers and heads and embedding):
        return None
    head = embedding // _largest(heads)
    key = _of_architecture(info, "attention.key_length") or head
    value = _of_architecture(info, "attention.value_length") or head
    return int(layers) * _largest(kv_heads) * int(key + value) * _CACHE_ELEMENT_BYTES


def _of_architecture(info: Mapping[str, Any], key: str) -> Any:
    return info.get(f"{info.get('general.architecture')}.{key}")


def _largest(value: Any) -> int:
    """Some models give a number of heads for each layer."""
    return max(cast(list[int], value)) if isinstance(value, list) else int(value)


def fitness_for_code(facts: ModelFacts) -> tuple[bool, bool, int]:
    """Sort key, best last: made for code, a proper template, larger."""
    for_code = any(word in facts.name.lower() for word in _CODE_WORDS)
    return facts.template_ok, for_code, facts.size_bytes
