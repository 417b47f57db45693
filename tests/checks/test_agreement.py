"""Versions are grouped by what they do."""

from __future__ import annotations

from app.checks.agreement import agree, as_result, difference
from app.checks.sandbox.wasm import WasmPython
from app.checks.variants import Call, Observation, observe
from app.domain.artifacts import Artifact, SourceFile
from app.domain.findings import CheckStatus

CALLS = [Call(f"f({n})") for n in range(4)]


def row(*values: str | None) -> list[Observation]:
    """What one version gave; None for an exception."""
    return [
        Observation(call, value, None if value is not None else "ValueError", ran=True)
        for call, value in zip(CALLS, values, strict=True)
    ]


def test_the_largest_group_comes_first_and_the_difference_is_told() -> None:
    agreement = agree([row("9", "9", "9", "9"), row("0", "1", "2", "3"), row("0", "1", "2", "3")])
    assert agreement.groups == ((1, 2), (0,))
    assert (agreement.votes(1), agreement.votes(0)) == (2, 1)
    assert agreement.split == "f(0): 2 give 0, 1 give 9"


def test_calls_that_most_versions_refuse_do_not_count() -> None:
    agreement = agree([row("0", "1", "2", None), row("0", "1", "2", None), row("0", "1", "2", "7")])
    assert (agreement.groups, agreement.calls) == (((0, 1, 2),), 3)


def test_a_version_that_crashes_where_the_others_answer_stands_alone() -> None:
    agreement = agree([row("0", "1", "2", "3"), row("0", "1", "2", "3"), row("0", "1", "2", None)])
    assert agreement.groups == ((0, 1), (2,))
    assert agreement.split == "f(3): 2 give 3, 1 raise ValueError"


def refused(n: int) -> Observation:
    return Observation(CALLS[n], None, "ValueError", ran=True, refused=True)


def test_crashing_where_a_sound_version_answers_is_held_against_a_version() -> None:
    crashing, sound = row("0", "1", "2", None), row("0", "1", "2", "7")
    agreement = agree([crashing, crashing, sound])
    assert agreement.votes(0) == 3
    assert set(agreement.crashes) == {0, 1}
    result = as_result(agreement, 0, 5)
    assert (result.status, result.executed, result.passed) == (CheckStatus.FAIL, 1, 0)
    assert result.evidence == (
        "f(3) raises ValueError, which the code does not say it should; another version gives 7"
    )
    assert as_result(agreement, 2, 5).status is CheckStatus.PASS


def test_refusing_a_call_is_no_crash_nor_is_what_an_unsound_version_answers_a_measure() -> None:
    refusing = [*row("0", "1", "2", "3")[:3], refused(3)]
    assert not agree([refusing, refusing, row("0", "1", "2", "7")]).crashes
    assert not agree([row("0", "1", "2", None), row("0", "1", "2", "7")], [True, False]).crashes


def test_what_fails_the_other_checks_has_no_vote() -> None:
    good, bad = row("0", "1", "2", "3"), row("9", "9", "9", "9")
    refusing = row(None, None, None, None)
    agreement = agree([good, bad, good, bad, bad, refusing], [True, False, True, False, False, False])
    assert agreement.groups == ((0, 2),)
    assert (agreement.calls, agreement.compared) == (4, 6)
    assert as_result(agreement, 0, 1).data == {"votes": 2, "versions": 2}
    assert as_result(agreement, 1, 1).status is CheckStatus.FAIL
    assert agree([good, bad, bad], [False, False, False]).groups == ((1, 2), (0,))


def test_fewer_than_are_needed_do_not_count_even_where_nobody_objects() -> None:
    agreement = agree([row("0", "1", "2", "3"), row("9", "9", "9", "9")], [True, False])
    assert as_result(agreement, 0, 1).status is CheckStatus.PASS
    lacking = as_result(agreement, 0, 1, needed=3)
    assert lacking.status is CheckStatus.FAIL
    assert lacking.evidence == (
        "1 of 1 versions written independently give the same for 4 new calls, and 3 are needed"
    )


def test_an_improvement_must_answer_and_refuse_what_the_old_one_does() -> None:
    old = row("0", "1", "2", "3")
    assert difference(old, row("0", "1", "2", "3")) == ""
    assert difference(old, row("0", "1", "2", None)) == (
        "f(3): the old one gives 3, the new one raises ValueError"
    )
    assert (
        difference([*old[:3], refused(3)], old) == "f(3): the old one raises ValueError, the new one gives 3"
    )
    assert difference([*old[:3], refused(3)], row("0", "1", "2", None)) == ""
    assert difference(row("0", "1", "2", None), old) == ""
    silent = Observation(CALLS[3], None, None, ran=False)
    assert difference(old, [*old[:3], silent]) == "f(3): the old one gives 3, the new one does not end"


def test_the_result_passes_for_the_majority_only() -> None:
    agreement = agree([row("0", "1", "2", "3"), row("0", "1", "2", "3"), row("9", "9", "9", "9")])
    good, bad = as_result(agreement, 0, 5), as_result(agreement, 2, 5)
    assert (good.status, good.passed, good.executed, good.required) == (CheckStatus.PASS, 4, 4, False)
    assert (bad.status, bad.passed) == (CheckStatus.FAIL, 0)
    assert good.evidence.startswith("2 of 3 versions written independently give the same for 4 new calls")


def test_half_is_no_majority_and_too_few_calls_say_nothing() -> None:
    half = agree([row("0", "1", "2", "3"), row("9", "9", "9", "9")])
    assert as_result(half, 0, 1).status is CheckStatus.FAIL
    few = agree([row("0", None, None, None), row("0", None, None, None)])
    assert as_result(few, 0, 1).status is CheckStatus.SKIPPED


def test_real_versions_that_differ_in_an_edge_are_told_apart(sandbox: WasmPython) -> None:
    calls = [Call(f"largest({numbers})") for numbers in ([3, 1], [1, 3], [-2, -5], [4])]
    codes = (
        "def largest(n):\n    return max(n)\n",
        "def largest(n):\n    return sorted(n)[-1]\n",
        "def largest(n):\n    best = 0\n    for x in n:\n        best = max(best, x)\n    return best\n",
    )
    artifacts = [Artifact.of([SourceFile(path="a.py", content=code)]) for code in codes]
    agreement = agree([observe(a, calls, sandbox) for a in artifacts])
    assert agreement.groups == ((0, 1), (2,))
    assert agreement.split == "largest([-2, -5]): 2 give -2, 1 give 0"
