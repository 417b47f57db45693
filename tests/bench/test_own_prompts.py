"""The prompts of our own are as even and as strict as their report takes them to be."""

from __future__ import annotations

from collections import Counter

from app.domain.runs import LANGUAGES
from tests.bench.own_prompts import load_prompts, without_body


def test_eight_prompts_for_each_language() -> None:
    prompts = load_prompts()
    assert Counter(p.language for p in prompts) == dict.fromkeys(LANGUAGES, 8)
    assert len({p.id for p in prompts}) == len(prompts)
    assert [p.language for p in prompts[:5]] == list(LANGUAGES)


def test_a_third_of_the_prompts_has_no_example() -> None:
    bare = [p.id for p in load_prompts() if not p.given]
    assert len(bare) == 13


def test_hidden_cases_are_enough_and_stay_hidden() -> None:
    for prompt in load_prompts():
        calls = [case.call for case in prompt.judging]
        assert 6 <= len(set(calls)) == len(calls) <= 12, prompt.id
        assert len({case.expected for case in prompt.judging}) > 1, prompt.id
        assert not set(calls) & {case.call for case in prompt.given}, prompt.id


def test_a_reference_without_its_body_is_another_program() -> None:
    for prompt in load_prompts():
        assert prompt.name in without_body(prompt) != prompt.reference, prompt.id
