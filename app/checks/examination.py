"""One examination of an artifact: from examples to sandboxed processes to an outcome for each."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import replace

from app.checks.examples import Example
from app.checks.harness.base import Wanted
from app.checks.harness.choice import harness_for
from app.checks.harness.rounds import Rounds
from app.checks.judge import Judge, Outcome
from app.checks.sandbox.base import Executor, Limits
from app.checks.values import is_literal
from app.domain.artifacts import Artifact
from app.domain.runs import Language


class Examination:
    """Runs examples of one artifact.

    times: best milliseconds per example, empty where not measured. peak_kb, stderr: as in `Rounds`.
    """

    def __init__(
        self, artifact: Artifact, examples: Sequence[Example], limits: Limits, language: Language = "python"
    ) -> None:
        self.examples = examples
        self.times: list[float] = []
        self.peak_kb: float | None = None
        self.stderr = ""
        self._limits = limits
        self._harness = harness_for(artifact, language, [_wanted(n, e) for n, e in enumerate(examples)])
        self._judge = Judge(artifact, language, self._harness.own)

    def run(self, executor: Executor, budget: float, stop: threading.Event) -> list[Outcome]:
        """An outcome for every example, in order. budget: seconds for all processes together."""
        rounds = Rounds(self._harness, executor, self._limits)
        wanted = [n for n in range(len(self.examples)) if n not in self._harness.refused]
        rounds.run(wanted, budget, stop)
        self.stderr = rounds.stderr
        if len(wanted) == len(self.examples):
            self.times, self.peak_kb = rounds.times, rounds.peak_kb
        outcomes = [self._outcome(number, rounds) for number in range(len(self.examples))]
        return [replace(o, printed=rounds.printed.get(n, "")) for n, o in enumerate(outcomes)]

    def _outcome(self, number: int, rounds: Rounds) -> Outcome:
        example = self.examples[number]
        if number in self._harness.refused:
            return Outcome(example, ok=False, evidence=self._harness.refused[number])
        if number in rounds.silent:
            return Outcome(example, ok=False, evidence=f"{example.call} {rounds.silent[number]}")
        return self._judge.outcome(example, rounds.facts[number])


def _wanted(number: int, example: Example) -> Wanted:
    """The call without what it should give, which stays here wherever it is a value."""
    known_here = example.expected is None or is_literal(example.expected)
    expected = None if known_here else example.expected
    return Wanted(number, example.call, example.setup, expected, example.dialect)
