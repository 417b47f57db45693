"""Kill the real program at random points of scripted runs, resume it, and count what was lost or doubled.

Used by the crash tests with a few kills and by tests/bench/kills.py with many.
"""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import threading
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from app.domain.events import Event, EventType
from app.domain.projection import fold
from app.store.store import open_store

SCRIPT = """
name: crash
agents:
  code_generator:
    - {text: "```python add.py\\ndef add(a, b):\\n    return a - b\\n```\\nFirst try.", tokens_per_second: 60}
    - {text: "```python add.py\\ndef add(a, b):\\n    return a + b\\n```\\nMended.", tokens_per_second: 60}
  quality_checker:
    - {text: "- [major] add.py:2 subtracts instead of adding", tokens_per_second: 60}
    - {text: "No further findings.", tokens_per_second: 60}
  code_optimizer:
    - {text: "NO CHANGE", tokens_per_second: 60}
"""
REQUEST = ["generate", "Write add that adds two numbers", "--example", "add(2, 2) == 4"]
DECIDE = ["--decide", "approve-if-verified", "--json"]
AGENTS_IN_ORDER = [
    "code_generator", "quality_checker", "code_optimizer", "user_proxy",
    "code_generator", "quality_checker", "code_optimizer", "user_proxy",
]  # fmt: skip


@dataclass
class Tally:
    """What was counted over all kills. `problems` is empty where nothing went wrong."""

    kills: int = 0
    sessions: int = 0
    events_seen: int = 0
    problems: list[str] = field(default_factory=list[str])
    killed_in: Counter[str] = field(default_factory=Counter[str])


def command(*args: str) -> list[str]:
    return [sys.executable, "-m", "app.bootstrap", *args]


class Process:
    """The program as a child whose standard output is collected as it comes."""

    def __init__(self, home: Path, *args: str) -> None:
        env = os.environ | {"ROUNDTABLE_HOME": str(home)}
        self._child = subprocess.Popen(
            command(*args),
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            stdin=subprocess.DEVNULL,
            env=env,
        )
        self.lines: list[str] = []
        self.first_line = threading.Event()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self._child.stdout is not None
        for raw in self._child.stdout:
            if raw.endswith(b"\n"):
                self.lines.append(raw.decode())
                self.first_line.set()
        self._child.stdout.close()
        self.first_line.set()

    def kill_after(self, seconds: float) -> bool:
        """kill -9 after a while; False where it had ended by itself before."""
        try:
            self._child.wait(seconds)
        except subprocess.TimeoutExpired:
            self._child.send_signal(signal.SIGKILL)
            self._child.wait()
            self._reader.join()
            return True
        self._reader.join()
        return False

    def wait(self) -> int:
        code = self._child.wait()
        self._reader.join()
        return code


def run_with_kills(home: Path, rng: random.Random, kills: int, tally: Tally) -> None:
    """Run sessions one after another until `kills` kills were made, checking each session at its end."""
    script = home / "crash.yaml"
    script.write_text(SCRIPT, encoding="utf-8")
    done = 0
    while done < kills:
        seen: dict[int, dict[str, Any]] = {}
        session = ""
        args = [*REQUEST, "--provider", "scripted", "--model", str(script), *DECIDE]
        killed = True
        while killed:
            process = Process(home, *args)
            process.first_line.wait(60)
            killed = process.kill_after(rng.uniform(0.0, 4.0)) if done < kills else bool(process.wait() < 0)
            _collect(process.lines, seen, tally)
            session = session or next((e["session_id"] for e in seen.values()), "")
            if killed:
                done += 1
                tally.kills += 1
                tally.killed_in[max(seen.items())[1]["type"] if seen else "nothing yet"] += 1
            if not session:
                break
            args = ["runs", "resume", session, *DECIDE]
        if session:
            tally.sessions += 1
            tally.events_seen += len(seen)
            _verify(home, session, seen, tally)


def _collect(lines: list[str], seen: dict[int, dict[str, Any]], tally: Tally) -> None:
    for line in lines:
        event = json.loads(line)
        known = seen.setdefault(event["seq"], event)
        if known != event:
            tally.problems.append(f"event {event['seq']} was shown twice with different content")


def _verify(home: Path, session: str, seen: dict[int, dict[str, Any]], tally: Tally) -> None:
    store = open_store(f"sqlite:///{home / 'roundtable.db'}")
    try:
        events = store.events(session, 0, 100_000)
    finally:
        store.close()
    tally.problems += [f"{session}: {p}" for p in (*_log_problems(events, seen), *_run_problems(events))]


def _log_problems(events: list[Event], seen: dict[int, dict[str, Any]]) -> list[str]:
    stored = {e.seq: e.envelope() for e in events}
    problems = [f"event {seq} was shown but is not in the log" for seq in seen if seq not in stored]
    problems += [
        f"event {seq} differs from what was shown" for seq in seen if stored.get(seq, seen[seq]) != seen[seq]
    ]
    if sorted(stored) != list(range(1, len(stored) + 1)):
        problems.append("sequence numbers have gaps")
    return problems


def _run_problems(events: list[Event]) -> list[str]:
    (run,) = fold(events).values()
    counts = Counter(e.type for e in events)
    problems: list[str] = []
    if counts[EventType.GATE_DECIDED] != 1 or counts[EventType.RUN_FINISHED] != 1:
        problems.append(f"{counts[EventType.GATE_DECIDED]} decisions, {counts[EventType.RUN_FINISHED]} ends")
    if [t.agent for t in run.turns.values()] != AGENTS_IN_ORDER:
        problems.append(f"turns are {[t.agent for t in run.turns.values()]}")
    texts = [t.text for t in run.turns.values()]
    if sum(t.count("First try.") for t in texts) != 1 or sum(t.count("Mended.") for t in texts) != 1:
        problems.append("an answer is missing or doubled")
    if run.finished is None or run.finished.data["status"] != "approved":
        problems.append("the run did not end as approved")
    return problems
