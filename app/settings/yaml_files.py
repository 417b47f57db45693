"""Strict reading of YAML: a broken file, no mapping or a key said twice is an error that names the line."""

from __future__ import annotations

from pathlib import Path
from typing import Any, cast

import yaml

from app.errors import AppError, ErrorKind


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


def read_yaml(path: Path) -> dict[str, Any]:
    """A YAML file as a mapping; an empty file is an empty one.

    Raises AppError(config) naming the file and the line where it is unreadable, broken or no mapping.
    """
    try:
        data: object = _StrictLoader(path.read_text(encoding="utf-8")).get_single_data()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        where = f", line {mark.line + 1}" if mark else ""
        raise AppError(ErrorKind.CONFIG, f"{path}{where}: {error.problem}", "Correct the file.") from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise AppError(
            ErrorKind.CONFIG, f"{path}: not readable as YAML text in UTF-8", "Correct the file."
        ) from error
    except OSError as error:
        raise AppError(ErrorKind.CONFIG, f"{path}: {error.strerror}", "Put the file back.") from error
    if data is None:
        return {}
    if not isinstance(data, dict):
        raise AppError(
            ErrorKind.CONFIG, f"{path}: holds no keys at its top level", "Write `key: value` lines."
        )
    return cast(dict[str, Any], data)
