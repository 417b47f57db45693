"""First token and tokens per second through agents, store and recorder, against a direct call.

    python -m tests.bench.streaming [--provider builtin] [--model NAME] [--repeat 5]

Both ask the same server with the same messages, in turn, each time about a task that it has not seen,
so that the prompt is read anew. Through the program: from turn.started to the first committed
message.delta as a reader gets it.
"""

from __future__ import annotations

import asyncio
import json
import tempfile
import threading
import time
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import httpx

from app.agents import brief
from app.bootstrap import Assembly, assemble
from app.domain.events import EventType
from app.domain.runs import RunRequest
from app.models.backends import Endpoint
from app.models.calls import ModelChoice
from tests.bench.common import arguments, header, median

ANSWER_TOKENS = 160
SETTINGS = {"agents.code_generator.max_tokens": ANSWER_TOKENS, "agents.code_generator.temperature": 0.0}


@dataclass(frozen=True)
class Figures:
    """seconds from the start to the first token; tokens per second after it."""

    first: float
    rate: float


def request(number: int, choice: ModelChoice) -> RunRequest:
    task = f"{number:04d} is the number of this task. Write a Python class for a bank account with a history."
    return RunRequest(requirements=task * 4, provider=choice.provider, model=choice.model)


def through_the_program(parts: Assembly, wanted: RunRequest) -> Figures:
    run = parts.service.start_run(wanted)
    worker = threading.Thread(target=lambda: parts.service.advance(run.id))
    worker.start()
    started = first = 0.0
    tokens, rate = 0, 0.0
    for event in parts.service.tail(run.session_id):
        now = time.monotonic()
        if event.type is EventType.TURN_STARTED:
            # The commit's own time, on the clock of this process: the reader's delay must count.
            started = now - (time.time() - event.ts.timestamp())
        elif event.type is EventType.MESSAGE_DELTA and not first:
            first = now
        elif event.type is EventType.USAGE_RECORDED:
            tokens = event.data["completion_tokens"]
            rate = (tokens - 1) / (now - first)
        elif event.type is EventType.MESSAGE_COMPLETED:
            break
    parts.service.cancel(run.id)
    worker.join()
    return Figures(first - started, rate)


def flush(endpoint: Endpoint, model: str, number: int) -> None:
    """Something else in between, so that both kinds of call find the server in the same state."""
    body = {
        "model": model,
        "max_tokens": 1,
        "messages": [{"role": "user", "content": f"{number} is a number."}],
    }
    headers = {"Authorization": f"Bearer {endpoint.api_key}"}
    httpx.post(f"{endpoint.base_url}/chat/completions", json=body, headers=headers, timeout=600)


def directly(endpoint: Endpoint, wanted: RunRequest, model: str) -> Figures:
    role = brief.role_part("code_generator", brief.prompt("code_generator.md"))
    body = {
        "model": model, "stream": True, "max_tokens": ANSWER_TOKENS, "temperature": 0.0,
        "stream_options": {"include_usage": True},
        "messages": [
            {"role": "system", "content": brief.prompt("system.md")},
            {"role": "user", "content": brief.join(brief.task_part(wanted), role)},
        ],
    }  # fmt: skip
    headers = {"Authorization": f"Bearer {endpoint.api_key}"}
    started = time.monotonic()
    first = last = 0.0
    tokens = 0
    url = f"{endpoint.base_url}/chat/completions"
    with httpx.stream("POST", url, json=body, headers=headers, timeout=600) as answer:
        for line in answer.iter_lines():
            if not line.startswith("data: {"):
                continue
            chunk = json.loads(line[6:])
            if chunk.get("choices") and chunk["choices"][0]["delta"].get("content"):
                last = time.monotonic()
                first = first or last
            if chunk.get("usage"):
                tokens = chunk["usage"]["completion_tokens"]
    return Figures(first - started, (tokens - 1) / (last - first))


def show(name: str, figures: Sequence[Figures]) -> Figures:
    result = Figures(median([f.first for f in figures]), median([f.rate for f in figures]))
    print(f"{name}: first token {result.first:.3f} s, {result.rate:.2f} tokens/s (medians of {len(figures)})")
    return result


def main() -> None:
    options = arguments(__doc__ or "")
    choice = ModelChoice(options.provider, options.model)
    with tempfile.TemporaryDirectory() as folder, ExitStack() as made:
        parts = assemble({**SETTINGS, "database_url": f"sqlite:///{Path(folder) / 'bench.db'}"}, made)
        print(header("streaming", choice))
        try:
            through_the_program(parts, request(0, choice))
            backend = parts.backends[choice.provider]
            endpoint = asyncio.run(backend.prepare(choice.model, 4096))
            if choice.provider == "ollama":
                endpoint = Endpoint(f"{endpoint.base_url}/v1", endpoint.window, "none")
            ours: list[Figures] = []
            direct: list[Figures] = []
            for number in range(1, options.repeat + 1):
                flush(endpoint, choice.model, 2 * number)
                ours.append(through_the_program(parts, request(2 * number, choice)))
                flush(endpoint, choice.model, 2 * number + 1)
                direct.append(directly(endpoint, request(2 * number + 1, choice), choice.model))
                print(f"  {number}: ours {ours[-1]}, direct {direct[-1]}", flush=True)
        finally:
            parts.close()
    a, b = show("through the program", ours), show("directly", direct)
    print(
        f"first token {100 * (a.first / b.first - 1):+.1f} %, tokens/s {100 * (a.rate / b.rate - 1):+.1f} %"
    )


if __name__ == "__main__":
    main()
