"""From the start of the program to its first page, and its memory before the first run.

    python -m tests.bench.start [--repeat 5] [--bundle PROGRAM] [--studio PROGRAM]

The program is `python -m app.bootstrap serve`, which is what `main.py` hands over to; the page counts when
`GET /` has been answered in full. Memory is that of the process and its children with the agents loaded.

--bundle: the program of a bundle, too. --studio: AutoGen Studio's `autogenstudio`, too, from an environment
of its own; its memory is taken once its page is answered. They start in turn, ratios are pair by pair.
"""

from __future__ import annotations

import argparse
import os
import secrets
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import psutil

from tests.bench.common import header, median
from tests.bench.served import ROOT
from tests.support.listening import free_port

TOKEN = secrets.token_urlsafe(16)
LOOK_SECONDS = 0.02


@dataclass(frozen=True)
class Contender:
    """command: by its port and its data folder. settled: waits until it has loaded what it loads at start."""

    name: str
    command: Callable[[int, Path], Sequence[str]]
    settled: Callable[[str], None]


def own(name: str, *program: str) -> Contender:
    """Roundtable, started by that program."""
    return Contender(name, lambda port, _home: [*program, "serve", "--port", str(port)], agents_loaded)


def agents_loaded(url: str) -> None:
    """Roundtable answers before its agents are there."""
    asking = {"Authorization": f"Bearer {TOKEN}"}
    while httpx.get(f"{url}/api/status", headers=asking).json()["agents"] == "loading":
        time.sleep(0.1)


def studio(program: str) -> Contender:
    """AutoGen Studio, which answers once everything is loaded."""

    def command(port: int, home: Path) -> list[str]:
        return [program, "ui", "--port", str(port), "--appdir", str(home)]

    return Contender("AutoGen Studio", command, lambda _url: None)


@contextmanager
def started(contender: Contender, home: Path, port: int) -> Generator[psutil.Process]:
    home.mkdir(exist_ok=True)
    environment = {**os.environ, "ROUNDTABLE_HOME": str(home), "ROUNDTABLE_TOKEN": TOKEN}
    command = contender.command(port, home)
    quiet = subprocess.DEVNULL
    with subprocess.Popen(command, cwd=ROOT, env=environment, stdout=quiet, stderr=quiet) as running:
        process = psutil.Process(running.pid)
        children: list[psutil.Process] = []
        try:
            yield process
            children = process.children(recursive=True)
        finally:
            for each in (process, *children):
                each.terminate()


def first_page(process: psutil.Process, url: str) -> float:
    """Seconds from the start of the process to the whole answer."""
    while process.is_running() and process.status() != psutil.STATUS_ZOMBIE:
        try:
            if "<html" in httpx.get(url, timeout=60).text.lower():
                return time.time() - process.create_time()
        except httpx.TransportError:
            time.sleep(LOOK_SECONDS)
    raise RuntimeError("it ended before its page was there")


def measure(contender: Contender, home: Path) -> tuple[float, float]:
    """Seconds to the first page, and MiB of memory."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    with started(contender, home, port) as process:
        seconds = first_page(process, url)
        contender.settled(url)
        whole = (process, *process.children(recursive=True))
        return seconds, sum(each.memory_info().rss for each in whole) / 2**20


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--repeat", type=int, default=5)
    parser.add_argument("--bundle")
    parser.add_argument("--studio")
    options = parser.parse_args()
    contenders = [own("source", sys.executable, "-m", "app.bootstrap")]
    contenders += [own("bundle", options.bundle)] if options.bundle else []
    contenders += [studio(options.studio)] if options.studio else []
    print(f"{header('start')}; load before it {os.getloadavg()[0]:.1f}")
    seen: dict[str, list[tuple[float, float]]] = {contender.name: [] for contender in contenders}
    with tempfile.TemporaryDirectory() as folder:
        for number in range(options.repeat + 1):
            for contender in contenders:
                figures = measure(contender, Path(folder, contender.name))
                # The first start fills the caches of the disk.
                seen[contender.name] += [figures] if number else []
                print(f"  {number} {contender.name}: {figures[0]:.2f} s, {figures[1]:.0f} MiB", flush=True)
    first = seen["source"]
    for name, figures in seen.items():
        ratios = [mine[0] / other[0] for mine, other in zip(first, figures, strict=True)]
        print(
            f"{name}: first page {median([s for s, _ in figures]):.2f} s, "
            f"memory {median([m for _, m in figures]):.0f} MiB; "
            f"source takes {median(ratios):.2f} of its time ({min(ratios):.2f} to {max(ratios):.2f})"
        )


if __name__ == "__main__":
    main()
