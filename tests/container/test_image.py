"""The image as people run it: locked down, behind a published port, with its secret in a file."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest

from app.cli.exits import Exit
from tests.support.image import IMAGE, LOCKED, ROOT, SOURCES, TOKEN, Images, serving
from tests.support.sessions import write_script
from tests.support.web import TASK, decide, until

# The build asks the package indexes, and takes minutes where nothing of it is kept from an earlier one.
pytestmark = [pytest.mark.live, pytest.mark.timeout(1200)]

SLOW = 6.0  # tokens a second
FIND_TOOLKIT = "import importlib.util; print(importlib.util.find_spec('PySide6'))"


def facts(images: Images) -> dict[str, Any]:
    """What the image says of itself."""
    return json.loads(images.podman("image", "inspect", IMAGE).stdout)[0]


@pytest.fixture
def volume(images: Images) -> Generator[str]:
    """An empty one."""
    name = images.podman("volume", "create").stdout.strip()
    yield name
    images.podman("volume", "rm", "--force", name)


@pytest.fixture
def given(tmp_path: Path) -> Path:
    """A folder that the container sees as /given."""
    folder = tmp_path / "given"
    folder.mkdir()
    (folder / "token").write_text(f"{TOKEN}\n")
    return folder


def test_it_does_not_start_without_a_secret(images: Images) -> None:
    ended = subprocess.run(images.command(*LOCKED), capture_output=True, text=True, check=False)
    assert ended.returncode == Exit.USAGE
    assert "server.host 0.0.0.0" in ended.stderr
    assert "ROUNDTABLE_TOKEN_FILE" in ended.stderr


def test_a_run_goes_from_the_request_to_the_approval_in_a_container_that_may_do_nothing_else(
    images: Images, volume: str, given: Path
) -> None:
    with serving(images, volume, given) as box:
        kind, *health = facts(images)["Healthcheck"]["Test"]
        assert kind == "CMD", "without a shell"
        session = box.start()
        assert "answers" in box.inside(*health).stdout
        assert until(box.client, session)[-1]["type"] == "gate.opened"
        gate = box.client.get(f"/api/status/{session}").json()["gate"]
        assert gate["verdict"] == "verified", "the examples were executed in its sandbox"
        assert decide(box.client, session, "approve").status_code == 200
        assert until(box.client, session, "run.finished")[-1]["data"]["status"] == "approved"

        page = json.loads((ROOT / "ui" / "vendor.json").read_text())["files"]
        assert {box.client.get(f"/ui/vendor/{file['to']}").status_code for file in page} == {200}
        assert "None" in box.inside("/opt/venv/bin/python", "-c", FIND_TOOLKIT).stdout

        status = box.inside("cat", "/proc/1/status").stdout.splitlines()
        process = {name: value.split() for name, _, value in (line.partition(":") for line in status)}
        assert process["Uid"] == ["10001"] * 4
        assert int(process["CapEff"][0], 16) == 0
        assert process["NoNewPrivs"] == ["1"]
        assert box.inside("touch", "/opt/roundtable/new", check=False).returncode != 0
        assert TOKEN not in box.inside("cat", "/proc/1/cmdline", "/proc/1/environ").stdout
        assert box.stop() == Exit.OK


def test_sigterm_saves_a_run_and_the_next_container_goes_on_with_it(
    images: Images, volume: str, given: Path
) -> None:
    script = Path(write_script(given, speed=SLOW))
    with serving(images, volume, given) as box:
        task = {"requirements": TASK, "examples": ["add(2, 2) == 4"]}
        session = box.start(**task, model=f"/given/{script.name}")
        until(box.client, session, "message.delta")
        assert box.stop() == Exit.OK
    with serving(images, volume, given) as box:
        assert until(box.client, session)[-1]["type"] == "gate.opened"
        assert box.stop() == Exit.OK


def test_nothing_of_the_build_is_left_in_the_image(images: Images) -> None:
    history = images.podman("history", "--no-trunc", "--format={{.CreatedBy}}", IMAGE).stdout
    assert "HEALTHCHECK" in history
    for source in SOURCES:
        assert source not in history
        assert source not in str(facts(images)["Config"]["Env"])
