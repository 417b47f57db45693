"""What the commands are given. `app.bootstrap` makes it; each part comes into being when first used."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:  # the commands that need no agents must not wait for their import
    from app.checks.pipeline import Check
    from app.checks.sandbox.base import Sandboxes
    from app.checks.security.scanner import SecurityScanner
    from app.models.keys import KeyStore
    from app.models.ollama import OllamaBackend
    from app.models.providers import Providers
    from app.models.weights import WeightStore
    from app.session.exam.conduct import Conductor
    from app.session.ports import Store
    from app.session.service import Service
    from app.settings import Settings


class Server(Protocol):
    """A server that listens. link: opens its page and lets it in."""

    @property
    def link(self) -> str: ...
    def start(self) -> None: ...
    def wait_loaded(self) -> None: ...
    def close(self) -> None: ...


class DesktopApp(Protocol):
    """The app on a desk; see `app.desktop.app`."""

    def run(self, *, browser: bool) -> None: ...


class Services(ABC):
    """The parts of the program. Reading one may raise AppError(config)."""

    @property
    @abstractmethod
    def settings(self) -> Settings: ...

    @cached_property
    @abstractmethod
    def store(self) -> Store: ...
    @property
    @abstractmethod
    def keys(self) -> KeyStore: ...
    @cached_property
    @abstractmethod
    def weights(self) -> WeightStore: ...
    @cached_property
    @abstractmethod
    def ollama(self) -> OllamaBackend: ...
    @property
    @abstractmethod
    def providers(self) -> Providers: ...
    @cached_property
    @abstractmethod
    def sandboxes(self) -> Sandboxes: ...
    @cached_property
    @abstractmethod
    def scanner(self) -> SecurityScanner: ...
    @property
    @abstractmethod
    def conductor(self) -> Conductor: ...
    @cached_property
    @abstractmethod
    def service(self) -> Service: ...
    @abstractmethod
    def checks(self, own: Collection[str] | None = None) -> list[Check]: ...
    @abstractmethod
    def server(self, *, alone: bool) -> Server: ...
    @abstractmethod
    def desktop(self, say: Callable[[str], None], ending: Callable[[], bool]) -> DesktopApp: ...


class MakeServices(Protocol):
    """overrides: settings by dotted key, over all other sources; None values are passed over."""

    def __call__(self, overrides: Mapping[str, object]) -> Services: ...
