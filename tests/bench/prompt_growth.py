"""Prompt tokens of each agent per round over 8 rounds of one run that cannot pass.

python -m tests.bench.prompt_growth [--provider builtin] [--model qwen2.5-coder-0.5b]
"""

from __future__ import annotations

import tempfile
from collections import defaultdict
from contextlib import ExitStack
from pathlib import Path

from app.bootstrap import assemble
from app.domain.events import EventType
from app.domain.runs import RunRequest
from app.models.calls import ModelChoice
from tests.bench.common import arguments, header

ROUNDS = 8


def main() -> None:
    options = arguments(__doc__ or "")
    choice = ModelChoice(options.provider, options.model)
    with tempfile.TemporaryDirectory() as folder, ExitStack() as made:
        parts = assemble({"database_url": f"sqlite:///{Path(folder) / 'bench.db'}"}, made)
        try:
            run = parts.service.start_run(
                RunRequest(
                    requirements="Write a Python function double(x) that returns twice its argument.",
                    examples=("double(2) == 4", "double(3) == 7"),
                    max_iterations=ROUNDS,
                    provider=choice.provider,
                    model=choice.model,
                )
            )
            parts.service.advance(run.id)
            events = parts.store.events(run.session_id, 0, 100_000)
        finally:
            parts.close()
    tokens: dict[str, dict[int, list[int]]] = defaultdict(lambda: defaultdict(list))
    current = 0
    for event in events:
        if event.type is EventType.TURN_STARTED:
            current = event.data["round"]
        elif event.type is EventType.USAGE_RECORDED:
            tokens[event.agent][current].append(event.data["prompt_tokens"])
    print(header("prompt growth", choice))
    for agent, rounds in tokens.items():
        print(
            f"{agent}: " + ", ".join(f"round {n}: {'+'.join(map(str, t))}" for n, t in sorted(rounds.items()))
        )


if __name__ == "__main__":
    main()
