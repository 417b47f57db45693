"""The settings that the page may change: where each is written, its bounds and where its value comes from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Final, cast

from pydantic import BaseModel

from app.settings.agents import AgentSettings
from app.settings.layers import Layer, LayerKind, Tree
from app.settings.models import ModelsConfig, ProviderConfig
from app.settings.schema import RunLimits, SandboxLimits, Settings

WITH_MODEL: Final = ("code_generator", "quality_checker", "code_optimizer")
INSTRUCTION: Final = "instruction"
MAX_INSTRUCTION: Final = 20_000
_OF_AGENT: Final = ("model", "temperature", "revise_temperature", "top_p", "max_tokens")
_OF_RUN: Final = ("max_iterations", "max_tokens", "max_seconds", "candidates", "drawing_seconds")
_OF_SANDBOX: Final = ("seconds", "memory_mb")
_SERVER: Final = "openai_compatible"  # the one provider that has no address of its own


@dataclass(frozen=True)
class SettingField:
    """One setting. path: of keys in `Settings`. file: of the user's config folder. schema: of its value."""

    path: tuple[str, ...]
    file: str
    schema: dict[str, Any]

    @property
    def key(self) -> str:
        """Dotted."""
        return ".".join(self.path)

    @property
    def agent(self) -> str:
        """Whose instruction it is; empty for all other settings."""
        return self.path[1] if self.path[-1] == INSTRUCTION else ""

    @property
    def own_path(self) -> tuple[str, ...]:
        """The keys within its file."""
        return self.path if self.file == "app.yaml" else self.path[1:]


@dataclass(frozen=True)
class Bounds:
    """Of a number. minimum: None for none; above: it is itself not allowed. whole: no fractions.

    nullable: it may be left open.
    """

    minimum: float | None
    maximum: float | None
    above: bool
    whole: bool
    nullable: bool


@dataclass(frozen=True)
class SettingValue:
    """A setting as it stands. default: the program's own.

    layer, source: what the value comes from, e.g. a file or an environment variable.
    """

    field: SettingField
    value: Any
    default: Any
    layer: LayerKind
    source: str


@cache
def setting_fields() -> dict[str, SettingField]:
    """All of them by dotted key, in the order in which the page shows them."""
    fields = [_of(AgentSettings, ("agents", a), n, "agents.yaml") for a in WITH_MODEL for n in _OF_AGENT]
    text = {"type": "string", "maxLength": MAX_INSTRUCTION}
    fields += [SettingField(("agents", a, "config", INSTRUCTION), "agents.yaml", text) for a in WITH_MODEL]
    fields += [_of(Settings, (), "code_safety_enabled", "app.yaml")]
    fields += [_of(RunLimits, ("run",), name, "app.yaml") for name in _OF_RUN]
    fields += [_of(SandboxLimits, ("sandbox",), name, "app.yaml") for name in _OF_SANDBOX]
    fields += [_of(ModelsConfig, ("models",), "default", "models.yaml")]
    fields += [_of(ProviderConfig, ("models", "providers", _SERVER), "base_url", "models.yaml")]
    return {field.key: field for field in fields}


def bounds_of(schema: dict[str, Any]) -> Bounds:
    """What the schema of a value says of numbers."""
    variants: list[dict[str, Any]] = schema.get("anyOf", [schema])
    none: dict[str, Any] = {}
    number = next((v for v in variants if v.get("type") in ("integer", "number")), none)
    return Bounds(
        minimum=number.get("minimum", number.get("exclusiveMinimum")),
        maximum=number.get("maximum"),
        above="exclusiveMinimum" in number,
        whole=number.get("type") == "integer",
        nullable={"type": "null"} in variants,
    )


def value_of(field: SettingField, settings: Settings, layers: Sequence[Layer]) -> SettingValue:
    """As it stands in the settings that were made of these layers; instructions are read elsewhere."""
    node: Any = settings
    for key in field.path:
        node = cast(Tree, node).get(key) if isinstance(node, dict) else getattr(node, key)
    source = strongest(field, layers)
    programs = [layer for layer in layers if layer.kind == "program" and layer.holds(field.path)]
    default = programs[-1].value(field.path) if programs else field.schema.get("default")
    kind = source.kind if source else "program"
    return SettingValue(field, node, default, kind, source.name if source else "")


def strongest(field: SettingField, layers: Sequence[Layer]) -> Layer | None:
    """The layer that counts for a setting; None where no layer sets it."""
    return next((layer for layer in reversed(layers) if layer.holds(field.path)), None)


def _of(model: type[BaseModel], above: tuple[str, ...], name: str, file: str) -> SettingField:
    schema: dict[str, Any] = model.model_json_schema()["properties"][name]
    return SettingField((*above, name), file, schema)
