"""Python in WebAssembly: what is particular to it beside the escape table."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from app.checks.sandbox.base import Execution, Limits, Program
from app.checks.sandbox.wasm import WasmPython

SHORT = Limits(seconds=3)


def run(sandbox: WasmPython, program: str, limits: Limits = SHORT) -> Execution:
    return sandbox.run(Program("python", {"main.py": program.encode()}, "main.py"), limits)


def test_runs_a_program_and_tells_what_it_printed_and_how_it_ended(sandbox: WasmPython) -> None:
    files = {
        "main.py": b"import sys, pkg.part; print(pkg.part.WORD, sys.argv[1:]); sys.exit(7)",
        "pkg/part.py": b"WORD = 'hi'",
    }
    result = sandbox.run(Program("python", files, "main.py", arguments=("a b",)))
    assert (result.stdout, result.exit_code, result.timed_out) == ("hi ['a b']\n", 7, False)


@pytest.mark.parametrize(
    "path",
    ["/etc/passwd", "/box/../../etc/passwd", "../../../etc/passwd", "/proc/self/environ", "/proc/1/environ"],
)
def test_no_host_file_can_be_read(sandbox: WasmPython, path: str) -> None:
    result = run(sandbox, f"print(open({path!r}).read())")
    assert result.exit_code == 1
    assert result.stdout == ""


@pytest.mark.parametrize(
    "program",
    [
        "import os; os.fork()",
        "import subprocess; subprocess.run(['id'])",
        "import os; os.system('id')",
        "import threading; threading.Thread(target=print).start()",
        "import ctypes",
        "import os; os.kill(os.getppid(), 9)",
    ],
)
def test_no_processes_threads_signals_or_native_code(sandbox: WasmPython, program: str) -> None:
    assert run(sandbox, program).exit_code == 1


@pytest.mark.parametrize(
    "program", ["a = []\nwhile True: a.append(bytearray(1 << 20))", "a = b'x' * (900 << 20)"]
)
def test_a_memory_bomb_is_stopped(sandbox: WasmPython, program: str) -> None:
    result = run(sandbox, program)
    assert result.memory_hit
    assert result.exit_code != 0


@pytest.mark.parametrize(("memory_mb", "enough"), [(64, False), (256, True)])
def test_the_memory_limit_is_the_one_asked_for(sandbox: WasmPython, memory_mb: int, enough: bool) -> None:
    result = run(sandbox, "keep = bytearray(100 << 20)", Limits(seconds=5, memory_mb=memory_mb))
    assert (result.exit_code == 0, result.memory_hit) == (enough, not enough)


def test_folders_nested_deeper_than_a_stack_are_removed(cache: Path, sandbox: WasmPython) -> None:
    mark = f"mark-{time.time_ns()}"
    program = (
        f"import os\nd = '/box/{mark}'\nos.mkdir(d)\nfor _ in range(1500):\n    d += '/a'\n    os.mkdir(d)"
    )
    assert run(sandbox, program).disk_hit
    assert not [box for box in (cache / "boxes").iterdir() if (box / mark).exists()]


def test_boxes_that_a_killed_process_left_are_removed(cache: Path, sandbox: WasmPython) -> None:
    stale, young = cache / "boxes" / "box-stale", cache / "boxes" / "box-young"
    for box in (stale, young):
        (box / "deep" / "er").mkdir(parents=True, exist_ok=True)
    os.utime(stale, (0, 0))
    sandbox.warm_up()
    assert young.exists()
    assert not stale.exists()
    shutil.rmtree(young)


def test_the_environment_holds_no_key(sandbox: WasmPython, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-secret")
    result = run(sandbox, "import os; print(sorted(os.environ))")
    assert result.stdout.strip() == str(
        ["HOME", "PYTHONDONTWRITEBYTECODE", "PYTHONHASHSEED", "PYTHONUTF8", "TMPDIR"]
    )


def test_nothing_survives(sandbox: WasmPython) -> None:
    run(sandbox, "while True: pass", Limits(seconds=0.5))
    assert psutil.Process().children(recursive=True) == []


@pytest.mark.parametrize("program", ["while True: pass", "import time; time.sleep(600)"])
@pytest.mark.usefixtures("sandbox")
def test_the_child_ends_by_itself_when_its_parent_was_killed(cache: Path, program: str) -> None:
    script = f"""
from pathlib import Path
from app.checks.sandbox.base import Limits, Program
from app.checks.sandbox.wasm import WasmPython
WasmPython(Path({str(cache)!r})).run(Program("python", {{}}, inline={program!r}), Limits(seconds=2))
"""
    parent = subprocess.Popen([sys.executable, "-c", script], cwd=Path(__file__).parents[3])
    children: list[psutil.Process] = []
    while not children and parent.poll() is None:
        children = psutil.Process(parent.pid).children()
    parent.kill()
    parent.wait()
    _, alive = psutil.wait_procs(children, timeout=10)
    assert children
    assert alive == []


def test_there_is_no_input(sandbox: WasmPython) -> None:
    assert "EOFError" in run(sandbox, "input()").stderr


@pytest.mark.parametrize(
    "program",
    [
        "def f(n): return f(n + 1)\nf(0)",
        "import sys\nsys.setrecursionlimit(10 ** 6)\ndef f(n): return f(n + 1)\nf(0)",
        "import os; os.abort()",
    ],
)
def test_deep_recursion_and_abort_end_only_the_program(sandbox: WasmPython, program: str) -> None:
    assert run(sandbox, program, Limits(seconds=20)).exit_code != 0
    assert run(sandbox, "print(1)").stdout == "1\n"


@pytest.mark.parametrize("code", [0, 3, 109, 110, 120, 124])
def test_a_program_cannot_pretend_to_have_been_ended(sandbox: WasmPython, code: int) -> None:
    result = run(sandbox, f"import os; os._exit({code})")
    assert result.exit_code == min(code, 109)
    assert (result.timed_out, result.output_cut, result.memory_hit) == (False, False, False)


def test_the_same_program_gives_the_same_output(sandbox: WasmPython) -> None:
    program = "print(list({'a', 'b', 'c', 'd'}), hash('x'))"
    assert run(sandbox, program).stdout == run(sandbox, program).stdout
