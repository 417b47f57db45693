"""A model that repeats itself without end is stopped; ordinary repetitive code is not."""

from __future__ import annotations

import pytest

from app.models.circles import goes_in_circles

TEST = "    def test_overlap_and_no_overlap(self):\n        self.assertEqual(merge([[1, 2]]), [[1, 2]])\n\n"
HEAD = "def merge(intervals):\n    return sorted(intervals)\n\n"


@pytest.mark.parametrize("piece", [TEST, "ab", "0, ", TEST * 3 + "x\n", "1234567890" * 70])
def test_endless_copies_are_noticed_wherever_the_text_stands(piece: str) -> None:
    text = HEAD + piece * (9_000 // len(piece) + 1)
    assert all(goes_in_circles(text[: len(text) - cut]) for cut in range(min(len(piece), 200)))


def test_copies_that_differ_in_their_numbers_are_noticed() -> None:
    lines = [f'    print("{n}. code_optimizer.py")\n' for n in range(100)]
    assert goes_in_circles(HEAD + "".join(lines))
    assert not goes_in_circles(HEAD + "".join(lines[:50]))


@pytest.mark.parametrize(
    "text",
    [
        "",
        HEAD,
        HEAD + TEST * 4,
        HEAD + "0, " * 300,
        "".join(TEST.replace("overlap", f"case_{chr(97 + n)}") for n in range(26)),
        "\n".join(f"    {n}: 'value',  # one of the many values of this table" for n in range(35)),
    ],
)
def test_ordinary_text_is_not(text: str) -> None:
    assert not goes_in_circles(text)
