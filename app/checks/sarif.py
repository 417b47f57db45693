"""The answer of `check_files` as a SARIF 2.1.0 log, which code hosts and editors show."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

from app.domain.version import VERSION

SCHEMA: Final = "https://json.schemastore.org/sarif-2.1.0.json"
SPECIAL: Final = re.compile(r"`[^`]*`|'[^']*'")
ROOT: Final = "SRCROOT"
FINGERPRINT: Final = "roundtableFinding/v1"
BY_LEVEL: Final = {"block": "error", "ask": "error", "badge": "note"}
BY_SEVERITY: Final = {"blocker": "error", "major": "error", "minor": "warning", "info": "note"}
# Code hosts sort by this number: 9 and more is critical, 7 high, 4 medium, below that low.
SECURITY_SEVERITY: Final = {"blocker": "9.5", "major": "7.5", "minor": "5.0", "info": "2.0"}

Entry = dict[str, Any]


def to_sarif(report: Entry) -> Entry:
    """report: as `check_files` gives it. Paths are relative to the current folder where they lie below it."""
    found = list(_located(report))
    first = {finding["rule"]: finding for _, finding in reversed(found)}
    ids = sorted(first)
    driver = {
        "name": "Roundtable",
        "semanticVersion": VERSION,
        "rules": [_rule(rule, first[rule]) for rule in ids],
    }
    run = {
        "tool": {"driver": driver},
        "originalUriBaseIds": {ROOT: {"uri": f"{Path.cwd().as_uri()}/"}},
        "artifacts": [_artifact(file) for file in report["files"]],
        "results": [_result(place, finding, ids) for place, finding in found],
        "columnKind": "unicodeCodePoints",
    }
    return {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}


def _located(report: Entry) -> Iterator[tuple[Entry, Entry]]:
    """Each finding with the place of its file."""
    for index, file in enumerate(report["files"]):
        for finding in file["findings"]:
            yield {**_place(file["path"]), "index": index}, finding


def _rule(rule: str, finding: Entry) -> Entry:
    """What is told of a rule is its first finding without what is special about that one."""
    cwe = finding.get("cwe", "").lower()
    tags = ["security", f"external/cwe/{cwe}"] if cwe else [finding["source"]]
    properties: Entry = {"tags": tags}
    if cwe:
        properties["security-severity"] = SECURITY_SEVERITY[finding["severity"]]
    return {
        "id": rule,
        "shortDescription": {"text": _in_general(finding["message"])},
        "help": {"text": _in_general(finding.get("fix") or finding["message"])},
        "defaultConfiguration": {"level": _level(finding)},
        "properties": properties,
    }


def _in_general(text: str) -> str:
    """`Undefined name …` for ``Undefined name `x` ``, and nothing of the code behind a colon."""
    return SPECIAL.sub("…", text.partition(": ")[0])


def _result(place: Entry, finding: Entry, ids: list[str]) -> Entry:
    where: Entry = {"artifactLocation": place}
    if finding["line"]:
        where["region"] = {"startLine": finding["line"]}
    message = ". ".join(filter(None, [finding["message"].rstrip("."), finding.get("fix")]))
    return {
        "ruleId": finding["rule"],
        "ruleIndex": ids.index(finding["rule"]),
        "level": _level(finding),
        "message": {"text": message},
        "locations": [{"physicalLocation": where}],
        "partialFingerprints": {FINGERPRINT: finding["id"]},
        "properties": {
            "level": finding["level"],
            "severity": finding["severity"],
            "source": finding["source"],
        },
    }


def _level(finding: Entry) -> str:
    return BY_LEVEL.get(finding["level"]) or BY_SEVERITY[finding["severity"]]


def _artifact(file: Entry) -> Entry:
    entry: Entry = {"location": _place(file["path"]), "hashes": {"sha-256": file["sha256"]}}
    return {**entry, "sourceLanguage": file["language"]} if file["language"] else entry


def _place(path: str) -> Entry:
    """Relative to the current folder, or whole where it lies elsewhere."""
    whole = Path(path).absolute()
    try:
        return {"uri": quote(whole.relative_to(Path.cwd()).as_posix()), "uriBaseId": ROOT}
    except ValueError:
        return {"uri": whole.as_uri()}
