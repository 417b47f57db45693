"""SARIF 2.1.0: what code hosts and editors read."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from app.checks.sarif import to_sarif


def finding(**facts: Any) -> dict[str, Any]:
    return {
        "id": "0123456789abcdef",
        "rule": "sql-injection",
        "level": "ok",
        "severity": "minor",
        "source": "security",
        "line": 3,
        "message": "SQL is built from input",
    } | facts


def log(*findings: dict[str, Any], path: str = "a.py") -> dict[str, Any]:
    file = {"path": path, "language": "python", "sha256": "ab", "findings": list(findings)}
    whole = to_sarif({"files": [file]})
    assert (whole["version"], len(whole["runs"])) == ("2.1.0", 1)
    return whole["runs"][0]


def test_a_finding_is_a_result_with_a_place_and_a_fingerprint() -> None:
    run = log(finding(cwe="CWE-89", fix="Pass parameters.", severity="major"))
    (result,) = run["results"]
    assert result["ruleId"] == run["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == "sql-injection"
    assert result["message"]["text"] == "SQL is built from input. Pass parameters."
    assert result["partialFingerprints"] == {"roundtableFinding/v1": "0123456789abcdef"}
    place = result["locations"][0]["physicalLocation"]
    assert place["artifactLocation"] == {"uri": "a.py", "uriBaseId": "SRCROOT", "index": 0}
    assert place["region"] == {"startLine": 3}


def test_a_rule_is_told_in_general() -> None:
    run = log(finding(message="Undefined name `x`: y = x", fix="Remove 'x'."), finding(line=4))
    (rule,) = run["tool"]["driver"]["rules"]
    assert rule["shortDescription"]["text"] == "Undefined name …"
    assert rule["help"]["text"] == "Remove …."


def test_a_rule_tells_its_weakness_and_what_to_do() -> None:
    weak, plain = log(finding(cwe="CWE-89", fix="Pass parameters."), finding(rule="F401", source="ruff"))[
        "tool"
    ]["driver"]["rules"][::-1]
    assert weak["properties"] == {"tags": ["security", "external/cwe/cwe-89"], "security-severity": "5.0"}
    assert weak["help"]["text"] == "Pass parameters."
    assert plain["properties"] == {"tags": ["ruff"]}
    assert plain["help"]["text"] == "SQL is built from input"


@pytest.mark.parametrize(
    ("level", "severity", "expected"),
    [
        ("block", "minor", "error"),
        ("ask", "info", "error"),
        ("badge", "major", "note"),
        ("ok", "blocker", "error"),
        ("ok", "major", "error"),
        ("ok", "minor", "warning"),
        ("ok", "info", "note"),
    ],
)
def test_levels(level: str, severity: str, expected: str) -> None:
    (result,) = log(finding(level=level, severity=severity))["results"]
    assert result["level"] == expected


def test_paths_are_relative_below_the_current_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    monkeypatch.chdir(tmp_path / "in")
    (inside,) = log(finding(), path=str(tmp_path / "in" / "a b.py"))["artifacts"]
    (outside,) = log(finding(), path=str(tmp_path / "c.py"))["artifacts"]
    assert inside["location"] == {"uri": "a%20b.py", "uriBaseId": "SRCROOT"}
    assert outside["location"] == {"uri": (tmp_path / "c.py").as_uri()}
    assert inside["hashes"] == {"sha-256": "ab"}


def test_a_finding_without_a_line_has_no_region() -> None:
    (result,) = log(finding(line=None))["results"]
    assert "region" not in result["locations"][0]["physicalLocation"]
