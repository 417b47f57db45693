"""The system's keyring, if there is a real one. Everything that keeps secrets in plain files is left out."""

from __future__ import annotations

import importlib
import sys
import threading
from collections.abc import Callable
from typing import Final, Protocol, TypeVar, cast

from app.errors import AppError, ErrorKind

_R = TypeVar("_R")

# By name, not by what keyring finds: without a keyring service, an installed keyrings.alt would be found,
# which writes passwords into a file, and keyring's null backend forgets them without a word.
_BACKENDS: Final = (
    ("keyring.backends.Windows", "WinVaultKeyring"),
    ("keyring.backends.macOS", "Keyring"),
    ("keyring.backends.SecretService", "Keyring"),
    ("keyring.backends.kwallet", "DBusKeyring"),
    ("keyring.backends.libsecret", "Keyring"),
)
# Name of the trial entry.
PROBE: Final = "probe"
# Characters that one entry may have, by the keyring's name: Windows takes 2,560 bytes of UTF-16.
BOUNDS: Final = {"Windows": 1280}
NO_KEYRING: Final = "no system keyring was found"


class Keyring(Protocol):
    """What is used of `keyring.backend.KeyringBackend`."""

    def get_password(self, service: str, username: str, /) -> str | None: ...
    def set_password(self, service: str, username: str, password: str, /) -> None: ...
    def delete_password(self, service: str, username: str, /) -> None: ...


def find_keyring(service: str, seconds: float) -> tuple[Keyring | None, str]:
    """The keyring of this system and its name, or None and the reason. Takes up to `seconds` a step.

    A keyring counts only after it has kept and given back a trial entry. Raises NoAnswerError.
    """
    try:
        found = bounded(_first_usable, seconds)
        if found is None:
            return None, NO_KEYRING
        keyring = found
        bounded(lambda: keyring.set_password(service, PROBE, PROBE), seconds)
        kept = bounded(lambda: keyring.get_password(service, PROBE), seconds)
        bounded(lambda: keyring.delete_password(service, PROBE), seconds)
    except NoAnswerError:
        raise
    except AppError as error:
        return None, error.message
    if kept != PROBE:
        return None, "the system keyring does not keep what it is given"
    return keyring, type(keyring).__module__.rpartition(".")[2]


def bounded(action: Callable[[], _R], seconds: float) -> _R:
    """Run a keyring's action in a thread: a locked keyring may wait for a prompt that nobody sees.

    Raises AppError(config): NoAnswerError where it does not answer in time, else where it fails.
    """
    thread = _Attempt(action)
    thread.start()
    thread.join(seconds)
    if thread.is_alive():
        raise NoAnswerError(thread)
    if not thread.done:
        raise AppError(ErrorKind.CONFIG, f"the system keyring failed ({thread.failure})")
    return cast(_R, thread.value)


class NoAnswerError(AppError):
    """The keyring has not answered yet: it may be locked, and ask the user for its password."""

    def __init__(self, attempt: threading.Thread) -> None:
        super().__init__(ErrorKind.CONFIG, "the system keyring did not answer", "Unlock it, then try again.")
        self._attempt = attempt

    @property
    def still(self) -> bool:
        """Whether it has not answered by now either."""
        return self._attempt.is_alive()


class _Attempt(threading.Thread):
    """A daemon, so that one that hangs does not keep the program from ending."""

    def __init__(self, action: Callable[[], object]) -> None:
        super().__init__(name="keyring", daemon=True)
        self._action = action
        self.done = False
        self.value: object = None
        self.failure = "unexpectedly"

    def run(self) -> None:
        try:
            self.value = self._action()
            self.done = True
        except _failures() as error:
            self.failure = type(error).__name__


def _failures() -> tuple[type[Exception], ...]:
    # Here, since a program that needs no key must not wait for it.
    from keyring.errors import KeyringError  # noqa: PLC0415

    known = (KeyringError, OSError, RuntimeError, ValueError)
    if sys.platform == "win32":
        from keyring.backends.Windows import pywintypes  # noqa: PLC0415

        return (*known, pywintypes.error)  # is none of these
    return known


def _first_usable() -> Keyring | None:
    for module, name in _BACKENDS:
        backend = getattr(importlib.import_module(module), name)
        if backend.viable and backend.priority > 0:
            return cast(Keyring, backend())
    return None
