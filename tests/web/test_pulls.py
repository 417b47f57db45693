"""Models as jobs of the server: download, cancel, resume, failures, restart, deleting, and who may."""

from __future__ import annotations

import threading
from collections.abc import Callable, Generator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml

from tests.support.hub import Hub, serve_hub
from tests.support.ollama import PIECE, OllamaStandIn, serve_ollama
from tests.support.web import Served, serving, until
from tests.support.wheels import DATA, HUB_PATH, tiny_spec

SECONDS = 60
MODEL = "qwen2.5-coder:1.5b"
Job = dict[str, Any]


class Page:
    """A page that is open: it hears of the jobs over Socket.IO."""

    def __init__(self, served: Served) -> None:
        import socketio  # noqa: PLC0415

        self._told = threading.Condition()
        self._jobs: list[list[Job]] = []
        self.io = socketio.Client(reconnection=False)
        self.io.on("pulls", self._hear)
        self.io.connect(
            served.url, headers={"Authorization": f"Bearer {served.token}"}, transports=["websocket"]
        )

    def saw(self, wanted: Callable[[Job], bool]) -> Job:
        """The first job it is told of that is as wanted; waits for it."""

        def found() -> Job | None:
            return next((job for jobs in self._jobs for job in jobs if wanted(job)), None)

        with self._told:
            assert self._told.wait_for(found, SECONDS), self._jobs[-1:]
            return found() or {}

    def _hear(self, data: dict[str, list[Job]]) -> None:
        with self._told:
            self._jobs.append(data["jobs"])
            self._told.notify_all()


@pytest.fixture
def hub(home: Path, monkeypatch: pytest.MonkeyPatch) -> Generator[Hub]:
    """What has the builtin engine's model `tiny`, which the user's own table names."""
    (home / "config").mkdir(parents=True)
    table = {"weights": [tiny_spec().model_dump(mode="json", exclude={"index"})]}
    (home / "config/weights.yaml").write_text(yaml.safe_dump(table), encoding="utf-8")
    with serve_hub({HUB_PATH: DATA}) as running:
        monkeypatch.setenv("HF_ENDPOINT", running.url)
        yield running


@pytest.fixture
def ollama(monkeypatch: pytest.MonkeyPatch) -> Generator[OllamaStandIn]:
    with serve_ollama() as running:
        monkeypatch.setenv("OLLAMA_BASE_URL", running.url)
        yield running


@contextmanager
def opened(home: Path, pages: int = 1) -> Generator[tuple[Served, httpx.Client, list[Page]]]:
    """A server, a program with its token, and pages."""
    with ExitStack() as made:
        served = made.enter_context(serving(home))
        client = made.enter_context(served.client())
        shown = [Page(served) for _ in range(pages)]
        for page in shown:
            made.callback(page.io.disconnect)
        yield served, client, shown


def pull(client: httpx.Client, provider: str = "ollama", model: str = MODEL, **more: object) -> Job:
    answer = client.post("/api/models/pull", json={"provider": provider, "model": model, **more})
    assert answer.status_code == 200, answer.text
    return answer.json()["job"]


def jobs(client: httpx.Client) -> list[Job]:
    return client.get("/api/models/jobs").json()["jobs"]


def names(client: httpx.Client, provider: str) -> list[str]:
    models = client.get("/api/models/library").json()["models"]
    return [m["name"] for m in models if m["provider"] == provider and m["installed"]]


def test_two_pages_see_one_download_to_its_end(home: Path, ollama: OllamaStandIn) -> None:
    ollama.hold_after = 20 * PIECE
    with opened(home, pages=2) as (_, client, pages):
        first, second = pull(client), pull(client)
        assert first["id"] == second["id"]
        for page in pages:
            half = page.saw(lambda job: job["bytes_done"] >= 20 * PIECE)
            assert (half["state"], half["bytes_total"]) == ("pulling", 40 * PIECE)
        assert len(jobs(client)) == 1
        ollama.go_on.set()
        for page in pages:
            assert page.saw(lambda job: job["state"] == "done")["bytes_done"] == 40 * PIECE
        assert names(client, "ollama") == [MODEL]
        assert len(ollama.asked) == 1


def test_cancelled_download_is_kept_and_goes_on(home: Path, hub: Hub) -> None:
    hub.hold_after = 300_000
    with opened(home) as (_, client, (page,)):
        job = pull(client, "builtin", "tiny")
        assert hub.held.wait(SECONDS)
        page.saw(lambda j: j["bytes_done"] > 0)
        stopped = client.post(f"/api/models/jobs/{job['id']}/cancel").json()["job"]
        assert stopped["state"] == "cancelled"
        assert client.post(f"/api/models/jobs/{job['id']}/cancel").status_code == 409
        hub.go_on.set()
        again = pull(client, "builtin", "tiny")
        assert again["id"] == job["id"]
        page.saw(lambda j: j["state"] == "done")
        assert hub.seen[-1][1] > 0
        assert (home / "weights/tiny.gguf").read_bytes() == DATA


def test_download_survives_the_end_of_the_server(home: Path, hub: Hub) -> None:
    hub.hold_after = 300_000
    with opened(home) as (_, client, (page,)):
        job = pull(client, "builtin", "tiny")
        assert hub.held.wait(SECONDS)
        page.saw(lambda j: j["bytes_done"] > 0)
    hub.go_on.set()
    with opened(home) as (_, client, (page,)):
        (left,) = jobs(client)
        assert (left["id"], left["state"]) == (job["id"], "interrupted")
        assert left["bytes_done"] > 0
        pull(client, "builtin", "tiny")
        page.saw(lambda j: j["state"] == "done")
        assert hub.seen[-1][1] > 0
        assert names(client, "builtin") == ["tiny"]
    with opened(home) as (_, client, _pages):
        assert jobs(client) == []


@pytest.mark.parametrize(
    ("fault", "kind", "message", "hint"),
    [
        ("no space left on device", "config", "disk is too full", "Free some space"),
        ("pull model manifest: file does not exist", "model_missing", "does not have", "models pull"),
        ("digest mismatch, file must be downloaded again", "transient", "arrived damaged", "again"),
        ('Get "https://registry.invalid": dial tcp: no such host', "transient", "cannot reach", "network"),
    ],
)
def test_failure_says_what_happened_and_can_be_tried_again(
    home: Path, ollama: OllamaStandIn, fault: str, kind: str, message: str, hint: str
) -> None:
    ollama.fail = fault
    with opened(home) as (_, client, (page,)):
        job = pull(client)
        problem = page.saw(lambda j: j["state"] == "failed")["problem"]
        assert problem["kind"] == kind
        assert message in problem["message"]
        assert hint in problem["hint"]
        ollama.fail = ""
        assert pull(client)["id"] == job["id"]
        page.saw(lambda j: j["state"] == "done")


def test_wrong_bytes_are_never_installed(home: Path, hub: Hub) -> None:
    hub.files[HUB_PATH] = DATA[:-1] + b"?"
    with opened(home) as (_, client, (page,)):
        pull(client, "builtin", "tiny")
        problem = page.saw(lambda j: j["state"] == "failed")["problem"]
        assert "wrong content" in problem["message"]
        assert names(client, "builtin") == []


def test_full_disk_is_said_before_anything_is_fetched(home: Path, hub: Hub) -> None:
    huge = tiny_spec(bytes=10**18, index=None).model_dump(mode="json", exclude={"index"})
    (home / "config/weights.yaml").write_text(yaml.safe_dump({"weights": [huge]}), encoding="utf-8")
    with opened(home) as (_, client, (page,)):
        pull(client, "builtin", "tiny")
        problem = page.saw(lambda j: j["state"] == "failed")["problem"]
        assert "MB are free" in problem["message"]
        assert hub.seen == []


def test_forgetting_a_download_throws_away_what_arrived(home: Path, hub: Hub) -> None:
    hub.hold_after = 300_000
    with opened(home) as (_, client, (page,)):
        job = pull(client, "builtin", "tiny")
        page.saw(lambda j: j["bytes_done"] > 0)
        assert client.delete(f"/api/models/jobs/{job['id']}").status_code == 409
        client.post(f"/api/models/jobs/{job['id']}/cancel")
        hub.go_on.set()
        assert client.delete(f"/api/models/jobs/{job['id']}").status_code == 204
        assert jobs(client) == []
        assert not (home / "weights/tiny.gguf.partial").exists()
        assert client.delete(f"/api/models/jobs/{job['id']}").status_code == 404


def test_probe_calls_the_model_once_it_is_there(home: Path, ollama: OllamaStandIn) -> None:
    with opened(home) as (_, client, (page,)):
        pull(client, probe=True)
        done = page.saw(lambda j: j["state"] == "done")
        assert done["probed"]["answer"].startswith("one two three")
        ollama.library.clear()  # what is here already is not asked for again
        pull(client, probe=True)
        assert page.saw(lambda j: j["state"] == "trying")
        assert len(ollama.asked) == 1


def test_probe_names_what_is_wrong_with_a_model(home: Path, hub: Hub) -> None:
    """The bytes are the right ones, and yet no engine can do anything with them."""
    assert hub.url
    with opened(home) as (_, client, (page,)):
        pull(client, "builtin", "tiny", probe=True)
        page.saw(lambda j: j["state"] == "trying")
        problem = page.saw(lambda j: j["state"] == "failed")["problem"]
        assert problem["kind"] == "config"
        assert "builtin engine could not start" in problem["message"]


def test_models_are_deleted_unless_a_run_uses_them(home: Path, ollama: OllamaStandIn) -> None:
    ollama.models[MODEL] = PIECE
    ollama.answering.clear()
    with opened(home) as (served, client, _pages):
        body = {"requirements": "Write add that adds two numbers", "provider": "ollama", "model": MODEL}
        session = client.post("/api/generate", json=body).json()["session_id"]
        until(client, session, "message.delta")
        refused = client.delete(f"/api/models/ollama/{MODEL}")
        assert (refused.status_code, refused.json()["kind"]) == (409, "conflict")
        assert "is being used" in refused.json()["message"]
        client.post("/api/cancel", json={"session_id": session})
        until(client, session, "run.finished")
        assert client.delete(f"/api/models/ollama/{MODEL}").status_code == 204
        assert ollama.models == {}
        assert client.delete(f"/api/models/ollama/{MODEL}").json()["kind"] == "model_missing"
        assert client.delete("/api/models/scripted/demo").status_code == 400
        assert served.home == home


def test_builtin_weights_are_deleted_and_those_of_others_are_not(
    home: Path, hub: Hub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (home / "weights").mkdir()
    (home / "weights/tiny.gguf").write_bytes(DATA)
    elsewhere = tmp_path / "theirs"
    elsewhere.mkdir()
    (elsewhere / "tiny.gguf").write_bytes(DATA)
    monkeypatch.setenv("ROUNDTABLE_WEIGHTS_DIR", str(elsewhere))
    with opened(home) as (_, client, _pages):
        assert client.delete("/api/models/builtin/tiny").status_code == 204
        assert not (home / "weights/tiny.gguf").exists()
        refused = client.delete("/api/models/builtin/tiny")
        assert refused.status_code == 409
        assert str(elsewhere) in refused.json()["message"]
        assert (elsewhere / "tiny.gguf").exists()
        assert hub.seen == []


def test_library_shows_the_arithmetic_and_no_speed_that_was_not_measured(
    home: Path, ollama: OllamaStandIn
) -> None:
    ollama.models["qwen2.5-coder:7b"] = 4_680_000_000
    with opened(home) as (_, client, _pages):
        library = client.get("/api/models/library").json()
        by_name = {(m["provider"], m["name"]): m for m in library["models"]}
        own = by_name["ollama", "qwen2.5-coder:7b"]
        fit = own["fit"]
        assert fit["needed"] == fit["weights"] + fit["cache"] + fit["work"]
        assert fit["cache"] == 28672 * fit["window"]
        assert own["speed"] is None
        assert library["automatic"]["model"] == "qwen2.5-coder:7b"
        assert not by_name["ollama", MODEL]["installed"]
        assert library["machine"]["memory_total"] > library["machine"]["memory_available"] > 0


def test_only_the_owner_of_a_shared_server_changes_its_models(
    home: Path, ollama: OllamaStandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    ollama.models[MODEL] = PIECE
    mine, other = "the-token-of-the-owner", "the-token-of-a-guest"
    monkeypatch.setenv("ROUNDTABLE_TOKEN", f"{mine},{other}")
    with serving(home) as served, served.client(other) as guest, served.client(mine) as owner:
        body = {"provider": "ollama", "model": MODEL}
        for refused in (
            guest.post("/api/models/pull", json=body),
            guest.delete(f"/api/models/ollama/{MODEL}"),
            guest.post("/api/models/start", json={"provider": "ollama"}),
        ):
            assert refused.status_code == 403
            assert "owner" in refused.json()["message"]
        assert guest.get("/api/models/library").json()["may_change"] is False
        assert owner.get("/api/models/library").json()["may_change"] is True
        assert owner.delete(f"/api/models/ollama/{MODEL}").status_code == 204


@pytest.mark.parametrize(
    ("provider", "model", "kind"),
    [("nobody", "m", "config"), ("builtin", "gpt", "model_missing"), ("ollama", "a b", "model_missing")],
)
def test_names_that_cannot_be_are_refused(client: httpx.Client, provider: str, model: str, kind: str) -> None:
    answer = client.post("/api/models/pull", json={"provider": provider, "model": model})
    assert answer.json()["kind"] == kind
    assert client.get("/api/models/jobs").json() == {"jobs": []}
