"""What the benchmarks of the server share: the real program as a process, and its readers."""

from __future__ import annotations

import json
import os
import random
import re
import string
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import httpx
import psutil
import yaml

ROOT: Final = Path(__file__).parents[2]
LINK: Final = re.compile(r"(http://\S+)/#token=(\S+)")
ENDS: Final = ("gate.opened", "run.finished")
TASK: Final = "Write add that adds two numbers"


@dataclass(frozen=True)
class Program:
    """A running `serve`. seconds: from its start to the link on its standard output."""

    process: psutil.Process
    url: str
    token: str
    seconds: float

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}

    def client(self) -> httpx.Client:
        return httpx.Client(base_url=self.url, headers=self.headers, timeout=600)

    def start(self, client: httpx.Client, script: Path, **fields: object) -> str:
        """A run of the scripted provider; its session's id."""
        body = {"requirements": TASK, "provider": "scripted", "model": str(script), **fields}
        answer = client.post("/api/generate", json=body)
        answer.raise_for_status()
        return str(answer.json()["session_id"])


@contextmanager
def program(home: Path, **environment: str) -> Generator[Program]:
    """`python -m app.bootstrap serve` within the block."""
    command = [sys.executable, "-m", "app.bootstrap", "serve", "--port", "0"]
    started = time.monotonic()
    own = {**os.environ, "ROUNDTABLE_HOME": str(home), **environment}
    with subprocess.Popen(command, cwd=ROOT, env=own, stdout=subprocess.PIPE, text=True) as running:
        try:
            assert running.stdout is not None
            found = next(m for line in running.stdout if (m := LINK.search(line)))
            yield Program(psutil.Process(running.pid), found[1], found[2], time.monotonic() - started)
        finally:
            running.terminate()


def script(folder: Path, speed: float, words: int) -> Path:
    """A script whose generator says so many words at `speed` tokens a second before its file.

    No two sentences are alike: an answer that goes in circles would be stopped.
    """
    choose = random.Random(1)
    text = " ".join("".join(choose.choices(string.ascii_lowercase, k=6)) for _ in range(words))
    answer = f"{text}\n```python add.py\ndef add(a, b):\n    return a + b\n```"
    agents = {
        "code_generator": [answer],
        "quality_checker": ["No further findings."],
        "code_optimizer": ["NO CHANGE"],
    }
    path = folder / f"script-{speed:g}.yaml"
    path.write_text(yaml.safe_dump({"name": "bench", "tokens_per_second": speed, "agents": agents}))
    return path


async def events(
    client: httpx.AsyncClient, session: str, after: int = 0
) -> AsyncIterator[tuple[float, dict[str, Any]]]:
    """Events of a stream, each with the time (s since the epoch) at which it was read."""
    async with client.stream("GET", f"/api/stream/{session}", params={"after": after}) as answer:
        answer.raise_for_status()
        async for line in answer.aiter_lines():
            if line.startswith("data: "):
                yield time.time(), json.loads(line[6:])
