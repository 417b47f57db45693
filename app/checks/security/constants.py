"""The value of Python expressions that are made of constants alone. Nothing of the code is ever evaluated.

Each operation is written out here, on short values; what is not understood stays as it is.
"""

from __future__ import annotations

import ast
import base64
import binascii
import codecs
import posixpath
import re
import zlib
from collections.abc import Callable
from typing import Final, TypeAlias, TypeVar

Value: TypeAlias = str | bytes | int | float | bool | None
Text: TypeAlias = str | bytes
AnyText = TypeVar("AnyText", str, bytes)
AnyText = TypeVar("AnyText", str, bytes)
MOST_CHARACTERS: Final = 20_000
LAST_CHARACTER: Final = 0x110000
_MOST_REPEATS: Final = 1_000
_SIMPLE_FORMAT: Final = re.compile(r"%[sdrxc]|%%|[^%]+")
_SIMPLE_FIELD: Final = re.compile(r"\{(\d*)\}")

_DECODERS: Final[dict[str, Callable[[bytes], bytes]]] = {
    "b64decode": base64.b64decode,
    "standard_b64decode": base64.b64decode,
    "urlsafe_b64decode": base64.urlsafe_b64decode,
    "decodebytes": base64.decodebytes,
    "b32decode": base64.b32decode,
    "b16decode": base64.b16decode,
    "a85decode": base64.a85decode,
    "b85decode": base64.b85decode,
    "unhexlify": binascii.unhexlify,
    "a2b_hex": binascii.unhexlify,
    "a2b_base64": binascii.a2b_base64,
    "decompress": lambda data: zlib.decompressobj(wbits=47).decompress(data, MOST_CHARACTERS),
    "fromhex": lambda data: bytes.fromhex(data.decode("ascii")),
}
_METHODS: Final[dict[str, Callable[[str], str]]] = {
    "lower": str.lower,
    "upper": str.upper,
    "strip": str.strip,
    "swapcase": str.swapcase,
    "title": str.title,
    "capitalize": str.capitalize,
}


def constant(node: ast.expr | None) -> ast.Constant | None:
    """The node itself if it is a constant."""
    return node if isinstance(node, ast.Constant) else None


def text_of(node: ast.expr | None) -> str | None:
    """The string that a node is, if it is one."""
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def add(left: ast.expr, right: ast.expr) -> Text | None:
    """Two strings, or two bytes, in a row."""
    match constant(left), constant(right):
        case (ast.Constant(value=str(a)), ast.Constant(value=str(b))):
            return _short(a + b)
        case (ast.Constant(value=bytes(a)), ast.Constant(value=bytes(b))):
            return _short(a + b)
        case _:
            return None


def repeat(left: ast.expr, right: ast.expr) -> str | None:
    """`"ab" * 3`, if it stays short."""
    match constant(left), constant(right):
        case (ast.Constant(value=str(text)), ast.Constant(value=int(count))):
            return (
                text * count if 0 <= count <= _MOST_REPEATS and len(text) * count <= _MOST_REPEATS else None
            )
        case _:
            return None


def percent(left: ast.expr, right: ast.expr) -> str | None:
    """`"%s/%s" % ("a", "b")` with plain fields."""
    form = text_of(left)
    values = _values(right.elts) if isinstance(right, ast.Tuple) else _values([right])
    if form is None or values is None:
        return None
    parts = _SIMPLE_FORMAT.findall(form)
    if "".join(parts) != form or sum(p.startswith("%") and p != "%%" for p in parts) != len(values):
        return None
    left_over = iter(values)
    return "".join("%" if p == "%%" else str(next(left_over)) if p.startswith("%") else p for p in parts)


def braces(form: str, arguments: list[ast.expr]) -> str | None:
    """`"{}/{}".format("a", "b")` with plain fields."""
    values = _values(arguments)
    if values is None:
        return None
    numbers = [int(name) if name else count for count, name in enumerate(_SIMPLE_FIELD.findall(form))]
    rest = _SIMPLE_FIELD.sub("", form)
    if "{" in rest or "}" in rest or any(n >= len(values) for n in numbers):
        return None
    following = iter(numbers)
    return _SIMPLE_FIELD.sub(lambda _: str(values[next(following)]), form)


def path(left: ast.expr, right: ast.expr) -> ast.Call | None:
    """`Path("/etc") / "passwd"` as `Path("/etc/passwd")`."""
    match left, constant(right):
        case (
            ast.Call(
                func=ast.Name(id="Path") | ast.Attribute(attr="Path"), args=[ast.Constant(value=str(a))]
            ),
            ast.Constant(value=str(b)),
        ):
            return ast.Call(left.func, [ast.Constant(posixpath.join(a, b))], [])
        case _:
            return None


def joined(node: ast.JoinedStr) -> str | None:
    """An f-string whose fields are constants."""
    parts: list[str] = []
    for value in node.values:
        inner = value.value if isinstance(value, ast.FormattedValue) and value.format_spec is None else value
        if not isinstance(inner, ast.Constant):
            return None
        parts.append(str(inner.value))
    return _short("".join(parts))


def subscript(node: ast.Subscript) -> Text | None:
    """`"abc"[::-1]`, `"abc"[1]`, `"abc"[0:2]`."""
    text = node.value.value if isinstance(node.value, ast.Constant) else None
    if isinstance(node.slice, ast.Slice) and isinstance(text, str | bytes):
        bounds = _bounds(node.slice)
        return text[bounds] if bounds else None
    index = _whole(node.slice)
    if isinstance(text, str) and index is not None and -len(text) <= index < len(text):
        return text[index]
    return None


def _bounds(node: ast.Slice) -> slice | None:
    parts = (node.lower, node.upper, node.step)
    numbers = [_whole(part) for part in parts]
    known = all(part is None or number is not None for part, number in zip(parts, numbers, strict=True))
    return slice(*numbers) if known and numbers[2] != 0 else None


def method(owner: Text, name: str, arguments: list[ast.expr]) -> Text | None:
    """A call of a method of a string or of bytes."""
    if isinstance(owner, str) and name == "join" and len(arguments) == 1:
        return _join(owner, arguments[0])
    if isinstance(owner, str) and name == "format":
        return braces(owner, arguments)
    values = _values(arguments)
    return None if values is None else _plain_method(owner, name, values)


def _plain_method(owner: Text, name: str, values: list[Value]) -> Text | None:
    match owner, name, values:
        case bytes(), "decode", ([] | [str()]):
            return _decoded(owner, str(values[0]) if values else "utf-8")
        case str(), "encode", ([] | ["utf-8" | "utf8" | "ascii"]):
            return owner.encode("utf-8", "surrogatepass")
        case str(), "replace", [str(old), str(new)] if old and len(owner) * (len(new) + 1) < MOST_CHARACTERS:
            return owner.replace(old, new)
        case str(), _, [] if name in _METHODS:
            return _METHODS[name](owner)
        case _:
            return None


def function(name: str, arguments: list[ast.expr]) -> Text | None:
    """A call of a function by the last part of its name: `chr`, `b64decode`, `bytes`, `reversed`, ..."""
    if name in ("bytes", "bytearray") and len(arguments) == 1:
        return _bytes(arguments[0])
    if name == "join" and len(arguments) > 1:  # of os.path
        texts = _texts(arguments)
        return None if texts is None else _short(posixpath.join(*texts))
    values = _values(arguments)
    return _plain_function(name, values) if values else None


def _plain_function(name: str, values: list[Value]) -> Text | None:
    match name, values:
        case "chr", [int(number)] if 0 < number < LAST_CHARACTER:
            return chr(number)
        case "str", [str(text)]:
            return text
        case "reversed", [str(text)]:
            return text[::-1]
        case "decode", [str(text), "rot13" | "rot_13"]:
            return codecs.decode(text, "rot13")
        case _, [str() | bytes() as data, *_] if name in _DECODERS:
            return _guarded(_DECODERS[name], _as_bytes(data))
        case _:
            return None


def _as_bytes(data: Text) -> bytes:
    return data.encode("utf-8", "surrogatepass") if isinstance(data, str) else data


def _join(separator: str, node: ast.expr) -> str | None:
    """Of a list's elements, or of `reversed(list)`, `map(chr, [..])`, `[chr(c) for c in [..]]`, a string."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return _short(separator.join(node.value))
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.args:
        if node.func.id == "reversed" and isinstance(node.args[0], ast.List | ast.Tuple):
            texts = _texts(node.args[0].elts)
            return None if texts is None else separator.join(reversed(texts))
        if node.func.id == "map" and len(node.args) == 2 and _is_chr(node.args[0]):
            return _characters(separator, node.args[1])
    if isinstance(node, ast.ListComp | ast.GeneratorExp) and len(node.generators) == 1:
        call, source = node.elt, node.generators[0]
        if (
            isinstance(call, ast.Call)
            and _is_chr(call.func)
            and not source.ifs
            and _is_just(call.args, source.target)
        ):
            return _characters(separator, source.iter)
    if isinstance(node, ast.List | ast.Tuple):
        texts = _texts(node.elts)
        return None if texts is None else _short(separator.join(texts))
    return None


def _is_chr(node: ast.expr) -> bool:
    return isinstance(node, ast.Name) and node.id == "chr"


def _is_just(arguments: list[ast.expr], target: ast.expr) -> bool:
    return (
        len(arguments) == 1
        and isinstance(arguments[0], ast.Name)
        and isinstance(target, ast.Name)
        and arguments[0].id == target.id
    )


def _characters(separator: str, node: ast.expr) -> str | None:
    values = _values(node.elts) if isinstance(node, ast.List | ast.Tuple) else None
    if values is None or not all(isinstance(v, int) and 0 < v < LAST_CHARACTER for v in values):
        return None
    return separator.join(chr(v) for v in values if isinstance(v, int))


def _texts(nodes: list[ast.expr]) -> list[str] | None:
    texts = [text for node in nodes if (text := text_of(node)) is not None]
    return texts if len(texts) == len(nodes) else None


def _values(nodes: list[ast.expr]) -> list[Value] | None:
    values: list[Value] = []
    for node in nodes:
        value = node.value if isinstance(node, ast.Constant) else ...
        if isinstance(value, complex) or value is ...:
            return None
        values.append(value)
    return values


def _whole(node: ast.expr | None) -> int | None:
    """A whole number that is written out."""
    match node:
        case ast.Constant(value=int(number)):
            return number
        case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int(number))):
            return -number
        case _:
            return None


def _bytes(node: ast.expr) -> bytes | None:
    values = _values(node.elts) if isinstance(node, ast.List | ast.Tuple) else None
    if values is None or len(values) > MOST_CHARACTERS:
        return None
    numbers = [v for v in values if isinstance(v, int) and 0 <= v < 256]
    return bytes(numbers) if len(numbers) == len(values) else None


def _decoded(data: bytes, encoding: str) -> str | None:
    if encoding.lower() not in ("utf-8", "utf8", "ascii", "latin-1", "latin1", "utf-16", "utf-16le"):
        return None
    return data.decode(encoding, "replace")


def _guarded(decode: Callable[[bytes], bytes], data: bytes) -> bytes | None:
    """What cannot be decoded is no constant."""
    try:
        return _short(decode(data))
    except (ValueError, zlib.error, UnicodeError):
        return None


def _short(text: AnyText) -> AnyText | None:
    return text if len(text) <= MOST_CHARACTERS else None
