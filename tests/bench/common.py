"""What the benchmarks share: the machine they ran on, and one model call with its figures."""

from __future__ import annotations

import argparse
import datetime as dt
import importlib.metadata
import platform
import statistics
from collections.abc import Sequence
from typing import Any

from autogen_core.models import LLMMessage

from app.agents import brief
from app.cli.services import Services
from app.domain.artifacts import Artifact, SourceFile
from app.domain.runs import RunRequest, Usage
from app.errors import AppError
from app.models import hardware
from app.models.calls import CallOptions, CallSite, ModelChoice

FILES = Artifact.of(
    [
        SourceFile(
            path="intervals.py",
            content="".join(
                f"def merge_{n}(intervals: list[list[int]]) -> list[list[int]]:\n"
                f'    """Merge overlapping intervals, variant {n}."""\n'
                "    merged: list[list[int]] = []\n"
                "    for start, end in sorted(intervals):\n"
                f"        if merged and start <= merged[-1][1] + {n}:\n"
                "            merged[-1][1] = max(merged[-1][1], end)\n"
                "        else:\n"
                "            merged.append([start, end])\n"
                "    return merged\n\n\n"
                for n in range(5)
            ),
        )
    ]
)
SHARED = brief.join(
    brief.task_part(
        RunRequest(
            requirements="Write a Python function that merges overlapping intervals.",
            examples=("merge_0([[1, 3], [2, 6]]) == [[1, 6]]",),
        )
    ),
    brief.files_part(FILES),
)
ROLES = {name: brief.prompt(f"{name}.md") for name in ("code_generator", "quality_checker", "code_optimizer")}


class Watch:
    """A call observer that keeps the usage of the last call and forbids nothing."""

    def __init__(self) -> None:
        self.last = Usage()

    def allow(self, prompt_tokens: int, max_tokens: int) -> int:
        return max_tokens

    def reasoning(self, text: str) -> None:
        """Not measured."""

    def usage(self, usage: Usage, choice: ModelChoice, finish_reason: str) -> None:
        self.last = usage

    def note(self, message: str, data: dict[str, Any]) -> None:
        raise AssertionError(f"not an undisturbed call: {message}")

    def switched(self, old: ModelChoice, new: ModelChoice, why: str) -> None:
        raise AssertionError(f"another model took over: {why}")

    def failed(self, error: AppError) -> None:
        """The error itself is raised."""


async def call(
    services: Services, choice: ModelChoice, messages: Sequence[LLMMessage], max_tokens: int
) -> Usage:
    """One streamed call through the guarded client."""
    watch = Watch()
    options = CallOptions(max_tokens=max_tokens, temperature=0.0)
    client = await services.providers.open(choice, options, CallSite("bench", "bench", 1), watch)
    try:
        async for _ in client.create_stream(messages):
            pass
    finally:
        await client.close()
    return watch.last


def arguments(description: str) -> argparse.Namespace:
    """`--provider` and `--model`, as for the program itself."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--provider", default="builtin")
    parser.add_argument("--model", default="qwen2.5-coder-1.5b")
    parser.add_argument("--repeat", type=int, default=3)
    return parser.parse_args()


def header(what: str, choice: ModelChoice | None = None) -> str:
    """What was measured, where and when, as a line for docs/benchmarks.md."""
    packages = ("autogen-agentchat", "xllamacpp", "ollama", "sqlalchemy")
    versions = ", ".join(f"{p} {importlib.metadata.version(p)}" for p in packages)
    model = f", {choice.provider} {choice.model}" if choice else ""
    cores = hardware.physical_cores()
    return (
        f"{what}{model}: {dt.datetime.now(dt.UTC):%Y-%m-%d}, {platform.machine()}, {cores} cores, "
        f"Python {platform.python_version()}, {versions}"
    )


def median(values: Sequence[float]) -> float:
    return statistics.median(values)
