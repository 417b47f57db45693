"""A stand-in for an Ollama server on loopback, which speaks as much of its protocol as the program uses."""

from __future__ import annotations

import json
import sys
import threading
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

from tests.support.listening import listening

ROOT = Path(__file__).parents[2]
PIECE = 1 << 20
TEMPLATE = "{{ range .Messages }}<|im_start|>{{ .Content }}<|im_end|>{{ end }}"
INFO: dict[str, Any] = {
    "general.architecture": "qwen2",
    "qwen2.block_count": 28,
    "qwen2.context_length": 32768,
    "qwen2.embedding_length": 1536,
    "qwen2.attention.head_count": 12,
    "qwen2.attention.head_count_kv": 2,
}


def _set() -> threading.Event:
    event = threading.Event()
    event.set()
    return event


@dataclass
class OllamaStandIn:
    """What it has and how it behaves; may be changed between requests.

    models: bytes by name. library: what can be pulled. fail: what the next pulls end with instead. answer: of
    every chat. hold_after: pull so many bytes, set `held`, and go on only when `go_on` is set.
    answering: cleared, a chat stops after its first word.
    arrived: bytes that are kept of each model. asked: first byte of each pull. ended: set when a pull's
    client has gone.
    """

    models: dict[str, int] = field(default_factory=dict[str, int])
    library: dict[str, int] = field(default_factory=lambda: {"qwen2.5-coder:1.5b": 40 * PIECE})
    fail: str = ""
    answer: str = "one two three four five six seven eight nine ten"
    hold_after: int | None = None
    url: str = ""
    arrived: dict[str, int] = field(default_factory=dict[str, int])
    asked: list[int] = field(default_factory=list[int])
    held: threading.Event = field(default_factory=threading.Event)
    go_on: threading.Event = field(default_factory=threading.Event)
    answering: threading.Event = field(default_factory=_set)
    ended: threading.Event = field(default_factory=threading.Event)


@contextmanager
def serve_ollama(port: int = 0, **facts: Any) -> Generator[OllamaStandIn]:
    """Serve until the block ends; at any free port where none is named."""
    stand_in = OllamaStandIn(**facts)
    with listening(_Handler, port, it=stand_in) as stand_in.url:
        try:
            yield stand_in
        finally:
            stand_in.go_on.set()
            stand_in.answering.set()


def install_ollama(folder: Path, models: dict[str, int]) -> None:
    """Write a program `ollama` that serves as Ollama's own does, at OLLAMA_HOST and until it is ended."""
    program = folder / "ollama"
    program.write_text(
        f"""#!{sys.executable}
import os, sys, threading
sys.path.insert(0, {str(ROOT)!r})
from tests.support.ollama import serve_ollama
with serve_ollama(int(os.environ["OLLAMA_HOST"].rpartition(":")[2]), models={models!r}):
    threading.Event().wait()
""",
        encoding="utf-8",
    )
    program.chmod(0o755)


class _Handler(BaseHTTPRequestHandler):
    it: OllamaStandIn

    def do_GET(self) -> None:
        it = self.it
        tags = [{"name": name, "size": size} for name, size in it.models.items()]
        answers: dict[str, Any] = {
            "/api/version": {"version": "0.24.0"},
            "/api/tags": {"models": tags},
            "/api/ps": {"models": []},
        }
        self._say(answers.get(self.path))

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if self.path == "/api/show":
            self._say({"model_info": INFO, "capabilities": ["completion"], "template": TEMPLATE})
        elif self.path == "/api/chat":
            self._chat(body)
        elif self.path == "/api/pull":
            self._pull(body["model"])
        else:
            self._say(None)

    def do_DELETE(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        gone = self.it.models.pop(body["model"], None)
        self.send_response(404 if gone is None else 200)
        self.end_headers()

    def _pull(self, model: str) -> None:
        it, size = self.it, self.it.library.get(model, 0)
        it.ended.clear()
        self._begin()
        try:
            self._line({"status": "pulling manifest"})
            if it.fail or not size:
                self._line({"error": it.fail or "pull model manifest: file does not exist"})
                return
            it.asked.append(it.arrived.get(model, 0))
            self._layer(model, size)
        except (BrokenPipeError, ConnectionResetError):
            return
        finally:
            it.ended.set()

    def _layer(self, model: str, size: int) -> None:
        it = self.it
        for done in range(it.arrived.get(model, 0), size + 1, PIECE):
            it.arrived[model] = done
            if it.hold_after is not None and done >= it.hold_after and not it.go_on.is_set():
                it.held.set()
                while not it.go_on.wait(0.05):
                    self._part(size, done)  # notices a client that has gone
            self._part(size, done)
        it.models[model] = size
        it.arrived.pop(model)
        self._line({"status": "verifying sha256 digest"})
        self._line({"status": "success"})

    def _part(self, size: int, done: int) -> None:
        self._line({"status": "pulling 1", "digest": "sha256:1", "total": size, "completed": done})

    def _chat(self, body: dict[str, Any]) -> None:
        if body["model"] not in self.it.models:
            self._say(None)
            return
        self._begin()
        words = self.it.answer.split()
        for word in words:
            self._line({"model": body["model"], **_message(word + " "), "done": False})
            self.it.answering.wait()
        end = {"done": True, "done_reason": "stop", "eval_count": len(words), "prompt_eval_count": 20}
        self._line({"model": body["model"], **_message(""), **end})

    def _begin(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "application/x-ndjson")
        self.end_headers()

    def _line(self, told: dict[str, Any]) -> None:
        self.wfile.write(json.dumps(told).encode() + b"\n")

    def _say(self, answer: dict[str, Any] | None) -> None:
        data = json.dumps(answer or {"error": "not found"}).encode()
        self.send_response(404 if answer is None else 200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)


def _message(content: str) -> dict[str, Any]:
    return {
        "created_at": "2026-01-01T00:00:00Z",
        "message": {"role": "assistant", "content": content},
    }
