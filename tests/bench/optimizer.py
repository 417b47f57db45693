"""What code_optimizer's proposals are worth: how many are kept, what they gain, and whether any does harm.

    python -m tests.bench.optimizer propose --out DIR [--model 1.5b] [--threads 1] [--limit N]
    python -m tests.bench.optimizer report --out DIR

Takes the right answers of the bare model in DIR (`tests.bench.humaneval raw` makes them) as checked versions,
and lets the builtin model improve each in one run of the team. The task's hidden test then judges what was
kept, and times it against what was there before; neither agents nor checks see it. Goes on where it stopped.
"""

from __future__ import annotations

import argparse
import statistics
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import yaml

from app.bootstrap import assemble
from app.checks.sandbox.base import Limits, Program
from app.checks.sandbox.wasm import WasmPython
from app.domain.artifacts import Artifact
from app.domain.runs import RunRequest, RunState
from tests.bench.humaneval import TEAM_PROMPT, Task, is_right, tasks
from tests.bench.judged import append, code_of, kept

TIMER = """
import time
def _once(n):
    start = time.perf_counter()
    for _ in range(n):
        check({name})
    return time.perf_counter() - start
n = 1
while n < 1 << 20 and _once(n) < 0.05:
    n *= 2
print(min(_once(n) for _ in range(5)) / n)
"""


def right_answers(options: argparse.Namespace) -> Iterator[tuple[Task, str]]:
    """The tasks that are left, with the bare model's right answer."""
    done = {row["task"] for row in kept(_results(options))}
    raw = {row["task"]: row for row in kept(options.out / f"raw-{options.model}.jsonl")}
    chosen = [t for t in tasks() if t.id in raw and raw[t.id]["right"]][: options.limit]
    return ((task, code_of(raw[task.id]["answer"])) for task in chosen if task.id not in done)


def seconds_of(sandbox: WasmPython, task: Task, code: str) -> float:
    """Seconds that the hidden test takes with this code: the best of five, many times each."""
    head = task.prompt[: task.prompt.rfind(f"def {task.name}")]
    source = f"{head}\n{code}\n\n{task.test}\n{TIMER.format(name=task.name)}"
    done = sandbox.run(Program("python", {"main.py": source.encode()}, entry="main.py"), Limits(seconds=30))
    return float(done.stdout.split()[-1]) if done.exit_code == 0 else float("nan")


def propose(options: argparse.Namespace, sandbox: WasmPython) -> None:
    """One run for each task: its checked version is replayed, the optimizer's is the model's own."""
    overrides = {
        "agents.code_optimizer.model": f"builtin:qwen2.5-coder-{options.model}",
        "agents.quality_checker.config.instruction": "",
        "builtin.threads": options.threads,
        "run.max_seconds": 36_000,
    }
    script = options.out / "optimizer-script.yaml"
    with ExitStack() as made:
        parts = assemble(overrides, made)
        for task, code in right_answers(options):
            answer = f"```python main.py\n{code}\n```"
            replayed = {"name": "bench", "agents": {"code_generator": [answer]}}
            script.write_text(yaml.safe_dump(replayed), "utf-8")
            request = RunRequest(
                requirements=TEAM_PROMPT.format(prompt=task.prompt),
                max_iterations=1,
                provider="scripted",
                model=str(script),
            )
            run = parts.service.start_run(request)
            parts.service.advance(run.id)
            state = parts.store.state(run.id)
            row = outcome(state, parts.store.artifact, task, sandbox)
            append(_results(options), row)
            print(task.id, row["outcome"], row.get("reason", ""), row.get("speed_up", ""), flush=True)


def outcome(
    state: RunState, load: Callable[[str], Artifact], task: Task, sandbox: WasmPython
) -> dict[str, Any]:
    """What became of the optimizer's proposal."""
    proposals = [v for v in state.versions if v.agent == "code_optimizer"]
    if not proposals:
        return {
            "task": task.id,
            "outcome": "none",
            "passed": not state.report.failed if state.report else False,
        }
    (proposal,) = proposals
    first = next(v for v in state.versions if v.agent != "code_optimizer")
    old, new = (_code(load(v.artifact_hash)) for v in (first, proposal))
    row = {
        "task": task.id,
        "outcome": "rejected" if proposal.not_kept else "kept",
        "reason": proposal.not_kept,
        "right": is_right(sandbox, task, new),
        "old": old,
        "new": new,
    }
    if row["outcome"] == "kept" and row["right"]:
        row["speed_up"] = round(seconds_of(sandbox, task, old) / seconds_of(sandbox, task, new), 3)
        row["lines"] = [first.report.metrics.get("code_lines"), proposal.report.metrics.get("code_lines")]
    return row


def report(options: argparse.Namespace, sandbox: WasmPython) -> None:
    """Shares, gains and harm."""
    rows = kept(_results(options))
    by = Counter(row["outcome"] for row in rows)
    chosen = [row for row in rows if row["outcome"] == "kept"]
    turned_down = [row for row in rows if row["outcome"] == "rejected"]
    counts = f"{by['none']} without a proposal, {len(chosen)} kept, {len(turned_down)} rejected"
    print(f"{len(rows)} checked versions: {counts}")
    print(f"regressions let through: {[row['task'] for row in chosen if not row['right']]}")
    print(f"wrong ones among the rejected: {sum(not row['right'] for row in turned_down)}")
    speeds = sorted(row["speed_up"] for row in chosen if "speed_up" in row)
    if speeds:
        middle = statistics.median(speeds)
        print(f"speed-up of the kept: median {middle:.2f}, {speeds[0]:.2f} to {speeds[-1]:.2f}")
    print(Counter(row["reason"].partition(":")[2].strip()[:40] for row in turned_down).most_common(8))


def _results(options: argparse.Namespace) -> Path:
    return options.out / f"optimizer-{options.model}.jsonl"


def _code(artifact: Artifact) -> str:
    return "\n\n".join(file.content for file in artifact.files)


def main() -> None:
    """Run a stage."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("stage", choices=["propose", "report"])
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--model", default="1.5b", choices=["1.5b", "0.5b"])
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--limit", type=int, default=164)
    options = parser.parse_args()
    sandbox = WasmPython(options.out / "sandbox")
    sandbox.warm_up()
    {"propose": propose, "report": report}[options.stage](options, sandbox)


if __name__ == "__main__":
    main()
