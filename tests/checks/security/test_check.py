"""The security check within the checks of a version."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from app.checks.pipeline import Check, Pipeline, Subject
from app.checks.security.check import SecurityCheck
from app.checks.security.scanner import SecurityScanner
from app.domain.artifacts import Artifact, SourceFile
from app.domain.findings import CheckStatus, Level
from app.errors import AppError, ErrorKind
from tests.checks.security.test_scanner import WIPE, edited

PLAIN = "def add(a, b):\n    return a + b\n"


def subject(**files: str) -> Subject:
    """Files by name, `__` for the dot."""
    named = [SourceFile(path=name.replace("__", "."), content=text) for name, text in files.items()]
    return Subject(artifact=Artifact.of(named), language="python")


def test_plain_files_pass(scanner: SecurityScanner) -> None:
    check: Check = SecurityCheck(scanner)
    (result,) = check.run(subject(a__py=PLAIN, README__md="# Add\n"), threading.Event())
    assert result.status is CheckStatus.PASS
    assert result.required
    assert result.data["levels"] == {"README.md": "ok", "a.py": "ok"}
    assert result.data["engines"]["guarddog"] == "3.2.0"
    assert result.evidence == ""


def test_what_is_blocked_or_asked_about_fails_and_is_listed(scanner: SecurityScanner) -> None:
    files = {
        "bad__py": WIPE,
        "odd__py": "eval(x)\n",
        "net__py": "import requests\nrequests.get(u, timeout=3)\n",
    }
    (result,) = SecurityCheck(scanner).run(subject(**files), threading.Event())
    assert result.status is CheckStatus.FAIL
    assert result.data["levels"] == {"bad.py": "block", "net.py": "badge", "odd.py": "ask"}
    assert result.data["capabilities"] == ["delete", "network", "processes"]
    assert "bad.py:2: [wipes-shell]" in result.evidence
    assert "odd.py:1: [py-eval]" in result.evidence
    assert "net.py" not in result.evidence


def test_blocked_code_gets_no_good_verdict(scanner: SecurityScanner) -> None:
    report = Pipeline([SecurityCheck(scanner)]).run(subject(bad__py=WIPE))
    assert report.level is Level.BLOCK
    assert [r.name for r in report.failed] == ["security"]


def test_nothing_passes_while_an_engine_cannot_be_relied_on(tmp_path: Path) -> None:
    packs = edited(tmp_path, "bandit.yaml", "body: B301", "body: B302_")
    check = SecurityCheck(SecurityScanner(packs, seconds=20))
    assert check.problems
    report = Pipeline([check]).run(subject(a__py=PLAIN))
    assert report.level is Level.ASK
    assert "cannot be relied on: bandit" in report.why_failed()


def test_a_scan_can_be_stopped(scanner: SecurityScanner) -> None:
    stop = threading.Event()
    stop.set()
    with pytest.raises(AppError) as error:
        SecurityCheck(scanner).run(subject(a__py=PLAIN), stop)
    assert error.value.kind is ErrorKind.CANCELLED
