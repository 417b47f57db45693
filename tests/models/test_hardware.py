"""What the machine has."""

from __future__ import annotations

from pathlib import Path

from app.models import hardware


def test_survey_of_this_machine(tmp_path: Path) -> None:
    found = hardware.survey(tmp_path / "not" / "made" / "yet")
    assert found.cores >= 1
    assert 0 < found.memory_available <= found.memory_total
    assert found.disk_free > 0


def test_cards_are_read_from_their_tool() -> None:
    text = "NVIDIA GeForce RTX 4090, 24564, 23028\nGrid, vGPU, 8192, 4096\nNVIDIA GB10, [N/A], [N/A]\n"
    assert hardware.parse_nvidia_smi(text) == (
        hardware.Gpu("NVIDIA GeForce RTX 4090", 24564 << 20, 23028 << 20),
        hardware.Gpu("Grid, vGPU", 8192 << 20, 4096 << 20),
    )


def test_room_for_context_shrinks_with_what_else_is_needed() -> None:
    assert hardware.kv_room(1000, 0) > hardware.kv_room(1000, 10**8) > 0
    assert hardware.kv_room(1000, 10**15) == 0
    assert hardware.kv_room(1000, 10**15, extra_bytes=10**15 + 10**9) >= 10**6
