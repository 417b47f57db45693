"""The exam of a real model: short, so that only what it can measure by then is measured."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from app.checks.sandbox.wasm import WasmPython
from tests.support.engines import SMALL

pytestmark = pytest.mark.live


def test_the_exam_of_the_small_model_measures_it(
    weights_05b: Path, tmp_path: Path, sandbox: WasmPython, cache: Path
) -> None:
    sandbox.warm_up()
    (tmp_path / "sandbox").symlink_to(cache, target_is_directory=True)
    command = (sys.executable, "-m", "app.bootstrap", "models", "exam", f"builtin:{SMALL}", "--json")
    environment = {
        **os.environ,
        "ROUNDTABLE_HOME": str(tmp_path),
        "ROUNDTABLE_WEIGHTS_DIR": str(weights_05b.parent),
    }
    done = subprocess.run(
        (*command, "--seconds", "60"), env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["digest"].startswith("sha256:1d9614638d18")
    assert 0.5 < found["speed"]["answer_rate"] < 500
    assert found["speed"]["prompt_rate"] > 1
    assert found["plain"]["asked"] + found["full"]["asked"] >= 1
    assert all(trial["prompt"] for trial in found["trials"])
    assert not any(t["usage"]["estimated"] for t in found["trials"] if t["finish"] != "time")
    assert found["seconds"] < 150
