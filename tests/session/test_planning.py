"""How many versions a round may draw."""

from __future__ import annotations

import pytest

from app.domain.exams import Advice
from app.domain.runs import RunRequest, RunState, Usage
from app.models.calls import Cost
from app.session.planning import MEASURED_AFTER, Model, plan_for
from app.settings import load_settings
from app.store.abilities import Ability

REQUEST = RunRequest(requirements="Write add that adds two numbers", max_iterations=3)
SETTINGS = load_settings(environment={"ROUNDTABLE_HOME": "/nowhere"})
NEW = Ability()


def model(name: str = "qwen2.5-coder-1.5b", cost: Cost = "local", ability: Ability = NEW) -> Model:
    return Model(name, cost, ability)


@pytest.mark.parametrize(
    ("cost", "candidates", "agreeing"), [("local", 10, 3), ("cloud", 3, 1), ("scripted", 1, 1)]
)
def test_what_a_version_costs_decides_how_many_there_are(cost: Cost, candidates: int, agreeing: int) -> None:
    plan = plan_for(REQUEST, RunState(), SETTINGS, model(cost=cost), based=False)
    assert (plan.candidates, plan.agreeing, plan.fresh) == (candidates, agreeing, False)


@pytest.mark.parametrize(
    ("name", "cost", "fresh"),
    [
        ("qwen2.5-coder-1.5b", "local", [False, True, True, True]),
        ("qwen2.5-coder:7b-instruct", "local", [False, False, False, True]),
        ("a-name-without-a-size", "local", [False, False, False, True]),
        ("tiny-1.5b", "cloud", [False, False, False, True]),
    ],
)
def test_small_local_models_start_afresh_where_others_mend_twice(
    name: str, cost: Cost, fresh: list[bool]
) -> None:
    plans = [
        plan_for(REQUEST, RunState(round=n), SETTINGS, model(name, cost), based=False) for n in range(1, 5)
    ]
    assert [plan.fresh for plan in plans] == fresh


def test_what_was_measured_wins_over_the_size() -> None:
    second = RunState(round=2)
    mends = Ability(repairs=MEASURED_AFTER, repairs_won=MEASURED_AFTER // 2)
    assert not plan_for(REQUEST, second, SETTINGS, model(ability=mends), based=False).fresh
    useless = Ability(repairs=MEASURED_AFTER, repairs_won=0)
    assert plan_for(REQUEST, second, SETTINGS, model("llama-70b", ability=useless), based=False).fresh


def test_the_exam_says_how_many_versions_how_much_mending_and_how_to_ask() -> None:
    advised = Model("qwen2.5-coder-1.5b", "local", NEW, Advice(candidates=6, repair_rounds=1, plain=False))
    plans = [plan_for(REQUEST, RunState(round=n), SETTINGS, advised, based=False) for n in (1, 2, 3)]
    assert [plan.fresh for plan in plans] == [False, False, True]
    assert {(plan.candidates, plan.plain) for plan in plans} == {(6, False)}


def test_what_runs_have_shown_and_what_was_set_by_hand_win_over_the_exam() -> None:
    mends = Ability(repairs=MEASURED_AFTER, repairs_won=MEASURED_AFTER)
    useless = Advice(candidates=6, repair_rounds=0)
    shown = Model("tiny-1.5b", "local", mends, useless)
    assert not plan_for(REQUEST, RunState(round=3), SETTINGS, shown, based=False).fresh
    by_hand = load_settings({"run.candidates": 9}, environment={"ROUNDTABLE_HOME": "/nowhere"})
    assert plan_for(REQUEST, RunState(), by_hand, shown, based=False).candidates == 9


def test_files_that_were_there_before_are_never_left_out() -> None:
    assert not plan_for(REQUEST, RunState(round=3), SETTINGS, model(), based=True).fresh


def test_the_same_failure_of_the_same_code_ends_mending() -> None:
    circling = RunState(round=2, tried=("x", "x"))
    assert plan_for(REQUEST, circling, SETTINGS, model("a-70b"), based=False).fresh


def test_the_rounds_count_anew_when_the_user_asks_for_changes() -> None:
    state = RunState(round=4, last_round=6)  # three rounds from the fourth on
    assert not plan_for(REQUEST, state, SETTINGS, model(), based=False).fresh


def test_half_of_the_tokens_left_bounds_the_versions() -> None:
    spent = Usage(prompt_tokens=100_000, completion_tokens=80_000)
    plan = plan_for(REQUEST, RunState(turn=4, usage=spent), SETTINGS, model(), based=False)
    assert plan.candidates == 1
