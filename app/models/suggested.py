"""Models worth fetching: `config/suggested.yaml`, validated."""

from __future__ import annotations

from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from app.settings.layers import Layer
from app.settings.problems import as_app_error
from app.settings.yaml_files import read_yaml

_STRICT = ConfigDict(frozen=True, extra="forbid")


class Suggestion(BaseModel):
    """One model; the meaning of each field is told in config/suggested.yaml."""

    model_config = _STRICT

    name: str
    bytes: int = Field(ge=1)
    context_length: int = Field(ge=512)
    kv_bytes: int = Field(ge=1)


class _Table(BaseModel):
    model_config = _STRICT

    suggested: tuple[Suggestion, ...]


def load_suggestions(path: Path) -> tuple[Suggestion, ...]:
    """In order of size. Raises AppError(config) naming the file and the key that is wrong."""
    layer = Layer(str(path), read_yaml(path))
    try:
        return _Table.model_validate(layer.tree).suggested
    except ValidationError as error:
        raise as_app_error(error, _Table, [layer]) from error
