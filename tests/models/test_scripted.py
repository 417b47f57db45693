"""The provider that replays scripts, through the same client as every other."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

import pytest

from app.errors import AppError, ErrorKind
from app.models.calls import CallSite, ModelChoice
from app.models.scripted import Scripts
from app.settings import CONFIG_DIR
from tests.support.model_calls import Watcher, opened, providers_for, settings_for, told

SCRIPT = """
name: test
agents:
  code_generator:
    - one
    - [first, second, {when: SPECIAL, text: special}]
    - text: "<think>hm</think>three"
  quality_checker:
    - {text: half, finish_reason: length}
  code_optimizer: only
"""


def written(folder: Path, text: str) -> str:
    path = folder / "script.yaml"
    path.write_text(text, encoding="utf-8")
    return str(path)


def say(
    home: Path,
    script: str,
    site: CallSite,
    *,
    watcher: Watcher | None = None,
    calls: int = 1,
    prompt: str = "x",
) -> list[str]:
    providers = providers_for(settings_for(home, {"timeouts.first_token": 0.3, "timeouts.idle": 0.3}))

    async def run() -> list[str]:
        choice = await providers.choose("scripted", script)
        client = await opened(providers, choice, watcher or Watcher(), site=site)
        return ["".join((await told(client, prompt=prompt))[0]) for _ in range(calls)]

    return asyncio.run(run())


@pytest.mark.parametrize(
    ("agent", "number", "calls", "prompt", "said"),
    [
        ("code_generator", 1, 2, "x", ["one", "one"]),
        ("code_generator", 2, 3, "x", ["first", "second", "second"]),
        ("code_generator", 2, 2, "a SPECIAL one", ["special", "special"]),
        ("code_generator", 3, 1, "x", ["three"]),
        ("code_generator", 9, 1, "x", ["three"]),
        ("quality_checker", 1, 1, "x", ["half"]),
        ("code_optimizer", 2, 1, "x", ["only"]),
    ],
)
def test_which_answer(
    tmp_path: Path,
    agent: str,
    number: int,
    calls: int,
    prompt: str,
    said: list[str],
) -> None:
    script = written(tmp_path, SCRIPT)
    assert say(tmp_path, script, CallSite(agent, "run", number), calls=calls, prompt=prompt) == said


def test_it_says_that_no_model_is_used(tmp_path: Path) -> None:
    providers = providers_for(settings_for(tmp_path))
    assert asyncio.run(providers.choose("scripted", None)) == ModelChoice(
        "scripted", "demo", "scripted replay: no model is used"
    )


def test_usage_is_an_estimate(tmp_path: Path) -> None:
    watcher = Watcher()
    say(tmp_path, written(tmp_path, SCRIPT), CallSite("quality_checker", "run", 1), watcher=watcher)
    usage, _, reason = watcher.usages[0]
    assert (usage.estimated, reason) == (True, "length")
    assert usage.completion_tokens > 0


def test_speed(tmp_path: Path) -> None:
    text = f"name: t\ntokens_per_second: 100\nagents:\n  code_generator: {'one ' * 10}\n"
    started, watcher = time.monotonic(), Watcher()
    assert say(tmp_path, written(tmp_path, text), CallSite("code_generator", "r", 1), watcher=watcher)
    assert time.monotonic() - started >= 0.1
    assert watcher.usages[0][0].total_ms >= 100


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        ("auth", ErrorKind.AUTH),
        ("quota", ErrorKind.QUOTA),
        ("rate_limit", ErrorKind.PROVIDER_RATE_LIMIT),
        ("transient", ErrorKind.TRANSIENT),
        ("context_window", ErrorKind.CONTEXT_WINDOW),
        ("stall", ErrorKind.TRANSIENT),
        ("cut", ErrorKind.TRANSIENT),
        ("garbage", ErrorKind.TRANSIENT),
    ],
)
def test_faults(tmp_path: Path, fault: str, kind: ErrorKind) -> None:
    text = f"name: t\nagents:\n  code_generator: {{text: some, fault: {fault}, retry_after: 3}}\n"
    watcher = Watcher()
    with pytest.raises(AppError) as caught:
        say(tmp_path, written(tmp_path, text), CallSite("code_generator", "r", 1), watcher=watcher)
    assert caught.value.kind is kind
    assert watcher.error is caught.value
    if fault == "rate_limit":
        assert caught.value.retry_after == 3


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("name: t\n", ["agents: this key is needed"]),
        ("name: t\nagents:\n  code_generator: []\n", ["agents.code_generator", "at least 1"]),
        ("name: t\nagents:\n  code_generator: {txt: a}\n", ["there is no such key", "Did you mean text?"]),
        ("name: t\nagents:\n  code_generator: {fault: boom}\n", ["fault", "'stall'"]),
        ("name: t\nspeed: 3\nagents: {}\n", ["speed: there is no such key"]),
    ],
)
def test_a_broken_script(tmp_path: Path, text: str, words: list[str]) -> None:
    path = written(tmp_path, text)
    with pytest.raises(AppError) as caught:
        Scripts(CONFIG_DIR / "scripts").load(path)
    assert caught.value.kind is ErrorKind.CONFIG
    for word in [path, *words]:
        assert word in str(caught.value)


def test_an_agent_that_the_script_leaves_out(tmp_path: Path) -> None:
    with pytest.raises(AppError, match="no answers of quality_checker"):
        say(
            tmp_path,
            written(tmp_path, "name: t\nagents: {code_generator: a}\n"),
            CallSite("quality_checker", "r", 1),
        )


def test_every_bundled_script_is_valid() -> None:
    scripts = Scripts(CONFIG_DIR / "scripts")
    assert "demo" in scripts.names()
    for name in scripts.names():
        assert scripts.load(name).name == name
