"""The cell that Podman or Docker makes, with flags of our own and from images that are on this machine.

Nothing of this machine is mounted: the files go in, and what a compiler made comes out, as tar archives on
the container's standard streams. So it does not matter whose files they are, or where the engine runs.
"""

from __future__ import annotations

import os
import secrets
import shutil
import subprocess
import tarfile
import threading
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from functools import cached_property
from typing import Final, Literal

from app.checks.sandbox.base import NEVER, Limits, Probe
from app.checks.sandbox.builds import Files, pack, unpack
from app.checks.sandbox.native import PROCESSES, Done, Task
from app.checks.sandbox.process import Ended, Order, execute
from app.checks.sandbox.recipes import BOX, BUILT, TEMPORARY, Step
from app.domain.runs import Language
from app.errors import AppError, ErrorKind

Engine = Literal["podman", "docker"]
ASK_SECONDS: Final = 10.0
START_SECONDS: Final = 10.0  # what the engine itself may take beside the program
NOBODY: Final = "65534:65534"
LEAST_MEMORY_MB: Final = 64
MAX_MADE: Final = 256 << 20
_KILLED: Final = 137
# What the engines' own programs need of our environment; nothing of it gets into the container.
_ENVIRONMENT: Final = (
    *("PATH", "HOME", "XDG_RUNTIME_DIR", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "DBUS_SESSION_BUS_ADDRESS"),
    *(
        "DOCKER_HOST",
        "DOCKER_CONTEXT",
        "DOCKER_CONFIG",
        "CONTAINER_HOST",
        "SYSTEMROOT",
        "PROGRAMDATA",
        "APPDATA",
    ),
)
# Its first line, random and ours, tells that the container was started.
_UNPACK: Final = 'echo "$0" >&2; tar -xf - -C / --no-same-owner'
# `timeout` ends it even where this process is gone.
_RUN: Final = f'{_UNPACK} && exec timeout -s KILL "$@" < /dev/null'
_MAKE: Final = f'{_UNPACK} && timeout -s KILL "$@" < /dev/null >&2 && exec tar -cf - -C {BUILT} .'


class Container:
    """See `Cell`. images: by language; one that is not on this machine is never fetched."""

    def __init__(self, engine: Engine, images: Mapping[Language, str]) -> None:
        self._engine = engine
        self._images = images
        self._lock = threading.Lock()

    @property
    def name(self) -> str:
        """That of the engine."""
        return self._engine

    def probe(self) -> Probe:
        """Really runs a command in one of the images the first time; see `Executor`."""
        with self._lock:
            return self._probed

    @cached_property
    def _probed(self) -> Probe:
        if not shutil.which(self._engine):
            return Probe(False, f"{self._engine} is not installed")
        version = self._ask("version", "--format", "{{.Client.Version}}")
        if not version:
            return Probe(False, f"{self._engine} is installed, but does not answer")
        there: dict[Language, str] = {
            language: image for language, image in self._images.items() if self._id(image)
        }
        missing: dict[Language, str] = {
            language: f"its image is not here: {self._engine} pull {image}"
            for language, image in self._images.items()
            if language not in there
        }
        broken = self._broken(next(iter(there))) if there else ""
        if broken:
            return Probe(False, f"{self._engine} {version} cannot run a container: {broken}")
        images = ", ".join(there.values()) or "no image"
        return Probe(bool(there), f"{self._engine} {version} with {images}", frozenset(there), missing)

    def _broken(self, language: Language) -> str:
        """What goes wrong with a first command; empty where it works."""
        try:
            task = Task(language, Step(("true",), {}, {}), {}, Limits(), PROCESSES)
            ended = self.run(task, NEVER).ended
        except AppError as error:
            return error.message
        return "" if not ended.code else ended.error_text.strip()[-300:] or f"exit code {ended.code}"

    def version(self, language: Language) -> str:
        """The image's identity, which stands for all that is in it."""
        return self._id(self._images[language])

    def warm_up(self) -> None:
        """There is nothing to prepare."""

    def run(self, task: Task, stop: threading.Event) -> Done:
        """See `Cell`."""
        name = f"roundtable-{secrets.token_hex(8)}"
        order = Order(
            command=self._command(name, task),
            seconds=task.limits.seconds + START_SECONDS,
            output_bytes=MAX_MADE if task.makes else task.limits.output_bytes,
            environment=_environment(),
            look=lambda _: "",
            given=pack(_below(BOX, task.files) | _below(BUILT, task.built)),
            kill=lambda: self._remove(name),
        )
        ended = execute(order, stop)
        first, _, rest = ended.err.partition(b"\n")
        if first != name.encode() and not ended.reason:
            text = ended.error_text.strip()[-300:]
            raise AppError(ErrorKind.INTERNAL, f"{self._engine} does not work: {text}", "Run `doctor`.")
        ended = _explained(replace(ended, err=rest), task.limits)
        if not task.makes:
            return Done(ended, {})
        with suppress(tarfile.TarError):
            return Done(replace(ended, out=b""), {} if ended.code or ended.reason else unpack(ended.out))
        return Done(ended, {})

    def _command(self, name: str, task: Task) -> list[str]:
        limits, disk = task.limits, task.limits.disk_mb
        # The folders in memory count as the container's memory, so room is made for them.
        memory = f"{max(limits.memory_mb + task.step.extra_mb + disk, LEAST_MEMORY_MB)}m"
        variables = {"HOME": BOX, "TMPDIR": TEMPORARY, "LANG": "C.UTF-8", **task.step.environment}
        flags = [
            *("--rm", "--interactive", "--pull", "never", "--name", name, "--hostname", "sandbox"),
            *("--network", "none", "--read-only", "--cap-drop", "ALL", "--security-opt", "no-new-privileges"),
            *(
                "--pids-limit",
                str(task.processes),
                "--memory",
                memory,
                "--memory-swap",
                memory,
                "--cpus",
                "2",
            ),
            *(
                "--user",
                NOBODY,
                "--ulimit",
                "nofile=256:256",
                "--ulimit",
                "nproc=1024:1024",
                "--ulimit",
                "core=0:0",
            ),
            *("--tmpfs", f"{BOX}:rw,exec,mode=1777,size={disk}m"),
            *("--tmpfs", f"{BUILT}:rw,exec,mode=1777,size={max(disk, MAX_MADE >> 20)}m"),
            *("--tmpfs", f"{TEMPORARY}:rw,exec,mode=1777,size={disk}m"),
            *(part for key, value in variables.items() for part in ("--env", f"{key}={value}")),
            *("--workdir", BOX, "--entrypoint", "sh"),
        ]
        script = ["-c", _MAKE if task.makes else _RUN, name, str(limits.seconds)]
        if self._engine == "podman":
            flags.append("--read-only-tmpfs=false")  # else /run and others can be written without a bound
        return [self._engine, "run", *flags, self._images[task.language], *script, *task.step.command]

    def _id(self, image: str) -> str:
        return self._ask("image", "inspect", "--format", "{{.Id}}", image)

    def _remove(self, name: str) -> None:
        self._ask("rm", "--force", name)

    def _ask(self, *arguments: str) -> str:
        """What the engine prints; empty where it fails or does not answer."""
        try:
            done = subprocess.run(
                [self._engine, *arguments],
                capture_output=True,
                check=True,
                text=True,
                stdin=subprocess.DEVNULL,
                timeout=ASK_SECONDS,
                env=_environment(),
            )
        except (OSError, subprocess.SubprocessError):
            return ""
        return done.stdout.strip()


def _environment() -> dict[str, str]:
    return {name: os.environ[name] for name in _ENVIRONMENT if name in os.environ}


def _below(folder: str, files: Files) -> dict[str, bytes]:
    return {f"{folder[1:]}/{name}": content for name, content in files.items()}


def _explained(ended: Ended, limits: Limits) -> Ended:
    """Killed inside: by `timeout` where the time was up, else by the kernel for its memory."""
    if not ended.reason and ended.code == _KILLED:
        return replace(ended, reason="late" if ended.seconds >= limits.seconds else "memory")
    if not ended.reason and ended.code and b"No space left on device" in ended.err:
        return replace(ended, reason="disk")
    return ended
