"""Names of Ollama models, and the error for one that is not there."""

from __future__ import annotations

import re
from typing import Final

from rapidfuzz import fuzz, process

from app.errors import AppError, ErrorKind

_NAME: Final = re.compile(r"(https?://)?[\w.:@/-]{1,250}", re.ASCII)


def full_name(model: str) -> str:
    """The name with its tag, as Ollama lists it."""
    return model if ":" in model.rsplit("/", 1)[-1] else f"{model}:latest"


def missing(model: str, installed: list[str]) -> AppError:
    """The error for a model that is not there, with the installed one that is most like it."""
    near = process.extractOne(model, installed, scorer=fuzz.WRatio, score_cutoff=60)
    like = f" Most like it: {near[0]}." if near else ""
    have = f"Installed: {', '.join(sorted(installed))}." if installed else "No model is installed."
    return AppError(
        ErrorKind.MODEL_MISSING,
        f"Ollama does not have the model {model!r}.{like}",
        f"Get it with `models pull {model}`. {have}",
    )


def listed_name(model: str) -> str:
    """The name as Ollama lists it once it is there. Raises AppError(model_missing) for what is no name."""
    if not _NAME.fullmatch(model):
        raise AppError(
            ErrorKind.MODEL_MISSING,
            f"{model[:80]!r} is no name of a model.",
            "Names look like qwen2.5-coder:7b or hf.co/someone/model.",
        )
    return full_name(model.partition("://")[2] or model)
