"""Which provider and model is chosen, and what is said about each."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from pathlib import Path

import pytest

from app.errors import AppError, ErrorKind
from app.models.backends import ModelFacts
from app.models.calls import ModelChoice
from app.models.providers import Providers
from tests.support.backends import StandInBackend
from tests.support.model_calls import Watcher, opened, providers_for, settings_for, told
from tests.support.openai_server import OpenAIServer, Reply

CODER = ModelFacts("qwen2.5-coder:1.5b", 10**9, 32768)
BARE = ModelFacts("bare:latest", 10**9, 32768, template_ok=False)
SMALL = ModelFacts("qwen2.5-coder-1.5b", 1_117_320_768, 32768, installed=False)
KEYS = {"DEEPSEEK_API_KEY": "sk-1234567890abcd"}


def providers(
    home: Path,
    *,
    ollama: StandInBackend | None = None,
    builtin: StandInBackend | None = None,
    keys: Mapping[str, str] | None = None,
    overrides: Mapping[str, object] | None = None,
) -> Providers:
    backends = {
        "ollama": ollama or StandInBackend(usable=False),
        "builtin": builtin or StandInBackend(SMALL),
    }
    return providers_for(settings_for(home, overrides), backends, keys)


def chosen(providers: Providers, provider: str | None = None, model: str | None = None) -> ModelChoice:
    return asyncio.run(providers.choose(provider, model))


def refused(providers: Providers, provider: str | None = None, model: str | None = None) -> AppError:
    with pytest.raises(AppError) as caught:
        chosen(providers, provider, model)
    return caught.value


def test_ollama_first_where_it_has_a_model(tmp_path: Path) -> None:
    ollama = StandInBackend(CODER, BARE)
    choice = chosen(providers(tmp_path, ollama=ollama, keys=KEYS))
    assert (choice.provider, choice.model) == ("ollama", "qwen2.5-coder:1.5b")


def test_a_model_with_a_chat_template_goes_before_one_without(tmp_path: Path) -> None:
    assert chosen(providers(tmp_path, ollama=StandInBackend(BARE, CODER))).model == CODER.name


def test_a_bare_template_is_told(tmp_path: Path) -> None:
    choice = chosen(providers(tmp_path, ollama=StandInBackend(BARE)))
    assert (choice.model, "template is bare" in choice.why) == ("bare:latest", True)


@pytest.mark.parametrize("ollama", [StandInBackend(), StandInBackend(CODER, usable=False)])
def test_then_a_cloud_provider_with_a_key(tmp_path: Path, ollama: StandInBackend) -> None:
    choice = chosen(providers(tmp_path, ollama=ollama, keys=KEYS))
    assert (choice.provider, choice.model) == ("deepseek", "deepseek-flash")
    assert choice.why == "its key is set; there is no Ollama with a model"


def test_then_the_builtin_engine(tmp_path: Path) -> None:
    choice = chosen(providers(tmp_path))
    assert (choice.provider, choice.model) == ("builtin", "qwen2.5-coder-1.5b")
    assert choice.why == (
        "the best that is ready; there is no Ollama with a model and no key of a cloud service; "
        "its weights (1.1 GB) are fetched first"
    )


def test_the_default_model_of_an_engine(tmp_path: Path) -> None:
    ollama = StandInBackend(CODER, ModelFacts("other:7b", 1, 32768))
    some = providers(tmp_path, ollama=ollama, overrides={"models.providers.ollama.default_model": "other:7b"})
    assert chosen(some).model == chosen(some, "ollama").model == "other:7b"


def test_another_order(tmp_path: Path) -> None:
    order = {"models.preference": ["deepseek", "ollama"]}
    some = providers(tmp_path, ollama=StandInBackend(CODER), keys=KEYS, overrides=order)
    assert chosen(some).why == "its key is set"


def test_nothing_at_all(tmp_path: Path) -> None:
    assert refused(providers(tmp_path, builtin=StandInBackend(usable=False))).kind is ErrorKind.MODEL_MISSING


@pytest.mark.parametrize(
    ("provider", "model", "expected"),
    [
        ("ollama", None, ("ollama", "qwen2.5-coder:1.5b")),
        ("ollama", "bare:latest", ("ollama", "bare:latest")),
        (None, "ollama:bare:latest", ("ollama", "bare:latest")),
        (None, "bare", ("ollama", "bare:latest")),
        (None, "qwen2.5-coder-1.5b", ("builtin", "qwen2.5-coder-1.5b")),
        ("deepseek", "any-name", ("deepseek", "any-name")),
        (None, "deepseek:any-name", ("deepseek", "any-name")),
        (None, "deepseek-v4-pro", ("deepseek", "deepseek-v4-pro")),
        ("scripted", None, ("scripted", "demo")),
        (None, "scripted:demo", ("scripted", "demo")),
    ],
)
def test_what_is_named_is_used(
    tmp_path: Path, provider: str | None, model: str | None, expected: tuple[str, str]
) -> None:
    choice = chosen(providers(tmp_path, ollama=StandInBackend(CODER, BARE), keys=KEYS), provider, model)
    assert (choice.provider, choice.model) == expected
    assert choice.why


@pytest.mark.parametrize(
    ("provider", "model", "kind", "words"),
    [
        ("olama", None, ErrorKind.CONFIG, "Did you mean ollama?"),
        ("ollama", "nothing", ErrorKind.MODEL_MISSING, "nothing"),
        (None, "qwen2.5-codr", ErrorKind.MODEL_MISSING, "Did you mean qwen2.5-coder"),
        ("scripted", "demmo", ErrorKind.CONFIG, "Did you mean demo?"),
        ("moonshot", None, ErrorKind.AUTH, "keys set moonshot"),
        ("openai_compatible", None, ErrorKind.CONFIG, "openai_compatible"),
    ],
)
def test_what_does_not_exist(
    tmp_path: Path, provider: str | None, model: str | None, kind: ErrorKind, words: str
) -> None:
    error = refused(providers(tmp_path, ollama=StandInBackend(CODER)), provider, model)
    assert error.kind is kind
    assert words in str(error)


def test_a_named_engine_is_started(tmp_path: Path) -> None:
    ollama = StandInBackend(CODER)
    chosen(providers(tmp_path, ollama=ollama), "ollama")
    assert ollama.started


def test_ollama_without_models_says_how_to_get_one(tmp_path: Path) -> None:
    error = refused(providers(tmp_path, ollama=StandInBackend()), "ollama")
    assert (error.kind, "models pull" in error.hint) == (ErrorKind.MODEL_MISSING, True)


def test_check_choice_asks_nobody(tmp_path: Path) -> None:
    some = providers(tmp_path)
    some.check_choice(None, None)
    some.check_choice("ollama", "whatever")
    some.check_choice("scripted", "demo")
    for provider, model in (("olama", None), ("scripted", "demmo"), (None, "scripted:demmo")):
        with pytest.raises(AppError) as caught:
            some.check_choice(provider, model)
        assert caught.value.kind is ErrorKind.CONFIG


def test_the_model_of_a_server_that_serves_one(tmp_path: Path) -> None:
    with OpenAIServer(models=("served",)) as server:
        some = providers(tmp_path, overrides={"models.providers.openai_compatible.base_url": server.url})
        assert chosen(some, "openai_compatible").model == "served"


def test_status(tmp_path: Path) -> None:
    with OpenAIServer(models=("served",)) as server:
        some = providers(
            tmp_path,
            ollama=StandInBackend(CODER),
            keys=KEYS,
            overrides={"models.providers.openai_compatible.base_url": server.url},
        )
        found = {status.id: status for status in asyncio.run(some.status())}
        assert server.requests == [], "asking for models must not cost a call"
    assert [m.name for m in found["ollama"].models] == [CODER.name]
    assert {name for name, status in found.items() if status.usable} == {
        "ollama", "builtin", "openai_compatible", "scripted", "deepseek",
    }  # fmt: skip
    assert [m.name for m in found["openai_compatible"].models] == ["served"]
    assert "…abcd" in found["deepseek"].detail
    assert "keys set moonshot" in found["moonshot"].remedy
    assert KEYS["DEEPSEEK_API_KEY"] not in repr(found)


def test_status_of_a_server_that_is_not_there(tmp_path: Path) -> None:
    with OpenAIServer() as gone:
        url = gone.url
    some = providers(tmp_path, overrides={"models.providers.openai_compatible.base_url": url})
    status = {s.id: s for s in asyncio.run(some.status())}["openai_compatible"]
    assert (status.usable, url in status.detail) == (False, True)
    assert status.remedy


def test_close_lets_go_of_the_engines(tmp_path: Path) -> None:
    ollama = StandInBackend(CODER)
    asyncio.run(providers(tmp_path, ollama=ollama).close())
    assert ollama.closed


@pytest.mark.parametrize(
    ("override", "words"),
    [
        ({"models.providers.openai.config": {"temprature": 1}}, "Did you mean temperature?"),
        ({"models.providers.ollama.config": {"options": {"num_thred": 1}}}, "Did you mean num_thread?"),
        ({"models.providers.ollama.config": {"optons": {}}}, "Did you mean options?"),
        ({"models.providers.openai.config": {"base_url": "https://x"}}, "there is no base_url"),
    ],
)
def test_options_that_the_client_does_not_know(
    tmp_path: Path, override: dict[str, object], words: str
) -> None:
    """AutoGen would drop them without a word."""
    with pytest.raises(AppError) as caught:
        providers(tmp_path, overrides=override)
    assert caught.value.kind is ErrorKind.CONFIG
    assert words in str(caught.value)


class TestWindows:
    """How large a window is asked of an engine, seen at the engine."""

    def asked(
        self, home: Path, facts: ModelFacts, *prompt_words: int
    ) -> tuple[StandInBackend, list[ErrorKind]]:
        refusals: list[ErrorKind] = []
        with OpenAIServer() as server:
            server.play(Reply("ok"))
            builtin = StandInBackend(facts, url=server.url)
            some = providers(home, builtin=builtin)

            async def run() -> None:
                for words in prompt_words:
                    client = await opened(some, ModelChoice("builtin", facts.name), Watcher())
                    try:
                        await told(client, prompt="word " * words)
                    except AppError as error:
                        refusals.append(error.kind)

            asyncio.run(run())
        return builtin, refusals

    def test_fixed_sizes_that_never_shrink(self, tmp_path: Path) -> None:
        builtin, _ = self.asked(tmp_path, SMALL, 10, 4_000, 10)
        assert builtin.windows == [4096, 8192, 8192]

    def test_capped_by_the_model_and_by_memory(self, tmp_path: Path) -> None:
        odd = ModelFacts("odd", 1, 6000)
        builtin, refusals = self.asked(tmp_path, odd, 5_000, 6_000)
        assert (builtin.windows, refusals) == ([6000], [ErrorKind.CONTEXT_WINDOW])
        tight = ModelFacts("tight", 1, 32768, max_window=4096)
        builtin, refusals = self.asked(tmp_path, tight, 10, 4_000)
        assert (builtin.windows, refusals) == ([4096], [ErrorKind.CONTEXT_WINDOW])

    def test_the_engines_key_is_sent(self, tmp_path: Path) -> None:
        with OpenAIServer() as server:
            some = providers(tmp_path, builtin=StandInBackend(SMALL, url=server.url))

            async def run() -> None:
                await told(await opened(some, ModelChoice("builtin", SMALL.name), Watcher()))

            asyncio.run(run())
            assert server.requests[0].headers["authorization"] == "Bearer engine-key"
