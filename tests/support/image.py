"""The product's container image, built and run for real with Buildah and Podman; a plug-in of its tests.

Both keep what they make in a storage of the tests' own: the base image, made of Debian's packages, and the
layers of the build. ROUNDTABLE_TEST_CACHE keeps it from one run to the next.
"""

from __future__ import annotations

import os
import secrets
import shutil
import subprocess
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import httpx
import pytest
from filelock import FileLock

ROOT: Final = Path(__file__).parents[2]
TOOLS: Final = ("buildah", "mmdebstrap", "podman", "runc", "iptables")
BASE: Final = "localhost/roundtable-test-base:latest"
IMAGE: Final = "localhost/roundtable-test:latest"
_SUITE: Final = "bookworm"  # the oldest Debian whose Python will do
_PACKAGES: Final = "python3,python3-venv,ca-certificates"
_LEFT_OUT: Final = ("/usr/share/doc/*", "/usr/share/man/*", "/usr/share/locale/*")
TOKEN: Final = "a-token-for-the-tests-of-the-image"
SECONDS: Final = 120.0
# What docs/container.md tells everybody to add.
LOCKED: Final = ("--read-only", "--cap-drop=all", "--security-opt=no-new-privileges", "--pids-limit=512")
REQUEST: Final = {
    "requirements": "Write a Python function merge(intervals) that merges overlapping intervals",
    "examples": ["merge([[1,3],[2,6],[8,10],[15,18]]) == [[1,6],[8,10],[15,18]]"],
    "provider": "scripted",
    "model": "demo",
}
# Where this machine's packages come from; what is not set here is not given to the build either.
SOURCES: Final = ("PIP_INDEX_URL", "PIP_CERT", "NPM_CONFIG_REGISTRY", "NODE_EXTRA_CA_CERTS")
_CERTIFICATES: Final = Path("/etc/ssl/certs")
# Inside a container, where CI runs, nobody may raise these; and no systemd is there to ask for the health.
_HERE: Final = ("--runtime=runc", "--ulimit=nofile=1024:1024", "--ulimit=nproc=1024:1024", "--no-healthcheck")


@dataclass(frozen=True)
class Images:
    """A storage of images and containers. kept: from one run to the next; passing: for this one."""

    kept: Path
    passing: Path

    def podman(self, *arguments: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        """Run Podman to its end; see `subprocess.run`."""
        return _ended([*self._podman, *arguments], check=check)

    def buildah(self, *arguments: str) -> str:
        """Run Buildah to its end; its output without what it says on standard error."""
        return _ended(["buildah", *self._storage, *arguments], check=True).stdout.strip()

    def command(self, *flags: str) -> list[str]:
        """What runs the image in the foreground, and removes the container when it ends."""
        return [*self._podman, "run", "--rm", *_HERE, *flags, IMAGE]

    @property
    def _storage(self) -> list[str]:
        return [f"--root={self.kept}", f"--runroot={self.passing}"]

    @property
    def _podman(self) -> list[str]:
        return ["podman", "--cgroup-manager=cgroupfs", *self._storage]


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


@pytest.fixture(scope="session")
def images(tmp_path_factory: pytest.TempPathFactory) -> Generator[Images]:
    """With the image built from the sources as they are now."""
    missing = [tool for tool in TOOLS if not shutil.which(tool)]
    if missing or os.geteuid():
        pytest.skip(f"needs root, and apt install {' '.join(missing)}")
    kept = os.environ.get("ROUNDTABLE_TEST_CACHE")
    folder = Path(kept) / "images" if kept else tmp_path_factory.mktemp("images")
    with built(folder) as images:
        yield images
        if not kept:
            images.podman("rmi", "--all", "--force")


@contextmanager
def built(folder: Path) -> Generator[Images]:
    """The image, built from the sources as they are; nobody else builds in this folder within the block."""
    folder.mkdir(parents=True, exist_ok=True)
    with FileLock(folder / "lock"):
        images = Images(folder / "storage", folder / "run")
        if images.podman("image", "exists", BASE, check=False).returncode:
            _make_base(images, folder / "base.tar")
        _build(images)
        yield images


def _ended(command: list[str], *, check: bool) -> subprocess.CompletedProcess[str]:
    """Run a program of ours to its end, in the repository; with `check`, it must not fail."""
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert not (check and ended.returncode), f"{command}: {ended.stdout}{ended.stderr}"
    return ended


def _make_base(images: Images, archive: Path) -> None:
    """A Debian with Python, as the image of a registry would be."""
    options = [f"--dpkgopt=path-exclude={pattern}" for pattern in _LEFT_OUT]
    options += [f"--include={_PACKAGES}", "--variant=minbase", "--dpkgopt=force-unsafe-io"]
    subprocess.run(["mmdebstrap", "--quiet", *options, _SUITE, archive], check=True)
    made = images.buildah("from", "scratch")
    images.buildah("add", made, str(archive), "/")
    images.buildah("commit", "--rm", made, BASE)
    archive.unlink()


def _build(images: Images) -> None:
    arguments = {"BASE_IMAGE": BASE} | {name: os.environ[name] for name in SOURCES if name in os.environ}
    given = [f"--build-arg={name}={value}" for name, value in arguments.items()]
    images.buildah(
        *("bud", "--format=docker", "--isolation=chroot", "--layers", "--pull-never", *given),
        *(f"--volume={_CERTIFICATES}:{_CERTIFICATES}:ro", f"--tag={IMAGE}"),
        *("--file=packaging/container/Containerfile", "."),
    )
