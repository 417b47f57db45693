"""How large a context window a call asks for."""

from __future__ import annotations

import threading
from typing import Final

from app.errors import AppError, ErrorKind

# Few sizes, because a local engine loads the model again when the window changes.
SIZES: Final = (4096, 8192, 16384, 32768, 65536, 131072)


class Windows:
    """The windows granted in this process; thread-safe. A model's window never shrinks."""

    def __init__(self) -> None:
        self._granted: dict[str, int] = {}
        self._lock = threading.Lock()

    def grant(self, model: str, prompt: int, answer: int, cap: int) -> int:
        """The window for a prompt and an answer of so many tokens. Raises AppError(context_window)."""
        check_fits(model, prompt, answer, cap)
        fitting = min((size for size in SIZES if size >= prompt + answer), default=cap)
        with self._lock:
            window = min(max(fitting, self._granted.get(model, 0)), cap)
            self._granted[model] = window
        return window


def check_fits(model: str, prompt: int, answer: int, cap: int) -> None:
    """Raise AppError(context_window) where prompt and answer cannot fit into `cap` tokens."""
    if prompt + answer > cap:
        raise AppError(
            ErrorKind.CONTEXT_WINDOW,
            f"About {prompt} tokens of prompt and {answer} for the answer do not fit into the {cap} tokens "
            f"that {model} has here.",
            "Give fewer or shorter context files, or use a model with a larger context.",
        )
