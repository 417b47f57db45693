"""Kill the real program at random points of scripted runs and count lost or doubled events and decisions.

python -m tests.bench.kills [--kills 200] [--workers 2] [--seed 1]
"""

from __future__ import annotations

import argparse
import random
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from app.checks.sandbox.wasm import WasmPython
from tests.bench.common import header
from tests.support.kills import Tally, run_with_kills


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    started = time.monotonic()
    tallies = [Tally() for _ in range(options.workers)]
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(options.workers) as pool:
        for number, tally in enumerate(tallies):
            home = Path(folder) / str(number)
            home.mkdir()
            WasmPython(home / "sandbox").warm_up()
            share = options.kills // options.workers
            pool.submit(run_with_kills, home, random.Random(options.seed + number), share, tally)
    print(header("kills"))
    print(
        f"{sum(t.kills for t in tallies)} kills in {sum(t.sessions for t in tallies)} sessions, "
        f"{sum(t.events_seen for t in tallies)} events shown, {time.monotonic() - started:.0f} s"
    )
    where = sum((t.killed_in for t in tallies), start=tallies[0].killed_in.__class__())
    print("last event before the kill: " + ", ".join(f"{k} {n}" for k, n in where.most_common()))
    problems = [p for t in tallies for p in t.problems]
    print(f"problems: {len(problems)}")
    for problem in problems:
        print(f"  {problem}")


if __name__ == "__main__":
    main()
