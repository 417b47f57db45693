"""What a run's log says of a download that the run has to wait for."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from app.errors import AppError
from app.models.builtin import BuiltinBackend, BuiltinEngine
from app.models.download import Progress
from app.models.download_http import HuggingFace
from app.models.download_notes import DownloadNotes
from app.models.weights import WeightStore
from tests.support.hub import serve_hub
from tests.support.wheels import DATA, HUB_PATH, tiny_spec


def test_every_twentieth_of_the_way_is_noted() -> None:
    told: list[int] = []
    notes = DownloadNotes("tiny", lambda _message, data: told.append(data["percent"]))
    for done in range(1001):
        notes(Progress(done, 1000, 10.0, 1.0, "the hub"))
    assert told == list(range(0, 101, 5))


def test_a_run_is_told_how_far_the_weights_are(tmp_path: Path) -> None:
    """The engine itself is a stand-in that ends at once: only the download matters here."""
    told: list[tuple[str, dict[str, Any]]] = []
    with serve_hub({HUB_PATH: DATA}) as hub:
        weights = WeightStore(tmp_path, {"tiny": tiny_spec()}, (HuggingFace(hub.url, pause=0.01),))
        backend = BuiltinBackend(weights, BuiltinEngine(tmp_path / "log", command=("false",)))
        notes = DownloadNotes("tiny", lambda message, data: told.append((message, data)))
        with pytest.raises(AppError):
            asyncio.run(backend.prepare("tiny", 4096, notes))
    message, data = told[-1]
    assert message.startswith("Fetching tiny: 100 % of 1 MB from ")
    assert data["kind"] == "download"
    assert data["bytes_done"] == data["bytes_total"] == tiny_spec().bytes
