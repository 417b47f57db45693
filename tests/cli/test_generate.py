"""`generate`: exit codes, what is saved, what is printed."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import BAD, EXAMPLE, GOOD, TASK, Run, Script


def test_approved_and_verified_is_saved_and_ends_with_0(run: Run, script: Script, tmp_path: Path) -> None:
    out = tmp_path / "out"
    done = run("generate", TASK, *EXAMPLE, *script(), "--decide", "approve-if-verified", "--out", str(out))
    assert done.code == 0
    assert (out / "add.py").read_text() == "def add(a, b):\n    return a + b\n"
    assert f"Saved {out / 'add.py'}" in done.out
    assert "Approved and verified" in done.out
    assert "✓ examples 1/1" in done.out


def test_the_checks_of_several_versions_are_told_apart(run: Run, script: Script, home: Path) -> None:
    (home / "config").mkdir(exist_ok=True)
    (home / "config" / "app.yaml").write_text("run: {candidates: 3}\n")
    done = run("generate", TASK, *EXAMPLE, *script(code_generator=[[BAD, GOOD]]))
    lines = [line.strip() for line in done.out.splitlines()]
    checked = {lines[n - 1]: line for n, line in enumerate(lines) if line.startswith("✓ syntax")}
    assert "✗ examples 0/1" in checked["Version 1"]
    assert "✓ examples 1/1" in checked["Version 2"]


def test_without_a_terminal_the_gate_is_left_open(run: Run, script: Script) -> None:
    done = run("generate", TASK, *EXAMPLE, *script())
    assert done.code == 4
    assert "runs resume" in done.out
    assert run("runs", "list", "--json").lines[0]["status"] == "waiting"


def test_unverified_version_is_left_to_the_user(run: Run, script: Script) -> None:
    generator = ["```go add.go\npackage main\n\nfunc Add(a, b int) int { return a + b }\n```"]
    checked = script(code_generator=generator)
    done = run("generate", TASK, *checked, "--language", "go", "--decide", "approve-if-verified")
    assert done.code == 3
    assert run("runs", "list", "--json").lines[0]["status"] == "waiting"


def test_run_that_fails_ends_with_5(run: Run, script: Script) -> None:
    done = run(
        "generate", TASK, *script(code_generator=["I cannot do that."]), "--max-iterations", "1", "--json"
    )
    assert done.code == 5
    assert done.lines[-1]["type"] == "run.finished"
    assert done.lines[-1]["data"]["status"] == "failed"


def test_provider_failure_is_shown_with_what_to_do(run: Run, script: Script) -> None:
    done = run("generate", TASK, *script(code_generator=[{"text": "", "fault": "quota"}]))
    assert done.code == 5
    assert "Failed" in done.out
    assert "runs resume" in done.out


def test_json_is_one_event_a_line_and_ends_with_the_end(run: Run, script: Script) -> None:
    done = run("generate", TASK, *EXAMPLE, *script(), "--decide", "approve-if-verified", "--json")
    assert done.code == 0
    assert [event["seq"] for event in done.lines] == list(range(1, len(done.lines) + 1))
    assert {"seq", "type", "agent", "message", "ts"} <= done.lines[0].keys()
    assert done.lines[0]["type"] == "run.created"
    assert done.lines[-1]["type"] == "run.finished"


def test_json_of_a_waiting_run_ends_with_the_gate(run: Run, script: Script) -> None:
    done = run("generate", TASK, *EXAMPLE, *script(), "--json")
    assert (done.code, done.lines[-1]["type"]) == (4, "gate.opened")
    assert "Your decision" in done.err


def test_asked_user_can_look_change_and_approve(run: Run, script: Script, tmp_path: Path) -> None:
    answers = "v\nc\nmake it one line\na\n"
    generator = [GOOD, "```python add.py\nadd = lambda a, b: a + b\n```"]
    arguments = ("--decide", "ask", "--out", str(tmp_path / "out"))
    done = run("generate", TASK, *EXAMPLE, *script(code_generator=generator), *arguments, typed=answers)
    assert done.code == 0
    assert (tmp_path / "out" / "add.py").read_text() == "add = lambda a, b: a + b\n"
    assert done.out.count("return a + b") == 2  # as told, and as looked at
    assert "Please change: make it one line" in done.out
    assert "round 2 of 4" in done.out


def test_unverified_approval_takes_an_explicit_override(run: Run, script: Script) -> None:
    wrong = (
        "generate",
        TASK,
        *EXAMPLE,
        *script(code_generator=[BAD]),
        "--max-iterations",
        "1",
        "--decide",
        "ask",
    )
    refused = run(*wrong, typed="a\nyes\nq\n")
    assert refused.code == 4
    overridden = run(*wrong, typed="a\noverride\n")
    assert overridden.code == 3
    assert "Approved, but not verified" in overridden.out


def test_rejection_ends_with_4(run: Run, script: Script) -> None:
    done = run("generate", TASK, *script(), "--decide", "ask", typed="r\n")
    assert done.code == 4
    assert "Rejected" in done.out


def test_failed_check_shows_its_evidence_and_the_revision_is_marked(run: Run, script: Script) -> None:
    done = run("generate", TASK, *EXAMPLE, *script(code_generator=[BAD, GOOD]))
    assert "✗ examples 0/1" in done.out
    assert "gave 0, expected 4" in done.out
    assert "user_proxy  round 1 of 3 · automatic" in done.out


def test_follow_up_starts_from_the_approved_files(run: Run, script: Script) -> None:
    run("generate", TASK, *EXAMPLE, *script(), "--decide", "approve-if-verified")
    more = script(code_generator=["```python sub.py\ndef sub(a, b):\n    return a - b\n```"])
    done = run("generate", "Write sub as well, please", *more, "--session", "last")
    assert done.code == 4
    assert "add.py" in done.out
    assert TASK not in done.out
    assert len(run("runs", "list", "--json").lines) == 1


def test_context_files_reach_the_run(run: Run, script: Script, tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("numbers are integers")
    done = run("generate", TASK, *script(), "--context", str(tmp_path / "notes.txt"), "--json")
    assert done.lines[0]["data"]["context"] == [{"name": "notes.txt", "content": "numbers are integers"}]


def test_hostile_text_cannot_steer_the_terminal(run: Run, script: Script) -> None:
    hostile = "\x1b[2J\x1b]0;owned\x07[bold red]mark[/] \u202eevil\u202c :smile:\x9b31m\n\n" + GOOD
    told = script(code_generator=[hostile])
    done = run("generate", TASK, *told, "--example", "add(1, 1) == 2")
    assert "[bold red]mark[/] \N{REPLACEMENT CHARACTER}evil\N{REPLACEMENT CHARACTER} :smile:" in done.out
    assert not {"\x1b", "\x9b", "\x07", "\u202e"} & set(done.out)
    shown = run("runs", "show", "last", "--json")
    assert shown.out.isascii()
    assert not {"\x1b", "\x07"} & set(shown.out)


@pytest.mark.parametrize(
    ("argv", "named"),
    [
        (("short",), "REQUIREMENTS"),
        ((TASK, "--max-iterations", "11"), "--max-iterations"),
        ((TASK, "--max-iterations", "two"), "--max-iterations"),
        ((TASK, "--language", "cobol"), "--language"),
        ((TASK, "--context", "/no/such/file"), "--context"),
        ((TASK, "--decide", "maybe"), "--decide"),
        ((TASK, "--session", "nosuch"), "nosuch"),
        ((TASK, "--provider", "olama"), "ollama"),
        ((TASK, *("--example", "f() == 1") * 51), "--example"),
    ],
)
def test_wrong_usage_ends_with_2_and_names_what_is_wrong(run: Run, argv: tuple[str, ...], named: str) -> None:
    done = run("generate", *argv)
    assert done.code == 2
    assert named in done.err
    assert done.out == ""


def test_file_in_the_way_is_not_overwritten_and_saving_can_be_repeated(
    run: Run, script: Script, tmp_path: Path
) -> None:
    (tmp_path / "add.py").write_text("mine")
    command = (
        "generate",
        TASK,
        *EXAMPLE,
        *script(),
        "--decide",
        "approve-if-verified",
        "--out",
        str(tmp_path),
    )
    done = run(*command)
    assert done.code == 5
    assert "add.py exists" in done.err
    assert (tmp_path / "add.py").read_text() == "mine"
    assert run("runs", "resume", "last", "--out", str(tmp_path / "other")).code == 0
    assert (tmp_path / "other" / "add.py").exists()
