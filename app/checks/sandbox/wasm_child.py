"""The child process in which an interpreter for WASI runs one program. Started by `wasm.py`.

It imports nothing of this package, so that it starts quickly and in isolated mode. It reads one JSON
object from standard input (see `Order`), runs, and tells by its exit code how the program ended.
Even with its parent gone it ends itself at the deadline.
"""

from __future__ import annotations

import json
import os
import sys
import threading
import time
from collections.abc import Callable
from typing import Any, NoReturn, TypedDict

import wasmtime
from wasmtime import _bindings

# This process ends with the program's exit code plus FIRST (at most HIGHEST), or with one of our own.
# Codes below FIRST are left to the interpreter that runs this file: they mean that it failed itself.
FIRST = 10
HIGHEST = 119
DEADLINE = 120
OUTPUT_FULL = 121
MEMORY_FULL = 122
NOT_STARTED = 123
CRASHED = 124

PAGE = 65536
GOODBYE = b"process.exit()"
# Of QuickJS, within the memory of the program. Below it lies other data, so it must never be the first to be
# used up: STACK ends every recursion while half of this is still free.
LINEAR_STACK = 32 << 20
STACK = 16 << 20  # of an interpreter; with wasmtime's own 512 KB a recursion of depth 500 would end it
NATIVE_MEMORY = 512 << 20  # what wasmtime and this process need beside the program's own memory


class Order(TypedDict):
    """module: compiled module to load. box: folder shown as /box. tools: folder shown as /tools, read-only,
    or empty. env: of the program. Sizes in bytes.
    """

    module: str
    box: str
    tools: str
    argv: list[str]
    env: dict[str, str]
    seconds: float
    memory: int
    output: int
    file_size: int


def make_engine() -> wasmtime.Engine:
    """The engine's settings must be the same where a module is compiled and where it is loaded."""
    config = wasmtime.Config()
    config.epoch_interruption = True
    # The bound of the first is the second, which wasmtime's Python side has under no public name.
    _bindings.wasmtime_config_async_stack_size_set(config.ptr(), STACK)
    config.max_wasm_stack = STACK
    return wasmtime.Engine(config)


def limit_process(order: Order) -> None:
    """Second line behind wasmtime's own limits, where the system has them."""
    if sys.platform == "win32":
        return
    import resource  # noqa: PLC0415 - Windows has none

    def lower(kind: int, value: int) -> None:
        hard = resource.getrlimit(kind)[1]
        bound = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(kind, (bound, bound))

    lower(resource.RLIMIT_CORE, 0)
    lower(resource.RLIMIT_NOFILE, 128)
    lower(resource.RLIMIT_FSIZE, order["file_size"])
    lower(resource.RLIMIT_CPU, int(order["seconds"]) + 5)
    if sys.platform == "linux":  # elsewhere RLIMIT_DATA also counts what wasmtime only reserves
        lower(resource.RLIMIT_DATA, order["memory"] + NATIVE_MEMORY)


class Run:
    """One program: its engine, its deadline and its output cap."""

    def __init__(self, order: Order) -> None:
        self.order = order
        self.engine = make_engine()
        self.stopped = 0
        self.written = 0

    def stop(self, code: int) -> None:
        """End the program at its next jump backwards or call; the first reason counts."""
        self.stopped = self.stopped or code
        self.engine.increment_epoch()

    def watch(self) -> None:
        """A program that sleeps in a host call never sees the epoch, so the process ends as well."""
        time.sleep(self.order["seconds"])
        self.stop(DEADLINE)
        time.sleep(0.2)
        os._exit(DEADLINE)

    def sink(self, descriptor: int) -> Callable[[bytes], int]:
        def write(data: bytes) -> int:
            room = max(self.order["output"] - self.written, 0)
            self.written += len(data)
            if len(data) > room:
                self.stop(OUTPUT_FULL)
            view = memoryview(data)[:room]
            while view:
                view = view[os.write(descriptor, view) :]
            return len(data)

        return write

    def instance(self) -> tuple[wasmtime.Store, Any]:
        """The store and the exports of a fresh instance, nothing run yet."""
        module = wasmtime.Module.deserialize_file(self.engine, self.order["module"])
        store = wasmtime.Store(self.engine)
        store.set_limits(memory_size=self.order["memory"], table_elements=50_000, instances=10)
        store.set_epoch_deadline(1)
        wasi = wasmtime.WasiConfig()
        wasi.argv = self.order["argv"]
        wasi.env = list(self.order["env"].items())
        wasi.preopen_dir(self.order["box"], "/box")
        if self.order["tools"]:
            wasi.preopen_dir(self.order["tools"], "/tools", fs_mutable=False)
        wasi.stdout_custom = self.sink(1)
        wasi.stderr_custom = self.sink(2)
        store.set_wasi(wasi)
        linker = wasmtime.Linker(self.engine)
        linker.define_wasi()
        return store, linker.instantiate(store, module).exports(store)

    def enter(self, store: wasmtime.Store, exports: Any) -> int:
        """Run the program; most interpreters do all of it in one call."""
        if not self.order["tools"]:
            exports["_start"](store)
            return 0
        return run_quickjs(store, exports, self.order["argv"])

    def execute(self) -> int:
        """Run to the end and say how it ended, as an exit code."""
        try:
            store, exports = self.instance()
        except wasmtime.WasmtimeError as error:
            os.write(2, str(error).encode())
            return NOT_STARTED
        threading.Thread(target=self.watch, daemon=True).start()
        try:
            code = FIRST + self.enter(store, exports)
        except wasmtime.ExitTrap as ended:
            code = min(FIRST + ended.code, HIGHEST) if ended.code >= 0 else HIGHEST
        except (wasmtime.Trap, wasmtime.WasmtimeError) as error:
            os.write(2, str(error).splitlines()[-1].encode())
            code = CRASHED
        full = exports["memory"].size(store) * PAGE > self.order["memory"] * 0.9
        return self.stopped or (MEMORY_FULL if code != FIRST and full else code)


def run_quickjs(store: wasmtime.Store, exports: Any, argv: list[str]) -> int:
    """Drive QuickJS, which comes as a reactor: a stack and arguments, then its event loop, then goodbye."""

    def place(data: bytes) -> int:
        address = exports["malloc"](store, len(data))
        exports["memory"].write(store, data, address)
        return address

    exports["_initialize"](store)
    top = exports["malloc"](store, LINEAR_STACK) + LINEAR_STACK
    exports["__stack_pointer"].set_value(store, wasmtime.Val.i32(top - top % 16))
    pointers = [place(argument.encode() + b"\0") for argument in argv]
    vector = place(b"".join(pointer.to_bytes(4, "little") for pointer in [*pointers, 0]))
    if exports["qjs_init_argv"](store, len(argv), vector):
        return 1
    context = exports["qjs_get_context"](store)
    if exports["js_std_loop"](store, context):
        return 1
    exports["JS_Eval"](store, context, place(GOODBYE + b"\0"), len(GOODBYE), place(b"end\0"), 0)
    return 1  # it exits; it comes back only from a program that broke that


def main() -> NoReturn:
    """Read the order, run it, leave without waiting for threads."""
    order: Order = json.load(sys.stdin)
    limit_process(order)
    threading.stack_size(2 * STACK)
    thread = threading.Thread(target=lambda: os._exit(Run(order).execute()))
    thread.start()
    thread.join()
    os._exit(1)  # it raised


if __name__ == "__main__":
    main()
