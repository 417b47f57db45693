"""What follows a turn."""

from __future__ import annotations

import pytest

from app.domain.artifacts import Artifact, SourceFile
from app.domain.decisions import Decision, DecisionKind
from app.domain.findings import CheckReport, CheckResult, CheckStatus, Verdict
from app.domain.runs import RunState, RunStatus
from app.session.policy import AGENTS, after_turn, speaker

FILES = Artifact.of([SourceFile(path="a.py", content="x = 1\n")])


def report(status: CheckStatus, *, executed: int = 1, passed: int = 1) -> CheckReport:
    result = CheckResult(
        name="examples", status=status, evidence="f(1) gave 2", executed=executed, passed=passed
    )
    return CheckReport(artifact_hash=FILES.hash, results=(result,))


def optimizer_done(**changes: object) -> RunState:
    return RunState(turn=3, last_round=2, artifact=FILES, best_version=1).model_copy(update=changes)


def test_agents_speak_in_their_order() -> None:
    assert [speaker(RunState(turn=n)) for n in range(5)] == [*AGENTS, AGENTS[0]]


def test_failed_checks_with_rounds_left_are_sent_back_with_the_evidence() -> None:
    following = after_turn(optimizer_done(report=report(CheckStatus.FAIL)), "code_optimizer", 2)
    assert following.status is RunStatus.QUEUED
    assert following.state.decision is not None
    assert following.state.decision.by == "policy"
    assert "f(1) gave 2" in following.state.decision.feedback


def test_failed_checks_in_the_last_round_ask_the_user() -> None:
    following = after_turn(optimizer_done(round=2, report=report(CheckStatus.FAIL)), "code_optimizer", 2)
    assert following.status is RunStatus.WAITING
    assert following.gate is not None
    assert "not verified" in following.gate


def test_no_files_after_the_last_round_fails_the_run() -> None:
    following = after_turn(optimizer_done(round=2, artifact=None), "code_optimizer", 2)
    assert following.status is RunStatus.FAILED


@pytest.mark.parametrize(
    ("kind", "status"),
    [(DecisionKind.APPROVE, RunStatus.APPROVED), (DecisionKind.REJECT, RunStatus.REJECTED)],
)
def test_final_decisions_end_the_run(kind: DecisionKind, status: RunStatus) -> None:
    state = optimizer_done(turn=4, decision=Decision(kind=kind))
    assert after_turn(state, "user_proxy", 2).status is status


def test_requested_changes_give_fresh_rounds_and_reach_the_next_brief() -> None:
    decision = Decision(kind=DecisionKind.REVISE, feedback="handle an empty list")
    following = after_turn(optimizer_done(turn=4, round=2, decision=decision), "user_proxy", 2)
    assert (following.state.round, following.state.last_round) == (3, 4)
    assert following.state.feedback == "handle an empty list"
    assert following.state.decision is None


def test_automatic_revision_keeps_what_the_user_asked_for() -> None:
    decision = Decision(kind=DecisionKind.REVISE, feedback="examples failed", by="policy")
    state = optimizer_done(turn=4, feedback="handle an empty list", decision=decision)
    assert after_turn(state, "user_proxy", 2).state.feedback == "handle an empty list"


def test_verified_needs_an_executed_example() -> None:
    assert report(CheckStatus.PASS).verdict is Verdict.VERIFIED
    assert report(CheckStatus.PASS, executed=0, passed=0).verdict is Verdict.CHECKED
    assert report(CheckStatus.PASS, executed=2, passed=1).verdict is Verdict.CHECKED
    assert CheckReport(artifact_hash=FILES.hash).verdict is Verdict.NOT_VERIFIED


def test_user_proxy_keeps_the_floor_after_an_edit() -> None:
    state = optimizer_done(turn=4, report=report(CheckStatus.FAIL), decision=Decision(kind=DecisionKind.EDIT))
    following = after_turn(state, "user_proxy", 2)
    assert following.status is RunStatus.WAITING
    assert following.gate is not None
    assert "not verified" in following.gate
    assert (following.state.decision, following.state.round) == (None, 1)
    assert speaker(following.state) == "user_proxy"
    assert speaker(following.state.model_copy(update={"turn": 5})) == AGENTS[0]
