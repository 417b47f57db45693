"""Who answers at a gate: the user, the verdict, or nobody yet."""

from __future__ import annotations

from typing import Final

from app.cli.drive import Answer
from app.cli.paint import Painter
from app.cli.stop import Stop
from app.cli.terminal import Terminal
from app.domain.decisions import Decision, DecisionKind, Gate
from app.domain.findings import CheckReport, Level, Verdict
from app.session.ports import Store

_QUESTION: Final = "(a)pprove (c)hange (r)eject (v)iew (p)ick another version (q)uit, decide later > "
_OVERRIDE: Final = "override"
_EXTENSION_TAGS: Final = {"py": "python", "js": "javascript", "rs": "rust"}


def verified(store: Store, run_id: str) -> bool:
    """Whether the version that counts is verified."""
    report = store.state(run_id).report
    return report is not None and report.verdict is Verdict.VERIFIED


def answer_by(mode: str, store: Store, terminal: Terminal, stop: Stop) -> Answer:
    """mode: ask, approve-if-verified or none."""
    if mode == "ask":
        return Asking(store, terminal, stop)
    if mode == "none":
        return lambda _gate: None
    return lambda gate: Decision(kind=DecisionKind.APPROVE) if verified(store, gate.run_id) else None


class Asking:
    """Asks the user. Ctrl-C, the end of input and (q) leave the gate open."""

    def __init__(self, store: Store, terminal: Terminal, stop: Stop) -> None:
        self._store = store
        self._terminal = terminal
        self._stop = stop
        self._picked: dict[str, str] = {}

    def __call__(self, gate: Gate) -> Decision | None:
        try:
            with self._stop.raising():
                decision = self._ask(gate)
        except KeyboardInterrupt:
            decision = None
        self._terminal.line()
        return decision

    def _ask(self, gate: Gate) -> Decision | None:
        while (typed := self._terminal.ask(_QUESTION)) is not None:
            match typed.strip().lower()[:1]:
                case "a" if decision := self._approval(gate):
                    return decision
                case "c" if feedback := self._terminal.ask("What should change? > "):
                    return Decision(kind=DecisionKind.REVISE, feedback=feedback)
                case "r":
                    return Decision(kind=DecisionKind.REJECT)
                case "v":
                    self._show_files(gate)
                case "p":
                    self._pick(gate)
                case "q":
                    return None
                case _:
                    continue
        return None

    def _hash(self, gate: Gate) -> str:
        """Of the version that is being decided on."""
        return self._picked.get(gate.id, gate.artifact_hash)

    def _report(self, gate: Gate) -> CheckReport | None:
        state = self._store.state(gate.run_id)
        record = state.record(self._hash(gate))
        return record.report if record else state.report

    def _approval(self, gate: Gate) -> Decision | None:
        report = self._report(gate)
        confirmed = self._confirmed(report)
        if confirmed is None:
            return None
        override = report is None or report.verdict is not Verdict.VERIFIED
        if override:
            question = f"This version is not verified. Type {_OVERRIDE!r} to approve it all the same > "
            typed = self._terminal.ask(question)
            if typed is None or typed.strip().lower() != _OVERRIDE:
                return None
        return Decision(
            kind=DecisionKind.APPROVE,
            override=override,
            confirmed=confirmed,
            artifact_hash=self._picked.get(gate.id, ""),
        )

    def _confirmed(self, report: CheckReport | None) -> tuple[str, ...] | None:
        """Ids of the findings that ask, each accepted by itself; None where one is not."""
        accepted: list[str] = []
        for finding in report.findings if report else ():
            if finding.level is Level.BLOCK:
                self._terminal.line(f"Blocked, cannot be approved: {finding.path}: {finding.text}", "red")
                return None
            if finding.level is Level.ASK and finding.id not in accepted:
                typed = self._terminal.ask(f"{finding.path}: {finding.text}. Accept this? (y/n) > ")
                if typed is None or typed.strip().lower() not in {"y", "yes"}:
                    return None
                accepted.append(finding.id)
        return tuple(accepted)

    def _pick(self, gate: Gate) -> None:
        """Decide on another version than the one offered."""
        records = {v.version: v for v in self._store.state(gate.run_id).versions}
        for number, record in records.items():
            verdict = record.report.verdict.value.replace("_", " ")
            mark = "*" if record.artifact_hash == self._hash(gate) else " "
            why = f" ({record.not_kept})" if record.not_kept else ""
            self._terminal.line(f"{mark} version {number}: {verdict}, {record.report.summary()}{why}")
        typed = (self._terminal.ask("Which version? > ") or "").strip()
        if typed.isdecimal() and int(typed) in records:
            self._picked[gate.id] = records[int(typed)].artifact_hash

    def _show_files(self, gate: Gate) -> None:
        painter = Painter(plain=self._terminal.plain)
        for file in self._store.artifact(self._hash(gate)).files:
            suffix = file.path.rpartition(".")[2]
            painted = painter.code(_EXTENSION_TAGS.get(suffix, suffix), file.path, file.content.rstrip("\n"))
            self._terminal.console.print(painted)
