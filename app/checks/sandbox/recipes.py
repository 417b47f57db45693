"""How programs of each language are compiled and run, as commands inside a cell (see `native.py`).

Inside, /box holds the program's files and is where it may write, and /built what the compiler made. Tools
go by their bare names: the cell knows where they are.
"""

from __future__ import annotations

import posixpath
import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from app.checks.sandbox.base import Program
from app.domain.runs import Language

BOX: Final = "/box"
BUILT: Final = "/built"
CACHE: Final = "/cache"
TEMPORARY: Final = "/tmp"  # noqa: S108 - the cell's own
_BINARY: Final = f"{BUILT}/program"
# Quick to start and small; without files for the next start, dumps, or memory shared with other processes.
_JAVA: Final = (
    *("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-XX:-UsePerfData", "-XX:-CreateCoredumpOnCrash"),
    *(
        "-XX:ErrorFile=/dev/null",
        "-Dfile.encoding=UTF-8",
        "-Dstdout.encoding=UTF-8",
        "-Dstderr.encoding=UTF-8",
    ),
)
# Node.js ends with exit code 0 after a failed console.assert; here such a program does not pass.
_LOUD_ASSERT: Final = (
    "data:text/javascript,const a=console.assert;"
    "console.assert=(ok,...m)=>{if(!ok)process.exitCode||=1;a(ok,...m)}"
)
_PACKAGE: Final = re.compile(rb"^\s*package\s+([\w.]+)\s*;", re.MULTILINE)
_MODULE_SYNTAX: Final = re.compile(r"^\s*(?:import\b(?!\s*\()|export\b)", re.MULTILINE)
_LEAST_EDITION: Final = "2021"
# The whole standard library, so that a build only ever compiles the program itself.
WARM_UP_GO: Final = ("go", "build", "std")
GO_ENVIRONMENT: Final = {
    "CGO_ENABLED": "0",
    "GOCACHE": CACHE,
    "GOENV": "off",
    "GOFLAGS": "-mod=mod",
    "GOPATH": f"{TEMPORARY}/go",
    "GOPROXY": "off",
    "GOTELEMETRY": "off",
    "GOTOOLCHAIN": "local",
}


@dataclass(frozen=True)
class Step:
    """One command. files: those in /box beside the program's own. extra_mb: what the language's own
    machinery needs of memory beside the program.
    """

    command: tuple[str, ...]
    environment: Mapping[str, str]
    files: Mapping[str, bytes]
    extra_mb: int = 0


def build_step(program: Program, version: str) -> Step | None:
    """What compiles the program into /built, by the toolchain of this version; None where nothing has to."""
    match program.language:
        case "java":
            return _build_java(program)
        case "go":
            return _build_go(program, version)
        case "rust":
            return _build_rust(program)
        case _:
            return None


def run_step(program: Program, memory_mb: int) -> Step:
    """What runs the program."""
    return _RUNS[program.language](program, memory_mb)


def _build_java(program: Program) -> Step:
    sources = sorted(f"{BOX}/{name}" for name in program.files if name.endswith(".java"))
    options = ("-proc:none", "-nowarn", "-encoding", "UTF-8", "-d", BUILT)
    # -J hands an option on to the JVM that the compiler runs in.
    return Step(("javac", *(f"-J{option}" for option in _JAVA), *options, *sources), {}, {})


def _build_go(program: Program, version: str) -> Step:
    folder = posixpath.dirname(program.entry)
    has_module = any(posixpath.join(above, "go.mod") in program.files for above in _with_parents(folder))
    files = {} if has_module else go_module(version)
    start = ("go", "test", "-c", "-vet=off") if program.tests else ("go", "build")
    where = ("-C", f"{BOX}/{folder}")
    options = ("-buildvcs=false", "-ldflags=-s -w", "-o", _BINARY, ".")
    return Step((start[0], *where, *start[1:], *options), GO_ENVIRONMENT, files)


def go_module(version: str) -> dict[str, bytes]:
    """The least that makes files a module, in the language of that version (e.g. "Go 1.26.8")."""
    number = ".".join(version.rpartition(" ")[2].split(".")[:2])
    return {"go.mod": f"module artifact\n\ngo {number}\n".encode()}


def _build_rust(program: Program) -> Step:
    options = ("--edition", _edition(program), "-Copt-level=1", "-Coverflow-checks=on", "--color=never")
    tests = ("--test",) if program.tests else ()
    return Step(("rustc", *options, *tests, "-o", _BINARY, f"{BOX}/{program.entry}"), {}, {})


def _edition(program: Program) -> str:
    """What Cargo.toml says; rustc alone does not read it."""
    try:
        manifest = tomllib.loads(program.files.get("Cargo.toml", b"").decode("utf-8", "replace"))
        return str(manifest["package"]["edition"])
    except (tomllib.TOMLDecodeError, KeyError, TypeError):
        return _LEAST_EDITION


def _run_python(program: Program, _: int) -> Step:
    environment = {"PYTHONDONTWRITEBYTECODE": "1", "PYTHONHASHSEED": "0", "PYTHONUTF8": "1"}
    start = ("-c", program.inline) if program.inline else (f"{BOX}/{program.entry}",)
    return Step(("python3", "-s", *start, *program.arguments), environment, {}, extra_mb=32)


def _run_javascript(program: Program, memory_mb: int) -> Step:
    """Inline text becomes a file of its own, since `node -e` does not take modules."""
    entry, files = program.entry, dict[str, bytes]()
    if program.inline:
        entry = "__inline__.mjs" if _MODULE_SYNTAX.search(program.inline) else "__inline__.cjs"
        files[entry] = program.inline.encode()
    options = (f"--max-old-space-size={memory_mb}", "--no-warnings", "--import", _LOUD_ASSERT)
    return Step(("node", *options, f"{BOX}/{entry}", *program.arguments), {}, files, extra_mb=256)


def _run_java(program: Program, memory_mb: int) -> Step:
    package = _PACKAGE.search(program.files.get(program.entry, b""))
    name = posixpath.basename(program.entry).removesuffix(".java")
    main = f"{package[1].decode()}.{name}" if package else name
    command = ("java", *_JAVA, f"-Xmx{memory_mb}m", "-cp", f"{BUILT}:{BOX}", main, *program.arguments)
    return Step(command, {}, {}, extra_mb=512)


def _run_binary(program: Program, memory_mb: int) -> Step:
    environment = {"GOMEMLIMIT": f"{memory_mb}MiB"} if program.language == "go" else {}
    return Step((_BINARY, *program.arguments), environment, {}, extra_mb=64)


def _with_parents(folder: str) -> list[str]:
    return [folder, *(_with_parents(posixpath.dirname(folder)) if folder else ())]


_RUNS: Final[Mapping[Language, Callable[[Program, int], Step]]] = {
    "python": _run_python,
    "javascript": _run_javascript,
    "java": _run_java,
    "go": _run_binary,
    "rust": _run_binary,
}
