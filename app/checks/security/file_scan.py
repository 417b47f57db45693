"""One file before the engines: what kind it is, its tree, and the texts to look at."""

from __future__ import annotations

import ast
import warnings
from dataclasses import dataclass

from app.checks.languages import parse
from app.checks.security import fold_javascript, fold_python
from app.checks.security.kinds import Kind, code_language, kind_of
from app.checks.security.text import without_comments
from app.domain.artifacts import MAX_FILE_BYTES
from app.domain.runs import Language


@dataclass(frozen=True)
class Prepared:
    """raw: as it is, but for line ends. code: without comments. folded: constants put together; "" if equal.

    unknown: why it cannot be judged; empty where it can.
    """

    path: str
    kind: Kind
    language: Language | None
    raw: str
    code: str
    folded: str = ""
    unknown: str = ""


def prepare(path: str, content: str) -> Prepared:
    """Parse, blank and fold. Raises RecursionError or MemoryError for what is nested too deeply."""
    raw = content.replace("\r\n", "\n").replace("\r", "\n")
    kind = kind_of(path, raw)
    language = code_language(kind)
    if len(raw.encode("utf-8", "surrogatepass")) > MAX_FILE_BYTES:
        return Prepared(path, kind, None, "", "", unknown=f"it is over {MAX_FILE_BYTES} bytes")
    if "\0" in raw or raw.count("\ufffd") > max(8, len(raw) // 100):
        return Prepared(path, kind, None, raw, raw, unknown="it is not text")
    if kind == "other":
        return Prepared(path, kind, None, raw, raw, unknown="no rule here understands its language")
    if language is None:
        return Prepared(path, kind, None, raw, without_comments(raw, kind, None))
    return _of_language(path, kind, language, raw)


def _of_language(path: str, kind: Kind, language: Language, raw: str) -> Prepared:
    root = parse(raw, language)
    code = without_comments(raw, kind, root)
    unknown = "it cannot be parsed" if root.has_error else ""
    folded = code
    if language == "python":
        tree = _python_tree(raw)
        if tree is None:
            return Prepared(path, kind, language, raw, code, unknown="it cannot be parsed")
        folded, unknown = fold_python.fold(code, tree), ""
    elif language == "javascript":
        folded = fold_javascript.fold(code, parse(code, language))
    return Prepared(path, kind, language, raw, code, folded if folded != code else "", unknown)


def _python_tree(raw: str) -> ast.Module | None:
    """Python's own parser decides. Of the raw text: a docstring may be the whole body of a function."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(raw)
    except (SyntaxError, ValueError):
        return None
