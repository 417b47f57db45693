"""Finds calls and values in running text: what the notations of examples are made of."""

from __future__ import annotations

import ast
import builtins
import re

MAX_LENGTH = 2000  # of a call or a value; longer ones are no examples, and looking for their end takes time
OPENING = {"(": ")", "[": "]", "{": "}"}
CALL = re.compile(r"(?<![\w.])[A-Za-z_]\w*(?:\.\w+)*(?=\()")
CHAINED = re.compile(r"\.\w+(?=\()")
SCALAR = re.compile(r"[-+]?(?:\d[\w.]*(?:[eE][-+]?\d+)?|\.\d+)|(?:True|False|None|true|false|null)\b")
STRING_PREFIX = re.compile(r"[rbuRBU]{0,2}(?=['\"])")
JSON_NAMES = {"true": True, "false": False, "null": None, "nil": None, "undefined": None}


class _JsonNames(ast.NodeTransformer):
    """Reads what other languages call True, False and None."""

    def __init__(self) -> None:
        self.changed = False

    def visit_Name(self, node: ast.Name) -> ast.expr:
        if node.id not in JSON_NAMES:
            return node
        self.changed = True
        return ast.copy_location(ast.Constant(JSON_NAMES[node.id]), node)


def python(text: str) -> str:
    """The expression as Python writes it; unchanged where it is Python already. Raises ValueError."""
    text = text.strip()
    try:
        tree = ast.parse(text, mode="eval")
    except (
        SyntaxError,
        RecursionError,
        MemoryError,
    ) as error:  # ValueError: a null byte
        raise ValueError(text) from error
    names = _JsonNames()
    tree = names.visit(tree)
    return ast.unparse(tree) if names.changed or "\n" in text else text


def is_code(text: str) -> bool:
    """Whether it is Python: statements or an expression."""
    try:
        ast.parse(text.strip())
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True


def string_end(text: str, start: int) -> int | None:
    """Index after the string literal whose quote is at `start`; None where it is not closed on its line."""
    quote = text[start]
    if text.startswith(quote * 3, start):
        end = text.find(quote * 3, start + 3)
        return end + 3 if end >= 0 else None
    position = start + 1
    while position < len(text) and text[position] != "\n":
        if text[position] == "\\":
            position += 1
        elif text[position] == quote:
            return position + 1
        position += 1
    return None


def bracket_end(text: str, start: int) -> int | None:
    """Index after the bracket that closes the one at `start`, strings skipped; None where none is near."""
    waiting: list[str] = []
    position = start
    while position < min(len(text), start + MAX_LENGTH):
        char = text[position]
        if char in "'\"":
            end = string_end(text, position)
            if end is None:
                return None
            position = end
            continue
        if char in OPENING:
            waiting.append(OPENING[char])
        elif waiting and char == waiting[-1]:
            waiting.pop()
            if not waiting:
                return position + 1
        elif char in ")]}":
            return None
        position += 1
    return None


def call_end(text: str, start: int) -> int | None:
    """Index after the call whose name starts at `start`, with methods called on its result."""
    name = CALL.match(text, start)
    end = bracket_end(text, name.end()) if name else None
    while end is not None and (more := CHAINED.match(text, end)):
        further = bracket_end(text, more.end())
        if further is None:
            break
        end = further
    return end


def value_end(text: str, start: int) -> int | None:
    """Index after the literal that starts at `start`; None where none does."""
    if start >= len(text):
        return None
    if text[start] in OPENING:
        return bracket_end(text, start)
    prefix = STRING_PREFIX.match(text, start)
    if prefix:
        return string_end(text, prefix.end())
    if text.startswith("set()", start):
        return start + 5
    scalar = SCALAR.match(text, start)
    if not scalar:
        return None
    return start + len(scalar.group().rstrip("."))  # a full stop ends the sentence, not the number


def free_names(source: str) -> set[str]:
    """Names that the code uses and does not bind itself, Python's own left out."""
    used: set[str] = set()
    bound = set(dir(builtins))
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Name):
            (used if isinstance(node.ctx, ast.Load) else bound).add(node.id)
        elif isinstance(node, ast.arg):
            bound.add(node.arg)
        elif isinstance(node, ast.alias):
            bound.add((node.asname or node.name).partition(".")[0])
    return used - bound


def unbound_names(source: str) -> set[str]:
    """Variables that nobody defines: free lower-case names, not called and no owner of an attribute.

    An example with such a name is a sketch, not something that can be run.
    """
    owners: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        owner = (
            node.func
            if isinstance(node, ast.Call)
            else node.value
            if isinstance(node, ast.Attribute)
            else None
        )
        if isinstance(owner, ast.Name):
            owners.add(owner.id)
    return {name for name in free_names(source) - owners if name[0].islower()}
