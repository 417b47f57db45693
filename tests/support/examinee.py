"""An Ollama on loopback whose model has a mind that the test gives it, a speed, and a window of its own.

Like the real one it cuts a prompt that is too long from its beginning, without a word, and tells how many
tokens it has read.
"""

from __future__ import annotations

import json
import re
import threading
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from typing import Any, Final

from app.models.tokens import estimate_tokens
from tests.support.listening import listening
from tests.support.ollama import INFO, TEMPLATE

NAME: Final = "examinee:1.5b"
_PIECE: Final = re.compile(r"\s*\S+|\s+$")
_NS: Final = 1e9
_WORD: Final = re.compile(r"The code word is ([A-Z]+-\d+)")
_SOLUTIONS: Final = {
    "sum_even": "def sum_even(numbers):\n    return sum(n for n in numbers if n % 2 == 0)",
    "runs": "from itertools import groupby\n\n\ndef runs(text):\n"
    '    return "".join(f"{c}{len(list(g))}" for c, g in groupby(text))',
    "second_largest": "def second_largest(numbers):\n    found = sorted(set(numbers))\n"
    "    return found[-2] if len(found) > 1 else None",
    "merge": "def merge(intervals):\n    done = []\n    for start, end in sorted(intervals):\n"
    "        if done and start <= done[-1][1]:\n            done[-1][1] = max(done[-1][1], end)\n"
    "        else:\n            done.append([start, end])\n    return done",
    "vowels": 'def vowels(text):\n    return sum(c in "aeiou" for c in text.lower())',
    "median": "def median(numbers):\n    numbers = sorted(numbers)\n    half = len(numbers) // 2\n"
    "    if len(numbers) % 2:\n        return numbers[half]\n"
    "    return (numbers[half - 1] + numbers[half]) / 2",
}
_FORETOLD: Final = {"words(": "words('to be or not') == 4", "shout(": "shout('ab', 3) == 'ABABAB'"}


def able(prompt: str) -> str:
    """Does everything that an exam asks, as far as it can see it."""
    if "Answer with the code word alone" in prompt:
        seen = _WORD.search(prompt)
        return seen[1] if seen else "I see no code word."
    if "example_writer" in prompt:
        return next(line for call, line in _FORETOLD.items() if call in prompt)
    task = prompt.partition("# Task")[2]
    name = next((name for name in _SOLUTIONS if f"function {name}(" in task), "sum_even")
    return f"```python {name}.py\n{_SOLUTIONS[name]}\n```"


def chatty(prompt: str) -> str:
    """Never gives any file."""
    return able(prompt) if "code word" in prompt else "Certainly! That is an interesting task."


def stubborn(prompt: str) -> str:
    """Gives a failing version back as it was."""
    if "# Current files" not in prompt:
        return able(prompt)
    return prompt.partition("# Current files\n")[2].partition("\n\n# ")[0]


def rambling(prompt: str) -> str:
    """Is soon done when it is asked in few words, and else talks on."""
    return f"{able(prompt)}\n" + (" and so on" * 300 if "You are one of three agents" in prompt else "")


@dataclass
class Examinee:
    """mind: from the prompt that was seen to the answer. window: tokens that it really has. digest: of its
    weights. rate: tokens a second that it writes, 0 for at once. reading: those that it says it reads.

    prompts: as they were seen. asked, go_on: where `hold` is set, the next answer waits after `asked` for
    `go_on`. left: set when a client has gone before the end of an answer.
    """

    mind: Callable[[str], str] = able
    window: int = 1 << 20
    digest: str = "1" * 64
    rate: float = 0
    reading: float = 2000.0
    url: str = ""
    hold: bool = False
    prompts: list[str] = field(default_factory=list[str])
    asked: threading.Event = field(default_factory=threading.Event)
    go_on: threading.Event = field(default_factory=threading.Event)
    left: threading.Event = field(default_factory=threading.Event)

    def seen(self, prompt: str, room: int) -> tuple[str, int]:
        """What is left of a prompt, and its tokens."""
        size, room = estimate_tokens(prompt), min(self.window, room)
        if size <= room:
            return prompt, size
        kept: list[str] = []
        left = room
        for piece in reversed(_PIECE.findall(prompt)):
            left -= estimate_tokens(piece)
            if left < 0:
                break
            kept.append(piece)
        return "".join(reversed(kept)), room


@contextmanager
def serve_examinee(**facts: Any) -> Generator[Examinee]:
    """Serve until the block ends."""
    examinee = Examinee(**facts)
    with listening(_Handler, it=examinee) as examinee.url:
        try:
            yield examinee
        finally:
            examinee.go_on.set()


class _Handler(BaseHTTPRequestHandler):
    it: Examinee

    def do_GET(self) -> None:
        tag = {"name": NAME, "size": 10**9, "digest": self.it.digest}
        self._say({"/api/version": {"version": "0.24.0"}, "/api/tags": {"models": [tag]}}.get(self.path, {}))

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if self.path == "/api/show":
            self._say({"model_info": INFO, "capabilities": ["completion"], "template": TEMPLATE})
            return
        prompt = "\n\n".join(str(m["content"]) for m in body["messages"])
        seen, read = self.it.seen(prompt, int(body["options"]["num_ctx"]))
        self.it.prompts.append(seen)
        self.send_response(200)
        self.send_header("Content-Type", "application/x-ndjson")
        self.end_headers()
        try:
            self._answer(_PIECE.findall(self.it.mind(seen)), read, int(body["options"]["num_predict"]))
        except (BrokenPipeError, ConnectionResetError):
            self.it.left.set()

    def _answer(self, pieces: list[str], read: int, most: int) -> None:
        it = self.it
        if it.hold:
            it.asked.set()
            while not it.go_on.wait(0.05):
                self._line({"message": {"role": "assistant", "content": ""}, "done": False})
        for piece in pieces[:most]:
            self._line({"message": {"role": "assistant", "content": piece}, "done": False})
            if it.rate:
                time.sleep(1 / it.rate)
        self._line(
            {
                "message": {"role": "assistant", "content": ""},
                "done": True,
                "done_reason": "length" if len(pieces) > most else "stop",
                "prompt_eval_count": read,
                "prompt_eval_duration": round(read / it.reading * _NS),
                "eval_count": len(pieces[:most]),
            }
        )

    def _line(self, told: dict[str, Any]) -> None:
        facts = {"model": NAME, "created_at": "2026-01-01T00:00:00Z"}
        self.wfile.write(json.dumps({**facts, **told}).encode() + b"\n")
        self.wfile.flush()

    def _say(self, answer: dict[str, Any]) -> None:
        data = json.dumps(answer).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)
