"""What single agents are given for one run only."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from app.domain.events import EventType
from app.errors import AppError, ErrorKind
from app.session.choosing import for_run
from app.settings import load_settings
from tests.support.sessions import GOOD, NOTHING, Bench


def test_an_agent_speaks_with_the_model_that_the_request_gives_it(bench: Bench) -> None:
    runs = bench.script(code_generator=[GOOD])
    own = bench.script(code_generator=[GOOD], quality_checker=[NOTHING])
    run = bench.start(runs, agents={"quality_checker": {"model": f"scripted:{own}"}})
    begun = bench.events(run, EventType.TURN_STARTED)
    used = {e.agent: e.data.get("model") for e in begun}
    assert used["code_generator"] == used["code_optimizer"] == runs
    assert used["quality_checker"] == own
    (created,) = bench.events(run, EventType.RUN_CREATED)
    assert created.data["agents"]["quality_checker"]["model"] == f"scripted:{own}"
    assert bench.store.run(run.id).request.agents["quality_checker"].model == f"scripted:{own}"


def test_a_temperature_of_the_request_counts_in_every_round(bench: Bench) -> None:
    settings = load_settings(environment={"ROUNDTABLE_HOME": str(bench.home)}).agents["code_generator"]
    assert settings.revise_temperature is not None
    choice = bench.request("m", agents={"code_generator": {"temperature": 0}}).of_agent("code_generator")
    given = for_run(settings, choice)
    assert (given.temperature, given.revise_temperature, given.model) == (0, None, settings.model)
    assert for_run(settings, None) is settings


@pytest.mark.parametrize(
    "agents",
    [
        {"user_proxy": {"model": "scripted:demo"}},
        {"code_generator": {"model": "demo"}},
        {"code_generator": {"temperature": 3}},
        {"code_generator": {"prompt": "x"}},
    ],
)
def test_what_is_out_of_bounds_is_refused(bench: Bench, agents: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        bench.request("demo", agents=agents)


def test_a_provider_that_does_not_exist_is_refused_before_the_start(bench: Bench) -> None:
    request = bench.request("demo", agents={"code_optimizer": {"model": "nobody:x"}})
    with pytest.raises(AppError, match="nobody") as caught:
        bench.service.start_run(request)
    assert caught.value.kind is ErrorKind.CONFIG
