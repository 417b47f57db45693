"""API keys: the system's keyring, then the environment, else memory until the program ends.

The environment includes `.env` and files that NAME_FILE names. They are read; no key is written to a file.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from app.errors import AppError, ErrorKind
from app.models.addresses import origin
from app.models.keyrings import NO_KEYRING, find_keyring
from app.models.vault import Find, Vault
from app.settings import ModelsConfig
from app.settings.problems import suggestion

Source = Literal["keyring", "environment", "memory"]
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
        self._vault = Vault(service, seconds, find)
        self._memory: dict[str, str] = {}
        self._seen = self._in_environment()

    def with_models(self, models: ModelsConfig) -> KeyStore:
        """The same keys for other settings of the providers; what is set in either is set in both."""
        other = copy.copy(self)
        other._providers = {n: p for n, p in models.providers.items() if p.key_env}
        self._seen.update(other._in_environment())
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
        """Keep a key; returns where: in memory where the keyring is missing, locked or fails.

        Raises AppError: config (no such provider), invalid_request (no key, or the keyring has no room).
        """
        self._check(provider)
        key = key.strip()
        if not key or not key.isprintable() or " " in key:
            raise AppError(ErrorKind.INVALID_REQUEST, "The key is empty or holds blanks.", "Paste it again.")
        self._check_length(provider, key)
        self._seen.add(key)
        try:
            self._vault.keep(self._entry(provider), key)
        except AppError as error:
            if error.kind is ErrorKind.INVALID_REQUEST:
                raise
            # `status` says why.
            self._memory[provider] = key
            return "memory"
        self._memory.pop(provider, None)
        return "keyring"

    def delete(self, provider: str) -> bool:
        """Forget a key; False where none was kept. One in the environment stays.

        Raises AppError(config): no such provider, or a keyring that fails and may still hold the key.
        """
        self._check(provider)
        kept = self._memory.pop(provider, None) is not None
        try:
            return (self._has_keyring() and self._vault.remove(self._entry(provider))) or kept
        except AppError:
            if kept:
                return True
            raise

    def kept(self) -> Sequence[str]:
        """Names of all entries in the keyring, of addresses too that a provider had before.

        Raises AppError(config) where the keyring fails; where there is none, nothing is kept.
        """
        if not self._has_keyring():
            return []
        own = [self._entry(provider) for provider in self._providers]
        unlisted = [name for name in own if self._vault.get(name) is not None]  # of older programs
        return list(dict.fromkeys([*self._vault.names(), *unlisted]))

    def remove_all(self) -> Sequence[str]:
        """Leave nothing in the keyring; the names of what was removed. Raises AppError(config)."""
        names = self.kept()
        for name in names:
            self._vault.remove(name)
        if self._has_keyring():
            self._vault.clear()
        self._memory.clear()
        return names

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
        return KeyringStatus(*self._vault.status())

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

    def _in_environment(self) -> set[str]:
        return {key for p in self._providers if (key := self._environment.get(self._variable(p)))}

    def _from_keyring(self, provider: str) -> str | None:
        try:
            key = self._vault.get(self._entry(provider))
        except AppError:  # none, locked, or gone since it was found: as if it held nothing
            return None
        if key:
            self._seen.add(key)
        return key

    def _has_keyring(self) -> bool:
        """Whether keys may be in a keyring, also in one that cannot be used now."""
        return self._vault.status()[1] != NO_KEYRING

    def _check_length(self, provider: str, key: str) -> None:
        bound = self._vault.bound()
        if bound is not None and len(key) > bound:
            raise AppError(
                ErrorKind.INVALID_REQUEST,
                f"The key has {len(key)} characters; the keyring of this system takes {bound} at most.",
                f"Set the environment variable {self._variable(provider)} instead.",
            )

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
