"""Copies of the weights that are on this machine already, from other programs or earlier set-ups."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from app.models.weight_table import WeightSpec


def installed_copies(spec: WeightSpec) -> Iterator[Path]:
    """Files of the right length where the weights may lie; their content is still to be verified.

    Looked at: the folders of ROUNDTABLE_WEIGHTS_DIR (separated as in PATH), the caches of Hugging Face
    and LM Studio, and Ollama's store, which names files by their hash.
    """
    for path in _places(spec):
        if path.is_file() and path.stat().st_size == spec.bytes:
            yield path


def _places(spec: WeightSpec) -> Iterator[Path]:
    for folder in filter(None, os.environ.get("ROUNDTABLE_WEIGHTS_DIR", "").split(os.pathsep)):
        yield Path(folder) / spec.file
    if spec.hugging_face:
        repo, name = spec.hugging_face.repo, spec.hugging_face.file
        yield from (_hugging_face_hub() / f"models--{repo.replace('/', '--')}").glob(f"snapshots/*/{name}")
        yield Path.home() / ".lmstudio" / "models" / repo / name
    ollama = os.environ.get("OLLAMA_MODELS") or Path.home() / ".ollama" / "models"
    yield Path(ollama) / "blobs" / f"sha256-{spec.sha256}"


def _hugging_face_hub() -> Path:
    """Where huggingface_hub keeps its files, by its own environment variables."""
    if hub := os.environ.get("HF_HUB_CACHE"):
        return Path(hub)
    return Path(os.environ.get("HF_HOME") or Path.home() / ".cache" / "huggingface") / "hub"
