"""Real processes: signals, a dead reader, and a real terminal."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

import pexpect
import pytest

from app.cli.safe_text import safe_text
from tests.cli.conftest import COMMAND, EXAMPLE, GOOD, ROOT, TASK, Run, Script, process

if sys.platform == "win32":
    pytest.skip("not on this platform: signals and pseudo-terminals of POSIX", allow_module_level=True)

WIDTH = 60
_SIZE = ("COLUMNS", "LINES")  # readline sets them behind Python's back; they would hide the terminal's own
SLOW = 20  # tokens a second
LONG = "Let me think. " * 40 + "\n\n" + GOOD


def wait_for(child: pexpect.spawn, text: str) -> None:
    child.expect_exact(text, timeout=60)


def terminal(*argv: str) -> pexpect.spawn:
    """A command on a terminal of its own, 60 columns wide."""
    return pexpect.spawn(
        COMMAND[0],
        [*COMMAND[1:], *argv],
        cwd=str(ROOT),
        env={name: value for name, value in os.environ.items() if name not in _SIZE},
        dimensions=(40, WIDTH),
        encoding="utf-8",
    )


def hurry(slow: tuple[str, ...]) -> None:
    """Let a script go on at once."""
    path = Path(slow[-1])
    path.write_text(path.read_text().replace(f"tokens_per_second: {SLOW}", "tokens_per_second: 0"))


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_signal_stops_cleanly_and_resume_goes_on(run: Run, script: Script, number: signal.Signals) -> None:
    slow = script(SLOW, code_generator=[LONG])
    with process("generate", TASK, *EXAMPLE, *slow, "--json") as child:
        assert child.stdout is not None
        for line in child.stdout:
            if "message.delta" in line:
                break
        child.send_signal(number)
        _, told = child.communicate(timeout=60)
    assert child.returncode == 4
    assert "Go on with: " in told
    assert run("runs", "list", "--json").lines[0]["status"] == "queued"
    hurry(slow)
    done = run("runs", "resume", "last", "--decide", "approve-if-verified")
    assert done.code == 0
    assert done.out.count("● code_generator") == 1


def test_run_of_a_killed_process_is_taken_over_at_once(run: Run, script: Script) -> None:
    slow = script(SLOW, code_generator=[LONG])
    with process("generate", TASK, *EXAMPLE, *slow, "--json") as child:
        assert child.stdout is not None
        next(line for line in child.stdout if "message.delta" in line)
        child.kill()
    hurry(slow)
    done = run("runs", "resume", "last", "--decide", "approve-if-verified")
    assert done.code == 0


def test_reader_that_goes_away_stops_the_run_cleanly(run: Run, script: Script) -> None:
    slow = script(SLOW, code_generator=[LONG])
    with process("generate", TASK, *slow, "--json") as child:
        assert child.stdout is not None
        child.stdout.readline()
        child.stdout.close()
        assert child.stderr is not None
        told = child.stderr.read()
    assert child.returncode == 4
    assert "Traceback" not in told
    assert run("runs", "list", "--json").lines[0]["status"] == "queued"


def test_user_is_asked_on_a_terminal(script: Script, home: Path) -> None:
    child = terminal("generate", TASK, *EXAMPLE, *script(SLOW), "--out", str(home / "out"))
    child.send("a\n")  # typed before the question: must not count
    wait_for(child, "Version 1 is verified.")
    wait_for(child, "decide later >")
    child.send("v\n")
    wait_for(child, "add.py")
    wait_for(child, "decide later >")
    child.send("a\n")
    wait_for(child, "Approved and verified")
    wait_for(child, "Saved")
    child.wait()
    assert child.exitstatus == 0
    assert (home / "out" / "add.py").exists()


def test_ctrl_c_at_the_question_leaves_the_gate_open(run: Run, script: Script) -> None:
    child = terminal("generate", TASK, *EXAMPLE, *script())
    wait_for(child, "decide later >")
    child.sendintr()
    wait_for(child, "Go on with:")
    child.wait()
    assert child.exitstatus == 4
    assert run("runs", "list", "--json").lines[0]["status"] == "waiting"


def test_no_color_gives_plain_lines_on_a_terminal(script: Script, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    child = terminal("generate", TASK, *EXAMPLE, *script(), "--decide", "approve-if-verified")
    told = child.read()
    assert "\x1b" not in told
    assert "Approved and verified" in told


def test_narrow_terminal_loses_nothing(run: Run, script: Script, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm")
    line = "value = '" + "0123456789" * 8 + "'"
    run("generate", TASK, *script(code_generator=[f"```python long_name.py\n{line}\n```"]))
    child = terminal("runs", "show", "last")
    rows = safe_text(child.read()).splitlines()
    assert max(map(len, rows)) <= WIDTH
    assert "".join(line.split()) in "".join("".join(rows).split())
