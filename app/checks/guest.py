"""The program that runs inside the sandbox: it evaluates examples and tells what each gave.

Its text is handed to the sandboxed interpreter (`python -c`), with one JSON argument (see `Task`). The
code under test shares this interpreter and could change anything here, so nothing is decided here: the
expected literals never enter the sandbox, and the host compares. Forging a line of the report gains a
program nothing that returning the same value would not.
"""

from __future__ import annotations

import contextlib
import importlib
import importlib.util
import json
import os
import reprlib
import sys
import time
import tracemalloc
from collections.abc import Callable, Mapping
from types import CodeType, ModuleType
from typing import Any, TypedDict

MAX_TEXT = 20_000
RERUN_BELOW_MS = 200.0
RERUNS = 2
FRAMES = 3
LOCALS = 8
LOCAL_TEXT = 120


class Item(TypedDict):
    """One example.

    setup: statements to execute first. expression: to evaluate; expected as well, unless the host knows
    the value. modules: those that define its names. imports: modules it names itself.
    """

    id: int
    setup: str
    expression: str
    expected: str | None
    modules: list[str]
    imports: list[str]


class Task(TypedDict):
    """nonce: starts each line of the report. prelude: code to execute first. folders: for sys.path.
    modules: file by name.
    """

    nonce: str
    folders: list[str]
    modules: dict[str, str]
    prelude: str
    items: list[Item]


def normal(value: Any) -> Any:
    """The value made of exact builtin types, subclasses taken as their base; TypeError for other objects."""
    if value is None or isinstance(value, bool):
        return value
    for base, plain in PLAIN:
        if isinstance(value, base):
            return plain(value)
    raise TypeError


def items(base: Any, value: Any) -> list[Any]:
    """What a container holds, asked by the base's own method, whatever a subclass says of itself."""
    return [normal(item) for item in base.__iter__(value)]


PLAIN: tuple[tuple[type[Any], Callable[[Any], Any]], ...] = (
    (int, lambda v: int.__add__(v, 0)),
    (float, lambda v: float.__add__(v, 0.0)),
    (complex, lambda v: complex.__add__(v, 0j)),
    (str, lambda v: str.__getitem__(v, slice(None))),
    (bytes, lambda v: bytes.__getitem__(v, slice(None))),
    (bytearray, bytes),
    (dict, lambda v: dict(zip(items(dict, v), map(normal, dict[Any, Any].values(v)), strict=True))),
    (list, lambda v: items(list, v)),
    (tuple, lambda v: tuple(items(tuple, v))),
    (set, lambda v: set(items(set, v))),
    (frozenset, lambda v: set(items(frozenset, v))),
)


def rendered(value: object) -> dict[str, str]:
    """{"value": text of a literal} where the value is made of builtins, else {"object": class and repr}."""
    try:
        text = repr(normal(value))
        if len(text) <= MAX_TEXT:
            return {"value": text}
    except (TypeError, RecursionError):
        text = repr(value)
    kind = type(value)
    return {"object": f"{kind.__module__}.{kind.__qualname__}", "repr": text[:MAX_TEXT]}


def failure(error: BaseException) -> dict[str, Any]:
    """Class names of the exception, its text, and where and with what the code under test raised it."""
    frames: list[dict[str, Any]] = []
    variables: dict[str, Any] = {}
    trace = error.__traceback__
    while trace:
        code = trace.tb_frame.f_code
        if code.co_filename.startswith("/box/"):
            frames.append({"file": code.co_filename[5:], "line": trace.tb_lineno, "name": code.co_name})
            variables = trace.tb_frame.f_locals if code.co_name != "<module>" else {}
        trace = trace.tb_next
    if isinstance(error, SyntaxError) and error.filename and error.filename.startswith("/box/"):
        frames.append({"file": error.filename[5:], "line": error.lineno, "name": "<module>"})
    report: dict[str, Any] = {
        "raised": [kind.__name__ for kind in type(error).__mro__],
        "text": str(error)[:300],
        "where": f"{frames[-1]['file']}:{frames[-1]['line']}" if frames else "",
        "frames": frames[-FRAMES:],
        "locals": shown(variables),
    }
    if isinstance(error, ModuleNotFoundError):
        report["missing"] = error.name
    return report


def shown(variables: Mapping[str, Any]) -> dict[str, str]:
    """Texts of the variables, long ones cut."""
    cut = reprlib.Repr()
    cut.maxlist = cut.maxtuple = cut.maxdict = cut.maxset = 20
    cut.maxstring = cut.maxother = cut.maxlong = LOCAL_TEXT
    texts: dict[str, str] = {}
    for name, value in variables.items():
        if name.startswith("__") or isinstance(value, (ModuleType, type)) or len(texts) == LOCALS:
            continue
        try:
            texts[name] = cut.repr(value)[:LOCAL_TEXT]
        except BaseException as error:  # noqa: BLE001 - the code's own __repr__, with what it pleases
            texts[name] = f"<its repr raised {type(error).__name__}>"
    return texts


class Examiner:
    """Imports the modules, evaluates the examples one after the other, reports each at once."""

    def __init__(self, task: Task) -> None:
        self.task = task
        self.modules: dict[str, ModuleType] = {}
        self.broken: dict[str, dict[str, Any]] = {}

    def tell(self, **facts: Any) -> None:
        # Straight to the descriptor: sys.stdout belongs to the code under test; what it printed comes first.
        with contextlib.suppress(Exception):
            sys.stdout.flush()
        line = f"\n{self.task['nonce']} {json.dumps(facts)}\n".encode()
        while line:
            line = line[os.write(1, line) :]

    def load(self, name: str, path: str) -> None:
        """Import a file under its own name, also where the standard library has a module so called."""
        known = sys.modules.get(name)
        if getattr(known, "__file__", None) == path and known:  # another of the files imported it
            self.modules[name] = known
            return
        spec = importlib.util.spec_from_file_location(name, path)
        if not spec or not spec.loader:
            raise ImportError(f"{path} cannot be imported")
        module = importlib.util.module_from_spec(spec)
        sys.modules[name] = module
        if "." in name:
            importlib.import_module(name.rpartition(".")[0])
        spec.loader.exec_module(module)
        self.modules[name] = module

    def load_all(self) -> None:
        for name, path in self.task["modules"].items():
            try:
                self.load(name, path)
            except BaseException as error:  # noqa: BLE001 - whatever the code under test raises is a result
                sys.modules.pop(name, None)
                self.broken[name] = failure(error)

    def namespace(self, item: Item) -> dict[str, Any]:
        names: dict[str, Any] = {}
        for imported in item["imports"]:
            names[imported] = importlib.import_module(imported)
        for name in reversed(item["modules"]):
            names.update(vars(self.modules[name]))
        return names

    def evaluate(self, item: Item) -> dict[str, Any]:
        """What the example gave: a value, and the expected one where it had to be evaluated here."""
        broken = [self.broken[name] for name in item["modules"] if name in self.broken]
        if broken:
            return {"importing": True, **broken[0]}
        try:
            names = self.namespace(item)
            exec(compile(item["setup"], "<example>", "exec"), names)  # noqa: S102 - this is the sandbox
            code = compile(item["expression"], "<example>", "eval")
            value, ms = timed(code, names)
            result: dict[str, Any] = {"ms": ms, **rendered(value)}
            if item["expected"] is not None:
                result["expected"] = rendered(
                    timed(compile(item["expected"], "<expected>", "eval"), names)[0]
                )
            return result
        except BaseException as error:  # noqa: BLE001 - as above, SystemExit included
            return failure(error)

    def run(self) -> None:
        self.load_all()
        times: list[float] = []
        for item in self.task["items"]:
            self.tell(start=item["id"])
            result = self.evaluate(item)
            self.tell(id=item["id"], **result)
            times.append(result.get("ms", 0.0))
        if sum(times) < RERUN_BELOW_MS:
            self.tell(times=[times, *(self.again() for _ in range(RERUNS))])
            self.tell(peak_kb=self.peak_kb())

    def peak_kb(self) -> float:
        """The most memory that was in use at a time while all examples ran once more."""
        tracemalloc.start()
        self.again()
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return round(peak / 1024, 1)

    def again(self) -> list[float]:
        """Time every example once more; only after all have been judged, as calls may leave traces."""
        return [self.evaluate(item).get("ms", 0.0) for item in self.task["items"]]


def timed(code: CodeType, names: dict[str, Any]) -> tuple[Any, float]:
    """The value and the milliseconds it took."""
    start = time.perf_counter()
    value: object = eval(code, names)  # noqa: S307 - this is the sandbox
    return value, (time.perf_counter() - start) * 1000


def main() -> None:
    """Read the task, leave nothing of it where the code under test would look, run it."""
    task: Task = json.loads(sys.argv[1])
    sys.argv[:] = [""]
    sys.orig_argv[:] = [""]
    sys.set_int_max_str_digits(0)
    os.chdir("/box")
    sys.path[0:1] = task["folders"]
    exec(task["prelude"], {})  # noqa: S102 - ours, see guest_asyncio.py
    Examiner(task).run()


if __name__ == "__main__":
    main()
