"""From a failed validation to one error that names the source, the key and the nearest valid key."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Annotated, Any, get_args, get_origin

from pydantic import BaseModel, ValidationError
from rapidfuzz import process

from app.errors import AppError, ErrorKind
from app.settings.layers import KeyPath, Layer

_LEAST_LIKENESS = 60.0


class SettingError(AppError):
    """A setting that cannot be used. key: dotted, as in `Settings`. problem: what is wrong with it."""

    def __init__(self, key: str, problem: str, *, where: str, spelled: str, hint: str) -> None:
        super().__init__(ErrorKind.CONFIG, f"{where}: {spelled}: {problem}", hint)
        self.key = key
        self.problem = problem


def nearest(name: str, valid: Collection[str]) -> str | None:
    """The valid name most like `name`, or None where none is like it."""
    found = process.extractOne(name, sorted(valid), score_cutoff=_LEAST_LIKENESS)
    return found[0] if found else None


def suggestion(name: str, valid: Collection[str]) -> str:
    """A hint for a name that does not exist: the nearest one, else all there are."""
    near = nearest(name, valid)
    return f"Did you mean {near}?" if near else f"Valid: {', '.join(sorted(valid))}."


def as_app_error(error: ValidationError, model: type[BaseModel], layers: Sequence[Layer]) -> SettingError:
    """The first problem, with source, line and key. Values are not repeated: they may be secrets."""
    first = error.errors(include_url=False, include_input=False)[0]
    path, problem = first["loc"], first["msg"]
    hint = "Correct the value."
    if first["type"] == "extra_forbidden":
        problem = "there is no such key"
        hint = suggestion(str(path[-1]), _keys_at(model, path[:-1]))
    elif first["type"] == "missing":
        problem, hint = "this key is needed", _add_or_rename(path, layers)
    source = _source(path, layers)
    name = source.spelled(path) or str(path[-1] if path else "")
    return SettingError(
        ".".join(str(key) for key in path),
        problem.removeprefix("Value error, "),
        where=source.where(path),
        spelled=name,
        hint=hint,
    )


def _add_or_rename(path: KeyPath, layers: Sequence[Layer]) -> str:
    """A missing key may also mean that the mapping it belongs in has a misspelt name."""
    if len(path) < 2:
        return "Add it."
    siblings = {key for layer in layers for key in layer.keys_at(path[:-2])} - {str(path[-2])}
    near = nearest(str(path[-2]), siblings)
    return f"Add it; or is {path[-2]} meant to be {near}?" if near else "Add it."


def _source(path: KeyPath, layers: Sequence[Layer]) -> Layer:
    """The strongest layer that sets the key, else one that sets the nearest key above it."""
    for length in range(len(path), 0, -1):
        for layer in reversed(layers):
            if layer.holds(path[:length]):
                return layer
    return layers[0]


def _keys_at(model: type[BaseModel], path: KeyPath) -> list[str]:
    """The valid keys of the mapping at `path` below `model`."""
    node: Any = model
    for key in path:
        if isinstance(node, type) and issubclass(node, BaseModel):
            node = node.model_fields[str(key)].annotation
        elif get_origin(node) in (dict, tuple):
            node = get_args(node)[1 if get_origin(node) is dict else 0]
        if get_origin(node) is Annotated:
            node = get_args(node)[0]
    return list(node.model_fields) if isinstance(node, type) and issubclass(node, BaseModel) else []
