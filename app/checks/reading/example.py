"""What an example is."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from typing import Final, Literal

Origin = Literal["user", "requirements", "proposed"]
ANY_ERROR: Final = "Exception"  # what `raises` says where no class was named; Python's exceptions all are one


@dataclass(frozen=True)
class Example:
    """A call with what it should do; exactly one of `expected` and `raises` is set.

    call: a Python expression, whatever the language of the code: plain values are written as Python does.
    expected: a Python expression, nearly always a literal. raises: name of an exception class.
    setup: statements that come before the call; empty nearly always. text: as it was written.
    origin: who says so, which decides how much a failure weighs. dialect: the language of a call that
    cannot be said with plain values, e.g. "javascript" for `map([1], x => 2 * x)`.
    """

    call: str
    expected: str | None
    raises: str | None
    text: str
    origin: Origin
    setup: str = ""
    dialect: str = "python"

    @property
    def source(self) -> str:
        """All its code, one part a line."""
        return "\n".join((self.setup, self.call, self.expected or ""))

    @property
    def key(self) -> tuple[str, str]:
        """Equal for two examples that make the same call after the same setup."""
        if self.dialect != "python":
            return self.setup, "".join(self.call.split())
        return ast.unparse(ast.parse(self.setup)), ast.unparse(ast.parse(self.call))
