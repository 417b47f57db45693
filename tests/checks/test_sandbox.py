"""What a program in the sandbox can reach, use up and leave behind."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from app.checks.sandbox.base import Execution, Limits
from app.checks.sandbox.wasm import WasmPython

SHORT = Limits(seconds=3)


def run(sandbox: WasmPython, program: str, limits: Limits = SHORT) -> Execution:
    return sandbox.run({"main.py": program.encode()}, ["/box/main.py"], limits)


def test_runs_a_program_and_tells_what_it_printed_and_how_it_ended(sandbox: WasmPython) -> None:
    result = sandbox.run(
        {
            "main.py": b"import sys, pkg.part; print(pkg.part.WORD); sys.exit(7)",
            "pkg/part.py": b"WORD = 'hi'",
        },
        ["/box/main.py"],
    )
    assert (result.stdout, result.exit_code, result.timed_out) == ("hi\n", 7, False)


def test_no_network(sandbox: WasmPython) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.2)
        port = server.getsockname()[1]
        result = run(sandbox, f"import socket; socket.create_connection(('127.0.0.1', {port}), 2)")
        assert result.exit_code == 1
        with pytest.raises(TimeoutError):
            server.accept()


@pytest.mark.parametrize(
    "path",
    ["/etc/passwd", "/box/../../etc/passwd", "../../../etc/passwd", "/proc/self/environ", "/proc/1/environ"],
)
def test_no_host_file_can_be_read(sandbox: WasmPython, path: str) -> None:
    result = run(sandbox, f"print(open({path!r}).read())")
    assert result.exit_code == 1
    assert result.stdout == ""


def test_no_home_secret_can_be_read(sandbox: WasmPython, tmp_path: Path) -> None:
    secret = tmp_path / "id_key"
    secret.write_text("SECRET", "utf-8")
    result = run(sandbox, f"print(open({str(secret)!r}).read())")
    assert "SECRET" not in result.stdout
    assert result.exit_code == 1


def test_nothing_can_be_written_outside_the_box(sandbox: WasmPython, tmp_path: Path) -> None:
    target = tmp_path / "written"
    program = f"""
for path in ({str(target)!r}, '/box/../written', '/written'):
    try:
        open(path, 'w').write('x')
        print('wrote', path)
    except OSError:
        pass
"""
    assert run(sandbox, program).stdout == ""
    assert not target.exists()


def test_a_symbolic_link_leads_nowhere_and_the_host_does_not_follow_it(
    cache: Path, sandbox: WasmPython, tmp_path: Path
) -> None:
    precious = tmp_path / "precious"
    precious.mkdir()
    (precious / "file").write_text("kept", "utf-8")
    up = os.path.relpath(precious, cache / "boxes" / "some-box")
    program = f"""
import os
for number, target in enumerate(({up!r}, {str(precious)!r}, '../../../../etc/passwd')):
    try:
        os.symlink(target, f'/box/link{{number}}')
        print(open(f'/box/link{{number}}').read(), os.listdir(f'/box/link{{number}}'))
    except OSError:
        pass
"""
    assert run(sandbox, program).stdout == ""
    assert (precious / "file").read_text("utf-8") == "kept"


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


def test_a_bomb_of_3_gb_never_takes_3_gb(sandbox: WasmPython) -> None:
    before = psutil.virtual_memory().available
    result = run(
        sandbox, "keep = []\nfor _ in range(3 << 10):\n    keep.append(bytearray(1 << 20))\nprint('done')"
    )
    assert "done" not in result.stdout
    assert before - psutil.virtual_memory().available < 1 << 30


@pytest.mark.parametrize("program", ["while True: pass", "import time; time.sleep(60)"])
def test_an_endless_program_is_ended(sandbox: WasmPython, program: str) -> None:
    start = time.monotonic()
    result = run(sandbox, program, Limits(seconds=1))
    assert result.timed_out
    assert result.exit_code == -1
    assert time.monotonic() - start < 5


def test_output_of_300_mb_is_cut(sandbox: WasmPython) -> None:
    result = run(sandbox, "import sys\nfor _ in range(300): sys.stdout.write('x' * (1 << 20))")
    assert result.output_cut
    assert len(result.stdout) <= SHORT.output_bytes


@pytest.mark.parametrize(
    "program",
    [
        "f = open('/box/big', 'wb')\nfor _ in range(300): f.write(b'x' * (1 << 20))",
        "for n in range(20): open(f'/box/{n}', 'wb').write(b'x' * (15 << 20))",
        "for n in range(20_000): open(f'/box/{n}', 'w').close()",
    ],
    ids=["one file", "many files", "many empty files"],
)
def test_the_disk_is_not_filled(sandbox: WasmPython, program: str) -> None:
    result = run(sandbox, program + "\nprint('filled')", Limits(seconds=8))
    assert result.disk_hit or "File too large" in result.stderr
    assert "filled" not in result.stdout


def test_folders_nested_deeper_than_a_stack_are_removed(cache: Path, sandbox: WasmPython) -> None:
    result = run(sandbox, "import os\nd = '/box'\nfor _ in range(1500):\n    d += '/a'\n    os.mkdir(d)")
    assert result.disk_hit
    assert young_boxes(cache, seconds=5) == []


def young_boxes(cache: Path, seconds: float) -> list[Path]:
    return [box for box in (cache / "boxes").iterdir() if time.time() - box.stat().st_mtime < seconds]


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
from app.checks.sandbox.base import Limits
from app.checks.sandbox.wasm import WasmPython
WasmPython(Path({str(cache)!r})).run({{}}, ['-c', {program!r}], Limits(seconds=2))
"""
    parent = subprocess.Popen([sys.executable, "-c", script], cwd=Path(__file__).parents[2])
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


def test_temporary_files_and_unittest_work(sandbox: WasmPython) -> None:
    program = """
import tempfile, unittest
class Works(unittest.TestCase):
    def test(self):
        with tempfile.TemporaryDirectory() as folder:
            open(folder + '/a', 'w').write('x')
            self.assertEqual(open(folder + '/a').read(), 'x')
unittest.main()
"""
    assert run(sandbox, program).exit_code == 0


def test_the_same_program_gives_the_same_output(sandbox: WasmPython) -> None:
    program = "print(list({'a', 'b', 'c', 'd'}), hash('x'))"
    assert run(sandbox, program).stdout == run(sandbox, program).stdout
