from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.checks.sandbox.wasm import WasmPython
from tests.support.sessions import Bench, open_bench


@pytest.fixture
def bench(tmp_path: Path, sandbox: WasmPython) -> Iterator[Bench]:
    bench = open_bench(tmp_path, sandbox)
    yield bench
    bench.store.close()
