"""API keys: the system's keyring, then the environment, else memory until the program ends. Never a file."""

from __future__ import annotations

import copy
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, Literal

from app.errors import AppError, ErrorKind
from app.models.addresses import origin
from app.models.keyrings import Keyring, bounded, find_keyring
from app.settings import ModelsConfig
from app.settings.problems import suggestion

Source = Literal["keyring", "environment", "memory"]
Find = Callable[[str, float], tuple[Keyring | None, str]]
_SERVICE: Final = "roundtable"
_SECONDS: Final = 5.0
_SHOWN: Final = 4
# Showing four characters of a short key would give too much of it away.
_LEAST_LENGTH: Final = 12


@dataclass(frozen=True)
class KeyInfo:
    """What may be shown of a provider's key. source: None where there is none. tail: last four characters."""

    provider: str
    source: Source | None
    tail: str = ""
    variable: str = ""


@dataclass(frozen=True)
class KeyringStatus:
    """Where keys that are set go. detail: the keyring's name, or why there is none."""

    persistent: bool
    detail: str


class KeyStore:
    """Keys by provider; thread-safe, and blocking where the keyring is slow.

    A key in the keyring belongs to the provider's addresses too: with others it is not found, so that it
    is never sent elsewhere. The keyring is looked for when a key is first needed.
    service: name of the entries. seconds: how long a keyring may take for one step. find: finds the keyring.
    """

    def __init__(
        self,
        models: ModelsConfig,
        environment: Mapping[str, str],
        *,
        service: str = _SERVICE,
        seconds: float = _SECONDS,
        find: Find = find_keyring,
    ) -> None:
        self._providers = {n: p for n, p in models.providers.items() if p.key_env}
        self._environment = environment
        self._service = service
        self._seconds = seconds
        self._memory: dict[str, str] = {}
        self._seen = {v for p in self._providers if (v := environment.get(self._variable(p)))}
        self._find = find
        self._lock = threading.Lock()
        self._found: tuple[Keyring | None, str] | None = None

    def with_models(self, models: ModelsConfig) -> KeyStore:
        """The same keys for other settings of the providers; what is set in either is set in both."""
        other = copy.copy(self)
        other._providers = {n: p for n, p in models.providers.items() if p.key_env}
        return other

    def get(self, provider: str) -> str | None:
        """The key, or None. A keyring that fails counts as one without the key."""
        return self._look_up(provider)[0]

    def required(self, provider: str) -> str | None:
        """The key; None only where the provider works without one. Raises AppError(auth)."""
        key, config = self.get(provider), self._providers.get(provider)
        if key is None and config is not None and not config.key_optional:
            raise AppError(
                ErrorKind.AUTH,
                f"There is no key for {provider}.",
                f"`keys set {provider}` stores one; or set {config.key_env}.",
            )
        return key

    def set(self, provider: str, key: str) -> Source:
        """Keep a key; returns where. Raises AppError: config (no such provider), invalid_request (no key)."""
        self._check(provider)
        key = key.strip()
        if not key or not key.isprintable() or " " in key:
            raise AppError(ErrorKind.INVALID_REQUEST, "The key is empty or holds blanks.", "Paste it again.")
        self._seen.add(key)
        keyring, _ = self._keyring()
        if keyring is None:
            self._memory[provider] = key
            return "memory"
        bounded(lambda: keyring.set_password(self._service, self._entry(provider), key), self._seconds)
        self._memory.pop(provider, None)
        return "keyring"

    def delete(self, provider: str) -> bool:
        """Forget a key; False where none was kept. One in the environment stays."""
        self._check(provider)
        kept = self._memory.pop(provider, None) is not None
        keyring, _ = self._keyring()
        if keyring is not None and self._from_keyring(provider):
            bounded(lambda: keyring.delete_password(self._service, self._entry(provider)), self._seconds)
            kept = True
        return kept

    def list(self) -> list[KeyInfo]:
        """Every provider that takes a key."""
        return [self.info(provider) for provider in self._providers]

    def info(self, provider: str) -> KeyInfo:
        """What may be shown of one provider's key."""
        variable = self._variable(provider)
        key, source = self._look_up(provider)
        tail = key[-_SHOWN:] if key and len(key) >= _LEAST_LENGTH else ""
        return KeyInfo(provider, source, tail, variable)

    def status(self) -> KeyringStatus:
        """Whether keys that are set outlive the program."""
        keyring, detail = self._keyring()
        return KeyringStatus(keyring is not None, detail)

    def values(self) -> set[str]:
        """All keys that this process has seen, for keeping them out of logs. Never asks the keyring."""
        return set(self._seen)

    def all(self) -> set[str]:
        """All keys, also those in the keyring that were not used yet: for keeping them out of exports."""
        return self.values() | {key for provider in self._providers if (key := self.get(provider))}

    def _look_up(self, provider: str) -> tuple[str | None, Source | None]:
        if provider not in self._providers:
            return None, None
        if key := self._memory.get(provider):
            return key, "memory"
        if key := self._from_keyring(provider):
            return key, "keyring"
        if key := self._environment.get(self._variable(provider)):
            return key, "environment"
        return None, None

    def _from_keyring(self, provider: str) -> str | None:
        keyring, _ = self._keyring()
        if keyring is None:
            return None
        try:
            key = bounded(lambda: keyring.get_password(self._service, self._entry(provider)), self._seconds)
        except AppError:  # locked or gone since it was found: as if it held nothing
            return None
        if key:
            self._seen.add(key)
        return key

    def _keyring(self) -> tuple[Keyring | None, str]:
        with self._lock:
            if self._found is None:
                self._found = self._find(self._service, self._seconds)
            return self._found

    def _entry(self, provider: str) -> str:
        """A key counts in all regions of a provider, so all their addresses are what it is kept for."""
        origins = sorted({origin(address) for address in self._providers[provider].addresses})
        return " ".join([provider, *origins])

    def _variable(self, provider: str) -> str:
        return (self._providers[provider].key_env if provider in self._providers else None) or ""

    def _check(self, provider: str) -> None:
        if provider not in self._providers:
            raise AppError(
                ErrorKind.CONFIG, f"{provider} takes no key.", suggestion(provider, self._providers)
            )
