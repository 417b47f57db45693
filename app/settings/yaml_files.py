"""Strict reading of YAML: a broken file, no mapping or a key said twice is an error that names the line."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, cast

import yaml

from app.errors import AppError, ErrorKind

Pair = tuple[yaml.Node, yaml.Node]


class _StrictLoader(yaml.SafeLoader):
    """PyYAML takes the last of two equal keys without a word, which hides mistakes."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen: set[object] = set()
        for key_node, _ in node.value:
            key: object = cast(Any, self).construct_object(key_node, deep=True)
            if key in seen:
                raise yaml.constructor.ConstructorError(
                    None, None, f"the key {key!r} is there twice", key_node.start_mark
                )
            seen.add(key)
        return super().construct_mapping(node, deep)


def read_text(path: Path) -> str:
    """The text of a file. Raises AppError(config) naming the file."""
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise _unreadable(path) from error
    except OSError as error:
        raise AppError(ErrorKind.CONFIG, f"{path}: {error.strerror}", "Put the file back.") from error


def parse_yaml(text: str, path: Path) -> dict[str, Any]:
    """The text of a YAML file as a mapping; an empty one is an empty one.

    Raises AppError(config) naming the file and the line where it is broken or no mapping.
    """
    try:
        data: object = _StrictLoader(text).get_single_data()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        where = f", line {mark.line + 1}" if mark else ""
        raise AppError(ErrorKind.CONFIG, f"{path}{where}: {error.problem}", "Correct the file.") from error
    except yaml.YAMLError as error:
        raise _unreadable(path) from error
    if data is None:
        return {}
    if not isinstance(data, dict):
        raise AppError(
            ErrorKind.CONFIG, f"{path}: holds no keys at its top level", "Write `key: value` lines."
        )
    return cast(dict[str, Any], data)


def read_yaml(path: Path) -> dict[str, Any]:
    """A YAML file as `parse_yaml` has it; raises what it and `read_text` raise."""
    return parse_yaml(read_text(path), path)


def line_of(text: str, path: Sequence[str | int]) -> int | None:
    """The line, from 1, of a key in the text of a YAML file that can be read; None where it is not there."""
    node, line = root_node(text), None
    for key in path:
        node = _below(node, key)
        if node is None:
            break
        line = node.start_mark.line + 1
    return line


def root_node(text: str) -> yaml.Node | None:
    """What stands at the top of a YAML text that can be read; None where it is empty."""
    return cast("yaml.Node | None", cast(Any, yaml).compose(text, yaml.SafeLoader))


def pairs_of(node: yaml.Node | None) -> list[Pair]:
    """The keys and values of a mapping; none of anything else."""
    return cast(list[Pair], node.value) if isinstance(node, yaml.MappingNode) else []


def _below(node: yaml.Node | None, key: str | int) -> yaml.Node | None:
    if isinstance(node, yaml.SequenceNode) and isinstance(key, int):
        items = cast(list[yaml.Node], node.value)
        return items[key] if key < len(items) else None
    return next((value for name, value in pairs_of(node) if name.value == str(key)), None)


def _unreadable(path: Path) -> AppError:
    return AppError(ErrorKind.CONFIG, f"{path}: not readable as YAML text in UTF-8", "Correct the file.")
