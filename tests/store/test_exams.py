"""Exams are kept by digest, and count only while the digest is the model's."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from app.domain.exams import Exam, Score
from app.store.exams import KEPT, SERVICE_DAYS, Exams, service_digest


def exam(digest: str, *, model: str = "m", when: datetime | None = None, right: int = 0) -> Exam:
    return Exam(
        provider="p",
        model=model,
        digest=digest,
        when=when or datetime.now(UTC),
        seconds=1,
        budget=120,
        repair=Score(right=right, of=2),
    )


def test_the_same_weights_count_under_any_name_and_other_weights_do_not(tmp_path: Path) -> None:
    exams = Exams(tmp_path / "exams")
    assert not exams.any()
    exams.keep(exam("a"))
    same, other = exams.find("p", "another name", "a"), exams.find("p", "m", "b")
    assert (same and same.stale, other and other.stale) == (False, True)
    assert exams.find("p", "never seen", "b") is None


def test_the_newest_of_a_digest_replaces_the_one_before(tmp_path: Path) -> None:
    exams = Exams(tmp_path)
    exams.keep(exam("a", right=1))
    exams.keep(exam("a", right=2))
    assert [e.repair.right for e in exams.all()] == [2]


def test_a_service_is_believed_for_some_weeks(tmp_path: Path) -> None:
    exams, now = Exams(tmp_path), datetime.now(UTC)
    for model, days in (("new", 1), ("old", SERVICE_DAYS + 1)):
        when = now - timedelta(days=days)
        exams.keep(exam(service_digest("p", model, when), model=model, when=when))
    new, old = exams.find("p", "new", ""), exams.find("p", "old", "")
    assert (new and new.stale, old and old.stale) == (False, True)


def test_a_damaged_file_counts_as_none_and_the_folder_stays_small(tmp_path: Path) -> None:
    exams = Exams(tmp_path)
    for number in range(KEPT + 3):
        exams.keep(exam(f"d{number}"))
    assert len(list(exams.all())) == KEPT
    for path in tmp_path.glob("*.json"):
        path.write_text("{", encoding="utf-8")
    assert list(exams.all()) == []
    assert exams.find("p", "m", "d1") is None


@pytest.mark.parametrize("damaged", ["", "{", "null", '["owner", "p"]', '["owner", "p", 3]'])
def test_a_mark_that_says_nothing_is_removed_and_hinders_nothing(tmp_path: Path, damaged: str) -> None:
    exams = Exams(tmp_path)
    exams.begun("gone", "p", "m")
    exams.begun("here", "p", "n")
    (tmp_path / "damaged.mark").write_text(damaged)
    assert exams.interrupted(lambda owner: owner == "here") == [("p", "m")]
    assert len(list(tmp_path.glob("*.mark"))) == 1
