"""What must hold before a version may be approved."""

from __future__ import annotations

from collections.abc import Collection

from app.domain.findings import CheckReport, Level, Verdict
from app.domain.runs import RunState
from app.errors import AppError, ErrorKind


def check_approval(
    state: RunState, artifact_hash: str, override: bool, confirmed: Collection[str], why_closed: str
) -> None:
    """Refuse an approval of the version with this hash; the store refuses hashes of other runs.

    Blocked versions are never approved: no text of a model, no flag of the API opens that door. Raises
    AppError: forbidden, invalid_request.
    """
    if why_closed:
        raise AppError(ErrorKind.FORBIDDEN, f"Approving is off: {why_closed}.", "`doctor` says more.")
    record = state.record(artifact_hash)
    offered = state.artifact is not None and state.artifact.hash == artifact_hash
    if not offered and record is None:
        return
    report = state.report if offered else record.report if record else None
    blocking = _named(report, Level.BLOCK)
    if blocking:
        raise AppError(
            ErrorKind.FORBIDDEN,
            f"This version is blocked and cannot be approved: {'; '.join(blocking.values())}.",
            "Request changes, or reject it.",
        )
    if not override and (report is None or report.verdict is not Verdict.VERIFIED):
        raise AppError(
            ErrorKind.INVALID_REQUEST,
            "This version is not verified.",
            "Approve it with an explicit override, or request changes.",
        )
    missing = {key: words for key, words in _named(report, Level.ASK).items() if key not in confirmed}
    if missing:
        raise AppError(
            ErrorKind.INVALID_REQUEST,
            f"confirmed lacks {len(missing)} finding(s): "
            + "; ".join(f"{words} ({key})" for key, words in missing.items())
            + ".",
            "Look at each and confirm it by its id, or request changes.",
        )


def _named(report: CheckReport | None, level: Level) -> dict[str, str]:
    """Findings of a level: what they say by id."""
    return {f.id: f"{f.path}: {f.text}" for f in report.findings if f.level is level} if report else {}
