"""A real keyring service: gnome-keyring on a session bus of its own."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Generator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from keyring.backends import SecretService

_LEFT_OUT = ("DISPLAY", "WAYLAND_DISPLAY", "DBUS_SESSION_BUS_ADDRESS", "GNOME_KEYRING_CONTROL")


@pytest.fixture
def secret_service(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Generator[Path]:
    """Points this process to an unlocked, empty keyring; gives the folder that it keeps its files in."""
    with _running(tmp_path, monkeypatch, "--unlock") as folder:
        yield folder


@pytest.fixture
def locked_secret_service(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Generator[Path]:
    """Points this process to a service that is locked, where nobody can be asked to unlock it."""
    with _running(tmp_path, monkeypatch) as folder:
        yield folder


def entries(service: str) -> list[str]:
    """Names of all entries that the service at the session bus holds for a program."""
    collection = SecretService.Keyring().get_preferred_collection()
    with closing(collection.connection):
        found = collection.search_items({"service": service})
        return sorted(item.get_attributes()["username"] for item in found)


@contextmanager
def _running(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *arguments: str) -> Generator[Path]:
    lacking = [name for name in ("dbus-daemon", "gnome-keyring-daemon") if not shutil.which(name)]
    if lacking:
        say = pytest.fail if os.environ.get("CI") == "true" else pytest.skip
        say(f"needs {' and '.join(lacking)}: apt-get install dbus gnome-keyring")
    folder = tmp_path / "keyring"
    environment = {name: value for name, value in os.environ.items() if name not in _LEFT_OUT}
    environment |= {
        "XDG_DATA_HOME": str(folder),
        "XDG_CACHE_HOME": str(tmp_path),
        "XDG_RUNTIME_DIR": str(tmp_path),
    }
    with (
        subprocess.Popen(
            ["dbus-daemon", "--session", "--nofork", "--print-address=1"],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            env=environment,
        ) as bus,
    ):
        assert bus.stdout
        environment["DBUS_SESSION_BUS_ADDRESS"] = bus.stdout.readline().strip()
        with subprocess.Popen(
            ["gnome-keyring-daemon", "--foreground", *arguments, "--components=secrets"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment,
        ) as daemon:
            assert daemon.stdin
            assert daemon.stdout
            daemon.stdin.write(b"password\n")
            daemon.stdin.close()
            daemon.stdout.readline()  # it names its control socket as soon as it is up
            monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", environment["DBUS_SESSION_BUS_ADDRESS"])
            yield folder
            daemon.terminate()
        bus.terminate()
