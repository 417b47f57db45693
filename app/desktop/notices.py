"""The system's notifications. A web view in a window has none of its own, other than a browser."""

from __future__ import annotations

import importlib
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable
from typing import Any, Final, Protocol

from app.errors import AppError, ErrorKind

_SECONDS: Final = 5.0
_NAME: Final = "org.freedesktop.Notifications"
_APPLE: Final = (
    "on run argv",
    "display notification (item 2 of argv) with title (item 1 of argv)",
    "end run",
)
_NO_CONSOLE: Final = getattr(subprocess, "CREATE_NO_WINDOW", 0)  # on Windows
_WINDOWS: Final = """\
Add-Type -AssemblyName System.Windows.Forms
$icon = New-Object System.Windows.Forms.NotifyIcon
$icon.Icon = [System.Drawing.SystemIcons]::Information
$icon.Visible = $true
$icon.ShowBalloonTip(10000, $env:ROUNDTABLE_TITLE, $env:ROUNDTABLE_BODY, 'Info')
Start-Sleep -Seconds 10
$icon.Dispose()
"""


class Notices(Protocol):
    """One way to tell the user. Raises AppError(not_found) where there is none."""

    def show(self, title: str, body: str, clicked: Callable[[], None]) -> None: ...


def system_notices() -> Notices:
    """That of this system."""
    return BusNotices() if sys.platform.startswith("linux") else ProgramNotices()


class BusNotices:
    """By the session's bus, as desktops on Linux agree: freedesktop.org notifications 1.2."""

    def show(self, title: str, body: str, clicked: Callable[[], None]) -> None:
        """On a connection for each, which a thread keeps until the notification is clicked on or gone."""
        refused: type[Exception] = _bus(".wrappers").DBusErrorResponse
        try:
            connection = _bus(".io.blocking").open_dbus_connection("SESSION")
        except (OSError, KeyError, ValueError, RuntimeError) as error:  # no bus, or no address of one
            raise _nobody() from error
        try:
            number = _send(connection, title, body)
        except (OSError, refused) as error:
            connection.close()
            raise _nobody() from error
        threading.Thread(target=_listen, args=(connection, number, clicked), daemon=True).start()


def _bus(module: str = "") -> Any:
    """The bus's library, which is there on Linux only, and has no types."""
    return importlib.import_module(f"jeepney{module}")


def _send(connection: Any, title: str, body: str) -> int:
    library, unwrap = _bus(), _bus(".wrappers").unwrap_msg
    rule = library.MatchRule(type="signal", interface=_NAME)
    unwrap(connection.send_and_get_reply(library.message_bus.AddMatch(rule), timeout=_SECONDS))
    service = library.DBusAddress("/org/freedesktop/Notifications", bus_name=_NAME, interface=_NAME)
    content: tuple[Any, ...] = ("Roundtable", 0, "", title, body, ["default", "Open"], {}, -1)
    asked = library.new_method_call(service, "Notify", "susssasa{sv}i", content)
    return int(unwrap(connection.send_and_get_reply(asked, timeout=_SECONDS))[0])


def _listen(connection: Any, number: int, clicked: Callable[[], None]) -> None:
    """Until it is clicked on or gone."""
    member = _bus().HeaderFields.member
    with connection:
        while True:
            try:
                message = connection.receive()
            except OSError:  # the desktop ends
                return
            if not message.body or message.body[0] != number:
                continue
            name = message.header.fields.get(member)
            if name == "ActionInvoked":
                clicked()
            if name in ("ActionInvoked", "NotificationClosed"):
                return


class ProgramNotices:
    """By what Windows and macOS bring along; a click on them does nothing. Not run by its makers.

    platform: as `sys.platform`.
    """

    def __init__(self, platform: str = sys.platform) -> None:
        self._platform = platform

    def show(self, title: str, body: str, clicked: Callable[[], None]) -> None:  # noqa: ARG002 - see above
        if self._platform == "darwin":
            script = [part for line in _APPLE for part in ("-e", line)]
            command = ["osascript", *script, "--", title, body]  # a title may begin with a dash
        else:
            command = ["powershell", "-NoProfile", "-WindowStyle", "Hidden", "-Command", _WINDOWS]
        if shutil.which(command[0]) is None:
            raise _nobody()
        # By the environment: no word of the user's becomes part of a script.
        told = os.environ | {"ROUNDTABLE_TITLE": title, "ROUNDTABLE_BODY": body}
        quiet = subprocess.DEVNULL
        shown = subprocess.Popen(command, env=told, stdout=quiet, stderr=quiet, creationflags=_NO_CONSOLE)
        threading.Thread(target=shown.wait, daemon=True).start()


def _nobody() -> AppError:
    return AppError(
        ErrorKind.NOT_FOUND, "This system shows no notifications.", "The window asks for attention instead."
    )
