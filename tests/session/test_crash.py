"""kill -9 of the real program at random points: nothing shown is lost, nothing is doubled."""

from __future__ import annotations

import random
import shutil
from pathlib import Path

import pytest

from tests.support.kills import Tally, run_with_kills

KILLS = 8


@pytest.mark.crash
@pytest.mark.usefixtures("sandbox")
def test_killed_runs_lose_and_double_nothing(tmp_path: Path, cache: Path) -> None:
    shutil.copytree(cache, tmp_path / "sandbox")
    tally = Tally()
    run_with_kills(tmp_path, random.Random(20261123), KILLS, tally)
    assert tally.kills == KILLS
    assert tally.sessions >= 1
    assert tally.problems == []
