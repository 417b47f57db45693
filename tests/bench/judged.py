"""What the benchmarks share that hold the bare model against the team and judge both by hidden tests.

A stage appends one JSON line a task to its file and goes on where it was stopped.
"""

from __future__ import annotations

import argparse
import json
import re
import time
from abc import ABC, abstractmethod
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Generic, Protocol, TypeVar

import httpx

from app.bootstrap import assemble
from app.domain.artifacts import Artifact
from app.domain.runs import RunRequest, RunState
from tests.bench.engine import started_engine

MAX_TOKENS = 768
_FENCE = re.compile(r"```[^\n]*\n(.*?)(?:```|\Z)", re.DOTALL)

Row = dict[str, Any]


class Task(Protocol):
    """One task. id: "group/name"; the report has a line for each group."""

    @property
    def id(self) -> str: ...


AnyTask = TypeVar("AnyTask", bound=Task)


class Benchmark(ABC, Generic[AnyTask]):
    """What is asked and who judges. prefix: of the files that the stages write."""

    prefix = ""

    @abstractmethod
    def tasks(self) -> Sequence[AnyTask]:
        """All tasks in their order."""

    @abstractmethod
    def raw_prompt(self, task: AnyTask) -> str:
        """What the bare model is asked."""

    @abstractmethod
    def request(self, task: AnyTask) -> RunRequest:
        """What the team is asked; rounds and model are filled in."""

    @abstractmethod
    def is_right(self, task: AnyTask, artifact: Artifact) -> bool:
        """Whether the hidden tests pass with the files of a run."""

    @abstractmethod
    def is_right_answer(self, task: AnyTask, answer: str) -> bool:
        """Whether the hidden tests pass with what the bare model answered."""

    def file(self, stage: str, options: argparse.Namespace) -> Path:
        """Where a stage keeps its results."""
        return options.out / f"{self.prefix}{stage}-{options.model}.jsonl"


def code_of(answer: str) -> str:
    """The first code block, or the whole answer where there is none."""
    block = _FENCE.search(answer)
    return block[1] if block else answer


def kept(path: Path) -> list[Row]:
    """The results of a stage so far."""
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()] if path.exists() else []


def left(tasks: Sequence[AnyTask], path: Path, limit: int) -> Iterator[AnyTask]:
    """Those of the first `limit` tasks that have no result yet."""
    done = {row["task"] for row in kept(path)}
    return (task for task in tasks[:limit] if task.id not in done)


def append(path: Path, row: Row) -> None:
    """Keep one result."""
    with path.open("a", encoding="utf-8") as file:
        file.write(json.dumps(row) + "\n")


def raw(benchmark: Benchmark[AnyTask], options: argparse.Namespace) -> None:
    """One greedy answer of the bare model for each task."""
    path = benchmark.file("raw", options)
    with started_engine(options.model, options.threads) as (url, headers), httpx.Client() as http:
        for task in left(benchmark.tasks(), path, options.limit):
            started = time.monotonic()
            body = {
                "messages": [{"role": "user", "content": benchmark.raw_prompt(task)}],
                "temperature": 0,
                "max_tokens": MAX_TOKENS,
            }
            reply = http.post(f"{url}/v1/chat/completions", json=body, headers=headers, timeout=1800)
            told = reply.raise_for_status().json()
            seconds = time.monotonic() - started
            answer = told["choices"][0]["message"]["content"]
            row = {
                "task": task.id,
                "right": benchmark.is_right_answer(task, answer),
                "seconds": round(seconds, 2),
                "prompt_tokens": told["usage"]["prompt_tokens"],
                "tokens": told["usage"]["completion_tokens"],
                "answer": answer,
            }
            append(path, row)
            print(task.id, row["right"], row["tokens"], f"{seconds:.1f} s", flush=True)


def overrides(options: argparse.Namespace) -> dict[str, Any]:
    """Settings of the team's runs.

    code_optimizer and the review of quality_checker are left out (`agents.*.config.instruction: ""`): they
    change no verdict, and would take most of the time.
    """
    return {
        "agents.code_optimizer.config.instruction": "",
        "agents.quality_checker.config.instruction": "",
        "builtin.threads": options.threads,
        "run.drawing_seconds": 3600,
        "run.max_seconds": 36_000,
    }


def team(benchmark: Benchmark[AnyTask], options: argparse.Namespace) -> None:
    """One run of the team for each task, up to its gate."""
    path = benchmark.file("team", options)
    chosen = {
        "max_iterations": options.rounds,
        "provider": "builtin",
        "model": f"qwen2.5-coder-{options.model}",
    }
    with ExitStack() as made:
        parts = assemble(overrides(options), made)
        for task in left(benchmark.tasks(), path, options.limit):
            started = time.monotonic()
            run = parts.service.start_run(benchmark.request(task).model_copy(update=chosen))
            status = parts.service.advance(run.id)
            seconds = time.monotonic() - started
            state = parts.store.state(run.id)
            right = state.artifact is not None and benchmark.is_right(task, state.artifact)
            row = {"task": task.id, "status": status.value, "right": right, **outcome(state)}
            append(path, row | {"seconds": seconds})
            print(json.dumps(row)[:200], flush=True)


def outcome(state: RunState) -> Row:
    """What became of a task: the version that the gate offers, and its verdict."""
    artifact, report = state.artifact, state.report
    results = {r.name: r for r in report.results} if report else {}
    votes = results["agreement"].data if "agreement" in results else {}
    return {
        "verdict": report.verdict.value if report else "not_verified",
        "oracle": report.oracle if report else 0,
        "summary": report.summary() if report else "",
        "votes": votes.get("votes"),
        "versions": votes.get("versions"),
        "proposed": list(state.proposed_examples),
        "drawn": state.version,
        "rounds": state.round,
        "doubt": state.doubt,
        "prompt_tokens": state.usage.prompt_tokens,
        "tokens": state.usage.completion_tokens,
        "code": "\n\n".join(f.content for f in artifact.files) if artifact else "",
        "answers": [v.artifact_hash for v in state.versions],
    }


def report(benchmark: Benchmark[AnyTask], options: argparse.Namespace) -> None:
    """What both stages gave, on the tasks that both have done: for each group, then for all."""
    raws, teams = (
        {row["task"]: row for row in kept(benchmark.file(stage, options))} for stage in ("raw", "team")
    )
    both = [task for task in raws if task in teams]
    if not both:
        print("no task was done by both")
        return
    groups: dict[str, list[str]] = defaultdict(list)
    for task in both:
        groups[task.partition("/")[0]].append(task)
    if len(groups) > 1:
        _table(groups, raws, teams)
    _totals(both, raws, teams)


def _table(groups: Mapping[str, Sequence[str]], raws: Mapping[str, Row], teams: Mapping[str, Row]) -> None:
    """A line of Markdown for each group."""
    print("| group | n | raw right | team right | verified | of these right | tokens raw/team | s raw/team |")
    print("|---|---|---|---|---|---|---|---|")
    for group, names in groups.items():
        rows = [[found[name] for name in names] for found in (raws, teams)]
        right, tokens, seconds = ([_sum(r, key) for r in rows] for key in ("right", "tokens", "seconds"))
        verified = [r for r in rows[1] if r["verdict"] == "verified"]
        print(
            f"| {group} | {len(names)} | {right[0]:.0f} | {right[1]:.0f} | {len(verified)} | "
            f"{_sum(verified, 'right'):.0f} | {tokens[0]:.0f} / {tokens[1]:.0f} | "
            f"{seconds[0]:.0f} / {seconds[1]:.0f} |"
        )


def _sum(rows: Iterable[Row], key: str) -> float:
    return sum(row[key] for row in rows)


def _totals(both: Sequence[str], raws: Mapping[str, Row], teams: Mapping[str, Row]) -> None:
    for name, found in (("raw", raws), ("team", teams)):
        rows = [found[task] for task in both]
        right = sum(row["right"] for row in rows)
        share = 100 * right / len(both)
        print(
            f"{name}: {right} of {len(both)} right ({share:.1f} %), "
            f"{_sum(rows, 'tokens'):.0f} tokens, {_sum(rows, 'seconds'):.0f} s"
        )
    told = [teams[task] for task in both]
    verified = [row for row in told if row["verdict"] == "verified"]
    right = sum(row["right"] for row in told)
    true = sum(row["right"] for row in verified)
    if verified and right:
        print(f"verified: {len(verified)}, of these right {true} ({100 * true / len(verified):.1f} %)")
        print(f"right ones that are verified: {true} of {right} ({100 * true / right:.1f} %)")
    lost = [t for t in both if raws[t]["right"] and not teams[t]["right"]]
    won = [t for t in both if teams[t]["right"] and not raws[t]["right"]]
    print(f"won against raw: {len(won)}, lost: {len(lost)} {lost}")


STAGES = {"raw": raw, "team": team, "report": report}


def parser(description: str | None, *further: str) -> argparse.ArgumentParser:
    """The command line that all such benchmarks have. further: stages of this one alone."""
    made = argparse.ArgumentParser(
        description=description, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    made.add_argument("stage", choices=[*STAGES, *further])
    made.add_argument("--out", type=Path, help="the folder of the results", required=not further)
    made.add_argument("--model", default="1.5b", choices=["1.5b", "0.5b"])
    made.add_argument("--threads", type=int, default=2)
    made.add_argument("--rounds", type=int, default=1)
    made.add_argument("--limit", type=int, default=1000)
    return made
