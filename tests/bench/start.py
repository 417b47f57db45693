"""From the start of the program to its first page, and its memory before the first run.

    python -m tests.bench.start [--repeat 5]

The program is `python -m app.bootstrap serve`, which is what `main.py` hands over to; the page counts when
`GET /` has been answered in full. Memory is that of the process once the agents are loaded.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from pathlib import Path

import httpx

from tests.bench.common import header, median
from tests.bench.served import program


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeat", type=int, default=5)
    repeat = parser.parse_args().repeat
    print(header("start"))
    pages: list[float] = []
    memories: list[float] = []
    with tempfile.TemporaryDirectory() as folder:
        for number in range(repeat + 1):
            started = time.monotonic()
            with program(Path(folder)) as served, served.client() as client:
                assert httpx.get(served.url).text.startswith("<!doctype html>")
                page = time.monotonic() - started
                while client.get("/api/status").json()["agents"] == "loading":
                    time.sleep(0.1)
                memory = served.process.memory_info().rss / 2**20
            # The first start fills the caches of the disk.
            if number:
                pages.append(page)
                memories.append(memory)
            print(f"  {number}: page after {page:.2f} s, {memory:.0f} MiB", flush=True)
    print(f"first page: median {median(pages):.2f} s of {repeat}; memory {median(memories):.0f} MiB")


if __name__ == "__main__":
    main()
