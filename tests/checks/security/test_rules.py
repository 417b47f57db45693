"""Every rule of every pack finds its bad examples and leaves its good ones alone."""

from __future__ import annotations

import pytest

from app.checks.security.packs import SEVERITIES, Library, Rule, read_library
from app.checks.security.scanner import UNKNOWN, SecurityScanner
from app.domain.findings import Level, Severity

LIBRARY: Library = read_library()


def found(scanner: SecurityScanner, path: str, code: str) -> set[str]:
    rules = {finding.rule for finding in scanner.scan(path, code).findings}
    assert UNKNOWN not in rules, f"{path} could not be judged"
    return rules


@pytest.mark.parametrize("rule", LIBRARY.rules.values(), ids=lambda rule: rule.id)
def test_a_rule_tells_its_bad_examples_from_its_good_ones(scanner: SecurityScanner, rule: Rule) -> None:
    assert rule.bad
    assert rule.good
    for path, code in rule.bad.items():
        assert rule.id in found(scanner, path, code), f"not found in the bad {path}"
    for path, code in rule.good.items():
        assert rule.id not in found(scanner, path, code), f"found in the good {path}"


def test_every_rule_says_what_is_wrong_and_how_to_mend_it() -> None:
    for rule in LIBRARY.rules.values():
        assert rule.message, rule.id
        assert rule.fix.endswith("."), rule.id
        assert rule.languages, rule.id
        assert rule.cwe.startswith("CWE-") or rule.level is Level.BADGE, rule.id
        assert bool(rule.capability) == (rule.level is Level.BADGE), rule.id
        expected = SEVERITIES[rule.level]
        assert rule.severity is expected or (expected, rule.severity) == (Severity.INFO, Severity.MINOR), (
            rule.id
        )


def test_no_word_promises_more_than_a_scan_can() -> None:
    for rule in LIBRARY.rules.values():
        assert " is secure" not in rule.message.lower()
        assert " is safe" not in rule.message.lower()


def test_every_engine_answers_for_a_sample_in_each_of_its_languages() -> None:
    proved = {(c.engine, c.path.rpartition(".")[2]) for c in LIBRARY.canaries}
    assert {("yara", s) for s in ("py", "js", "java", "go", "rs", "sh")} <= proved
    assert {("guarddog", s) for s in ("py", "js", "go")} <= proved
    assert {("ast-grep", s) for s in ("py", "js", "java", "go", "rs")} <= proved
    assert {("bandit", "py"), ("secrets", "py"), ("regex", "md")} <= proved
