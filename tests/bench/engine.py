"""The builtin engine by itself, for benchmarks that ask the model without the program around it."""

from __future__ import annotations

import asyncio
import json
import os
import secrets
import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import IO, cast

from app.models.builtin_server import Parameters
from app.models.weight_table import load_weight_table
from app.models.weights import WeightStore
from app.settings.places import CONFIG_DIR, data_folder

ROOT = Path(__file__).resolve().parents[2]


@contextmanager
def started_engine(size: str, threads: int) -> Generator[tuple[str, dict[str, str]]]:
    """The URL of a fresh server with the Qwen2.5-Coder model of a size ("1.5b"), and headers for it."""
    alias, key = f"qwen2.5-coder-{size}", secrets.token_hex(16)
    store = WeightStore(data_folder(os.environ), load_weight_table(CONFIG_DIR / "weights.yaml"))
    wanted = Parameters(
        model=str(asyncio.run(store.ensure(alias))),
        alias=alias,
        window=4096,
        api_key=key,
        threads=threads,
        cache_mib=256,
        idle_seconds=600,
    )
    command = [sys.executable, "-m", "app.models.builtin_server"]
    child = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        stdin, stdout = cast("IO[str]", child.stdin), cast("IO[str]", child.stdout)
        stdin.write(json.dumps(asdict(wanted)) + "\n")
        stdin.flush()
        yield json.loads(stdout.readline())["url"], {"Authorization": f"Bearer {key}"}
    finally:
        child.kill()
        child.wait()
