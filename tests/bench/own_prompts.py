"""Forty prompts of our own making in five languages: the raw model against the team.

    python -m tests.bench.own_prompts prove
    python -m tests.bench.own_prompts raw --out DIR [--model 1.5b] [--threads 1] [--limit N]
    python -m tests.bench.own_prompts team --out DIR ...
    python -m tests.bench.own_prompts report --out DIR

own_prompts.yaml has the prompts, each with hidden cases, which judge the answers in the sandbox and which no
agent sees. A third of the prompts has no example at all. `prove` runs every reference solution against its
hidden cases and its examples, and shows that the same solution with an empty function fails. It may be given
`--language` and needs no model.
"""

from __future__ import annotations

import argparse
import os
import re
import threading
from collections.abc import Iterable, Iterator, Sequence
from itertools import zip_longest
from pathlib import Path
from typing import Final

import yaml
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, field_validator
from tree_sitter import Node

from app.agents.parsing import parse_answer
from app.checks.examples import Example, examples_in, parse_example
from app.checks.languages import parse, walk
from app.checks.pipeline import Subject
from app.checks.run_examples import ExamplesCheck
from app.checks.sandbox.base import Limits, Sandboxes
from app.checks.sandbox.choice import sandboxes_of
from app.domain.artifacts import Artifact
from app.domain.findings import CheckResult, CheckStatus
from app.domain.runs import LANGUAGES, Language, RunRequest
from app.settings.places import data_folder
from tests.bench.judged import STAGES, Benchmark, parser

PROMPTS: Final = Path(__file__).with_suffix(".yaml")
LIMITS: Final = Limits(seconds=20)
BUDGET: Final = 120.0
RAW_PROMPT: Final = (
    "{requirements}\n\nAnswer with the whole file, imports included, in one {language} code block and "
    "nothing else."
)
EMPTY: Final[dict[Language, str]] = {
    "python": "return None",
    "javascript": "{}",
    "java": "{ throw new UnsupportedOperationException(); }",
    "go": '{ panic("empty") }',
    "rust": "{ unimplemented!() }",
}


class Prompt(BaseModel):
    """One prompt. examples: given beside the requirements. hidden: one case a line."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str = Field(pattern=rf"^(?:{'|'.join(LANGUAGES)})/[a-z0-9-]+$")
    requirements: str
    examples: tuple[str, ...] = ()
    hidden: tuple[str, ...]
    reference: str

    @field_validator("hidden", mode="before")
    @classmethod
    def _lines(cls, value: str) -> tuple[str, ...]:
        return tuple(value.splitlines())

    @property
    def language(self) -> Language:
        return next(language for language in LANGUAGES if self.id.startswith(f"{language}/"))

    @property
    def judging(self) -> tuple[Example, ...]:
        """The hidden cases as the product reads them."""
        return tuple(parse_example(text, language=self.language) for text in self.hidden)

    @property
    def given(self) -> tuple[Example, ...]:
        """The examples that the product finds in what the user gives."""
        beside = (parse_example(text, language=self.language) for text in self.examples)
        return (*beside, *examples_in(self.requirements, language=self.language))

    @property
    def name(self) -> str:
        """Of the function that is asked for."""
        found = re.match(r"(?:\w+\.)*(\w+)\(", self.judging[0].call)
        if found is None:
            raise ValueError(f"{self.id}: {self.judging[0].call} is no plain call")
        return found[1]


def load_prompts() -> list[Prompt]:
    """All of them in turns, one of each language after the other, so that a part of them is even."""
    found = TypeAdapter(list[Prompt]).validate_python(yaml.safe_load(PROMPTS.read_text("utf-8")))
    by_language = ([p for p in found if p.language == language] for language in LANGUAGES)
    return [prompt for turn in zip_longest(*by_language) for prompt in turn if prompt]


class OwnPrompts(Benchmark[Prompt]):
    """The forty prompts, judged by their hidden cases."""

    prefix = "own-"

    def __init__(self, sandboxes: Sandboxes, languages: Iterable[Language]) -> None:
        self._sandboxes = sandboxes
        self._languages = set(languages)
        self._check = ExamplesCheck(sandboxes, LIMITS, BUDGET)

    def tasks(self) -> list[Prompt]:
        return [prompt for prompt in load_prompts() if prompt.language in self._languages]

    def raw_prompt(self, task: Prompt) -> str:
        beside = "\n\nExamples:\n" + "\n".join(task.examples) if task.examples else ""
        return RAW_PROMPT.format(requirements=task.requirements.strip() + beside, language=task.language)

    def request(self, task: Prompt) -> RunRequest:
        return RunRequest(requirements=task.requirements, language=task.language, examples=task.examples)

    def is_right(self, task: Prompt, artifact: Artifact) -> bool:
        return self.judged(task, artifact, task.judging).status is CheckStatus.PASS

    def is_right_answer(self, task: Prompt, answer: str) -> bool:
        """Read as the product reads an answer, which also knows how a file of Java is called."""
        artifact = parse_answer(answer, task.language).artifact
        return artifact is not None and self.is_right(task, artifact)

    def judged(self, task: Prompt, artifact: Artifact, cases: Sequence[Example]) -> CheckResult:
        """Run the cases. Raises SystemExit where no sandbox of this machine runs the language."""
        if self._sandboxes.choose(task.language) is None:
            raise SystemExit(self._sandboxes.why_not(task.language))
        subject = Subject(artifact, task.language, tuple(cases))
        return self._check.run(subject, threading.Event())[0]

    def prove(self) -> int:
        """Tell of every prompt whether its cases are sound; returns how many are not."""
        tasks = self.tasks()
        faulty = 0
        for task in tasks:
            problems = list(self._problems(task))
            faulty += bool(problems)
            said = "; ".join(problems) or f"{len(task.hidden)} hidden, {len(task.given)} given"
            print(f"{task.id}: {said}", flush=True)
        print(f"{len(tasks) - faulty} of {len(tasks)} proved")
        return faulty

    def _problems(self, task: Prompt) -> Iterator[str]:
        cases = {case.key: case for case in (*task.judging, *task.given)}
        done = self.judged(task, _artifact(task, task.reference), list(cases.values()))
        if done.status is not CheckStatus.PASS or done.passed != len(cases):
            yield f"the reference fails: {done.evidence or done.reason}"
        if self.is_right(task, _artifact(task, without_body(task))):
            yield "an empty function passes"
        if len({case.expected for case in task.judging}) == 1:
            yield "a function that always gives the same passes"
        if any(case.key in {given.key for given in task.given} for case in task.judging):
            yield "a hidden case is given"


def _artifact(task: Prompt, code: str) -> Artifact:
    """The code as if a model had answered it."""
    found = parse_answer(f"```{task.language}\n{code}```\n", task.language).artifact
    if found is None:
        raise ValueError(f"{task.id}: its code is no {task.language}")
    return found


def without_body(task: Prompt) -> str:
    """The reference with nothing in the function that is asked for."""
    data = task.reference.encode()
    for node, entering in walk(parse(task.reference, task.language)):
        body = node.child_by_field_name("body")
        if entering and body is not None and _text(node.child_by_field_name("name")) == task.name:
            return (data[: body.start_byte] + EMPTY[task.language].encode() + data[body.end_byte :]).decode()
    raise ValueError(f"{task.id}: its reference does not define {task.name}")


def _text(node: Node | None) -> str:
    return (node.text or b"").decode() if node else ""


def _options() -> argparse.Namespace:
    arguments = parser(__doc__, "prove")
    arguments.add_argument("--language", choices=LANGUAGES, nargs="*", default=list(LANGUAGES))
    options = arguments.parse_args()
    if options.stage != "prove":
        if options.out is None:
            arguments.error(f"{options.stage} needs --out")
        options.out.mkdir(parents=True, exist_ok=True)
    return options


def main() -> None:
    """Run a stage."""
    options = _options()
    sandboxes = sandboxes_of(data_folder(os.environ) / "sandbox", {})
    benchmark = OwnPrompts(sandboxes, options.language)
    if options.stage == "prove":
        raise SystemExit(benchmark.prove() and 1)
    STAGES[options.stage](benchmark, options)


if __name__ == "__main__":
    main()
