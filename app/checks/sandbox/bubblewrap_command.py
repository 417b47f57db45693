"""The command lines of bubblewrap: what a cell shows, what it takes away, and how root drops first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from app.checks.sandbox.recipes import BOX, TEMPORARY
from app.checks.sandbox.toolchains import SYSTEM, Toolchain

NOBODY: Final = 65534
TOOLS: Final = "/tools"
_STAGE: Final = "/mnt"  # where the outer bubblewrap shows things to the inner one
_SHARED_FOLDER: Final = "/dev/shm"  # noqa: S108 - the cell's own
_SHARED_MEMORY: Final = 16 << 20
_OPEN_FILES: Final = 256
_ISOLATION: Final = (
    *("--unshare-all", "--unshare-user", "--disable-userns", "--cap-drop", "ALL", "--die-with-parent"),
    *("--new-session", "--clearenv", "--uid", str(NOBODY), "--gid", str(NOBODY), "--hostname", "sandbox"),
)
_DROP: Final = (
    *("--reuid", str(NOBODY), "--regid", str(NOBODY), "--clear-groups", "--no-new-privs"),
    *("--bounding-set", "-all", "--inh-caps", "-all"),
)


@dataclass(frozen=True)
class Mount:
    """A folder or file of this machine, and where it is inside."""

    source: Path
    inside: str
    writable: bool = False

    def options(self, source: str, inside: str) -> list[str]:
        """As bubblewrap takes it."""
        return ["--bind" if self.writable else "--ro-bind", source, inside]


@dataclass(frozen=True)
class Bounds:
    """What the kernel holds the processes to; sizes in bytes.

    data: writable memory of one process. temporary: of /tmp, which is memory, too. seconds: after which it
    ends itself, should nobody be left to end it: a parent can die before --die-with-parent takes hold.
    """

    data: int
    processes: int
    file_size: int
    cpu_seconds: int
    temporary: int
    seconds: float


@dataclass(frozen=True)
class Inside:
    """What is run in the cell, and all of its environment."""

    command: Sequence[str]
    environment: Mapping[str, str]


@dataclass(frozen=True)
class Tools:
    """bubblewrap and its helpers, as found on this machine."""

    bwrap: str
    setpriv: str
    as_root: bool


def cell_command(
    tools: Tools, inside: Inside, mounts: Sequence[Mount], bounds: Bounds, status: int
) -> list[str]:
    """The whole command line. status: descriptor to which bubblewrap reports the exit code."""
    sources = [f"{_STAGE}/{n}" if tools.as_root else str(m.source) for n, m in enumerate(mounts)]
    shown = [part for m, source in zip(mounts, sources, strict=True) for part in m.options(source, m.inside)]
    cell = [
        *(tools.bwrap, "--json-status-fd", str(status), *_ISOLATION, *_system(), *shown),
        # Their own roots are memory: without bounds, or writable, they could be filled.
        *("--proc", "/proc", "--dev", "/dev", "--size", str(_SHARED_MEMORY), "--tmpfs", _SHARED_FOLDER),
        *("--remount-ro", "/dev", "--size", str(bounds.temporary), "--tmpfs", TEMPORARY),
        *("--remount-ro", "/", "--chdir", BOX),
        *(part for name, value in inside.environment.items() for part in ("--setenv", name, value)),
        *("--", *_bounded(bounds), *inside.command),
    ]
    return _dropped(tools, mounts, sources, cell) if tools.as_root else cell


def tool_mounts(name: str, tool: Toolchain) -> list[Mount]:
    """The folders of a toolchain, under neutral names unless they are the system's."""
    home = [] if tool.of_system else [Mount(tool.home, f"{TOOLS}/{name}")]
    return [*home, *(Mount(path, str(path)) for path in tool.also)]


def search_path(name: str, tool: Toolchain) -> str:
    """PATH inside, the toolchain first."""
    home = tool.home if tool.of_system else f"{TOOLS}/{name}"
    return f"{home}/bin:/usr/bin:/bin"


def _system() -> list[str]:
    """The system's programs and libraries; none of its settings but where libraries are found."""
    options = ["--ro-bind", str(SYSTEM), str(SYSTEM), "--ro-bind-try", "/etc/ld.so.cache", "/etc/ld.so.cache"]
    for name in ("bin", "sbin", "lib", "lib32", "lib64"):
        path = Path("/", name)
        if path.is_symlink():
            options += ["--symlink", str(path.readlink()), str(path)]
        elif path.is_dir():
            options += ["--ro-bind", str(path), str(path)]
    return options


def _bounded(bounds: Bounds) -> list[str]:
    wanted = {
        "data": bounds.data,
        "nproc": bounds.processes,
        "fsize": bounds.file_size,
        "cpu": bounds.cpu_seconds,
        "nofile": _OPEN_FILES,
        "core": 0,
    }
    limits = (f"--{name}={value}" for name, value in wanted.items())
    return ["prlimit", *limits, "--", "timeout", "--signal=KILL", str(bounds.seconds)]


def _dropped(tools: Tools, mounts: Sequence[Mount], sources: Sequence[str], cell: list[str]) -> list[str]:
    """Root's way: an outer bubblewrap shows the mounts to an unprivileged user, who makes the cell."""
    shown = [p for m, staged in zip(mounts, sources, strict=True) for p in m.options(str(m.source), staged)]
    outer = [tools.bwrap, "--dev-bind", "/", "/", "--tmpfs", _STAGE, *shown, "--die-with-parent", "--"]
    return [*outer, tools.setpriv, *_DROP, "--", *cell]
