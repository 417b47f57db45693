"""Layers of settings: nested mappings that are laid over each other, each with the name of its source."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal, cast

from app.settings.yaml_files import line_of

LayerKind = Literal["program", "user", "environment", "command_line"]
Tree = dict[str, Any]
KeyPath = Sequence[str | int]
_ABSENT: Final = object()


@dataclass(frozen=True)
class Layer:
    """One source of settings.

    name: what an error calls it, a file or "environment variable X".
    tree: nested as in `Settings`. root: leading keys that the source itself does not spell out.
    kind: whose it is. text: of a file.
    """

    name: str
    tree: Tree
    root: tuple[str, ...] = ()
    kind: LayerKind = "program"
    text: str = ""

    def holds(self, path: KeyPath) -> bool:
        """Whether this source sets the key."""
        return self._at(path) is not _ABSENT

    def value(self, path: KeyPath) -> Any:
        """What this source says of a key that it sets."""
        return self._at(path)

    def where(self, path: KeyPath) -> str:
        """The source and, in a file, the line of the key or of what it belongs in."""
        line = line_of(self.text, self._own(path)) if self.text else None
        return f"{self.name}, line {line}" if line else self.name

    def keys_at(self, path: KeyPath) -> list[str]:
        """The keys of the mapping at `path`; none where there is no mapping."""
        node = self._at(path)
        return [str(key) for key in cast(Tree, node)] if isinstance(node, dict) else []

    def _at(self, path: KeyPath) -> Any:
        node: Any = self.tree
        for key in path:
            if isinstance(node, list) and isinstance(key, int) and key < len(cast(list[Any], node)):
                node = cast(list[Any], node)[key]
            elif isinstance(node, dict) and key in node:
                node = cast(Tree, node)[cast(str, key)]
            else:
                return _ABSENT
        return node

    def spelled(self, path: KeyPath) -> str:
        """The key as it is written in this source."""
        return ".".join(str(key) for key in self._own(path))

    def _own(self, path: KeyPath) -> KeyPath:
        return path[len(self.root) :] if tuple(path[: len(self.root)]) == self.root else path


def nested(path: str, value: object) -> Tree:
    """`a.b` and a value as {"a": {"b": value}}."""
    head, _, rest = path.partition(".")
    return {head: nested(rest, value) if rest else value}


def merged(layers: Sequence[Layer]) -> Tree:
    """All layers in one tree; later ones win, mappings are joined, lists are replaced."""
    result: Tree = {}
    for layer in layers:
        result = _over(result, layer.tree)
    return result


def _over(low: Mapping[str, Any], high: Mapping[str, Any]) -> Tree:
    result = dict(low)
    for key, value in high.items():
        below = result.get(key)
        both = isinstance(below, dict) and isinstance(value, dict)
        result[key] = _over(cast(Tree, below), cast(Tree, value)) if both else value
    return result
