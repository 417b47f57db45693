"""The composition root: the one module that sees every package and joins them."""

from __future__ import annotations

# ruff: noqa: PLC0415 - a part is imported where it is made, since most commands need few of them
import asyncio
import logging
import sys
import threading
import uuid
from collections.abc import Callable, Collection, Coroutine, Mapping, Sequence
from contextlib import ExitStack
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any, Final, TypeVar

from typing_extensions import override

from app import cli
from app.cli.exits import Exit
from app.cli.services import Services
from app.errors import AppError

if TYPE_CHECKING:
    from app.checks.pipeline import Check
    from app.checks.sandbox.base import Executor, Sandboxes
    from app.checks.security.scanner import SecurityScanner
    from app.desktop.app import DesktopApp
    from app.desktop.window import Window
    from app.domain.artifacts import SourceFile
    from app.domain.exams import Exam
    from app.models.backends import Backend, Keeper
    from app.models.builtin import BuiltinBackend
    from app.models.keys import KeyStore
    from app.models.ollama import OllamaBackend
    from app.models.providers import Providers
    from app.models.shelf import Shelf
    from app.models.trial import Trial
    from app.models.weights import WeightStore
    from app.session.engine import Engine
    from app.session.exam.conduct import Conductor
    from app.session.exam.sitting import Tell
    from app.session.exports.diagnostics import Bundle
    from app.session.service import Service
    from app.settings import LiveSettings, ModelsConfig, Settings
    from app.store.exams import Exams
    from app.store.preferences import Preferences
    from app.store.store import SqlStore
    from app.web.access import Access
    from app.web.server import Server
    from app.web.site import Site

_SORRY: Final = """\
Something went wrong inside the program (error id {}).
  The traceback is in the log under this id; `doctor` says where that is.
"""
_OLLAMA_URL: Final = "http://localhost:11434"
log = logging.getLogger(__name__)
T = TypeVar("T")


_making = threading.RLock()


def _import_clients() -> None:
    """Before what imports openai outside of `Part`: two threads at once get its modules half done."""
    with _making:
        import app.models.providers  # pyright: ignore[reportUnusedImport]  # noqa: F401


class Part(cached_property[T]):
    """A part of the program, made once, whichever threads ask for it first.

    One lock for all, since making a part imports packages: two threads that import the same ones in another
    order get them half done.
    """

    @override
    def __get__(self, instance: object, owner: type[Any] | None = None) -> T:  # pyright: ignore[reportIncompatibleMethodOverride]
        with _making:
            return super().__get__(instance, owner)


class SettingsParts:
    """The parts that follow from models.yaml and agents.yaml."""

    def __init__(self, settings: Settings, assembly: Assembly, before: SettingsParts | None) -> None:
        from app.models.keys import KeyStore

        self.settings = settings
        self._assembly = assembly
        models = settings.models
        self.keys: KeyStore = (
            before.keys.with_models(models) if before else KeyStore(models, assembly.environment)
        )

    @Part
    def providers(self) -> Providers:
        """All providers of models."""
        from app.models.providers import Providers

        return Providers(self.settings, self.keys, self._assembly.backends)


class Assembly(Services):
    """Every part once, made when it is first asked for."""

    def __init__(self, live: LiveSettings, environment: Mapping[str, str]) -> None:
        self.live = live
        self.environment = environment
        self._parts_of: SettingsParts | None = None

    @property
    @override
    def settings(self) -> Settings:
        """As they are now."""
        return self.live.current

    @Part
    def store(self) -> SqlStore:
        """The database."""
        from app.store.store import open_store

        return open_store(self.settings.database_url, self.without_keys)

    @Part
    def without_keys(self) -> Callable[[Any], Any]:
        """Takes the keys that this process knows out of a JSON value."""
        from app.models.redaction import without_keys

        keys = self.keys  # those of later settings share what is known
        return lambda value: without_keys(value, keys.values())

    @property
    @override
    def keys(self) -> KeyStore:
        """API keys."""
        return self._of_settings().keys

    @Part
    def weights(self) -> WeightStore:
        """Weights of the builtin engine: our own, and those of the user's weights.yaml."""
        from app.models.weight_table import load_weight_table
        from app.models.weights import WeightStore
        from app.settings import CONFIG_DIR
        from app.settings.places import user_config_folder

        table = load_weight_table(CONFIG_DIR / "weights.yaml")
        own = user_config_folder(self.environment) / "weights.yaml"
        return WeightStore(self.settings.home, load_weight_table(own) | table if own.exists() else table)

    @Part
    def ollama(self) -> OllamaBackend:
        """The Ollama server."""
        from app.models.ollama import OllamaBackend

        url = self.settings.models.providers["ollama"].base_url
        return OllamaBackend(self.settings.home, url or _OLLAMA_URL)

    @Part
    def builtin(self) -> BuiltinBackend:
        """The builtin engine."""
        from app.models.builtin import BuiltinBackend, BuiltinEngine

        threads = self.settings.builtin.threads
        engine = BuiltinEngine(
            self.settings.home / "logs" / "builtin.log", threads=None if threads == "auto" else threads
        )
        return BuiltinBackend(self.weights, engine)

    @Part
    def backends(self) -> dict[str, Backend]:
        """The local engines, by the name that `engine` in models.yaml takes."""
        return {"ollama": self.ollama, "builtin": self.builtin}

    @Part
    def shelf(self) -> Shelf:
        """The models on this machine."""
        from app.models.shelf import Shelf

        def keepers() -> dict[str, Keeper]:
            return {"ollama": self.ollama, "builtin": self.builtin}

        def models() -> ModelsConfig:
            return self.live.refresh().models

        return Shelf(keepers, lambda: self.backends, lambda: self.providers, models)

    @property
    @override
    def providers(self) -> Providers:
        """All providers of models."""
        return self._of_settings().providers

    def _of_settings(self) -> SettingsParts:
        """What is made anew when the settings on disk change; who holds the old ones goes on with them."""
        before = self._parts_of
        if before is not None and before.settings is self.settings:
            return before  # without the lock, which is held while the agents are imported
        with _making:
            before = self._parts_of
            if before is None or before.settings is not self.settings:
                before = self._parts_of = SettingsParts(self.settings, self, before)
            return before

    @Part
    def sandboxes(self) -> Sandboxes:
        """What runs generated code on this machine."""
        from app.checks.sandbox.choice import sandboxes_of

        return sandboxes_of(self.settings.home / "sandbox", self.settings.sandbox.images)

    @Part
    def scanner(self) -> SecurityScanner:
        """What looks for harmful and weak code; loaded when it is first asked."""
        from app.checks.security.scanner import the_scanner

        return the_scanner()

    def try_provider(self, name: str) -> Trial:
        """One short call to a provider, in this thread."""
        _import_clients()
        from app.models.trial import Trials

        self.live.refresh()
        path = ("models", "providers", name, "base_url")
        own = any(layer.kind != "program" and layer.holds(path) for layer in self.live.layers)
        return asyncio.run(Trials(self.settings, self.keys, self.backends, own).run(name))

    @Part
    def service(self) -> Service:
        """Sessions, runs and decisions."""
        from app.session.later import LaterEngine
        from app.session.service import Service

        def check_choice(provider: str | None, model: str | None) -> None:
            self.live.refresh()
            self.providers.check_choice(provider, model)

        def why_closed() -> str:
            return "; ".join(self.scanner.prove()) if self.settings.code_safety_enabled else ""

        def known_keys() -> set[str]:
            return self.keys.all()  # of the settings as they are by then

        engine = LaterEngine(lambda: self.engine)
        clean = self.without_keys
        return Service(self.store, engine, check_choice, why_closed, known_keys, without_keys=clean)

    @Part
    def engine(self) -> Engine:
        """What works on runs; its import takes the agents with it."""
        from app.checks.pipeline import Pipeline
        from app.session.engine import Engine
        from app.session.turn import TurnTools
        from app.store.abilities import Abilities

        abilities = Abilities(self.settings.home / "abilities.json")
        return Engine(
            lambda: TurnTools(
                self.store,
                self.providers,
                Pipeline(self.checks()),  # anew for each run, since the bounds of executions may change
                self.sandboxes,
                abilities,
                self.settings,
                self.exams,
            )
        )

    @Part
    def exams(self) -> Exams:
        """What exams of models have found."""
        from app.store.exams import Exams

        return Exams(self.settings.home / "exams")

    @Part
    def preferences(self) -> Preferences:
        """What the page keeps: choices and drafts."""
        from app.store.preferences import Preferences

        return Preferences(self.settings.home / "preferences")

    @property
    @override
    def conductor(self) -> Conductor:
        """What examines a model, with the settings as they are now."""
        _import_clients()
        from app.checks.pipeline import Pipeline
        from app.session.exam.conduct import Conductor

        self.live.refresh()
        pipeline = Pipeline(self.checks())
        return Conductor(self.providers, pipeline, self.sandboxes, self.settings, self.store, self.exams)

    @override
    def checks(self, own: Collection[str] | None = None) -> list[Check]:
        """Those of every version; of `check` where `own` is given: names of the project around the files."""
        from app.checks.sandbox.base import Limits
        from app.checks.standard import standard_checks

        bounds = self.settings.sandbox
        limits = Limits(seconds=bounds.seconds, memory_mb=bounds.memory_mb)
        given = own is not None
        return standard_checks(self.sandboxes, limits, self.scanner, own or (), own_tests_count=given)

    @override
    def server(self, *, alone: bool) -> Server:
        """The server, listening and yet to be started. alone: it is one person's app."""
        from app.web.server import Server

        return Server(self.settings.server, self._site, self.preferences.choices, alone=alone)

    @Part
    def window(self) -> Window:
        """The program's own window, which may never be shown."""
        from app.desktop.app import window_here
        from app.web.access import LOCAL

        return window_here(self.settings.home, partial(self.preferences.choices, LOCAL))

    @override
    def desktop(self, say: Callable[[str], None], ending: Callable[[], bool]) -> DesktopApp:
        """The app on a desk."""
        from app.desktop.app import DesktopApp

        return DesktopApp(self.settings.home, self.window, lambda: self.server(alone=True), say, ending)

    def diagnose(self, session_id: str | None) -> Bundle:
        """The diagnostics zip, with a session where one is named."""
        from app.cli.bundle import make_bundle

        def own(overrides: Mapping[str, object]) -> Services:
            del overrides
            return self

        return make_bundle(own, session_id)

    def _site(self, access: Access) -> Site:
        """What stands behind the server; made in a thread while the page is served already."""
        from app.checks.files import check_sources
        from app.models.pull_job import PullFile
        from app.models.pulls import Pulls
        from app.session.exam.desk import Desk
        from app.session.exam.results import Results
        from app.session.owners import Presence
        from app.session.pool import Pool
        from app.settings import SettingsEditor
        from app.web.banners import SAFETY_OFF, Banners
        from app.web.offers import Offers
        from app.web.parts import Agents, Parts
        from app.web.readers import Readers
        from app.web.site import Site

        def changed() -> None:
            banners.put("config", self.live.problem)
            show_safety()
            site.tell("settings", {})

        def check(sources: Sequence[SourceFile]) -> dict[str, Any]:
            safe = self.settings.code_safety_enabled
            return check_sources(sources, self.checks, safety_enabled=safe)

        def examine(provider: str, model: str, seconds: float, tell: Tell) -> Coroutine[Any, Any, Exam]:
            return self.conductor.examine(provider, model, seconds, tell)

        def check_model(provider: str, model: str | None) -> None:
            self.providers.check_choice(provider, model)

        def show_safety() -> None:
            if self.settings.code_safety_enabled:
                banners.clear(SAFETY_OFF[0])
            else:
                banners.say(*SAFETY_OFF)

        banners = Banners()
        show_safety()
        presence = Presence(self.settings.home / "processes")
        parts = Parts(
            settings=self.settings,
            store=self.store,
            service=self.service,
            pool=Pool(self.service, self.settings.max_concurrent_sessions),
            keys=lambda: self.keys,
            offers=Offers(lambda: self.providers, lambda: self.live.refresh().models.providers),
            banners=banners,
            readers=Readers(self.settings.server.max_streams),
            access=access,
            agents=Agents(),
            check=check,
            editor=SettingsEditor(self.live),
            try_provider=self.try_provider,
            shelf=self.shelf,
            pulls=Pulls(
                self.shelf, PullFile(self.settings.home / "pulls.json"), presence.name, presence.alive
            ),
            use=self.store.model_use,
            desk=Desk(examine, self.exams, presence),
            exams=Results(self.exams, lambda: self.providers, lambda: self.settings.run.drawing_seconds),
            check_model=check_model,
            preferences=self.preferences,
            window=self.window if access.alone else None,
            diagnose=self.diagnose,
        )

        def get_ready() -> None:
            self.window.wait_settled()
            self.engine  # noqa: B018 - made here, in a thread, since its import takes a second
            if self.settings.code_safety_enabled and (problems := self.scanner.prove()):
                banners.say("scanner", f"Approving is off: {'; '.join(problems)}.", "`doctor` says more.")
            if python := self.sandboxes.choose("python"):  # the others get ready when they are needed
                # Nobody waits for it: it cannot be interrupted, and must not hold up the program's end.
                threading.Thread(target=_warm_up, args=(python,), name="warm-up", daemon=True).start()

        site = Site(parts, get_ready)
        self.live.changed = changed
        self.live.watch()
        return site

    def known_keys(self) -> set[str]:
        """What stands in no log; asks the keyring only now."""
        return self.keys.values()

    def close(self) -> None:
        """Let go of what was made; what was never asked for is not made for that."""
        self.live.close()
        if self._parts_of is not None and "providers" in self._parts_of.__dict__:
            asyncio.run(self.providers.close())
        if "store" in self.__dict__:
            self.store.close()


def assemble(overrides: Mapping[str, object], made: ExitStack) -> Assembly:
    """Load the settings and start the log; `made` undoes both. Raises AppError(config)."""
    from app.models.log_file import logging_to
    from app.settings import LiveSettings, read_environment

    environment = read_environment()
    assembly = Assembly(LiveSettings(overrides, environment=environment), environment)
    made.enter_context(logging_to(assembly.settings.home, assembly.known_keys))
    made.callback(assembly.close)
    return assembly


def main(argv: Sequence[str]) -> int:
    """Run a command and return its exit code.

    The broad except is the last of the three in the program: whatever comes this far is logged.
    """
    with ExitStack() as made:
        try:
            return cli.main(argv, lambda overrides: assemble(overrides, made))
        except Exception:
            error_id = uuid.uuid4().hex[:12]
            log.exception("command failed, error id %s", error_id)
            sys.stderr.write(_SORRY.format(error_id))
            return Exit.FAILED


def _warm_up(sandbox: Executor) -> None:
    try:
        sandbox.warm_up()
    except AppError as error:  # the check that needs it will say so where the user sees it
        log.warning("the sandbox did not get ready: %s", error)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
