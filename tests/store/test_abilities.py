"""What models were seen to be able to do is kept over the runs."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from app.store.abilities import Abilities, Ability


def test_counts_are_kept_by_model(tmp_path: Path) -> None:
    path = tmp_path / "home" / "abilities.json"
    Abilities(path).first("a:1", passed=True)
    Abilities(path).first("a:1", passed=False)
    Abilities(path).repair("a:1", won=True)
    assert Abilities(path).of("a:1") == Ability(firsts=2, firsts_passed=1, repairs=1, repairs_won=1)
    assert Abilities(path).of("a:2") == Ability()


def test_no_count_is_lost_between_threads(tmp_path: Path) -> None:
    path = tmp_path / "abilities.json"
    with ThreadPoolExecutor(4) as pool:
        for _ in range(20):
            pool.submit(Abilities(path).first, "a:1", passed=True)
    assert Abilities(path).of("a:1").firsts == 20


def test_a_damaged_file_counts_as_none_and_is_replaced(tmp_path: Path) -> None:
    path = tmp_path / "abilities.json"
    path.write_text('{"a:1": {"firsts": ', encoding="utf-8")
    abilities = Abilities(path)
    assert abilities.of("a:1") == Ability()
    abilities.first("a:1", passed=True)
    assert abilities.of("a:1").firsts == 1
