"""Whether a process lives is told by its lock, wherever it runs."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from app.session.owners import Presence, owner_name
from app.store.exams import Exams

ROOT = Path(__file__).parents[2]
_EXAMINES = (
    "import sys\nfrom pathlib import Path\nfrom app.session.owners import Presence\n"
    "from app.store.exams import Exams\nhome = Path(sys.argv[1])\npresence = Presence(home / 'processes')\n"
    "Exams(home / 'exams').begun(presence.name, 'p', 'm')\n"
    "print(presence.name, flush=True)\nsys.stdin.read()\n"
)


def test_an_exam_is_interrupted_once_its_process_is_killed(tmp_path: Path) -> None:
    own, exams = Presence(tmp_path / "processes"), Exams(tmp_path / "exams")
    command = [sys.executable, "-c", _EXAMINES, str(tmp_path)]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, cwd=ROOT, stdin=pipe, stdout=pipe, text=True) as other:
        assert other.stdout is not None
        name = other.stdout.readline().strip()
        assert own.alive(name)
        assert exams.interrupted(own.alive) == []
        other.kill()
    assert not own.alive(name)
    assert exams.interrupted(own.alive) == [("p", "m")]
    assert exams.interrupted(own.alive) == []
    later = Presence(tmp_path / "processes")
    assert later.alive(own.name)
    assert sorted(path.stem for path in (tmp_path / "processes").iterdir()) == sorted([own.name, later.name])


def test_what_older_programs_have_marked_is_of_no_living_process(tmp_path: Path) -> None:
    """Their names hold the host, which in the next container is another one."""
    presence, exams = Presence(tmp_path / "processes"), Exams(tmp_path / "exams")
    for owner in ("container-before:1:1700000000.00", owner_name()):
        exams.begun(owner, "p", "m")
    assert exams.interrupted(presence.alive) == [("p", "m")] * 2
