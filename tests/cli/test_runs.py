"""`runs`: earlier work is listed, shown, exported and changed."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from app.domain.artifacts import Artifact, SourceFile
from app.domain.decisions import Decision, DecisionKind
from app.settings import load_settings
from app.store.store import open_store
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
    (found,) = run("runs", "list", "--query", "RETURN a +", "--json").lines
    hits = found.pop("hits")
    assert found == line
    assert ("file", "add.py", 2) in [(hit["kind"], hit["path"], hit["line"]) for hit in hits]
    assert "add.py:2: " in run("runs", "list", "--query", "return a +").out
    assert run("runs", "list", "--query", "nothing like it").out == ""


def test_replay_looks_like_the_live_view(run: Run, script: Script) -> None:
    live = run("generate", TASK, *EXAMPLE, *script(code_generator=[BAD, GOOD])).out
    shown = run("runs", "show", "last").out
    assert shown in live
    assert shown.count("●") == 7


def test_show_json_is_the_whole_log(run: Run, session: str) -> None:
    events = run("runs", "show", session, "--json").lines
    assert [e["seq"] for e in events] == list(range(1, len(events) + 1))


def test_calls_with_the_prompts_as_they_were_sent(run: Run, session: str) -> None:
    calls = run("runs", "show", session, "--calls", "--json").lines
    assert [c["number"] for c in calls] == list(range(1, len(calls) + 1))
    assert TASK in calls[0]["sent"]["messages"][-1]["content"]
    listed = run("runs", "show", session, "--calls").out.splitlines()
    assert len(listed) == len(calls)
    assert "code_generator" in listed[0]
    assert "tokens" in listed[0]


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


@pytest.mark.parametrize("format_", ["md", "json", "html", "capsule"])
def test_export_in_each_format(run: Run, session: str, tmp_path: Path, format_: str) -> None:
    target = tmp_path / "deep" / f"session.{format_}"
    assert run("runs", "export", session, "--format", format_, "--out", str(target)).code == 0
    held = "capsule.json" if format_ == "capsule" else "def add(a, b):"
    assert held.encode() in target.read_bytes()


def test_a_capsule_replays_as_the_session_is_shown(run: Run, session: str, tmp_path: Path) -> None:
    target = tmp_path / "it.rtcapsule"
    run("runs", "export", session, "--format", "capsule", "--out", str(target))
    played = run("replay", str(target))
    assert (played.code, played.out) == (0, run("runs", "show", session).out)
    assert run("replay", str(target), "--json").lines == run("runs", "show", session, "--json").lines
    target.write_bytes(target.read_bytes()[:-40])
    assert run("replay", str(target)).code == 2
    assert run("replay", str(tmp_path / "missing.rtcapsule")).code == 2


def test_a_session_is_not_named_by_its_words_but_they_are_a_hint(run: Run, session: str) -> None:
    done = run("runs", "delete", "adds")
    assert (done.code, session in done.err) == (2, True)


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


def test_a_version_edited_in_the_page_is_checked_shown_and_approved_here(run: Run, script: Script) -> None:
    run("generate", TASK, *EXAMPLE, *script())
    store = open_store(load_settings({}).database_url)
    (session,) = store.sessions()
    gate = store.open_gate(session.run_id)
    assert gate is not None
    mine = Artifact.of([SourceFile(path="add.py", content="def add(a, b):\n    return b + a\n")])
    decision = Decision(
        kind=DecisionKind.EDIT, feedback="changed add.py", artifact_hash=mine.hash, base=gate.artifact_hash
    )
    store.propose(gate.id, mine, decision)
    store.close()
    done = run("runs", "resume", "last", "--decide", "approve-if-verified")
    assert done.code == 0, done.err
    assert "I edited the files myself: changed add.py." in done.out
    assert "Version 2 is verified." in done.out
    assert "edited from version 1" in run("runs", "show", "last").out
