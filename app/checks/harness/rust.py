"""Calls functions of Rust artifacts, public or not: the calls become a module inside theirs."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
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

ROOTS: Final = ("src/lib.rs", "lib.rs", "src/main.rs", "main.rs")
MODULE: Final = "roundtable_calls"
PLACE = re.compile(r"--> (?:/box/)?([^\s:]+):(\d+):")
WHOLE = re.compile(r"[iu](?:8|16|32|64|128|size)")
HOLDERS: Final = {"Box": "std::boxed::Box", "Rc": "std::rc::Rc", "Arc": "std::sync::Arc"}
COLLECTIONS: Final = {"HashMap", "BTreeMap", "HashSet", "BTreeSet", "VecDeque"}


@cache
def _guest() -> str:
    return (GUESTS / "guest.rs").read_text("utf-8")


@dataclass(frozen=True)
class Function:
    """types: of the parameters, without self. owner: the type it belongs to; with_self: is a method of it."""

    path: str
    types: tuple[str, ...]
    generic: frozenset[str]
    owner: str = ""
    with_self: bool = False


@dataclass
class Crate:
    """The files, the crate's root, and what each file defines by name."""

    files: dict[str, str]
    root: str
    functions: dict[str, Function] = field(default_factory=dict[str, Function])
    methods: dict[str, Function] = field(default_factory=dict[str, Function])


class RustHarness:
    """See `Harness`. Only functions of one file can be called: that of the first call."""

    own: frozenset[str] = frozenset()

    def __init__(self, artifact: Artifact, wanted: Sequence[Wanted]) -> None:
        self.refused: dict[int, str] = {}
        self._bytes = {f.path: f.content.encode() for f in artifact.files}
        self._crate = _crate(artifact)
        self._calls: dict[int, str] = {}
        self._file = self._crate.root
        for each in wanted:
            self._prepare(each)

    def program(self, ids: Sequence[int], nonce: str) -> Program:
        root, files = self._crate.root, dict(self._crate.files)
        if self._file in files:
            files[self._file] = f"{files[self._file].rstrip()}\n{self._module()}"
        path = "crate::" + "".join(f"{part}::" for part in _module_path(self._file, root))
        run = f"fn main() {{ roundtable_guest::run({path}{MODULE}::call) }}"
        ending = f"\npub mod roundtable_guest {{\n{_guest()}\n}}\n{run}\n"
        files[root] = f"#![allow(warnings)] {files.get(root, '')}{ending}"
        encoded = {path: text.encode() for path, text in files.items()}
        arguments = (nonce, ",".join(map(str, ids)))
        return Program("rust", {**self._bytes, **encoded}, entry=root, arguments=arguments)

    def culprits(self, execution: Execution) -> set[int]:
        first = (
            len(self._crate.files.get(self._file, "").rstrip().splitlines()) + 1 + len(_BEFORE.splitlines())
        )
        numbers = list(self._calls)
        found = [int(line) - first for path, line in PLACE.findall(execution.stderr) if path == self._file]
        guilty = {numbers[line] for line in found if 0 <= line < len(numbers)}
        for number in guilty:
            self._calls.pop(number)
        return guilty

    def _module(self) -> str:
        timed = "(start.elapsed().as_secs_f64() * 1e3, (&&&&Wrap(&value)).say())"
        start = "let start = Instant::now();"
        lines = [
            f"{n} => {{ {start} match {call} {{ value => {timed} }} }}" for n, call in self._calls.items()
        ]
        return f"{_BEFORE}" + "".join(f"{line}\n" for line in lines) + _AFTER

    def _prepare(self, wanted: Wanted) -> None:
        try:
            found = steps(wanted.expression)
            call = self._call(found)
        except KeyError as error:
            known = {name: f.path for name, f in {**self._crate.methods, **self._crate.functions}.items()}
            self.refused[wanted.id] = undefined(str(error.args[0]), known)
            return
        except ValueError as error:
            self.refused[wanted.id] = f"{wanted.expression} cannot be said in Rust: {error}"
            return
        path = self._function(found[0]).path
        self._file = path if not self._calls else self._file
        if path == self._file:
            self._calls[wanted.id] = call
        else:
            self.refused[wanted.id] = (
                f"{wanted.expression} is in {path}, but the first example is in {self._file}"
            )

    def _function(self, step: Step) -> Function:
        """Raises KeyError where nobody defines it."""
        name = "::".join(step.path[-2:])
        by_type = self._crate.methods.get(name)
        return by_type or self._crate.functions.get(step.path[-1]) or self._crate.methods[step.path[-1]]

    def _call(self, found: Sequence[Step]) -> str:
        first = self._function(found[0])
        owner = f"{first.owner}::" if first.owner else ""
        name = found[0].path[-1]
        text = f"{owner}{name}({_arguments(found[0], first)})"
        if first.with_self:
            if (
                f"{first.owner}::new" not in self._crate.methods
                or self._crate.methods[f"{first.owner}::new"].types
            ):
                raise ValueError(f"{name} needs a {first.owner} that cannot be made without arguments")
            text = f"{owner}new().{name}({_arguments(found[0], first)})"
        for step in found[1:]:
            text = f"{text}.{step.path[-1]}({_arguments(step, self._crate.methods[step.path[-1]])})"
        return text


_BEFORE = f"""pub mod {MODULE} {{
#[allow(unused_imports)] use super::*;
use crate::roundtable_guest::{{AsDebug as _, AsNothing as _, AsPlain as _, AsResult as _, Said, Wrap}};
use std::time::Instant;
pub fn call(id: usize) -> (f64, Said) {{ match id {{
"""
_AFTER = '_ => panic!("no such call") } }\n}\n'


def _text(node: Node | None) -> str:
    return (node.text or b"").decode("utf-8", "replace") if node else ""


def _crate(artifact: Artifact) -> Crate:
    files = {f.path: f.content for f in artifact.files if f.path.endswith(".rs")}
    own = [p for p in files if not p.startswith(("tests/", "benches/", "examples/"))]
    root = next((p for p in ROOTS if p in files), next(iter(own), "lib.rs"))
    if root.endswith("lib.rs"):
        own = [p for p in own if not p.endswith("main.rs")]
    crate = Crate({p: files[p] for p in own}, root)
    for path in [root, *(p for p in own if p != root)]:
        if path in files:
            crate.files[path] = _read(crate, path, files[path])
    return crate


def _read(crate: Crate, path: str, content: str) -> str:
    """Note what a file defines; its text with another name for its `main`."""
    data = content.encode()
    for node in parse(content, "rust").named_children:
        name = node.child_by_field_name("name")
        if node.type == "function_item" and name:
            crate.functions.setdefault(_text(name), _function(node, path))
            if _text(name) == "main" and path == crate.root:
                data = data[: name.start_byte] + b"roundtable_main" + data[name.end_byte :]
        elif node.type == "impl_item":
            owner = re.sub(r"<.*", "", _text(node.child_by_field_name("type")))
            body = node.child_by_field_name("body")
            for part in body.named_children if body else ():
                if part.type == "function_item":
                    function = _function(part, path, owner, _names(node))
                    method = _text(part.child_by_field_name("name"))
                    crate.methods[f"{owner}::{method}"] = function
                    crate.methods.setdefault(method, function)
    return data.decode()


def _names(node: Node) -> frozenset[str]:
    listed = node.child_by_field_name("type_parameters")
    return frozenset(
        _text(n.child_by_field_name("name") or n) for n in (listed.named_children if listed else ())
    )


def _function(node: Node, path: str, owner: str = "", generic: frozenset[str] = frozenset()) -> Function:
    listed = node.child_by_field_name("parameters")
    parts = listed.named_children if listed else []
    types = tuple(_text(p.child_by_field_name("type")) for p in parts if p.type == "parameter")
    with_self = any(p.type == "self_parameter" for p in parts)
    return Function(path, types, generic | _names(node), owner, with_self)


def _module_path(path: str, root: str) -> list[str]:
    """Names of the modules that lead from the root to a file."""
    if path == root:
        return []
    parts = PurePosixPath(path).relative_to(PurePosixPath(root).parent).with_suffix("").parts
    return list(parts[:-1] if parts[-1] == "mod" else parts)


def _arguments(step: Step, function: Function) -> str:
    if len(step.values) != len(function.types):
        raise ValueError(f"{step.path[-1]} takes {len(function.types)} arguments")
    pairs = zip(step.values, function.types, strict=True)
    return ", ".join(written(v, t, function.generic) for v, t in pairs)


def written(  # noqa: PLR0911 - one line for each kind of value
    value: Any, kind: str, generic: frozenset[str] = frozenset()
) -> str:
    """A value as Rust writes it for a parameter of this type. Raises ValueError where it does not fit."""
    kind = re.sub(r"'\w+\s*|\b(?:std|core|alloc)::(?:\w+::)*", "", kind).strip()
    if kind.startswith("&"):
        return _reference(value, kind[1:].strip(), generic)
    if kind.startswith("impl ") or kind in generic:
        return _natural(value, kind)
    name, inner = _split(kind)
    if name == "Option":
        return "None" if value is None else f"Some({written(value, inner[0], generic)})"
    if name in HOLDERS:
        return f"{HOLDERS[name]}::new({written(value, inner[0], generic)})"
    if isinstance(value, bool):
        return _fit(str(value).lower(), kind == "bool", value, kind)
    if isinstance(value, (int, float)):
        return _number(value, kind)
    if isinstance(value, str):
        return _string(value, kind)
    return _container(value, kind, name, inner, generic)


def _fit(text: str, fits: bool, value: object, kind: str) -> str:
    if not fits:
        raise ValueError(f"{value!r} for {kind}")
    return text


def _reference(value: Any, kind: str, generic: frozenset[str]) -> str:
    sign = "&mut " if kind.startswith("mut ") else "&"
    kind = kind.removeprefix("mut ").strip()
    if kind == "str" and isinstance(value, str):
        return quoted(value)
    if kind.startswith("[") and isinstance(value, (list, tuple)):
        item, _, count = kind[1:-1].partition(";")
        items = [written(v, item, generic) for v in cast("Sequence[Any]", value)]
        typed = "" if items or count or item.strip() in generic else f" as &{sign[1:]}[{item}]"
        return f"{sign}[{', '.join(items)}]{typed}"
    if kind == "[u8]" and isinstance(value, str):
        return f"{quoted(value)}.as_bytes()"
    if kind == "[char]" and isinstance(value, str):
        return written(list(value), f"&{kind}")
    return f"{sign}{written(value, kind, generic)}"


def _split(kind: str) -> tuple[str, list[str]]:
    """`HashMap<K, V>` as its name and what is between the brackets."""
    name, bracket, rest = kind.partition("<")
    return name.strip().rpartition("::")[2], _parts(rest[:-1]) if bracket else []


def _parts(text: str) -> list[str]:
    """Types with commas between, those inside brackets left together."""
    found, depth = [""], 0
    for char in text:
        depth += {"<": 1, "(": 1, "[": 1, ">": -1, ")": -1, "]": -1}.get(char, 0)
        if char == "," and depth == 0:
            found.append("")
        else:
            found[-1] += char
    return [part.strip() for part in found if part.strip()]


def _number(value: float, kind: str) -> str:
    if kind in ("f32", "f64"):
        if not math.isfinite(value):
            return f"{kind}::{'NAN' if math.isnan(value) else 'INFINITY' if value > 0 else 'NEG_INFINITY'}"
        return f"({float(value)!r}_{kind})" if value < 0 else f"{float(value)!r}_{kind}"
    fits = isinstance(value, int) and WHOLE.fullmatch(kind) and not (kind.startswith("u") and value < 0)
    return _fit(f"({value}_{kind})" if value < 0 else f"{value}_{kind}", bool(fits), value, kind)


def quoted(text: str) -> str:
    """A text as Rust writes it."""
    return (
        '"' + "".join(c if c.isprintable() and c not in '"\\' else f"\\u{{{ord(c):x}}}" for c in text) + '"'
    )


def _string(value: str, kind: str) -> str:
    if kind == "String":
        return f"String::from({quoted(value)})"
    if kind in ("char", "u8") and len(value) == 1:
        return ("b" if kind == "u8" else "") + (
            f"'\\u{{{ord(value):x}}}'" if kind == "char" else f"'{value}'"
        )
    if kind == "Vec<char>":
        return written(list(value), kind)
    return _fit(f"{quoted(value)}.into()", kind.startswith("Cow<"), value, kind)


def _container(value: Any, kind: str, name: str, inner: list[str], generic: frozenset[str]) -> str:
    def all_of(values: Sequence[Any], item: str) -> str:
        return ", ".join(written(v, item, generic) for v in values)

    if isinstance(value, dict) and name in ("HashMap", "BTreeMap"):
        pairs = [
            f"({written(k, inner[0], generic)}, {written(v, inner[1], generic)})"
            for k, v in cast("dict[Any, Any]", value).items()
        ]
        return f"std::collections::{name}::from([{', '.join(pairs)}])"
    if not isinstance(value, (list, tuple, set)):
        raise ValueError(f"{value!r} for {kind}")  # noqa: TRY004 - it does not fit, whatever it is
    values = list(cast("Sequence[Any]", value))
    if name == "Vec":
        return f"vec![{all_of(values, inner[0])}]"
    if name in COLLECTIONS and "Map" not in name:
        return f"std::collections::{name}::from([{all_of(values, inner[0])}])"
    if kind.startswith("["):
        return f"[{all_of(values, kind[1:-1].partition(';')[0])}]"
    if kind.startswith("("):
        types = _parts(kind[1:-1])
        if len(types) == len(values):
            return (
                "(" + "".join(f"{written(v, t, generic)}, " for v, t in zip(values, types, strict=True)) + ")"
            )
    raise ValueError(f"{value!r} for {kind}")


def _natural(value: Any, kind: str) -> str:
    """The value where the function takes any type: as Rust types it by itself."""
    if isinstance(value, str):
        return quoted(value)
    if isinstance(value, (list, tuple)):
        text = f"vec![{', '.join(_natural(v, '') for v in cast('Sequence[Any]', value))}]"
        return f"{text}.into_iter()" if "Iterator" in kind else text
    if isinstance(value, bool) or value is None:
        return json.dumps(value) if value is not None else "None"
    return f"({value!r})"


def rust_root(artifact: Artifact) -> str:
    """The path of the crate's root."""
    return _crate(artifact).root


def as_test_module(content: str, number: int) -> str:
    """A test file as a module of the crate that it tests; the crate's own name becomes `crate`."""
    own = re.sub(r"\buse\s+(?!std\b|core\b|alloc\b|crate\b|super\b|self\b)\w+::", "use crate::", content)
    head = f"\n#[cfg(test)]\nmod roundtable_tests_{number} {{\n#[allow(unused_imports)]\nuse super::*;\n"
    return f"{head}{own}\n}}\n"
