"""Many runs at once, each with a reader: how long an event takes from its commit to its reader.

    python -m tests.bench.delivery [--runs 50] [--speed 30] [--seconds 30]

The scripted provider speaks at `--speed` tokens a second. Readers are streams (SSE) of one other process.
Delivery counts from the time in the event, which is taken within the transaction that commits it.
"""

from __future__ import annotations

import argparse
import asyncio
import datetime as dt
import statistics
import tempfile
import time
from collections import Counter
from pathlib import Path

import httpx
import psutil

from tests.bench.common import header
from tests.bench.served import ENDS, Program, events, program, script

TOKENS_A_WORD = 2


async def read(client: httpx.AsyncClient, session: str, delays: list[float], kinds: Counter[str]) -> None:
    last, since = 0, time.time()
    async for now, event in events(client, session):
        assert event["seq"] == last + 1, f"{event['seq']} after {last}"
        last = event["seq"]
        kinds[event["type"]] += 1
        committed = _seconds(event["ts"])
        if committed > since:  # what was there before the reader came had nobody to be delivered to
            delays.append(1000 * (now - committed))
        if event["type"] in ENDS:
            return


def _seconds(stamp: str) -> float:
    return dt.datetime.fromisoformat(stamp).timestamp()


async def measure(served: Program, path: Path, runs: int) -> None:
    delays: list[float] = []
    kinds: Counter[str] = Counter()
    limits = httpx.Limits(max_connections=None)
    own = psutil.Process()
    served.process.cpu_percent()
    own.cpu_percent()
    started = time.monotonic()
    async with httpx.AsyncClient(
        base_url=served.url, headers=served.headers, limits=limits, timeout=600
    ) as client:
        with served.client() as starting:
            sessions = [served.start(starting, path) for _ in range(runs)]
        await asyncio.gather(*(read(client, session, delays, kinds) for session in sessions))
    seconds = time.monotonic() - started
    cpu, mine = served.process.cpu_percent(), own.cpu_percent()
    memory = served.process.memory_info().rss / 2**20
    cuts = statistics.quantiles(delays, n=100)
    print(f"{runs} runs in {seconds:.0f} s, {len(delays)} events: {dict(kinds.most_common())}")
    marks = {"p50": cuts[49], "p95": cuts[94], "p99": cuts[98], "most": max(delays)}
    print("delivery, ms: " + ", ".join(f"{name} {value:.0f}" for name, value in marks.items()))
    print(f"server {cpu:.0f} % of a core, {memory:.0f} MiB; readers {mine:.0f} % of a core")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=50)
    parser.add_argument("--speed", type=float, default=30)
    parser.add_argument("--seconds", type=float, default=30)
    options = parser.parse_args()
    print(header("delivery"))
    with tempfile.TemporaryDirectory() as folder:
        path = script(Path(folder), options.speed, int(options.speed * options.seconds / TOKENS_A_WORD))
        with program(Path(folder) / "home", MAX_CONCURRENT_SESSIONS=str(options.runs)) as served:
            with served.client() as client:
                while client.get("/api/status").json()["agents"] == "loading":
                    time.sleep(0.1)
            asyncio.run(measure(served, path, options.runs))


if __name__ == "__main__":
    main()
