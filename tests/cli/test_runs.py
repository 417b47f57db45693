"""`runs`: earlier work is listed, shown, exported and changed."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from tests.cli.conftest import BAD, EXAMPLE, GOOD, TASK, Run, Script


@pytest.fixture
def session(run: Run, script: Script) -> str:
    """A session that waits at its gate after two rounds."""
    run("generate", TASK, *EXAMPLE, *script(code_generator=[BAD, GOOD]))
    return run("runs", "list", "--json").lines[0]["session_id"]


def test_list_as_text_and_json(run: Run, session: str) -> None:
    (line,) = run("runs", "list", "--json").lines
    assert line.keys() == {"session_id", "run_id", "title", "status"}
    assert session in run("runs", "list").out
    assert run("runs", "list", "--query", "ADDS", "--json").lines == [line]
    assert run("runs", "list", "--query", "nothing like it").out == ""


def test_replay_looks_like_the_live_view(run: Run, script: Script) -> None:
    live = run("generate", TASK, *EXAMPLE, *script(code_generator=[BAD, GOOD])).out
    shown = run("runs", "show", "last").out
    assert shown in live
    assert shown.count("●") == 7


def test_show_json_is_the_whole_log(run: Run, session: str) -> None:
    events = run("runs", "show", session, "--json").lines
    assert [e["seq"] for e in events] == list(range(1, len(events) + 1))


@pytest.mark.parametrize("command", ["show", "resume", "export", "cancel", "delete"])
def test_unknown_session_ends_with_2(run: Run, command: str) -> None:
    done = run("runs", command, "0123")
    assert done.code == 2
    assert "0123" in done.err


def test_session_may_be_named_by_its_beginning(run: Run, session: str) -> None:
    assert run("runs", "show", session[:6]).code == 0
    assert run("runs", "show", "").code == 2


def test_beginning_of_several_sessions_is_refused(run: Run, session: str) -> None:
    for _ in range(16):  # of 17 ids of hex digits two begin alike
        run("runs", "fork", session, "1")
    ids = [entry["session_id"] for entry in run("runs", "list", "--json").lines]
    first = next(i[0] for i in ids if sum(other[0] == i[0] for other in ids) > 1)
    done = run("runs", "show", first)
    assert done.code == 2
    assert "begin with" in done.err


def test_export_holds_events_and_approved_files(run: Run, session: str, tmp_path: Path) -> None:
    assert run("runs", "resume", session, "--decide", "approve-if-verified").code == 0
    target = tmp_path / "all.zip"
    assert run("runs", "export", session, "--out", str(target)).out.strip() == str(target)
    with zipfile.ZipFile(target) as archive:
        assert archive.read("run-1/add.py").decode() == "def add(a, b):\n    return a + b\n"
        lines = archive.read("events.jsonl").decode().splitlines()
    assert len(lines) == len(run("runs", "show", session, "--json").lines)


def test_resumed_gate_is_asked_about(run: Run, session: str) -> None:
    done = run("runs", "resume", session, "--decide", "ask", typed="r\n")
    assert done.code == 4
    assert "Your decision" in done.out
    assert run("runs", "list", "--json").lines[0]["status"] == "rejected"
    assert run("runs", "resume", session).code == 5  # it has ended


def test_resume_json_of_a_waiting_run_tells_its_gate(run: Run, session: str) -> None:
    done = run("runs", "resume", session, "--decide", "none", "--json")
    assert (done.code, [line["type"] for line in done.lines]) == (4, ["gate.opened"])


def test_run_out_of_budget_goes_on_with_a_higher_bound(run: Run, script: Script, home: Path) -> None:
    (home / "config").mkdir()
    (home / "config" / "app.yaml").write_text("run: {max_tokens: 1000}\n")
    task = TASK + " in many words" * 100
    stopped = run("generate", task, *EXAMPLE, *script())
    assert stopped.code == 5
    assert "--max-tokens" in stopped.out
    done = run("runs", "resume", "last", "--max-tokens", "100000", "--decide", "approve-if-verified")
    assert done.code == 0


def test_rewind_drops_what_came_later(run: Run, session: str) -> None:
    assert run("runs", "rewind", session, "1").code == 0
    shown = run("runs", "show", session).out
    assert shown.count("●") == 1
    assert "Your decision" not in shown
    assert run("runs", "resume", session).code == 4
    assert run("runs", "show", session).out.count("●") == 7


def test_rewind_to_a_turn_that_is_not_there(run: Run, session: str) -> None:
    assert run("runs", "rewind", session, "99").code == 2


def test_fork_shares_the_past(run: Run, session: str) -> None:
    assert run("runs", "fork", session, "3").code == 0
    sessions = run("runs", "list", "--json").lines
    assert len(sessions) == 2
    fork = next(s["session_id"] for s in sessions if s["session_id"] != session)
    assert run("runs", "show", fork).out.count("●") == 3
    assert run("runs", "resume", fork).code == 4


def test_cancel_then_resume(run: Run, session: str) -> None:
    assert run("runs", "cancel", session).code == 0
    assert run("runs", "list", "--json").lines[0]["status"] == "cancelled"
    assert "Cancelled" in run("runs", "show", session).out
    assert run("runs", "resume", session, "--decide", "approve-if-verified").code == 0


def test_rename_and_delete(run: Run, session: str) -> None:
    assert run("runs", "rename", session, "Adding [red]numbers").code == 0
    assert run("runs", "list", "--json").lines[0]["title"] == "Adding [red]numbers"
    assert run("runs", "delete", session).code == 0
    assert run("runs", "list").out == ""


def test_worker_works_off_what_is_queued(run: Run, session: str) -> None:
    run("runs", "rewind", session, "0")
    done = run("worker", "--once")
    assert done.code == 0
    assert "waiting" in done.out
    assert run("runs", "list", "--json").lines[0]["status"] == "waiting"
