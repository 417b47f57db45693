"""What follows a turn: the next agent, an automatic revision, a gate, or the end. Pure functions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from app.domain.decisions import Decision, DecisionKind
from app.domain.findings import Severity
from app.domain.runs import RunState, RunStatus

AGENTS: Final = ("code_generator", "quality_checker", "code_optimizer", "user_proxy")
CIRCLES: Final = 3  # times that the same code fails the same way before the user is asked
CODE_GENERATOR: Final = AGENTS[0]
QUALITY_CHECKER: Final = AGENTS[1]
USER_PROXY: Final = AGENTS[-1]
NO_FILES: Final = (
    "No files could be read from the answer. Give every file whole, in a fenced block with its path."
)


@dataclass(frozen=True)
class Next:
    """What follows a turn.

    state: with the decision that policy made, where it made one. gate: the summary to ask with, or None.
    """

    state: RunState
    status: RunStatus
    gate: str | None = None


def speaker(state: RunState) -> str:
    """Who speaks in the turn after this state: one after the other, and user_proxy again after an edit."""
    return AGENTS[(state.turn - state.edits) % len(AGENTS)]


def after_turn(state: RunState, agent: str, max_iterations: int) -> Next:
    """Decide what follows the turn that `state` is the outcome of."""
    if agent == USER_PROXY and state.decision is not None:
        return _after_decision(state, state.decision, max_iterations)
    if speaker(state) != USER_PROXY:
        return Next(state, RunStatus.QUEUED)
    wanting = _wanting(state)
    state = state.model_copy(update={"tried": (*state.tried, _reached(state))})
    more = state.round < (state.last_round or max_iterations) and times_reached(state) < CIRCLES
    if wanting and more and not state.doubt:
        decision = Decision(kind=DecisionKind.REVISE, feedback=wanting, by="policy")
        return Next(state.model_copy(update={"decision": decision}), RunStatus.QUEUED)
    if state.artifact is None:
        return Next(state, RunStatus.FAILED)
    return Next(state, RunStatus.WAITING, gate=gate_summary(state))


def times_reached(state: RunState) -> int:
    """How often the run has come to where its last round ended: the same code with the same failures."""
    return state.tried.count(state.tried[-1]) if state.tried else 0


def _reached(state: RunState) -> str:
    newest = max(state.versions, key=lambda v: v.version, default=None)
    if newest is None:
        return NO_FILES
    return " ".join([newest.artifact_hash, *sorted(f.id for r in newest.report.failed for f in r.findings)])


def gate_summary(state: RunState) -> str:
    """The question at the gate in one line."""
    if state.report is None:
        return f"Version {state.best_version}: nothing was checked"
    report = state.report
    heavy = [f for f in (*report.findings, *state.claims) if f.severity in (Severity.BLOCKER, Severity.MAJOR)]
    open_findings = f", {len(heavy)} major findings" if len(heavy) != 1 else ", 1 major finding"
    words = report.verdict.value.replace("_", " ")
    doubt = f". {state.doubt}" if state.doubt else ""
    return (
        f"Version {state.best_version}: {words} ({report.summary()}{open_findings if heavy else ''}){doubt}"
    )


def _wanting(state: RunState) -> str:
    """What keeps the newest version from being shown to the user; empty where nothing does."""
    if state.setback:
        return state.setback
    if state.artifact is None or state.report is None:
        return NO_FILES
    return state.report.why_failed()


def _after_decision(state: RunState, decision: Decision, max_iterations: int) -> Next:
    if decision.kind is DecisionKind.APPROVE:
        return Next(state, RunStatus.APPROVED)
    if decision.kind is DecisionKind.REJECT:
        return Next(state, RunStatus.REJECTED)
    if decision.kind is DecisionKind.EDIT:
        edited = state.model_copy(update={"decision": None, "edits": state.edits + 1})
        return Next(edited, RunStatus.WAITING, gate=gate_summary(edited))
    changes: dict[str, object] = {"decision": None, "round": state.round + 1}
    if decision.by == "user":
        changes |= {"feedback": decision.feedback, "last_round": state.round + max_iterations}
        changes |= {"tried": (), "doubt": ""}
    return Next(state.model_copy(update=changes), RunStatus.QUEUED)
