"""Known keys in a text that comes in pieces."""

from __future__ import annotations

import pytest

from app.models.redaction import StreamMask, without_keys

KEY = "sk-very-secret-0042"
LONGER = KEY + "-and-more"
ROUND = "abab-abab-abab"  # it ends as it begins


def streamed(text: str, size: int, keys: set[str]) -> list[str]:
    mask = StreamMask(keys)
    pieces = [mask.feed(text[at : at + size]) for at in range(0, len(text), size)]
    return [*pieces, mask.rest()]


@pytest.mark.parametrize("size", [1, 2, 3, 7, 1000])
@pytest.mark.parametrize(
    ("text", "told"),
    [
        (f"a = '{KEY}'", "a = '[key]'"),
        (f"{KEY}{KEY}", "[key][key]"),
        (f"{LONGER} {KEY}-and", "[key] [key]-and"),
        (f"{KEY[:-1]} is no key, s", f"{KEY[:-1]} is no key, s"),
        (f"sk-very-{KEY}", "sk-very-[key]"),
        (f"{ROUND}-abab {ROUND}", "[key]-abab [key]"),
        (KEY[:10], KEY[:10]),
        ("", ""),
    ],
)
def test_no_piece_holds_a_part_of_a_key(size: int, text: str, told: str) -> None:
    assert "".join(streamed(text, size, {KEY, LONGER, ROUND})) == told


def test_what_can_be_no_key_is_passed_on_at_once() -> None:
    assert streamed("def f(sk): pass", 5, {KEY})[0] == "def f"
    assert streamed("EMPTY", 1, {"EMPTY", "none"}) == [*"EMPTY", ""], "a word is no secret"


def test_every_text_of_a_value_is_looked_at() -> None:
    value = {"a": [f"x{KEY}", 1, None], "b": {"c": KEY}}
    assert without_keys(value, {KEY, "x"}) == {"a": ["x[key]", 1, None], "b": {"c": "[key]"}}
