"""The files of settings while the program runs: an edit counts from the next run on."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from app.errors import AppError
from app.settings.load import FILES, Loaded, load_layers
from app.settings.places import CONFIG_DIR, PROMPTS_DIR, user_config_folder
from app.settings.schema import Settings

log = logging.getLogger(__name__)

_LOOK_SECONDS: Final = 1.0
_AT_ONCE: Final = ("models", "agents", "run", "timeouts", "code_safety_enabled")
_STILL: Final = "What was read before still counts."
_NONE: Final[Mapping[str, object]] = {}
_NO_DRAFTS: Final[Mapping[Path, str]] = {}

_Stamp = tuple[tuple[str, int, int], ...]


class LiveSettings:
    """The settings, with providers, agents and the bounds of runs as the files have them now. Thread-safe.

    The server, the places of things and the images of containers stay as they were at the start. A file that
    cannot be used changes nothing: the last good settings stay, and `problem` says what is wrong until the
    file is mended. folder: the user's files. changed: called, from any thread, after either has changed.
    Raises AppError(config) where the files are wrong from the start.
    """

    def __init__(
        self,
        overrides: Mapping[str, object] = _NONE,
        *,
        environment: Mapping[str, str],
        config_dir: Path = CONFIG_DIR,
    ) -> None:
        self._load: Callable[[Mapping[Path, str]], Loaded] = lambda drafts: load_layers(
            overrides, environment=environment, config_dir=config_dir, drafts=drafts
        )
        self.folder = user_config_folder(environment)
        self._folders = (config_dir, self.folder)
        self._prompts = (PROMPTS_DIR, self.folder / "prompts")
        self._lock = threading.Lock()
        self._stopped = threading.Event()
        self._watcher: threading.Thread | None = None
        self._stamp = self._look()
        loaded = self._load(_NO_DRAFTS)
        self.current, self.layers = loaded.settings, loaded.layers
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

    def check(self, drafts: Mapping[Path, str]) -> None:
        """Raise what loading would raise if these files held these texts."""
        self._load(drafts)

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
        """Whether there are other settings, other sources of them or another problem now."""
        before = self.current, self.layers, str(self.problem)
        try:
            loaded = self._load(_NO_DRAFTS)
        except AppError as error:
            log.warning("the settings on disk cannot be used: %s", error)
            self.problem = AppError(error.kind, error.message, f"{error.hint} {_STILL}".lstrip())
        else:
            self._take(loaded)
            self.problem = None
        return before != (self.current, self.layers, str(self.problem))

    def _take(self, loaded: Loaded) -> None:
        parts = {name: getattr(loaded.settings, name) for name in _AT_ONCE}
        bounds = loaded.settings.sandbox.model_copy(update={"images": self.current.sandbox.images})
        self.current = self.current.model_copy(update={**parts, "sandbox": bounds})
        self.layers = loaded.layers

    def _look(self) -> _Stamp:
        """Name, time of change (ns) and size (bytes) of each file that counts."""
        files = [folder / name for folder in self._folders for name in FILES]
        files += [path for folder in self._prompts for path in sorted(folder.glob("*.md"))]
        facts = ((str(path), path.stat()) for path in files if path.is_file())
        return tuple((name, found.st_mtime_ns, found.st_size) for name, found in facts)
