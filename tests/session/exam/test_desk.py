"""Exams as jobs, where the disk fails."""

from __future__ import annotations

import shutil
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from app.domain.exams import Exam
from app.session.exam.desk import Desk
from app.session.exam.sitting import Tell
from app.session.owners import Presence
from app.store.exams import Exams

_SECONDS = 30


def examined(desk: Desk, model: str) -> str:
    """The state of its exam once it has ended."""
    desk.start("p", model)
    due = time.monotonic() + _SECONDS
    while (job := desk.job("p", model)) and job.state == "running":
        assert time.monotonic() < due, "the exam goes on and on"
        time.sleep(0.01)  # as the page does: it looks again and again
    return job.state if job else ""


def in_the_way(folder: Path) -> None:
    """Nothing can be written below a file."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.write_text("")


@pytest.mark.parametrize("when", ["before", "meanwhile"])
def test_an_exam_ends_also_where_it_cannot_be_remembered(
    tmp_path: Path, when: str, caplog: pytest.LogCaptureFixture
) -> None:
    folder = tmp_path / "exams"

    async def examine(provider: str, model: str, seconds: float, tell: Tell) -> Exam:
        del seconds, tell
        in_the_way(folder)
        return Exam(
            provider=provider, model=model, digest=model, when=datetime.now(UTC), seconds=1, budget=120
        )

    if when == "before":
        in_the_way(folder)
    desk = Desk(examine, Exams(folder), Presence(tmp_path / "processes"))
    try:
        assert [examined(desk, model) for model in ("m", "n")] == ["done", "done"]
    finally:
        desk.close()
    assert "cannot be remembered" in caplog.text
