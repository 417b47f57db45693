"""models.yaml and agents.yaml while the program runs: an edit counts from the next run on."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from app.errors import AppError
from app.settings.load import load_settings
from app.settings.places import CONFIG_DIR, PROMPTS_DIR, user_config_folder
from app.settings.schema import Settings

log = logging.getLogger(__name__)

_LOOK_SECONDS: Final = 1.0
_NAMES: Final = ("models.yaml", "agents.yaml")
_NONE: Final[Mapping[str, object]] = {}

_Stamp = tuple[tuple[str, int, int], ...]


class LiveSettings:
    """The settings, with the providers and agents of the files as they are now. Thread-safe.

    Everything else stays as it was at the start. A file that cannot be used changes nothing: the last good
    settings stay, and `problem` says what is wrong until the file is mended. changed: called, from any
    thread, after either has changed. Raises AppError(config) where the files are wrong from the start.
    """

    def __init__(
        self,
        overrides: Mapping[str, object] = _NONE,
        *,
        environment: Mapping[str, str],
        config_dir: Path = CONFIG_DIR,
    ) -> None:
        self._load: Callable[[], Settings] = lambda: load_settings(
            overrides, environment=environment, config_dir=config_dir
        )
        self._folders = (config_dir, user_config_folder(environment))
        self._prompts = (PROMPTS_DIR, user_config_folder(environment) / "prompts")
        self._lock = threading.Lock()
        self._stopped = threading.Event()
        self._watcher: threading.Thread | None = None
        self._stamp = self._look()
        self.current = self._load()
        self.problem: AppError | None = None
        self.changed: Callable[[], None] = lambda: None

    def refresh(self) -> Settings:
        """Take in what has changed on disk, and return the settings to use now."""
        with self._lock:
            stamp = self._look()
            news = stamp != self._stamp and self._reload()
            self._stamp = stamp
        if news:
            self.changed()
        return self.current

    def watch(self) -> None:
        """Refresh every second from now on, until closed."""
        self._watcher = threading.Thread(target=self._watch, name="settings", daemon=True)
        self._watcher.start()

    def close(self) -> None:
        """Watch no more."""
        self._stopped.set()
        if self._watcher is not None:
            self._watcher.join()

    def _watch(self) -> None:
        while not self._stopped.wait(_LOOK_SECONDS):
            self.refresh()

    def _reload(self) -> bool:
        """Whether there are other settings or another problem now."""
        before = self.current, str(self.problem)
        try:
            loaded = self._load()
        except AppError as error:
            log.warning("the settings on disk cannot be used: %s", error)
            self.problem = error
        else:
            parts = {"models": loaded.models, "agents": loaded.agents}
            self.current, self.problem = self.current.model_copy(update=parts), None
        return before != (self.current, str(self.problem))

    def _look(self) -> _Stamp:
        """Name, time of change (ns) and size (bytes) of each file that counts."""
        files = [folder / name for folder in self._folders for name in _NAMES]
        files += [path for folder in self._prompts for path in sorted(folder.glob("*.md"))]
        facts = ((str(path), path.stat()) for path in files if path.is_file())
        return tuple((name, found.st_mtime_ns, found.st_size) for name, found in facts)
