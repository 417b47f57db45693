"""Reads literals and calls of JavaScript, Java, Go and Rust and writes them as Python does.

Values mean the same everywhere, so an example is kept in one form, and each harness writes it in its own
language again, with the types that the called function asks for.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Sequence
from typing import Any, Final

from tree_sitter import Node

from app.checks.languages import parse
from app.domain.runs import Language

FRAMES: Final[dict[Language, tuple[str, str]]] = {  # what makes an expression a whole file
    "javascript": ("(", ")"),
    "java": ("class A { Object o = ", "; }"),
    "go": ("package p\nvar x = ", "\n"),
    "rust": ("const X: () = ", ";"),
}
CONSTANTS: Final[dict[str, Any]] = {
    "true": True,
    "false": False,
    "null": None,
    "nil": None,
    "undefined": None,
    "None": None,
    "NaN": float("nan"),
    "Infinity": float("inf"),
    "unit_expression": (),
}
NUMBER = re.compile(
    r"(?P<digits>0[xX][\da-fA-F_]+|0[bB][01_]+|0[oO][0-7_]+|[\d_]*\.?[\d_]*(?:[eE][-+]?\d+)?)"
    r"(?P<suffix>n|[lLfFdD]|_?[iuf](?:8|16|32|64|128|size))?"
)
TEXT_PREFIX = re.compile(r"^(?:br?|c)?(?P<raw>r#*)?")
RUST_ESCAPE = re.compile(r"\\u\{([0-9a-fA-F_]+)\}")
LISTS = {"List.of", "Arrays.asList", "Array.of"}
SETS = {"Set.of", "HashSet", "TreeSet", "LinkedHashSet", "Set", "HashSet.from", "BTreeSet.from"}
MAPS = {"HashMap", "TreeMap", "LinkedHashMap", "Map", "HashMap.from", "BTreeMap.from"}
COPIES = {"ArrayList", "LinkedList", "ArrayDeque", "List.copyOf", "Vec.from", "VecDeque.from", "Array.from"}
WRAPPERS = {
    *("Some", "Ok", "Box.new", "Rc.new", "Arc.new", "Cell.new", "Optional.of", "String.from", "String"),
    *("int", "int8", "int16", "int32", "int64", "uint", "uint8", "uint16", "uint32", "uint64", "byte"),
    *("float32", "float64", "string", "rune", "errors.New", "Integer.valueOf", "Long.valueOf"),
    *("Double.valueOf", "Number", "BigInt", "BigInteger.valueOf", "BigDecimal.valueOf"),
}
EMPTY: Final[dict[str, Any]] = {
    "Collections.emptyList": [],
    "Collections.emptyMap": {},
    "Collections.emptySet": set(),
    "Optional.empty": None,
    "Vec.new": [],
    "HashMap.new": {},
    "HashSet.new": set(),
    "BTreeMap.new": {},
    "BTreeSet.new": set(),
    "VecDeque.new": [],
    "String.new": "",
}
KEEPING = {"to_string", "to_owned", "into", "to_vec", "clone", "as_str", "as_slice", "toList", "collect"}


def python_value(text: str, language: Language) -> str:
    """The literal as Python writes it. Raises ValueError for anything but a literal."""
    try:
        return repr(_value(_expression(text, language)))
    except (TypeError, SyntaxError) as error:  # a list as a key, an escape that Python does not know
        raise ValueError(text) from error


def python_call(text: str, language: Language) -> str:
    """`new Solution().add([1], 'a')`, as Python writes it. Raises ValueError for other expressions."""
    try:
        return _call(_expression(text, language))
    except (TypeError, SyntaxError) as error:
        raise ValueError(text) from error


def _expression(text: str, language: Language) -> Node:
    before, after = FRAMES[language]
    root = parse(f"{before}{text}{after}", language)
    if root.has_error:
        raise ValueError(text)
    start = len(before.encode())
    found = root.descendant_for_byte_range(start, start + len(text.encode()) - 1)
    while found is not None and found.start_byte == start and found.parent is not None:
        if found.parent.start_byte != start or found.parent.end_byte > start + len(text.encode()):
            break
        found = found.parent
    if found is None or found.end_byte - found.start_byte != len(text.encode()):
        raise ValueError(text)
    while found.type == "expression_list" and found.named_child_count == 1:
        found = found.named_children[0]
    return found


def _text(node: Node | None) -> str:
    return (node.text or b"").decode("utf-8", "replace") if node else ""


def _call(node: Node) -> str:
    """The call of a name, a path or a method of a new object, its arguments literals."""
    name, arguments = _parts(node)
    given = ", ".join(repr(_value(argument)) for argument in arguments)
    return f"{name}({given})"


def _parts(node: Node) -> tuple[str, Sequence[Node]]:
    """What is called, as a dotted path, and the arguments. Raises ValueError where it is no call."""
    if node.type in ("method_invocation", "object_creation_expression", "new_expression"):
        holder = node.child_by_field_name("object")
        names = [node.child_by_field_name(f) for f in ("name", "type", "constructor")]
        name = next((_path(n) for n in names if n), "")
        prefix = f"{_path(holder)}." if holder else ""
        return prefix + name, _arguments(node)
    if node.type == "call_expression":
        return _path(node.child_by_field_name("function")), _arguments(node)
    raise ValueError(_text(node))


def _arguments(node: Node) -> Sequence[Node]:
    listed = node.child_by_field_name("arguments")
    return [c for c in listed.named_children if "comment" not in c.type] if listed else []


def _path(node: Node | None) -> str:
    """`a.b`, `a::b` and `new A().b` with dots."""
    if node is None:
        raise ValueError
    if node.type in ("object_creation_expression", "new_expression", "method_invocation", "call_expression"):
        return _call(node)
    if node.type == "parenthesized_expression":
        return _path(node.named_children[0])
    if node.type in ("member_expression", "selector_expression", "field_expression", "field_access"):
        parts = node.named_children
        return f"{_path(parts[0])}.{_text(parts[-1])}"
    text = re.sub(r"(::)?<[^()]*>", "", _text(node)).replace("::", ".")
    if not re.fullmatch(r"[A-Za-z_$][\w$]*(\.[\w$]+)*", text):
        raise ValueError(text)
    return text


def _value(node: Node) -> Any:
    """The value a literal stands for. Raises ValueError."""
    for known in (node.type, _text(node)):
        if known in CONSTANTS:
            return CONSTANTS[known]
    for word, read in READERS:
        if word in node.type:
            return read(node)
    raise ValueError(_text(node))


def _inner(node: Node) -> Any:
    """The value of the last part: of what is in parentheses, behind `&` or a cast."""
    return _value([c for c in node.named_children if c.type != "mutable_specifier"][-1])


def _number(node: Node) -> Any:
    found = NUMBER.fullmatch(_text(node))
    if not found or not found["digits"]:
        raise ValueError(_text(node))
    suffix = found["suffix"] or ""
    value = ast.literal_eval(re.sub(r"^0+(?=\d)", "", found["digits"].strip("_")))
    return float(value) if suffix[-1:] in ("f", "F", "d", "D") or suffix.strip("_").startswith("f") else value


def _string(node: Node) -> str:
    text = _text(node)
    if text.startswith("`"):
        if "${" in text:
            raise ValueError(text)
        return text[1:-1]
    prefix = TEXT_PREFIX.match(text)
    body = text[prefix.end() :] if prefix else text
    if prefix and prefix["raw"]:
        return body.strip("#")[1:-1]
    if body.startswith("'") and body.endswith("'"):
        body = f'"{body[1:-1]}"' if body[1:-1] != '"' else "'\"'"
    return str(ast.literal_eval(RUST_ESCAPE.sub(lambda m: f"\\U{m[1]:0>8}", body)))


def _signed(node: Node) -> Any:
    sign, value = _text(node)[:1], _value(node.named_children[-1])
    if sign == "&":
        return value
    if sign not in "+-" or not isinstance(value, (int, float)):
        raise ValueError(_text(node))
    return -value if sign == "-" else value


def _items(node: Node) -> list[Any]:
    if ";" in {c.type for c in node.children}:  # [0; 3]
        item, count = map(_value, node.named_children)
        return [item] * int(count)
    return [_value(child) for child in node.named_children if "comment" not in child.type]


def _tuple(node: Node) -> tuple[Any, ...]:
    return tuple(_items(node))


def _object(node: Node) -> dict[Any, Any]:
    found: dict[Any, Any] = {}
    for pair in node.named_children:
        key, value = pair.child_by_field_name("key"), pair.child_by_field_name("value")
        if key is None or value is None:
            raise ValueError(_text(node))
        found[_text(key) if key.type == "property_identifier" else _value(key)] = _value(value)
    return found


def _composite(node: Node) -> Any:
    """Go: `[]int{1}`, `map[string]int{"a": 1}`."""
    kind = _text(node.child_by_field_name("type"))
    if not kind.startswith(("[", "map[", "*", "&")):
        raise ValueError(_text(node))
    return _go_body(node.child_by_field_name("body"))


def _go_body(body: Node | None) -> Any:
    parts = [c for c in body.named_children if "comment" not in c.type] if body else []
    if any(part.type == "keyed_element" for part in parts):
        return {_go_element(p.named_children[0]): _go_element(p.named_children[-1]) for p in parts}
    return [_go_element(part) for part in parts]


def _go_element(node: Node) -> Any:
    while node.type == "literal_element":
        node = node.named_children[0]
    return _go_body(node) if node.type == "literal_value" else _value(node)


def _array_creation(node: Node) -> list[Any]:
    """Java: `new int[]{1, 2}` and `new int[3]`."""
    body = node.child_by_field_name("value")
    if body is not None:
        return _items(body)
    sizes = [c for c in node.named_children if c.type == "dimensions_expr"]
    kind = _text(node.child_by_field_name("type"))
    made: Any = {"boolean": False, "double": 0.0, "float": 0.0, "String": None}.get(kind, 0)
    for size in reversed(sizes):
        made = [made] * int(_value(size.named_children[0]))
    return made


def _macro(node: Node) -> list[Any]:
    """Rust: `vec![1, 2]`."""
    text = _text(node)
    if not re.match(r"vec!\s*[\[({]", text):
        raise ValueError(text)
    return _value(_expression(f"[{text.partition('!')[2].strip()[1:-1]}]", "rust"))


def _made(node: Node) -> Any:  # noqa: PLR0911 - one line for each kind
    """What a call of the standard library makes, where that is a plain value."""
    function = node.child_by_field_name("function")
    if function is not None and function.type in ("slice_type", "array_type"):  # Go: []byte("ab")
        return _value(_arguments(node)[0])
    if (
        function is not None
        and function.type == "field_expression"
        and _text(function.named_children[-1]) in KEEPING
    ):
        return _value(function.named_children[0])
    name, arguments = _parts(node)
    values = [_value(argument) for argument in arguments]
    first: Any = values[0] if values else None
    if name in EMPTY and not values:
        return EMPTY[name]
    if name in LISTS:
        return values
    if name in COPIES:
        return list(first or [])
    if name in SETS:
        return set(values) if name == "Set.of" else set(first or [])
    if name == "Map.of":
        return dict(zip(values[::2], values[1::2], strict=True))
    if name in MAPS:
        return dict(first or {})
    if name in WRAPPERS and len(values) == 1:
        return first
    raise ValueError(_text(node))


def _conversion(node: Node) -> Any:
    """Go: `[]byte("ab")`."""
    return _value(node.named_children[-1])


READERS: tuple[tuple[str, Callable[[Node], Any]], ...] = (
    ("string", _string),
    ("character_literal", _string),
    ("char_literal", _string),
    ("rune_literal", _string),
    ("array_creation", _array_creation),
    ("type_conversion", _conversion),
    ("integer", _number),
    ("floating_point", _number),
    ("int_literal", _number),
    ("float_literal", _number),
    ("imaginary", _number),
    ("number", _number),
    ("composite_literal", _composite),
    ("object_creation", _made),
    ("object", _object),
    ("array", _items),
    ("tuple", _tuple),
    ("unary", _signed),
    ("reference_expression", _inner),
    ("parenthesized", _inner),
    ("cast_expression", _inner),
    ("type_cast", _inner),
    ("macro_invocation", _macro),
    ("call_expression", _made),
    ("method_invocation", _made),
    ("new_expression", _made),
)
