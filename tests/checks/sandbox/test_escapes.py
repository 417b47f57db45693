"""The escape table: what each sandbox must hold back, tried for real in every language that it runs.

The programs are in attackers/. They print ESCAPED where they got through; wherever the outcome can be seen
from outside as well (a connection, a file, a process), that is what is asserted.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Generator
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest

from app.checks.sandbox.base import Execution, Executor, Limits, Program
from app.domain.runs import Language

SECRET = "sk-secret-of-the-test"
SHORT = Limits(seconds=8)
ATTACKERS = Path(__file__).with_name("attackers")
FILES: dict[Language, str] = {
    "python": "attacker.py",
    "javascript": "attacker.js",
    "java": "Attacker.java",
    "go": "attacker.go",
    "rust": "attacker.rs",
}
WASM = ["sandbox-python", "quickjs-javascript"]
NATIVE_SCRIPTS = ["bubblewrap-python", "bubblewrap-javascript", "podman-python"]
COMPILED = ["bubblewrap-java", "bubblewrap-go", "bubblewrap-rust"]
SCRIPTS = [*WASM, *NATIVE_SCRIPTS]
ALL = [*SCRIPTS, *COMPILED]
PYTHON = ["sandbox-python", "bubblewrap-python", "podman-python"]
NATIVE_PYTHON = ["bubblewrap-python", "podman-python"]


@dataclass(frozen=True)
class Cell:
    """One executor with one language."""

    executor: Executor
    language: Language

    @property
    def folders_in_memory(self) -> list[str]:
        return ["/tmp", "/dev/shm"] if self.executor.name in {"bubblewrap", "podman"} else []

    def attack(
        self, what: str, on: object = "", limits: Limits = SHORT, stop: threading.Event | None = None
    ) -> Execution:
        name = FILES[self.language]
        program = Program(
            self.language, {name: (ATTACKERS / name).read_bytes()}, name, arguments=(what, str(on))
        )
        result = self.executor.run(program, limits, stop or threading.Event())
        assert result.built, result.stderr
        return result


@pytest.fixture
def cell(request: pytest.FixtureRequest) -> Cell:
    fixture, _, language = request.param.partition("-")
    return Cell(request.getfixturevalue(fixture), language)


def every(names: list[str]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("cell", names, indirect=True)


def held(result: Execution) -> bool:
    return "ESCAPED" not in result.stdout and result.exit_code != 0


@pytest.fixture
def victim() -> Generator[subprocess.Popen[bytes]]:
    """A process of the user as whom programs run, where this is known."""
    user = 65534 if os.getuid() == 0 else None
    process = subprocess.Popen(["sleep", "60"], user=user)
    yield process
    process.kill()
    process.wait()


@every(ALL)
def test_no_connection_to_this_machine(cell: Cell) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.1)
        assert held(cell.attack("connect", server.getsockname()[1]))
        with pytest.raises(TimeoutError):
            server.accept()


@every(NATIVE_SCRIPTS)
def test_no_unix_socket_by_name_or_path(cell: Cell, tmp_path: Path) -> None:
    """As the session bus, and with it the keyring, would be reached."""
    for address in ("@roundtable-test", str(tmp_path / "bus")):
        with socket.socket(socket.AF_UNIX) as server:
            server.bind(address.replace("@", "\0", 1))
            server.listen()
            server.settimeout(0.1)
            assert held(cell.attack("unix", address))
            with pytest.raises(TimeoutError):
                server.accept()


@every(ALL)
def test_no_file_of_this_machine_can_be_read(cell: Cell, tmp_path: Path) -> None:
    secret = tmp_path / "id_key"
    secret.write_text(SECRET, "utf-8")
    up = f"../../../../../../..{secret}"
    for path in (secret, up):
        result = cell.attack("read", path)
        assert held(result)
        assert SECRET not in result.stdout + result.stderr


@every([*WASM, "bubblewrap-python", "bubblewrap-javascript", *COMPILED])
def test_the_machines_users_cannot_be_read(cell: Cell) -> None:
    assert held(cell.attack("read", "/etc/passwd"))


@every(["sandbox-python", *NATIVE_SCRIPTS])
def test_a_link_out_of_the_box_shows_nothing_and_is_not_followed_afterwards(
    cell: Cell, tmp_path: Path
) -> None:
    precious = tmp_path / "precious"
    precious.mkdir()
    (precious / "file").write_text(SECRET, "utf-8")
    for target in (precious, precious / "file", f"../../../../../..{precious}"):
        assert SECRET not in cell.attack("link", target).stdout
    assert (precious / "file").read_text("utf-8") == SECRET


@every(ALL)
def test_nothing_can_be_written_outside_the_box(cell: Cell, tmp_path: Path) -> None:
    tmp_path.chmod(0o777)
    target = tmp_path / "written"
    assert held(cell.attack("write", target))
    assert held(cell.attack("write", "/usr/written"))
    assert held(cell.attack("write", "/written"))
    assert not target.exists()
    assert not Path("/usr/written").exists()


@every([*NATIVE_SCRIPTS, *COMPILED])
def test_a_fork_bomb_is_bounded(cell: Cell) -> None:
    result = cell.attack("forks", 400)
    assert 1 <= len(result.stdout.split()) < 100


@every(WASM)
def test_there_are_no_processes_at_all(cell: Cell) -> None:
    assert held(cell.attack("forks", 1))


@every(ALL)
def test_a_memory_bomb_of_3_gb_is_stopped(cell: Cell) -> None:
    before = psutil.virtual_memory().available
    assert held(cell.attack("memory", 3 << 10))
    assert before - psutil.virtual_memory().available < 1 << 30


@every(NATIVE_PYTHON)
def test_processes_that_each_stay_small_are_bounded_together(cell: Cell) -> None:
    before = psutil.virtual_memory().available
    assert held(cell.attack("memory_of_forks", 4 << 10, Limits(seconds=15)))
    assert before - psutil.virtual_memory().available < 1 << 30


@every(ALL)
@pytest.mark.parametrize("what", ["loop", "sleep"])
def test_an_endless_program_is_ended_in_time(cell: Cell, what: str) -> None:
    start = time.monotonic()
    result = cell.attack(what, 60, Limits(seconds=1))
    assert result.timed_out
    assert result.exit_code == -1
    assert time.monotonic() - start < 8


@every(SCRIPTS)
def test_it_stops_within_a_second_when_asked_to(cell: Cell) -> None:
    stop = threading.Event()
    asked: list[float] = []

    def ask() -> None:
        asked.append(time.monotonic())
        stop.set()

    timer = threading.Timer(1.0, ask)
    timer.start()
    result = cell.attack("sleep", 60, Limits(seconds=30), stop)
    assert result.stopped
    assert time.monotonic() - asked[0] < 1.5


@every(ALL)
def test_output_of_300_mb_is_cut(cell: Cell) -> None:
    result = cell.attack("output", 300)
    assert result.output_cut
    assert len(result.stdout) <= SHORT.output_bytes


@every(ALL)
def test_no_key_of_the_environment_is_seen(cell: Cell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", SECRET)
    result = cell.attack("environment")
    assert SECRET not in result.stdout + result.stderr
    assert "PYTEST" not in result.stdout


@every(NATIVE_SCRIPTS)
def test_no_process_of_this_machine_can_be_ended_or_read(cell: Cell, victim: subprocess.Popen[bytes]) -> None:
    cell.attack("kill_all")
    assert victim.poll() is None
    if cell.language == "python":
        assert held(cell.attack("trace", victim.pid))
        assert held(cell.attack("trace", 1))


@every(ALL)
def test_300_mb_do_not_get_onto_the_disk(cell: Cell) -> None:
    result = cell.attack("fill", "/box")
    assert held(result)
    assert result.disk_hit or "No space left" in result.stderr or cell.language == "javascript"


@every(NATIVE_PYTHON)
@pytest.mark.parametrize("what", ["fill", "fill_one"])
def test_no_folder_can_be_filled(cell: Cell, what: str) -> None:
    for folder in ("/", "/dev", "/etc", "/run", "/proc", "/built", *cell.folders_in_memory):
        assert held(cell.attack(what, folder)), folder


@every(["sandbox-python", "bubblewrap-python"])
@pytest.mark.parametrize("what", ["fill_one", "entries"])
def test_one_large_file_or_20000_small_ones_are_noticed(cell: Cell, what: str) -> None:
    result = cell.attack(what, "/box")
    assert held(result)
    assert result.disk_hit or "File too large" in result.stderr


@every(NATIVE_SCRIPTS)
def test_no_process_survives(cell: Cell) -> None:
    mark = f"1{time.time_ns() % 10**8:08d}"
    cell.attack("survive", mark)
    assert not [p for p in psutil.process_iter(["cmdline"]) if mark in (p.info["cmdline"] or ())]


@every(["bubblewrap-python"])
def test_no_namespaces_of_its_own(cell: Cell) -> None:
    """Podman's own filter of system calls allows them; they see nothing there that was not seen before."""
    assert "ESCAPED" not in cell.attack("namespace").stdout


@every(NATIVE_PYTHON)
def test_nothing_of_ours_is_open(cell: Cell) -> None:
    result = cell.attack("descriptors")
    assert "ESCAPED" not in result.stdout
    assert result.exit_code == 7


@every(PYTHON)
def test_temporary_files_and_unittest_work(cell: Cell) -> None:
    program = b"""
import tempfile, unittest
class Works(unittest.TestCase):
    def test(self):
        with tempfile.TemporaryDirectory() as folder:
            open(folder + '/a', 'w').write('x')
            self.assertEqual(open(folder + '/a').read(), 'x')
unittest.main()
"""
    result = cell.executor.run(Program("python", {"test_it.py": program}, "test_it.py"), SHORT)
    assert result.exit_code == 0, result.stderr


def marked(mark: str) -> list[psutil.Process]:
    """Processes in whose command line the mark stands."""
    found = [p for p in psutil.process_iter(["cmdline"]) if mark in " ".join(p.info["cmdline"] or ())]
    return [p for p in found if p.pid != os.getpid()]


@pytest.mark.crash
@every(NATIVE_PYTHON)
def test_the_program_ends_when_this_side_was_killed(cell: Cell, cache: Path) -> None:
    mark = f"1{time.time_ns() % 10**8:08d}"
    script = f"""
from pathlib import Path
from app.checks.sandbox.base import Limits, Program
from app.checks.sandbox.bubblewrap import Bubblewrap
from app.checks.sandbox.containers import Container
from app.checks.sandbox.native import Native
from tests.support.sandbox import IMAGE
folder = Path({str(cache / "killed")!r})
kinds = {{"bubblewrap": Bubblewrap, "podman": lambda _: Container("podman", {{"python": IMAGE}})}}
program = Program("python", {{}}, inline="import time; time.sleep({mark})")
Native(kinds[{cell.executor.name!r}](folder), folder).run(program, Limits(seconds=10))
"""
    parent = subprocess.Popen([sys.executable, "-c", script], cwd=Path(__file__).parents[3])
    deadline = time.monotonic() + 20
    inside = f"time.sleep({mark})"
    while len(marked(inside)) < 2:  # the script itself, and the program
        assert time.monotonic() < deadline
        assert parent.poll() is None
    parent.send_signal(signal.SIGKILL)
    parent.wait()
    _, alive = psutil.wait_procs(marked(inside), timeout=30)
    assert alive == []
