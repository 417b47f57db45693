"""Downloads show how far they are, and a stopped one says that it goes on."""

from __future__ import annotations

import pytest

from app.cli.progress import download
from app.cli.terminal import Terminal
from app.errors import AppError, ErrorKind
from app.models.download import Progress, ProgressCallback


async def _fetch(show: ProgressCallback) -> None:
    for done in range(0, 1001, 10):
        show(Progress(done, 1000, rate=2e6, eta_seconds=(1000 - done) / 10, source="a mirror"))


async def _stopped(show: ProgressCallback) -> None:
    show(Progress(10, 1000, rate=0, eta_seconds=None, source="a mirror"))
    raise KeyboardInterrupt


def test_lines_every_few_percent(capsys: pytest.CaptureFixture[str]) -> None:
    download(Terminal(), "weights", _fetch)
    lines = capsys.readouterr().out.splitlines()
    assert 15 <= len(lines) <= 25
    assert lines[1] == "weights: 5 % 2.0 MB/s, 1 min 35 s left (a mirror)"
    assert lines[-1] == "weights is ready."


def test_stopped_download_says_how_to_go_on() -> None:
    with pytest.raises(AppError, match="what arrived is kept") as caught:
        download(Terminal(), "weights", _stopped)
    assert caught.value.kind is ErrorKind.CANCELLED
