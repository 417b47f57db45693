"""The settings as the page changes them: bounds, files, two pages, other people, and trying a provider."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
import yaml

from tests.support.cloud_server import GOOD_KEY, PROFILES, CloudServer, Profile
from tests.support.openai_server import OpenAIServer, Reply
from tests.support.web import Follower, Served, serving, until

TEMPERATURE = "agents.code_generator.temperature"
INSTRUCTION = "agents.code_generator.config.instruction"
ANN, BOB = "a-token-of-ann-that-is-long", "a-token-of-bob-that-is-long"
# OpenAI's answer to countries that it does not serve.
COUNTRY = {
    "error": {
        "code": "unsupported_country_region_territory",
        "message": "Country, region, or territory not supported",
        "param": None,
        "type": "request_forbidden",
    }
}
ROOT = Path(__file__).parents[2]
Try = Callable[[str], dict[str, Any]]


def setting(reply: httpx.Response, key: str) -> dict[str, Any]:
    assert reply.status_code == 200, reply.text
    return next(s for s in reply.json()["settings"] if s["key"] == key)


def change(client: httpx.Client, *reset: str, **values: object) -> httpx.Response:
    """Dots of the keys are written as two underscores."""
    named = {key.replace("__", "."): value for key, value in values.items()}
    return client.patch("/api/config", json={"values": named, "reset": list(reset)})


def user_file(served: Served, name: str, text: str) -> Path:
    path = served.home / "config" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


def test_a_change_is_written_to_the_users_file_and_told(served: Served, client: httpx.Client) -> None:
    before = setting(client.get("/api/config"), TEMPERATURE)
    assert (before["value"], before["default"], before["layer"]) == (0.2, 0.2, "program")
    assert (before["minimum"], before["maximum"], before["nullable"], before["whole"]) == (0, 2, True, False)
    path = user_file(served, "agents.yaml", "# mine\ncode_generator:\n  top_p: 0.9  # narrow\n")
    follower = Follower(served)
    told = follower.told("settings")
    changed = setting(change(client, agents__code_generator__temperature=0.45), TEMPERATURE)
    assert (changed["value"], changed["layer"], changed["source"]) == (0.45, "user", str(path))
    assert path.read_text() == "# mine\ncode_generator:\n  top_p: 0.9  # narrow\n  temperature: 0.45\n"
    assert told.wait(60)
    follower.io.disconnect()
    assert [p.name for p in path.parent.iterdir()] == ["agents.yaml"]
    assert setting(change(client, TEMPERATURE), TEMPERATURE)["layer"] == "program"
    assert path.read_text() == "# mine\ncode_generator:\n  top_p: 0.9  # narrow\n"


def test_an_instruction_is_a_file_of_its_own(served: Served, client: httpx.Client) -> None:
    user_file(served, "agents.yaml", "code_generator: {config: {instruction: short}, top_p: 0.9}\n")
    assert setting(client.get("/api/config"), INSTRUCTION)["value"] == "short"
    text = "Write it.\n\nOr see notes.md"
    changed = setting(change(client, agents__code_generator__config__instruction=text), INSTRUCTION)
    assert (changed["value"], changed["layer"]) == (text, "user")
    assert (served.home / "config/prompts/code_generator.md").read_text() == text + "\n"
    assert (served.home / "config/agents.yaml").read_text() == "code_generator: {top_p: 0.9}\n"
    back = setting(change(client, INSTRUCTION), INSTRUCTION)
    assert back["layer"] == "program"
    assert back["value"] == back["default"] != text


@pytest.mark.parametrize(
    ("key", "value", "words"),
    [
        (TEMPERATURE, 2.5, "less than or equal to 2"),
        ("agents.quality_checker.top_p", 0, "greater than 0"),
        ("agents.code_generator.max_tokens", 8, "greater than or equal to 16"),
        ("agents.code_optimizer.model", "nobody:x", "there is no provider 'nobody'"),
        ("agents.code_optimizer.model", "llama", "provider:model"),
        ("run.max_iterations", 11, "less than or equal to 10"),
        ("run.max_tokens", "many", "valid integer"),
        ("sandbox.memory_mb", 1, "greater than or equal to 64"),
        ("code_safety_enabled", "perhaps", "valid boolean"),
        ("agents.code_generator.temprature", 1, "there is no such setting"),
        ("server.token", "x", "there is no such setting"),
        (INSTRUCTION, " ", "must not be empty"),
        (INSTRUCTION, "x" * 20_001, "at most 20000"),
    ],
)
def test_what_is_out_of_bounds_changes_nothing(
    served: Served, client: httpx.Client, key: str, value: object, words: str
) -> None:
    body = {"values": {"run.max_seconds": 60, key: value}}
    answer = client.patch("/api/config", json=body)
    assert answer.status_code == 400, answer.text
    assert answer.json()["field"] == key
    assert words in answer.json()["message"]
    assert not (served.home / "config").exists()


def test_a_broken_file_is_said_and_not_written_over(served: Served, client: httpx.Client) -> None:
    path = user_file(served, "agents.yaml", "code_generator:\n  top_p: 0.9\n  temperature: 7\n")
    told = client.get("/api/config").json()["problem"]
    assert f"{path}, line 3: code_generator.temperature: " in told
    assert "less than or equal to 2" in told
    assert "What was read before still counts." in told
    assert setting(client.get("/api/config"), TEMPERATURE)["value"] == 0.2
    answer = change(client, agents__quality_checker__temperature=0.5)
    assert answer.status_code == 422
    assert "temperature: 7" in path.read_text()
    assert change(client, agents__code_generator__temperature=0.7).json()["problem"] is None
    path.write_text("code_generator: [\n")
    assert change(client, agents__code_generator__temperature=0.8).status_code == 422
    assert path.read_text() == "code_generator: [\n"


def test_the_environment_wins(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CODE_SAFETY_ENABLED", "false")
    with serving(home) as served, served.client() as client:
        found = setting(client.get("/api/config"), "code_safety_enabled")
        assert (found["value"], found["layer"]) == (False, "environment")
        assert found["source"] == "environment variable CODE_SAFETY_ENABLED"
        answer = change(client, code_safety_enabled=True)
        assert answer.status_code == 400
        assert "CODE_SAFETY_ENABLED sets it" in answer.json()["message"]


def test_safety_and_bounds_count_from_the_next_run_on(served: Served, client: httpx.Client) -> None:
    assert client.get("/api/status").json()["warnings"] == []
    assert change(client, code_safety_enabled=False, run__max_iterations=1).status_code == 200
    status = client.get("/api/status").json()
    assert status["code_safety_enabled"] is False
    assert [w["kind"] for w in status["warnings"]] == ["safety"]
    events = until(client, served.start(client))
    assert events[0]["data"]["max_iterations"] == 1
    assert any(e["data"].get("kind") == "safety" for e in events if e["type"] == "note")
    assert change(client, "code_safety_enabled").status_code == 200
    assert client.get("/api/status").json()["warnings"] == []


def test_others_read_and_only_the_owner_changes(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ROUNDTABLE_TOKEN", f"{ANN},{BOB}")
    with serving(home) as served, served.client(ANN) as ann, served.client(BOB) as bob:
        seen = bob.get("/api/config").json()
        assert (seen["may_change"], seen["folder"], seen["home"]) == (False, "", "")
        refused = [
            change(bob, agents__code_generator__temperature=0.5),
            bob.post("/api/providers/scripted/test"),
            bob.put("/api/keys/openai", json={"key": "sk-of-somebody"}),
        ]
        assert [answer.status_code for answer in refused] == [403] * len(refused)
        assert not (home / "config").exists()
        assert change(ann, agents__code_generator__temperature=0.5).status_code == 200
        theirs = setting(bob.get("/api/config"), TEMPERATURE)
        assert (theirs["value"], theirs["layer"], theirs["source"]) == (0.5, "user", "")


@pytest.fixture
def attempt(served: Served, client: httpx.Client) -> Try:
    """Try a service at an address, with a key."""

    def run(url: str) -> dict[str, Any]:
        service = {"base_url": url, "default_model": "m", "retry": {"times": 5}}
        user_file(served, "models.yaml", yaml.safe_dump({"providers": {"deepseek": service}}))
        assert client.put("/api/keys/deepseek", json={"key": "sk-a-key-of-the-test"}).status_code == 200
        answer = client.post("/api/providers/deepseek/test")
        assert answer.status_code == 200, answer.text
        return answer.json()

    return run


def test_a_provider_is_tried_with_a_real_call(attempt: Try) -> None:
    with OpenAIServer() as server:
        server.play(Reply("OK"))
        told = attempt(server.url)
        assert (told["ok"], told["cause"], told["model"]) == (True, "none", "m")
        assert server.requests[0].body["max_tokens"] <= 16
        server.play(Reply(status=401, error={"message": "Incorrect API key"}))
        assert attempt(server.url)["cause"] == "key"
        server.play(Reply(status=404, error={"message": "nothing here"}))
        assert attempt(server.url)["cause"] == "address"
        server.play(Reply(status=404, error={"message": "The model m does not exist"}))
        assert attempt(server.url)["cause"] == "model"
        server.play(Reply(status=429, error={"message": "slow down"}))
        assert attempt(server.url)["cause"] == "busy"
        assert len(server.requests) == 5
        closed = server.url
    told = attempt(closed)
    assert (told["cause"], told["ok"]) == ("address", False)
    assert "Nothing answers at 127.0.0.1" in told["message"]


@pytest.mark.parametrize("profile", PROFILES, ids=lambda p: p.name)
def test_a_wrong_key_and_a_wrong_region_are_told_apart(
    profile: Profile, served: Served, client: httpx.Client
) -> None:
    """What each service really answers; those with regions have one here that knows the key."""

    def tried(key: str, **address: object) -> dict[str, Any]:
        provider = {"default_model": "m", "retry": {"times": 0}, **address}
        user_file(served, "models.yaml", yaml.safe_dump({"providers": {profile.name: provider}}))
        assert client.put(f"/api/keys/{profile.name}", json={"key": key}).status_code == 200
        return client.post(f"/api/providers/{profile.name}/test").json()

    with CloudServer(profile, frozenset()) as china, CloudServer(profile) as world:
        regions = [china.url, world.url]
        hosts = [urlsplit(url).netloc for url in regions]
        world.play(Reply("OK"))
        assert tried(GOOD_KEY, base_url=None, base_urls=regions)["cause"] == "none"
        wrong = tried("sk-a-wrong-key-of-the-test", base_url=None, base_urls=regions)
        assert wrong["cause"] == "key"
        assert all(host in wrong["message"] for host in hosts), "no region takes it"
        elsewhere = tried(GOOD_KEY, base_url=china.url, base_urls=regions)
        assert elsewhere["cause"] == "region"
        assert f"a key for {hosts[1]}" in elsewhere["message"]
        world.play(Reply(status=403, body=COUNTRY))
        assert tried(GOOD_KEY, base_url=world.url, base_urls=[])["cause"] == "region"
        world.play(Reply(status=401, body=profile.unauthorized))
        assert tried(GOOD_KEY, base_url=world.url, base_urls=[])["cause"] == "key"


OFFLINE = """
from contextlib import ExitStack
from app.bootstrap import assemble
with ExitStack() as made:
    trial = assemble({}, made).try_provider("moonshot")
print(trial.cause, trial.message)
"""


@pytest.mark.skipif(not shutil.which("unshare"), reason="needs unshare, to be without a network")
def test_no_network_is_told_from_a_wrong_key(home: Path) -> None:
    environment = {**os.environ, "ROUNDTABLE_HOME": str(home), "MOONSHOT_API_KEY": GOOD_KEY}
    command = ["unshare", "--user", "--map-root-user", "--net", sys.executable, "-c", OFFLINE]
    done = subprocess.run(
        command,
        cwd=ROOT,
        env={**environment, "DBUS_SESSION_BUS_ADDRESS": "disabled:"},
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    assert done.stdout.startswith(
        "network api.moonshot.cn cannot be reached: this machine seems to be offline."
    )


def test_a_provider_without_key_or_of_no_name(client: httpx.Client) -> None:
    assert client.post("/api/providers/openai/test").json()["cause"] == "key"
    assert client.post("/api/providers/nobody/test").status_code == 422


def test_the_licences_are_named(client: httpx.Client) -> None:
    answer = client.get("/api/licences")
    assert answer.headers["content-type"].startswith("text/plain")
    assert "\nflask " in answer.text
    assert "MIT" in answer.text
