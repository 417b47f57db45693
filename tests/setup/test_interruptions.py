"""Set-up killed half-way, and two set-ups at once."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator

import pytest

from tests.setup.small_copy import INSTALLERS, SmallCopy
from tests.setup.wheel_server import PATIENCE, WheelServer, serving


@pytest.fixture
def server(copy: SmallCopy) -> Iterator[WheelServer]:
    with serving(copy.wheels) as server:
        yield server


def read_until(process: subprocess.Popen[str], words: str) -> None:
    """Read the process's messages up to the line with `words`."""
    assert process.stderr
    assert any(words in line for line in process.stderr), f"it ended without saying {words!r}"


@pytest.mark.crash
@pytest.mark.parametrize("installer", INSTALLERS)
def test_after_a_kill_in_the_middle_the_next_start_makes_it_whole(
    copy: SmallCopy, server: WheelServer, installer: str
) -> None:
    with copy.start("doctor", installer=installer, links=server.url) as killed:
        assert server.asked.wait(PATIENCE), "the installer never asked for the wheel"
        killed.kill()
    leftover = copy.venv / "leftover"
    leftover.touch()

    with copy.start("seven", installer=installer, links=server.url) as next_start:
        read_until(
            next_start, "waiting"
        )  # the killed start's installer still runs; it must not write into ours
        server.released.set()
        assert next_start.wait(PATIENCE) == 7
    assert not leftover.exists()


def test_of_two_starts_at_once_one_installs_and_both_run(copy: SmallCopy, server: WheelServer) -> None:
    with copy.start("doctor", links=server.url) as one:
        assert server.asked.wait(PATIENCE), "the installer never asked for the wheel"
        with copy.start("doctor", links=server.url) as two:
            read_until(two, "waiting")
            server.released.set()
            said_by_two = two.communicate(timeout=PATIENCE)
        said_by_one = one.communicate(timeout=PATIENCE)
    assert "Set up in" in said_by_one[1]
    assert "Set up" not in said_by_two[1]
    assert said_by_one[0] == said_by_two[0] == f"running doctor {copy.venv}\n"
