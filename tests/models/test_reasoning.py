"""Reasoning and answer come apart the same way, wherever the chunks are cut."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.models.reasoning import ReasoningSplitter


def split(chunks: list[str]) -> tuple[str, str]:
    splitter = ReasoningSplitter()
    for chunk in chunks:
        splitter.feed(chunk)
    splitter.finish()
    return splitter.reasoning, splitter.answer


@pytest.mark.parametrize(
    ("text", "reasoning", "answer"),
    [
        ("just an answer", "", "just an answer"),
        ("<think>a</think>\n\nb", "a", "b"),
        ("\n <think>a</think>b", "a", "b"),
        ("<think>a</think><think>c</think> b", "ac", "b"),
        ("<think>never closed", "never closed", ""),
        ("not opened</think>\nb", "not opened", "b"),
        ("x = '<think>'", "", "x = '<think>'"),
        ("```python a.py\ns = '</think>'\n```", "", "```python a.py\ns = '</think>'\n```"),
        ("<think></think>b", "", "b"),
        ("<thin", "", "<thin"),
        ("a </thi", "", "a </thi"),
        ("", "", ""),
        ("  indented", "", "  indented"),
        ("<think>if a < b: </thin </think>b", "if a < b: </thin ", "b"),
    ],
)
def test_what_is_reasoning(text: str, reasoning: str, answer: str) -> None:
    assert split([text]) == (reasoning, answer)


PARTS = st.lists(
    st.sampled_from(["<think>", "</think>", "<", "</", "think>", "```", "a", " ", "\n", "x<y", "é"]),
    max_size=12,
)


@given(parts=PARTS, cuts=st.lists(st.integers(0, 60), max_size=20))
def test_any_chunking_gives_the_same(parts: list[str], cuts: list[int]) -> None:
    text = "".join(parts)
    places = sorted({0, len(text), *(c for c in cuts if c < len(text))})
    chunks = [text[a:b] for a, b in itertools.pairwise(places)]
    assert split(chunks) == split([text])


@given(parts=PARTS)
def test_nothing_is_held_back_for_long(parts: list[str]) -> None:
    """Only what may begin a tag, and white space before the first word, waits for the next chunk."""
    splitter = ReasoningSplitter()
    for character in "".join(parts):
        splitter.feed(character)
        assert len(splitter.held.strip()) < len("</think>")


def test_reasoning_that_the_service_told_apart() -> None:
    splitter = ReasoningSplitter()
    assert [p.reasoning for p in splitter.note("hm")] == [True]
    splitter.feed("\n\nanswer")
    assert (splitter.reasoning, splitter.answer) == ("hm", "answer")
