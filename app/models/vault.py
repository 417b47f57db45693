"""Roundtable's entries in the system's keyring: each found again by its name, and all of them removable."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from functools import partial
from typing import Final, TypeVar

from app.errors import AppError, ErrorKind
from app.models.keyrings import BOUNDS, PROBE, Keyring, NoAnswerError, bounded

Find = Callable[[str, float], tuple[Keyring | None, str]]
_R = TypeVar("_R")
# No keyring of `keyring` lists its entries, so their names are an entry, too: a changed address of a provider
# would else leave a key behind that nothing finds any more.
_NAMES: Final = "names"

log = logging.getLogger(__name__)


class Vault:
    """The entries of one service. Thread-safe.

    Between processes nothing is locked, as the keyring is common to all data folders: of two that keep a new
    key at once one may lose its name, not its key; `KeyStore` finds that by the provider's address.

    The keyring is looked for when it is first needed. One that fails is not asked again by this process. One
    that does not answer, since it waits for the user to unlock it, is left alone until it has.
    service: of the entries. seconds: how long one step may take. find: finds the keyring.
    """

    def __init__(self, service: str, seconds: float, find: Find) -> None:
        self._service = service
        self._seconds = seconds
        self._find = find
        self._lock = threading.Lock()
        self._changing = threading.Lock()  # held while the list of names is read, changed and written
        self._found: tuple[Keyring | None, str] | None = None
        self._waiting: NoAnswerError | None = None

    def status(self) -> tuple[bool, str]:
        """Whether there is a keyring that can be used now, and its name, or why not."""
        keyring, detail = self._keyring()
        return keyring is not None, detail

    def bound(self) -> int | None:
        """Characters that an entry may have, where this keyring has a bound."""
        return BOUNDS.get(self._keyring()[1])

    def get(self, name: str) -> str | None:
        """An entry, None where there is none. Raises AppError(config) where the keyring fails."""
        return self._ask(lambda keyring: keyring.get_password(self._service, name))

    def keep(self, name: str, secret: str) -> None:
        """Make or replace an entry. Raises AppError: config, invalid_request (no room for another name)."""
        with self._changing:
            names = self._listed()
            if name not in names:
                self._list([*names, name])
            self._ask(lambda keyring: keyring.set_password(self._service, name, secret))

    def remove(self, name: str) -> bool:
        """Whether there was such an entry; there is none now. Raises AppError(config)."""
        with self._changing:
            there = self.get(name) is not None
            if there:
                self._ask(lambda keyring: keyring.delete_password(self._service, name))
            names = self._listed()
            if name in names:
                self._list([other for other in names if other != name])
            return there

    def names(self) -> list[str]:
        """Names of all entries that were made here. Raises AppError(config)."""
        return [name for name in self._listed() if self.get(name) is not None]

    def clear(self) -> None:
        """Remove every entry that was made here. Raises AppError(config)."""
        with self._changing:
            for name in [*self._listed(), PROBE, _NAMES]:  # a crash may have left names without an entry
                if self.get(name) is not None:
                    self._ask(partial(_delete, service=self._service, name=name))

    def _listed(self) -> list[str]:
        return (self.get(_NAMES) or "").splitlines()

    def _list(self, names: list[str]) -> None:
        if names:
            text = "\n".join(names)
            self._check_room(text)
            self._ask(lambda keyring: keyring.set_password(self._service, _NAMES, text))
        else:
            self._ask(lambda keyring: keyring.delete_password(self._service, _NAMES))

    def _check_room(self, text: str) -> None:
        bound = self.bound()
        if bound is not None and len(text) > bound:
            raise AppError(
                ErrorKind.INVALID_REQUEST,
                f"The list of the keys that are kept would have {len(text)} characters; the keyring of this "
                f"system takes {bound} at most.",
                "`uninstall --keys` removes them all, those of former addresses too; or set the key in the "
                "environment.",
            )

    def _ask(self, step: Callable[[Keyring], _R]) -> _R:
        keyring, detail = self._keyring()
        if keyring is None:
            raise AppError(ErrorKind.CONFIG, detail)
        try:
            return bounded(lambda: step(keyring), self._seconds)
        except NoAnswerError as error:
            self._waiting = error
            raise
        except AppError as error:
            log.warning("keys are kept in memory from now on: %s", error.message)
            self._found = None, error.message
            raise

    def _keyring(self) -> tuple[Keyring | None, str]:
        with self._lock:
            if self._waiting is not None:
                if self._waiting.still:
                    return None, self._waiting.message
                self._waiting = None
            if self._found is None:
                try:
                    self._found = self._find(self._service, self._seconds)
                except NoAnswerError as error:
                    self._waiting = error
                    return None, error.message
            return self._found


def _delete(keyring: Keyring, service: str, name: str) -> None:
    keyring.delete_password(service, name)
