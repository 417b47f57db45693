"""`check FILE...`: the shape of the answer is a contract."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from app.checks.files import check_files, to_sarif
from app.checks.sandbox.wasm import WasmPython
from app.errors import AppError, ErrorKind


def written(folder: Path, name: str, content: str | bytes) -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def test_good_files_are_ok(tmp_path: Path) -> None:
    path = written(tmp_path, "a.go", "package a\n")
    report = check_files([path])
    (file,) = report["files"]
    assert {k: file[k] for k in ("path", "language", "sha256", "level", "findings")} == {
        "path": str(path),
        "language": "go",
        "sha256": hashlib.sha256(b"package a\n").hexdigest(),
        "level": "ok",
        "findings": [],
    }
    assert [(c["name"], c["status"]) for c in file["checks"]] == [("syntax", "pass"), ("metrics", "pass")]
    assert set(file["checks"][0]) == {"name", "status", "ms", "evidence"}
    assert report["verdict"] == "checked"


def test_a_syntax_error_asks(tmp_path: Path) -> None:
    report = check_files([written(tmp_path, "a.py", "x = (\n"), written(tmp_path, "b.py", "x = 1\n")])
    bad, good = report["files"]
    assert (bad["level"], good["level"], report["verdict"]) == ("ask", "ok", "not_verified")
    assert bad["findings"] == [
        {
            "rule": "syntax",
            "level": "ask",
            "severity": "blocker",
            "line": 1,
            "message": "'(' was never closed",
        }
    ]


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.sh", "ls\n", "not one of the languages checked here"),
        ("a.py", b"x = '\xff'\n", "not UTF-8 text"),
        ("a.py", "#" * 200_001, "over 200000 bytes"),
    ],
)
def test_what_cannot_be_checked_asks(tmp_path: Path, name: str, content: str | bytes, message: str) -> None:
    report = check_files([written(tmp_path, name, content)])
    assert report["files"][0]["level"] == "ask"
    assert message in report["files"][0]["findings"][0]["message"]
    assert report["verdict"] == "not_verified"


def test_doctests_are_run_where_there_is_a_sandbox(tmp_path: Path, sandbox: WasmPython) -> None:
    code = 'def f(n):\n    """\n    >>> f(2)\n    4\n    """\n    return n * {}\n'
    good = written(tmp_path, "good.py", code.replace("{}", "2"))
    bad = written(tmp_path, "bad.py", code.replace("{}", "3"))
    assert check_files([good], sandbox)["verdict"] == "verified"
    report = check_files([bad], sandbox)
    assert report["verdict"] == "not_verified"
    assert report["files"][0]["checks"][-1]["evidence"] == "f(2) gave 6, expected 4"


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(AppError, match=r"There is no file .*lost\.py") as caught:
        check_files([tmp_path / "lost.py"])
    assert caught.value.kind is ErrorKind.NOT_FOUND


def test_sarif(tmp_path: Path) -> None:
    report = check_files([written(tmp_path, "a.py", "x = (\n"), written(tmp_path, "a.sh", "ls\n")])
    log = to_sarif(report)
    assert log["version"] == "2.1.0"
    (run,) = log["runs"]
    assert run["tool"]["driver"]["name"] == "Roundtable"
    assert {rule["id"] for rule in run["tool"]["driver"]["rules"]} == {"syntax", "unknown"}
    first, second = run["results"]
    assert (first["ruleId"], first["level"], first["message"]["text"]) == (
        "syntax",
        "error",
        "'(' was never closed",
    )
    place = first["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"] == (tmp_path / "a.py").as_posix()
    assert place["region"] == {"startLine": 1}
    assert "region" not in second["locations"][0]["physicalLocation"]
