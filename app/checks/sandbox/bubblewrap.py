"""The cell that bubblewrap makes on Linux: namespaces without network, the system read-only, one folder.

RLIMIT_NPROC does not bind root, so as root the cell drops to an unprivileged user first.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import threading
from collections.abc import Generator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, replace
from functools import cache, cached_property
from itertools import count
from pathlib import Path
from typing import Final

import psutil
from filelock import FileLock, Timeout

from app.checks.sandbox import recipes, toolchains
from app.checks.sandbox.base import NEVER, Limits, Probe
from app.checks.sandbox.box import open_box, over_limits, read_regular_files, remove_stale, remove_tree
from app.checks.sandbox.bubblewrap_command import (
    NOBODY,
    Bounds,
    Inside,
    Mount,
    Tools,
    cell_command,
    search_path,
    tool_mounts,
)
from app.checks.sandbox.native import BUILD_LIMITS, BUILD_PROCESSES, PROCESSES, Done, Task
from app.checks.sandbox.process import Ended, Look, Order, Reason, execute
from app.checks.sandbox.recipes import BOX, BUILT, CACHE, TEMPORARY, Step
from app.checks.sandbox.toolchains import Toolchain
from app.domain.runs import LANGUAGES, Language
from app.errors import AppError, ErrorKind

LEAST_VERSION: Final = (0, 8)  # the first with --disable-userns
GRACE_SECONDS: Final = 5.0
MEMORY_LOOKS: Final = 6  # one in so many looks adds up the memory
WARM_UP_SECONDS: Final = 900.0
_TRUE: Final = Task("python", Step(("true",), {}, {}, extra_mb=64), {}, Limits(), PROCESSES)
_RESTRICTED: Final = ("uid map", "user namespace", "No permissions to create", "Operation not permitted")
_ALLOW: Final = (
    "this system keeps programs from making user namespaces; allow it to bubblewrap, on Ubuntu with an "
    "AppArmor profile or `sudo sysctl kernel.apparmor_restrict_unprivileged_userns=0`"
)


class Bubblewrap:
    """See `Cell`. folder: for boxes and for Go's compiled standard library."""

    name = "bubblewrap"

    def __init__(self, folder: Path) -> None:
        self._boxes = folder / "boxes"
        self._caches = folder / "go"
        self._lock = threading.Lock()

    def probe(self) -> Probe:
        """Really runs a command the first time; see `Executor`."""
        with self._lock:
            return self._probed

    @cached_property
    def _probed(self) -> Probe:
        tools = find_tools()
        if isinstance(tools, str):
            return Probe(False, tools)
        try:
            ended = self.run(_TRUE, NEVER).ended
        except AppError as error:
            restricted = any(words in error.message for words in _RESTRICTED)
            return Probe(False, _ALLOW if restricted else error.message)
        if ended.code or ended.reason:
            return Probe(
                False, f"`true` did not work in it: {ended.reason} {ended.error_text[-300:]}".strip()
            )
        there: dict[Language, Toolchain] = {}
        missing: dict[Language, str] = {}
        for language in LANGUAGES:
            tool = toolchains.find(language)
            if isinstance(tool, Toolchain):
                there[language] = tool
            else:
                missing[language] = tool
        versions = ", ".join(tool.version for tool in there.values()) or "no toolchain"
        return Probe(
            available=True,
            detail=f"bubblewrap {_version(tools.bwrap)} with {versions}",
            languages=frozenset(there),
            missing=missing,
        )

    def version(self, language: Language) -> str:
        """See `Cell`."""
        return _tool(language).version

    def warm_up(self) -> None:
        """Compile Go's standard library, once for each version of Go: about a minute, nice to others."""
        remove_stale(self._boxes)
        if "go" not in self.probe().languages or self._go_cache.is_dir():
            return
        self._caches.mkdir(parents=True, exist_ok=True)
        # Where somebody else is at it for so long, builds compile what they need themselves.
        with suppress(Timeout), FileLock(self._caches / "lock", timeout=WARM_UP_SECONDS):
            if not self._go_cache.is_dir():
                self._fill_go_cache()

    def _fill_go_cache(self) -> None:
        for old in self._caches.glob("go-*"):
            remove_tree(old)
        with open_box({}, self._caches, owner=_owner()) as fresh:
            command = ("nice", *recipes.WARM_UP_GO)
            files = recipes.warm_up_files(self.version("go"))
            step = Step(command, recipes.GO_ENVIRONMENT, files)
            task = Task("go", step, files, replace(BUILD_LIMITS, seconds=WARM_UP_SECONDS), BUILD_PROCESSES)
            ended = self._run(task, [Mount(fresh, CACHE, writable=True)], _nothing, NEVER)
            if ended.code or ended.reason:
                raise _broken(ended)
            fresh.rename(self._go_cache)
            fresh.mkdir()  # for the box to be closed

    @property
    def _go_cache(self) -> Path:
        return self._caches / f"{self.version('go').lower().replace(' ', '-')}-vetted"

    def run(self, task: Task, stop: threading.Event) -> Done:
        """See `Cell`."""
        with ExitStack() as boxes:
            built = boxes.enter_context(open_box(task.built, self._boxes, mode=0o755, owner=_owner()))
            mounts = [Mount(built, BUILT, writable=task.makes)]
            if task.language == "go" and task.makes:
                mounts.append(self._go_mount(boxes))
            ended = self._run(task, mounts, _disk_look(built, BUILD_LIMITS), stop)
            good = task.makes and not (ended.code or ended.reason)
            return Done(ended, read_regular_files(built, BUILD_LIMITS) if good else {})

    def _go_mount(self, boxes: ExitStack) -> Mount:
        """Read-only, or this build's own: nothing that one build leaves may reach another."""
        if self._go_cache.is_dir():
            return Mount(self._go_cache, CACHE)
        own = boxes.enter_context(open_box({}, self._boxes, owner=_owner()))
        return Mount(own, CACHE, writable=True)

    def _run(self, task: Task, mounts: Sequence[Mount], look: Look, stop: threading.Event) -> Ended:
        tools, tool = find_tools(), _tool(task.language)
        if isinstance(tools, str):
            raise AppError(ErrorKind.INTERNAL, f"bubblewrap does not work: {tools}", "Run `doctor`.")
        bounds = _bounds(task)
        environment = {
            "PATH": search_path(task.language, tool),
            "HOME": BOX,
            "TMPDIR": TEMPORARY,
            "LANG": "C.UTF-8",
            **task.step.environment,
        }
        with open_box(task.files, self._boxes, owner=_owner()) as box, _status() as status:
            shown = [*tool_mounts(task.language, tool), *mounts, Mount(box, BOX, writable=True)]
            command = cell_command(tools, Inside(task.step.command, environment), shown, bounds, status.end)
            order = Order(
                command=command,
                seconds=task.limits.seconds,
                output_bytes=task.limits.output_bytes,
                environment={},  # its pid 1 shows to the program what bubblewrap itself was given
                look=_first(_disk_look(box, task.limits), look, _memory_look(bounds.data)),
                passed=(status.end,),
            )
            ended = _execute(order, stop)
            if not ended.reason and not status.tells_exit():
                raise _broken(ended)
            return ended


@cache
def find_tools() -> Tools | str:
    """What a cell is made with, or what is missing and what to do."""
    if sys.platform != "linux":
        return "bubblewrap is for Linux only"
    names = ("bwrap", "prlimit", "setpriv")
    bwrap, prlimit, setpriv = (shutil.which(name, path="/usr/bin:/bin") for name in names)
    if not bwrap:
        return "bubblewrap is not installed: install the package bubblewrap"
    if _version_number(bwrap) < LEAST_VERSION:
        return f"bubblewrap {_version(bwrap)} is too old: 0.8 or later is needed"
    if not prlimit:
        return "prlimit is not installed: install the package util-linux"
    if os.getuid() == 0 and not setpriv:
        return "root cannot drop to an unprivileged user without setpriv: install the package util-linux"
    return Tools(bwrap, setpriv or "", as_root=os.getuid() == 0)


@dataclass
class _Status:
    """The pipe on which bubblewrap tells of its cell; `end` is bubblewrap's."""

    read_end: int
    end: int

    def tells_exit(self) -> bool:
        """Whether the command was started and its end was seen."""
        os.close(self.end)
        self.end = -1
        with os.fdopen(os.dup(self.read_end), "rb") as pipe:
            return any("exit-code" in json.loads(line) for line in pipe)


@contextmanager
def _status() -> Generator[_Status]:
    status = _Status(*os.pipe())
    try:
        yield status
    finally:
        for descriptor in (status.read_end, status.end):
            if descriptor >= 0:
                os.close(descriptor)


def _execute(order: Order, stop: threading.Event) -> Ended:
    try:
        return execute(order, stop)
    except OSError as error:  # an argument that is longer than the system takes, say
        raise AppError(ErrorKind.INTERNAL, f"The program could not be started: {error.strerror}.") from error


def _owner() -> int | None:
    return NOBODY if os.getuid() == 0 else None


def _tool(language: Language) -> Toolchain:
    tool = toolchains.find(language)
    if isinstance(tool, str):
        raise AppError(ErrorKind.INTERNAL, f"{language} cannot be run here: {tool}.", "Run `doctor`.")
    return tool


def _bounds(task: Task) -> Bounds:
    cores = os.cpu_count() or 1
    disk = task.limits.disk_mb << 20
    return Bounds(
        data=(task.limits.memory_mb + task.step.extra_mb) << 20,
        processes=task.processes,
        file_size=disk,
        cpu_seconds=int(task.limits.seconds * cores) + 5,
        temporary=disk * 2 if task.makes else disk,
        seconds=task.limits.seconds + GRACE_SECONDS,
    )


def _nothing(_: int) -> Reason:
    return ""


def _first(*looks: Look) -> Look:
    def look(pid: int) -> Reason:
        for one in looks:
            if reason := one(pid):
                return reason
        return ""

    return look


def _disk_look(folder: Path, limits: Limits) -> Look:
    return lambda _: "disk" if over_limits(folder, limits) else ""


def _memory_look(data: int) -> Look:
    """The kernel bounds each process; together they may use twice that, since forks count shared pages."""
    turns = count(1)

    def look(pid: int) -> Reason:
        return "memory" if next(turns) % MEMORY_LOOKS == 0 and _resident(pid) > 2 * data else ""

    return look


def _resident(pid: int) -> int:
    """Bytes of memory of all processes below this one; 0 where it is gone."""
    total = 0
    with suppress(psutil.Error):
        for process in psutil.Process(pid).children(recursive=True):
            with suppress(psutil.Error):
                total += process.memory_info().rss
    return total


def _broken(ended: Ended) -> AppError:
    text = ended.error_text.strip()[-300:] or f"exit code {ended.code}"
    return AppError(ErrorKind.INTERNAL, f"bubblewrap does not work: {text}", "Run `doctor`.")


def _version(bwrap: str) -> str:
    done = subprocess.run(
        [bwrap, "--version"], capture_output=True, text=True, check=False, timeout=10, env={}
    )
    return done.stdout.strip().removeprefix("bubblewrap ")


def _version_number(bwrap: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"\d+", _version(bwrap))[:2])
