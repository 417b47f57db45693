"""How programs of each language are compiled and run, as commands inside a cell (see `native.py`).

Inside, /box holds the program's files and is where it may write, and /built what the compiler made. Tools
go by their bare names: the cell knows where they are.
"""

from __future__ import annotations

import posixpath
import re
import tomllib
from collections.abc import Callable, Collection, Mapping
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
# The whole standard library, so that a build only ever compiles the program itself, and what vet has to know
# of the packages that most programs use (of all of them it would take minutes). An older Go may lack one of
# these packages; then vet looks through them each time.
WARM_UP_GO: Final = ("sh", "-c", "go build std && { go vet -json . || true; }")
_COMMON_GO: Final = (
    *("bufio", "bytes", "cmp", "container/heap", "context", "encoding/json", "errors", "fmt", "log", "maps"),
    *("math/big", "math/rand", "net/http", "os", "regexp", "slices", "sort", "strconv", "strings"),
    *("sync/atomic", "testing", "time", "unicode/utf8"),
)
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
# As in the warm-up: what vet knows is kept by its options.
_VET: Final = 'cd "$0" || exit; gofmt -l .; exec go vet -json ./...'
# Clippy is rustc with more to say; not everybody has it, and where it is a shim it may lead nowhere.
_CLIPPY: Final = (
    'if clippy-driver --version >/dev/null 2>&1; then exec clippy-driver "$@"; fi; exec rustc "$@"'
)
# Unused and oddly named is also what only the task's own calls use and name; style is a matter of taste.
_RUST_ALLOWED: Final = ("dead_code", "nonstandard_style", "clippy::style")


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


def lint_step(program: Program, version: str) -> Step:
    """What tells, in English, what is odd about the program; as a build, but nothing is made of it."""
    match program.language:
        case "java":
            return _javac(program, "-Xlint:all")
        case "go":
            where = f"{BOX}/{module_folder(program.entry, program.files) or ''}"
            return Step(("sh", "-c", _VET, where), GO_ENVIRONMENT, _missing_module(program, version))
        case "rust":
            return _lint_rust(program)
        case _:
            raise ValueError(f"no compiler lints {program.language}")


def _build_java(program: Program) -> Step:
    return _javac(program, "-nowarn")


def _javac(program: Program, warnings: str) -> Step:
    sources = sorted(f"{BOX}/{name}" for name in program.files if name.endswith(".java"))
    options = ("-proc:none", warnings, "-encoding", "UTF-8", "-d", BUILT)
    # -J hands an option on to the JVM that the compiler runs in.
    return Step(("javac", *(f"-J{option}" for option in _JAVA), *options, *sources), {}, {})


def module_folder(path: str, files: Collection[str]) -> str | None:
    """The folder of the go.mod that a Go file belongs to; None where there is none."""
    folders = _with_parents(posixpath.dirname(path))
    return next((f for f in folders if posixpath.join(f, "go.mod") in files), None)


def _missing_module(program: Program, version: str) -> Mapping[str, bytes]:
    return go_module(version) if module_folder(program.entry, program.files) is None else {}


def _build_go(program: Program, version: str) -> Step:
    folder = posixpath.dirname(program.entry)
    start = ("go", "test", "-c", "-vet=off") if program.tests else ("go", "build")
    where = ("-C", f"{BOX}/{folder}")
    options = ("-buildvcs=false", "-ldflags=-s -w", "-o", _BINARY, ".")
    return Step((start[0], *where, *start[1:], *options), GO_ENVIRONMENT, _missing_module(program, version))


def go_module(version: str) -> dict[str, bytes]:
    """The least that makes files a module, in the language of that version (e.g. "Go 1.26.8")."""
    number = ".".join(version.rpartition(" ")[2].split(".")[:2])
    return {"go.mod": f"module artifact\n\ngo {number}\n".encode()}


def warm_up_files(version: str) -> dict[str, bytes]:
    """What `WARM_UP_GO` is run on."""
    imports = "".join(f'import _ "{path}"\n' for path in _COMMON_GO)
    return {**go_module(version), "common.go": f"package artifact\n\n{imports}".encode()}


def _build_rust(program: Program) -> Step:
    options = ("--edition", _edition(program), "-Copt-level=1", "-Coverflow-checks=on", "--color=never")
    tests = ("--test",) if program.tests else ()
    return Step(("rustc", *options, *tests, "-o", _BINARY, f"{BOX}/{program.entry}"), {}, {})


def _lint_rust(program: Program) -> Step:
    """As a library, so that no `main` is needed; the list of the crate's files goes to standard output."""
    options = ("--edition", _edition(program), "--error-format=json")
    crate = (
        "--crate-type=lib",
        "--crate-name=artifact",
        f"--emit=dep-info=-,metadata={BUILT}/artifact.rmeta",
    )
    allowed = (f"-A{name}" for name in _RUST_ALLOWED)
    command = ("sh", "-c", _CLIPPY, "rustc", *options, *crate, *allowed, f"{BOX}/{program.entry}")
    # Clippy looks for settings there, and so not in the artifact.
    return Step(command, {"CLIPPY_CONF_DIR": BUILT}, {})


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
