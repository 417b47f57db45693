"""Change single values in the text of a YAML file; comments, order and layout of everything else stay.

PyYAML writes whole documents and loses comments, so it only tells where a value stands; the text is cut
there. What comes out is read again and compared, and a text that does not say what it should is given up.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final, cast

import yaml

from app.errors import AppError, ErrorKind
from app.settings.yaml_files import Pair, pairs_of, parse_yaml, root_node

Tree = dict[str, Any]
Scalar = str | bool | int | float | None
Keys = Sequence[str]
_INDENT: Final = "  "
_SPLICED: Final = (None, "'", '"')  # plain and quoted; a block's text is written anew


def with_value(path: Path, text: str, keys: Keys, value: Scalar) -> str:
    """The text with the key set. Raises AppError(config) where that needs a human."""
    wanted = _own(parse_yaml(text, path))
    node = wanted
    for key in keys[:-1]:
        if not isinstance(node.get(key), dict):
            node[key] = {}
        node = cast(Tree, node[key])
    node[keys[-1]] = value
    return _proved(path, _set(text, keys, value), wanted, keys)


def without(path: Path, text: str, keys: Keys) -> str:
    """The text without the key, and without mappings that held nothing else."""
    wanted = _own(parse_yaml(text, path))
    if not _drop(wanted, keys):
        return text
    return _proved(path, _removed(text, keys), wanted, keys)


def _own(tree: Tree) -> Tree:
    """A copy whose mappings are its own: what an alias names twice is one object to begin with."""
    return {k: _own(cast(Tree, v)) if isinstance(v, dict) else v for k, v in tree.items()}


def _proved(path: Path, text: str, wanted: Tree, keys: Keys) -> str:
    try:
        if parse_yaml(text, path) == wanted:
            return text
    except AppError:  # it no longer is YAML; said below
        pass
    raise AppError(
        ErrorKind.CONFIG,
        f"{path}: {'.'.join(keys)} cannot be changed from here without touching what else you wrote there.",
        "Change it in the file.",
    )


def _drop(tree: Tree, keys: Keys) -> bool:
    """Whether the key was there."""
    head, *rest = keys
    if head not in tree:
        return False
    below = tree[head]
    if rest and not (isinstance(below, dict) and _drop(cast(Tree, below), rest)):
        return False
    if not rest or not below:
        del tree[head]
    return True


def _set(text: str, keys: Keys, value: Scalar) -> str:
    pairs = _pairs(text, keys)
    if len(pairs) == len(keys):
        old = pairs[-1][1]
        if isinstance(old, yaml.ScalarNode) and old.style in _SPLICED:
            blank = "" if text[: old.start_mark.index].endswith((" ", "\n")) else " "
            return _cut(text, old.start_mark.index, old.end_mark.index, blank + _scalar(value))
        return _set(_removed(text, keys), keys, value)
    parent = pairs[-1][1] if pairs else root_node(text)
    if parent is None:
        return _with_end(text) + _block(keys, value, 0)
    if not isinstance(parent, yaml.MappingNode):  # a key without anything below it
        return _set(_removed(text, keys[: len(pairs)]), keys, value)
    return _inserted(text, parent, keys[len(pairs) :], value)


def _inserted(text: str, parent: yaml.MappingNode, keys: Keys, value: Scalar) -> str:
    if parent.flow_style:
        place, comma = parent.start_mark.index + 1, ", " if parent.value else ""
        return _cut(text, place, place, _flow(keys, value) + comma)
    text = _with_end(text)
    place = _line_end(text, _last(parent).end_mark.index)
    return _cut(text, place, place, _block(keys, value, pairs_of(parent)[0][0].start_mark.column))


def _removed(text: str, keys: Keys) -> str:
    """Without the last of the keys, and without those above it that hold only that."""
    pairs, holders = _pairs(text, keys), [root_node(text)]
    holders += [value for _, value in pairs]
    index = len(pairs) - 1
    while index > 0 and len(pairs_of(holders[index])) == 1:
        index -= 1
    holder = cast(yaml.MappingNode, holders[index])
    if holder.flow_style:
        return _removed_flow(text, holder, pairs[index])
    start = text.rfind("\n", 0, pairs[index][0].start_mark.index) + 1
    return _cut(text, start, _line_end(text, _last(pairs[index][1]).end_mark.index), "")


def _removed_flow(text: str, holder: yaml.MappingNode, pair: Pair) -> str:
    held = pairs_of(holder)
    at = [key.start_mark.index for key, _ in held]
    number = at.index(pair[0].start_mark.index)
    if number + 1 < len(at):
        return _cut(text, at[number], at[number + 1], "")
    start = held[number - 1][1].end_mark.index if number else at[number]
    return _cut(text, start, pair[1].end_mark.index, "")


def _pairs(text: str, keys: Keys) -> list[Pair]:
    """The key and value nodes on the way, as far as there are any."""
    node: yaml.Node | None = root_node(text)
    found: list[Pair] = []
    for key in keys:
        pair = next((p for p in pairs_of(node) if p[0].value == key), None)
        if pair is None:
            break
        found.append(pair)
        node = pair[1]
    return found


def _last(node: yaml.Node) -> yaml.Node:
    """The last scalar or flow collection within; the end of a block collection lies behind its comments."""
    if not isinstance(node, yaml.CollectionNode) or node.flow_style or not node.value:
        return node
    pairs = pairs_of(node)
    return _last(pairs[-1][1] if pairs else cast(list[yaml.Node], node.value)[-1])


def _line_end(text: str, place: int) -> int:
    """Behind the line that holds the place, or the place itself where a line has just ended."""
    if place and text[place - 1] == "\n":
        return place
    end = text.find("\n", place)
    return len(text) if end < 0 else end + 1


def _cut(text: str, start: int, end: int, new: str) -> str:
    return text[:start] + new + text[end:]


def _with_end(text: str) -> str:
    return text if not text or text.endswith("\n") else text + "\n"


def _block(keys: Keys, value: Scalar, column: int) -> str:
    lines = [f"{' ' * column}{_INDENT * depth}{key}:" for depth, key in enumerate(keys)]
    return "\n".join(lines) + f" {_scalar(value)}\n"


def _flow(keys: Keys, value: Scalar) -> str:
    head, *rest = keys
    return f"{head}: {{{_flow(rest, value)}}}" if rest else f"{head}: {_scalar(value)}"


def _scalar(value: Scalar) -> str:
    style = '"' if isinstance(value, str) else None
    written: str = yaml.safe_dump(value, default_style=style, allow_unicode=True, width=100_000)
    return written.partition("\n")[0]
