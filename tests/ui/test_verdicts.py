"""The page's verdict on a report is the program's, whatever the report says."""

from __future__ import annotations

import json
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.domain.findings import CheckReport, CheckResult, CheckStatus, Finding, Level, Severity, Verdict
from tests.support.page_tools import run_node

PRINT = Path(__file__).parent / "print_verdicts.js"

findings = st.builds(
    Finding,
    rule=st.just("rule"),
    severity=st.sampled_from(Severity),
    source=st.just("tool"),
    path=st.just("a.py"),
    text=st.text(max_size=3),
    level=st.sampled_from([Level.OK, Level.OK, *Level]),
)


def counted(counts: tuple[int, int], result: CheckResult) -> CheckResult:
    return result.model_copy(update={"executed": max(counts), "passed": min(counts)})


results = st.builds(
    counted,
    st.sampled_from([(0, 0), (0, 0), (2, 2), (2, 2), (1, 2)]),
    st.builds(
        CheckResult,
        name=st.sampled_from(["syntax", "security", "examples", "proposed examples", "tests", "agreement"]),
        status=st.sampled_from([CheckStatus.PASS, *CheckStatus]),
        required=st.booleans(),
        findings=st.lists(findings, max_size=2).map(tuple),
    ),
)
reports = st.builds(
    CheckReport,
    artifact_hash=st.just("0" * 64),
    results=st.lists(results, max_size=5, unique_by=lambda result: result.name).map(tuple),
    safety_enabled=st.booleans(),
)


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(drawn=st.lists(reports, min_size=1, max_size=50))
def test_of_any_report(tmp_path: Path, drawn: list[CheckReport]) -> None:
    file = tmp_path / "reports.jsonl"
    file.write_text("\n".join(report.model_dump_json() for report in drawn), encoding="utf-8")
    ran = run_node(PRINT, file)
    assert ran.returncode == 0, ran.stdout
    expected = [[r.verdict.value, r.verdict is not Verdict.VERIFIED] for r in drawn]
    assert json.loads(ran.stdout) == expected
