"""The compilers and interpreters of this machine: which are there, and which folders they really live in.

What stands on PATH may be a shim (of rustup, nvm, pyenv), so every tool is asked itself where it lives.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from app.domain.runs import Language
from app.program import FROZEN

ASK_SECONDS: Final = 20.0
# Shims find what they stand for by these. Nothing else of our environment is any of their business.
_ENVIRONMENT: Final = (
    *("PATH", "HOME", "JAVA_HOME", "GOROOT", "RUSTUP_HOME", "RUSTUP_TOOLCHAIN", "CARGO_HOME"),
    *("NVM_DIR", "VOLTA_HOME", "ASDF_DATA_DIR", "MISE_DATA_DIR", "PYENV_ROOT"),
)
_PLACES: Final[Mapping[str, tuple[str, ...]]] = {  # where installers put them without changing PATH
    "go": ("/usr/local/go/bin/go",),
    "rustc": ("~/.cargo/bin/rustc",),
}
SYSTEM: Final = Path("/usr")


@dataclass(frozen=True)
class Toolchain:
    """What runs or compiles a language.

    version: e.g. "go1.26.8". home: its folder, with `bin` below. also: further folders that it reads.
    """

    version: str
    home: Path
    also: tuple[Path, ...] = ()

    @property
    def of_system(self) -> bool:
        """Whether it is part of the system's own files."""
        return self.home.is_relative_to(SYSTEM)


@cache
def find(language: Language) -> Toolchain | str:
    """The toolchain, or what is missing as a short clause."""
    found = _FINDERS[language]()
    if isinstance(found, Toolchain) and _is_too_much(found.home):
        return f"its folder {found.home} holds more than a toolchain"
    return found


def _is_too_much(home: Path) -> bool:
    """Whether showing this folder to a program would show it the user's own files."""
    return Path.home().is_relative_to(home)


def _program(name: str) -> str | None:
    places = (str(Path(place).expanduser()) for place in _PLACES.get(name, ()))
    return shutil.which(name) or next((place for place in places if os.access(place, os.X_OK)), None)


def _ask(program: str, *arguments: str, **environment: str) -> list[str]:
    """The lines that it prints; none where it fails."""
    inherited = {name: os.environ[name] for name in _ENVIRONMENT if name in os.environ}
    try:
        done = subprocess.run(
            [program, *arguments],
            capture_output=True,
            check=True,
            text=True,
            stdin=subprocess.DEVNULL,
            timeout=ASK_SECONDS,
            cwd="/",  # a folder may name the toolchain for what is in it
            env=inherited | environment,
        )
    except (OSError, subprocess.SubprocessError):
        return []
    return (done.stdout + done.stderr).splitlines()


def _python() -> Toolchain | str:
    own = None if FROZEN else sys.executable
    program = own or _program("python3")
    told = (
        _ask(program, "-Ic", "import sys; print(sys.base_prefix, sys.version, sep='\\n')") if program else []
    )
    if not told:
        return "there is no Python"
    return Toolchain(f"Python {told[1].split()[0]}", Path(told[0]).resolve())


def _javascript() -> Toolchain | str:
    program = _program("node")
    told = _ask(program, "-p", "process.execPath + '\\n' + process.version") if program else []
    if not told:
        return "there is no Node.js"
    return Toolchain(f"Node.js {told[1].removeprefix('v')}", Path(told[0]).resolve().parent.parent)


def _java() -> Toolchain | str:
    program = _program("java")
    lines = _ask(program, "-XshowSettings:properties", "-version") if program else []
    facts = {key.strip(): value.strip() for key, mark, value in (s.partition(" = ") for s in lines) if mark}
    home = Path(facts.get("java.home", "/nowhere")).resolve()
    if not (home / "bin" / "javac").exists():
        return "there is no JDK"
    # Debian keeps the settings of its JDKs below /etc and links there.
    also = tuple(sorted(Path("/etc").glob("java-*")))
    return Toolchain(f"Java {facts.get('java.version', '')}", home, also)


def _go() -> Toolchain | str:
    program = _program("go")
    told = _ask(program, "env", "GOROOT", "GOVERSION", GOTOOLCHAIN="local", GOENV="off") if program else []
    if len(told) < 2:
        return "there is no Go"
    return Toolchain(f"Go {told[1].removeprefix('go')}", Path(told[0]).resolve())


def _rust() -> Toolchain | str:
    program = _program("rustc")
    root = _ask(program, "--print", "sysroot") if program else []
    version = _ask(program, "--version") if program else []
    if not (program and root and version):
        return "there is no Rust"
    if not shutil.which("cc", path="/usr/bin"):
        return "Rust needs a linker: install gcc"
    return Toolchain(f"Rust {version[0].split()[1]}", Path(root[0]).resolve(), (Path("/etc/alternatives"),))


_FINDERS: Final[Mapping[Language, Callable[[], Toolchain | str]]] = {
    "python": _python,
    "javascript": _javascript,
    "java": _java,
    "go": _go,
    "rust": _rust,
}
