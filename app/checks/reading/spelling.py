"""How calls and values are spelt in a language: where they end in running text, what they are in Python."""

from __future__ import annotations

import re
from contextlib import suppress
from functools import cache

from app.checks import notation
from app.checks.languages import parse
from app.checks.reading import native
from app.checks.reading.steps import steps
from app.checks.values import is_literal
from app.domain.runs import Language

NATIVE_CALL = re.compile(
    r"(?<![\w.$:])(?:new\s+)?[A-Za-z_$][\w$]*(?:(?:\.|::)[\w$]+)*(?:::<[^<>()]*>|<[^<>()]*>)?(?=\()"
)
PARTS = re.compile(  # of a value, outside strings and brackets
    r"new\s+|&mut\s+|&|[-+](?=[\d.\w])|\d[\w.]*(?<!\.)|[A-Za-z_$][\w$]*|\.(?=\w)|::|!(?=[\[({])"
    r"|<[\w\s,<>\[\]:?.]*>(?=[({\[:])"
)
DEFINITIONS: dict[Language, re.Pattern[str]] = {  # surest ones of each language
    "python": re.compile(r"\bdef\s+(\w+)\s*\("),
    "javascript": re.compile(
        r"\bfunction\s*\*?\s*([\w$]+)\s*\(|\b(?:const|let|var)\s+([\w$]+)\s*=\s*(?:async\s*)?(?:\(|function\b|[\w$]+\s*=>)"
    ),
    "java": re.compile(r"\b(?:public|private|protected|static)[\w\s<>\[\],?]*\s(\w+)\s*\("),
    "go": re.compile(r"\bfunc\s+(?:\([^)]*\)\s*)?(\w+)\s*[\[(]"),
    "rust": re.compile(r"\bfn\s+(\w+)\s*[<(]"),
}


class Spelling:
    """Python's own; a base for the others."""

    language: Language = "python"
    call = notation.CALL

    def python(self, text: str) -> str:
        """The expression in Python. Raises ValueError."""
        return notation.python(text)

    def dialect(self, text: str) -> str:  # noqa: ARG002 - the others need it
        """The language in which `python` leaves this call."""
        return "python"

    def call_end(self, text: str, start: int) -> int | None:
        """Index after the call whose name starts at `start`."""
        return notation.call_end(text, start)

    def value_end(self, text: str, start: int) -> int | None:
        """Index after the literal that starts at `start`; None where none does."""
        return notation.value_end(text, start)

    def defined(self, text: str) -> list[str]:
        """Names of the functions that the text defines, each once, in order."""
        found = (next(filter(None, m.groups())) for m in DEFINITIONS[self.language].finditer(text))
        own = (name for name in found if not (self.language == "go" and name.startswith(("Example", "Test"))))
        return list(dict.fromkeys(own))


class NativeSpelling(Spelling):
    """A language other than Python, in which Python's literals are understood, too."""

    call = NATIVE_CALL

    def __init__(self, language: Language) -> None:
        self.language = language

    def python(self, text: str) -> str:
        text = text.strip().rstrip(";")
        if text in native.CONSTANTS:
            return repr(native.CONSTANTS[text])
        for read in (_literal, native.python_value, _call, native.python_call):
            with suppress(ValueError):
                return read(text, self.language)
        if self._is_javascript(text):
            return text
        raise ValueError(text)

    def dialect(self, text: str) -> str:
        try:
            steps(self.python(text))
        except ValueError:
            return self.language
        return "python"

    def _is_javascript(self, text: str) -> bool:
        """JavaScript can be evaluated as it stands, so any of its expressions is welcome."""
        return (
            self.language == "javascript" and "(" in text and not parse(f"({text})", "javascript").has_error
        )

    def call_end(self, text: str, start: int) -> int | None:
        name = self.call.match(text, start)
        end = notation.bracket_end(text, name.end()) if name else None
        while end is not None and (more := notation.CHAINED.match(text, end)):
            further = notation.bracket_end(text, more.end())
            if further is None:
                break
            end = further
        return end

    def value_end(self, text: str, start: int) -> int | None:
        position = start
        while position < min(len(text), start + notation.MAX_LENGTH):
            end: int | None
            if text[position] in "'\"`":
                end = notation.string_end(text, position)
            elif text[position] in notation.OPENING:
                end = notation.bracket_end(text, position)
            else:
                part = PARTS.match(text, position)
                end = part.end() if part else None
            if end is None:
                break
            position = end
        return position if position > start else None


def _literal(text: str, language: Language) -> str:  # noqa: ARG001 - Python's are understood in each
    source = notation.python(text)
    if not is_literal(source):
        raise ValueError(text)
    return source


def _call(text: str, language: Language) -> str:  # noqa: ARG001 - as above
    source = notation.python(text)
    steps(source)
    return source


@cache
def spelling(language: Language) -> Spelling:
    """The spelling of a language."""
    return Spelling() if language == "python" else NativeSpelling(language)
