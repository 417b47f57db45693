"""Every state that ui.md asks for, shown by the real program: for pictures, and for what must hold in all."""

from __future__ import annotations

import sqlite3
import time
from typing import Any, Final

import httpx
import yaml

from app.domain.events import EventDraft, EventType
from app.domain.runs import RunRequest, RunStatus
from app.store.store import SqlStore, open_store
from tests.support.page import SCRIPTED, Screen
from tests.support.server import Program
from tests.support.stage_sessions import SESSIONS, Told

_ENDS: Final = (RunStatus.CANCELLED, RunStatus.REJECTED, RunStatus.CANCELLED, RunStatus.FAILED)
_TITLES: Final = (
    "Write slug(title) for titles in several scripts",
    "A rate limiter with a sliding window",
    "Parse ISO 8601 durations",
    "A cache that drops what was used least recently",
    "The difference of two JSON documents",
    "Roman numerals, both ways",
    "Retry with exponential backoff",
)
_SECONDS: Final = 60.0


class Stage:
    """A program with the sessions of `SESSIONS`, each made when it is first asked for, and one tab on it."""

    def __init__(self, program: Program, screen: Screen) -> None:
        self.program = program
        self.screen = screen
        headers = {"Authorization": f"Bearer {program.token}"}
        self.api = httpx.Client(base_url=program.url, headers=headers, timeout=_SECONDS)
        self._made: dict[str, str] = {}

    def close(self) -> None:
        self.api.close()

    def begin(self, language: str = "en") -> None:
        """The page without a session, loaded anew in a language: nothing of the last state is left."""
        page = self.screen.page
        self.api.put("/api/preferences", json={"values": {"language": language}}).raise_for_status()
        page.goto(f"{self.program.url}/#/")
        page.reload()
        page.locator(f"html[lang|='{language}']").wait_for(state="attached")
        self.screen.offered(SCRIPTED).wait_for(state="attached")

    def show(self, name: str) -> None:
        """Open the session of that name, as far as it is to come."""
        session = self._made.get(name) or self._make(name)
        self.screen.go(session)
        self.screen.status.wait_for()

    def capsule(self, name: str) -> bytes:
        """The session as a file that can be replayed."""
        session = self._made.get(name) or self._make(name)
        answer = self.api.get(f"/api/sessions/{session}/export", params={"format": "capsule"})
        return answer.raise_for_status().content

    def fill(self, many: int) -> None:
        """Write so many ended sessions of the last weeks into the program's database."""
        path = self.program.home / "roundtable.db"
        store = open_store(f"sqlite:///{path}")
        try:
            written = [_ended(store, number) for number in range(many)]
        finally:
            store.close()
        ages = [(f"-{7 * number} hours", session) for number, session in enumerate(written)]
        with sqlite3.connect(path) as connection:
            connection.executemany("UPDATE sessions SET updated = datetime(updated, ?) WHERE id = ?", ages)

    def rail(self) -> None:
        """Open the list of sessions, where the window is too narrow for it to stand there."""
        opener = self.screen.page.locator(".rail-opener")
        if opener.is_visible():
            opener.click()

    def view(self, tab: str) -> None:
        """Turn the artifact to a view; in a narrow window it has to be opened first."""
        expand = self.screen.button("Expand artifact")
        self.screen.tab("Code").or_(expand).first.wait_for()
        if expand.is_visible():
            expand.click()
        self.screen.tab(tab).click()

    def status(self, name: str) -> dict[str, Any]:
        return self.api.get(f"/api/status/{self._made[name]}").raise_for_status().json()

    def _make(self, name: str) -> str:
        told = SESSIONS[name]
        answer = self.api.post("/api/generate", json=_request(told, self._script(name, told)))
        session = self._made[name] = answer.raise_for_status().json()["session_id"]
        self._until(name, told.until)
        if name == "approved":
            self._approve(name)
        return session

    def _script(self, name: str, told: Told) -> str:
        agents = {"quality_checker": ["No further findings."], "code_optimizer": ["NO CHANGE"]} | dict(
            told.agents
        )
        path = self.program.home / f"{name}.yaml"
        script = {"name": name, "tokens_per_second": told.speed, "agents": agents}
        path.write_text(yaml.safe_dump(script, allow_unicode=True), encoding="utf-8")
        return str(path)

    def _until(self, name: str, status: str) -> dict[str, Any]:
        """Poll as a program does; fails when the status has not come."""
        end = time.monotonic() + _SECONDS
        while time.monotonic() < end:
            now = self.status(name)
            if now["run"]["status"] == status:
                return now
            time.sleep(0.2)
        raise AssertionError(f"{name} is not {status}: {self.status(name)['run']}")

    def _approve(self, name: str) -> None:
        gate = self.status(name)["gate"]
        decision = {"gate_id": gate["gate_id"], "artifact_hash": gate["artifact_hash"], "decision": "approve"}
        self.api.post("/api/approve", json={"session_id": self._made[name], **decision}).raise_for_status()
        self._until(name, "approved")


def _ended(store: SqlStore, number: int) -> str:
    """A session whose run came to an end before its first turn; its id."""
    title = _TITLES[number % len(_TITLES)]
    run = store.start_run(RunRequest(requirements=title), title=title)
    claim = store.claim(run.id, "stage", _SECONDS, lambda _owner: False)
    assert claim is not None
    status = _ENDS[number % len(_ENDS)]
    end = EventDraft(type=EventType.RUN_FINISHED, message=f"The run is {status}.", data={"status": status})
    store.end_run(claim, status, [end])
    return run.session_id


def _request(told: Told, script: str) -> dict[str, Any]:
    return {
        "requirements": told.requirements,
        "examples": list(told.examples),
        "max_iterations": told.rounds,
        "provider": "scripted",
        "model": script,
        **told.more,
    }
