"""What an agent is told: one text per turn, shared part first and the role's instruction last.

A local server keeps the prompt it has read. Because every agent's text is the same up to its
instruction, only the differing end has to be read again; see docs/decisions/0003-brief-layout.md.
The text holds the present state, never the chat, so that it does not grow with the rounds.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from typing import Final

from app.domain.artifacts import Artifact
from app.domain.findings import CheckReport, CheckStatus, Finding, Severity
from app.domain.runs import RunRequest

MAX_FINDINGS: Final = 12
MAX_EVIDENCE: Final = 1_500
MAX_FEEDBACK: Final = 4_000
_ORDER: Final = {severity: rank for rank, severity in enumerate(Severity)}
_FENCE_TAGS: Final = {
    ".py": "python",
    ".js": "javascript",
    ".mjs": "javascript",
    ".java": "java",
    ".go": "go",
    ".rs": "rust",
}


@cache
def prompt(name: str) -> str:
    """Text of a file in app/agents/prompts. Raises FileNotFoundError."""
    return (files("app.agents") / "prompts" / name).read_text(encoding="utf-8").strip()


def clip(text: str, limit: int) -> str:
    """The text, or its first `limit` characters with a word saying how much was left out."""
    return text if len(text) <= limit else f"{text[:limit]}\n[{len(text) - limit} characters left out]"


def task_part(request: RunRequest) -> str:
    """The part that stays the same for a whole run."""
    parts = [f"# Task\nLanguage: {request.language}\n\n{request.requirements}"]
    if request.examples:
        parts.append("# Examples that must hold\n" + "\n".join(f"- {e}" for e in request.examples))
    if request.context:
        quoted = "\n".join(f'<file name="{c.name}">\n{c.content}\n</file>' for c in request.context)
        parts.append(f"# Background files\n{quoted}")
    return "\n\n".join(parts)


def files_part(artifact: Artifact | None) -> str:
    """The current files in the very form in which agents are asked to write them."""
    if artifact is None:
        return ""
    blocks = (f"```{_tag(f.path)} {f.path}\n{f.content.rstrip()}\n```" for f in artifact.files)
    return "# Current files\n" + "\n\n".join(blocks)


def signatures_part(signatures: Sequence[str]) -> str:
    """Public signatures instead of the files, for one who must not see the code."""
    return "# Signatures\n" + "\n".join(f"- {s}" for s in signatures)


def report_part(report: CheckReport | None) -> str:
    """What the checks found, with the evidence of those that failed."""
    if report is None:
        return ""
    lines = ["# Check results"]
    for result in report.results:
        count = f" ({result.passed} of {result.executed} passed)" if result.executed else ""
        reason = f": {result.reason}" if result.reason else ""
        lines.append(f"- {result.name}: {result.status.value}{count}{reason}")
        if result.status is CheckStatus.FAIL or result.passed < result.executed:
            lines.append(clip(result.evidence, MAX_EVIDENCE))
    return "\n".join(lines)


def findings_part(findings: tuple[Finding, ...]) -> str:
    """Open findings, heaviest first."""
    if not findings:
        return ""
    ranked = sorted(findings, key=lambda f: _ORDER[f.severity])[:MAX_FINDINGS]
    return "# Open findings\n" + "\n".join(finding_line(f) for f in ranked)


def finding_line(finding: Finding) -> str:
    """`- [major] path:line text`, the form that agents write and read."""
    place = f"{finding.path}:{finding.line}" if finding.line else finding.path
    return f"- [{finding.severity.value}] {place} {finding.text}"


def feedback_part(feedback: str, setback: str) -> str:
    """The last feedback, and why a later attempt was not kept."""
    parts: list[str] = []
    if setback:
        parts.append(f"# Last attempt, not kept\n{clip(setback, MAX_FEEDBACK)}")
    if feedback:
        parts.append(f"# Feedback on the current files\n{clip(feedback, MAX_FEEDBACK)}")
    return "\n\n".join(parts)


def role_part(agent: str, instruction: str) -> str:
    """The only part that differs between agents; it comes last."""
    return f"# Your part now: {agent}\n{instruction}"


def join(*parts: str) -> str:
    """The non-empty parts as one text."""
    return "\n\n".join(part for part in parts if part)


def _tag(path: str) -> str:
    return _FENCE_TAGS.get(f".{path.rsplit('.', 1)[-1]}", "text")
