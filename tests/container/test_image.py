"""The image as people run it: locked down, behind a published port, with its secret in a file."""

from __future__ import annotations

import json
import secrets
import subprocess
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from app.cli.exits import Exit
from tests.support.image import IMAGE, ROOT, SOURCES, Images
from tests.support.sessions import write_script
from tests.support.web import TASK, decide, until

# The build asks the package indexes, and takes minutes where nothing of it is kept from an earlier one.
pytestmark = [pytest.mark.live, pytest.mark.timeout(1200)]

TOKEN = "a-token-for-the-tests-of-the-image"
SECONDS = 120.0
SLOW = 6.0  # tokens a second
# What docs/container.md tells everybody to add.
LOCKED = ("--read-only", "--cap-drop=all", "--security-opt=no-new-privileges", "--pids-limit=512")
FIND_TOOLKIT = "import importlib.util; print(importlib.util.find_spec('PySide6'))"
REQUEST = {
    "requirements": "Write a Python function merge(intervals) that merges overlapping intervals",
    "examples": ["merge([[1,3],[2,6],[8,10],[15,18]]) == [[1,6],[8,10],[15,18]]"],
    "provider": "scripted",
    "model": "demo",
}


@dataclass(frozen=True)
class Box:
    """A server in a container. client: speaks to its published port, with the token."""

    images: Images
    name: str
    process: subprocess.Popen[str]
    client: httpx.Client

    def inside(self, *command: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        """Run a program beside the server."""
        return self.images.podman("exec", self.name, *command, check=check)

    def start(self, **fields: Any) -> str:
        """A new run; its session's id."""
        answer = self.client.post("/api/generate", json=REQUEST | fields)
        assert answer.status_code == 200, answer.text
        return str(answer.json()["session_id"])

    def stop(self) -> int:
        """Ask it to end as engines do, by SIGTERM; its exit code."""
        self.images.podman("stop", "--time=60", self.name)
        return self.process.wait(SECONDS)


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


@contextmanager
def serving(images: Images, volume: str, given: Path) -> Generator[Box]:
    """A server that is ready within the block."""
    name = f"roundtable-test-{secrets.token_hex(4)}"
    places = (f"--volume={volume}:/data", f"--volume={given}:/given:ro")
    setting = (f"--name={name}", "--env=ROUNDTABLE_TOKEN_FILE=/given/token", "--publish=127.0.0.1::5011")
    command = images.command(*LOCKED, *places, *setting)
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process:
        try:
            assert process.stdout is not None
            said = ""
            while "ready" not in (line := process.stdout.readline()):
                said += line
                assert line, f"it ended with {process.wait()}: {said}"
            assert TOKEN not in line, "what is printed is kept in the engine's log"
            address = images.podman("port", name, "5011/tcp").stdout.strip()
            headers = {"Authorization": f"Bearer {TOKEN}"}
            with httpx.Client(base_url=f"http://{address}", headers=headers, timeout=SECONDS) as client:
                yield Box(images, name, process, client)
        finally:
            images.podman("rm", "--force", "--time=0", name, check=False)


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
