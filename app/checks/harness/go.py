"""Calls functions of Go artifacts, exported or not: the calls become a file of the same package."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import PurePosixPath
from typing import Any, Final, cast

from tree_sitter import Node

from app.checks.harness.base import GUESTS, Wanted
from app.checks.harness.naming import undefined
from app.checks.languages import parse
from app.checks.reading.steps import Step, steps
from app.checks.sandbox.base import Execution, Program
from app.domain.artifacts import Artifact

GUEST: Final = "roundtable_guest.go"
CALLS: Final = "roundtable_calls.go"
WHOLE = re.compile(r"u?int(?:8|16|32|64|ptr)?|byte|rune")
IN_CALLS = re.compile(rf"{re.escape(CALLS)}:(\d+)")


@cache
def _guest() -> bytes:
    return (GUESTS / "guest.go").read_bytes()


@dataclass(frozen=True)
class Function:
    """types: of the parameters, the last with `...` where it takes any number. generic: type parameters."""

    types: tuple[str, ...]
    results: tuple[str, ...]
    generic: frozenset[str]


@dataclass
class Package:
    """The Go files of one folder, tests left out. named: what its own types are underneath."""

    folder: str
    files: dict[str, bytes]
    functions: dict[str, Function]
    methods: dict[str, Function]
    named: dict[str, str]


class GoHarness:
    """See `Harness`. Only functions of one package can be called: that of the first call."""

    own: frozenset[str] = frozenset()

    def __init__(self, artifact: Artifact, wanted: Sequence[Wanted]) -> None:
        self.refused: dict[int, str] = {}
        self._all = {f.path: f.content.encode() for f in artifact.files if not f.path.endswith("_test.go")}
        packages = _packages(artifact)
        names = [n for each in wanted if (n := _name(each))]
        owners = [p for n in names for p in packages if n in p.functions] or packages
        self._package = owners[0] if owners else Package(".", {}, {}, {}, {})
        self._lines: dict[int, str] = {}
        for each in wanted:
            self._prepare(each)

    def program(self, ids: Sequence[int], nonce: str) -> Program:
        folder = PurePosixPath(self._package.folder)
        calls = ["package main", f"const roundtableFolder = {json.dumps(str(folder))}"]
        calls += ["var roundtableCalls = map[int]roundtableCall{", *self._lines.values(), "}"]
        files = {**self._all, **self._package.files}
        files[str(folder / CALLS)] = "\n".join(calls).encode()
        files[str(folder / GUEST)] = _guest()
        return Program("go", files, entry=str(folder / GUEST), arguments=(nonce, ",".join(map(str, ids))))

    def culprits(self, execution: Execution) -> set[int]:
        numbers = list(self._lines)
        lines = [int(line) - 4 for line in IN_CALLS.findall(execution.stderr)]
        guilty = {numbers[line] for line in lines if 0 <= line < len(numbers)}
        for number in guilty:
            self._lines.pop(number)
        return guilty

    def _prepare(self, wanted: Wanted) -> None:
        try:
            found = steps(wanted.expression)
            self._lines[wanted.id] = f"{wanted.id}: {self._call(found)},"
        except KeyError as error:
            known = dict.fromkeys([*self._package.functions, *self._package.methods], self._package.folder)
            self.refused[wanted.id] = undefined(str(error.args[0]), known)
        except ValueError as error:
            self.refused[wanted.id] = f"{wanted.expression} cannot be said in Go: {error}"

    def _call(self, found: Sequence[Step]) -> str:
        """The call as a function that gives its results. Raises KeyError for unknown names, ValueError."""
        text = ""
        function = Function((), (), frozenset())
        for step in found:
            name = step.path[-1]
            function = self._package.methods[name] if text else self._package.functions[name]
            text = (
                f"{text}.{name}({self._arguments(step, function)})"
                if text
                else f"{name}({self._arguments(step, function)})"
            )
        fails = str(function.results[-1:] == ("error",)).lower()
        body = f"return roundtablePack({text})" if function.results else f"{text}; return nil"
        return f"{{{fails}, func() []interface{{}} {{ {body} }}}}"

    def _arguments(self, step: Step, function: Function) -> str:
        types = list(function.types)
        if types and types[-1].startswith("..."):
            types = types[:-1] + [types[-1][3:]] * (len(step.values) - len(types) + 1)
        if len(types) != len(step.values):
            raise ValueError(f"{step.path[-1]} takes {len(function.types)} arguments")
        pairs = zip(step.values, types, strict=True)
        return ", ".join(written(v, t, self._package.named, function.generic) for v, t in pairs)


def _name(wanted: Wanted) -> str:
    try:
        return steps(wanted.expression)[0].path[-1]
    except ValueError:
        return ""


def _text(node: Node | None) -> str:
    return (node.text or b"").decode("utf-8", "replace") if node else ""


def _packages(artifact: Artifact) -> list[Package]:
    found: dict[str, Package] = {}
    for file in artifact.files:
        if file.path.endswith(".go") and not file.path.endswith("_test.go"):
            folder = str(PurePosixPath(file.path).parent)
            package = found.setdefault(folder, Package(folder, {}, {}, {}, {}))
            package.files[file.path] = _read(package, file.content)
    return list(found.values())


def _read(package: Package, content: str) -> bytes:
    """Note what a file defines; its text with the package called main and no main of its own."""
    root = parse(content, "go")
    data = content.encode()
    changes: list[tuple[Node, bytes]] = []
    for node in root.named_children:
        name = node.child_by_field_name("name")
        if node.type == "package_clause":
            changes.append((node.named_children[0], b"main"))
        elif node.type == "function_declaration" and name:
            package.functions[_text(name)] = _function(node)
            changes += [(name, b"roundtableMain")] if _text(name) == "main" else []
        elif node.type == "method_declaration" and name:
            package.methods[_text(name)] = _function(node)
        elif node.type == "type_declaration":
            for part in node.named_children:
                kind = part.child_by_field_name("type")
                package.named[_text(part.child_by_field_name("name"))] = _text(kind)
    for node, new in reversed(changes):
        data = data[: node.start_byte] + new + data[node.end_byte :]
    return data


def _function(node: Node) -> Function:
    types: list[str] = []
    listed = node.child_by_field_name("parameters")
    for part in listed.named_children if listed else ():
        kind = _text(part.child_by_field_name("type"))
        if part.type == "variadic_parameter_declaration":
            types.append(f"...{kind}")
        elif part.type == "parameter_declaration":
            types += [kind] * max(1, len(part.children_by_field_name("name")))
    result = node.child_by_field_name("result")
    results: list[str] = []
    if result is not None and result.type == "parameter_list":
        for part in result.named_children:
            results += [_text(part.child_by_field_name("type"))] * max(
                1, len(part.children_by_field_name("name"))
            )
    elif result is not None:
        results.append(_text(result))
    generic = node.child_by_field_name("type_parameters")
    names = {
        _text(n)
        for p in (generic.named_children if generic else ())
        for n in p.children_by_field_name("name")
    }
    return Function(tuple(types), tuple(results), frozenset(names))


def written(  # noqa: PLR0911 - one line for each kind of value
    value: Any, kind: str, named: Mapping[str, str], generic: frozenset[str] = frozenset()
) -> str:
    """A value as Go writes it for a parameter of this type. Raises ValueError where it does not fit.

    named: what the package's own types are underneath. generic: names that stand for any type.
    """
    kind = kind.strip()
    if kind in ("interface{}", "any") or kind in generic:
        natural = _natural(value)
        return "nil" if natural == "interface{}" and value is None else written(value, natural, named)
    if generic and any(re.search(rf"\b{name}\b", kind) for name in generic):
        return written(value, _natural(value), named)
    under = named.get(kind, kind)
    if value is None:
        return "nil"
    if under.startswith("*"):
        return f"func() {under} {{ value := {written(value, under[1:], named)}; return &value }}()"
    if isinstance(value, bool):
        return _fit(str(value).lower(), under == "bool", value, kind)
    if isinstance(value, (int, float)):
        return _number(value, under, kind)
    if isinstance(value, str):
        return _string(value, under, kind)
    if isinstance(value, dict):
        return _map(cast("dict[Any, Any]", value), under, kind, named)
    if isinstance(value, (list, tuple)):
        return _list(cast("Sequence[Any]", value), under, kind, named)
    raise ValueError(f"{value!r} for {kind}")


def _fit(text: str, fits: bool, value: object, kind: str) -> str:
    if not fits:
        raise ValueError(f"{value!r} for {kind}")
    return text


def _number(value: float, under: str, kind: str) -> str:
    if under.startswith("float") and not math.isfinite(value):
        raise ValueError(f"{value} has no literal")
    whole = isinstance(value, int) and WHOLE.fullmatch(under) and not (under.startswith("u") and value < 0)
    return _fit(f"{kind}({value!r})", bool(whole) or under.startswith("float"), value, kind)


def _string(value: str, under: str, kind: str) -> str:
    text = json.dumps(value, ensure_ascii=True)
    if "\\ud" in text:  # Go has no surrogate pairs in its literals
        text = json.dumps(value, ensure_ascii=False)
    if under in ("string", "[]byte", "[]rune"):
        return f"{kind}({text})"
    return _fit(
        f"{kind}({ord(value) if len(value) == 1 else 0})",
        under in ("rune", "byte") and len(value) == 1,
        value,
        kind,
    )


def _map(value: dict[Any, Any], under: str, kind: str, named: Mapping[str, str]) -> str:
    end = _closing(under, 3) if under.startswith("map[") else 0
    if not end:
        raise ValueError(f"{value!r} for {kind}")
    key, item = under[4 : end - 1], under[end:]
    pairs = [f"{written(k, key, named)}: {written(v, item, named)}" for k, v in value.items()]
    return f"{kind}{{{', '.join(pairs)}}}"


def _list(value: Sequence[Any], under: str, kind: str, named: Mapping[str, str]) -> str:
    end = _closing(under, 0) if under.startswith("[") else 0
    if not end:
        raise ValueError(f"{value!r} for {kind}")
    return f"{kind}{{{', '.join(written(v, under[end:], named) for v in value)}}}"


def _closing(text: str, start: int) -> int:
    """Index after the bracket that closes the one at `start`."""
    depth = 0
    for place in range(start, len(text)):
        depth += {"[": 1, "]": -1}.get(text[place], 0)
        if depth == 0:
            return place + 1
    return 0


def _natural(value: Any) -> str:
    """The type that Go gives a value by itself."""
    if isinstance(value, dict):
        items = cast("dict[Any, Any]", value)
        return f"map[{_shared(list(items))}]{_shared(list(items.values()))}"
    if isinstance(value, (list, tuple)):
        return f"[]{_shared(cast('Sequence[Any]', value))}"
    kinds = {"bool": "bool", "int": "int", "float": "float64", "str": "string"}
    return kinds.get(type(value).__name__, "interface{}")


def _shared(values: Sequence[Any]) -> str:
    kinds = {_natural(v) for v in values}
    if kinds == {"int", "float64"}:
        return "float64"
    return kinds.pop() if len(kinds) == 1 else "int" if not kinds else "interface{}"
