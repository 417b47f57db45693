"""A session bus of its own, and what stands in on it for the desktop's notification service."""

from __future__ import annotations

import shutil
import subprocess
import sys
import threading
from collections.abc import Generator
from typing import Any

import pytest

if sys.platform == "linux":
    from jeepney import DBusAddress, message_bus, new_method_return, new_signal
    from jeepney.io.blocking import open_dbus_connection

NAME = "org.freedesktop.Notifications"
NUMBER = 7
SECONDS = 120


@pytest.fixture
def bus(monkeypatch: pytest.MonkeyPatch) -> Generator[str]:
    """The address of a session bus with nobody on it."""
    if not shutil.which("dbus-daemon"):
        pytest.skip("needs dbus-daemon: apt-get install dbus")
    command = ["dbus-daemon", "--session", "--nofork", "--print-address=1"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as daemon:
        assert daemon.stdout
        address = daemon.stdout.readline().strip()
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", address)
        yield address
        daemon.terminate()


class Shown:
    """What the stand-in was asked to show; the user clicks on it at once."""

    def __init__(self) -> None:
        self.asked: list[Any] = []
        self._connection = open_dbus_connection("SESSION")
        self._connection.send_and_get_reply(message_bus.RequestName(NAME))
        self.answering = threading.Thread(target=self._answer, daemon=True)
        self.answering.start()

    def _answer(self) -> None:
        while not self.asked:
            message = self._connection.receive(timeout=SECONDS)
            if message.header.fields.get(3) == "Notify":  # the field that names the method
                self.asked.append(message.body)
                self._connection.send(new_method_return(message, "u", (NUMBER,)))
        service = DBusAddress("/org/freedesktop/Notifications", interface=NAME)
        self._connection.send(new_signal(service, "ActionInvoked", "us", (NUMBER, "default")))
        self._connection.close()
