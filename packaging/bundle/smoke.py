"""Uses a finished bundle like its users: `python packaging/bundle/smoke.py BUNDLE [--weights FOLDER]`.

The bundle is moved into a folder with a space in its name. It is started with an empty environment, on Linux
by root as a user without rights; its page is loaded with every file that it asks for; a scripted run goes
from the request to the approval; with `--weights` the small model answers, too. Then it is told to end, and
nothing of it may be left. The bundle is moved back at the end. Any Python 3.11 or newer will do, without
packages.

Ends with 0 where all of that worked.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from urllib.error import HTTPError
from urllib.parse import urljoin
from urllib.request import Request, urlopen

TASK: Final = {
    "requirements": "Write a Python function merge(intervals) that merges overlapping intervals",
    "examples": ["merge([[1,3],[2,6],[8,10],[15,18]]) == [[1,6],[8,10],[15,18]]"],
}
SCRIPTED: Final = {**TASK, "provider": "scripted", "model": "demo"}
REAL: Final = {
    "requirements": "Write a Python function add(a, b) that returns their sum",
    "examples": ["add(2, 2) == 4"],
    "provider": "builtin",
    "model": "qwen2.5-coder-0.5b",
}
NOBODY: Final = 65534
START_SECONDS: Final = 60.0
END_SECONDS: Final = 30.0
RUN_SECONDS: Final = 900.0
_WINDOWS_NEEDS: Final = ("SYSTEMROOT", "TEMP", "USERPROFILE")
GATES: Final = ("gate.opened", "run.finished")
_TOKEN: Final = secrets.token_urlsafe(32)
_URL: Final = re.compile(r"http://[\w.]+:\d+")
# What files of each kind name.
_ASKED: Final = {
    "/": re.compile(r'(?:href|src)="(/ui/[^"]+)"'),
    ".js": re.compile(r"""\b(?:from|import)\s*\(?\s*["']((?:\.{1,2}/|/ui/)[^"']+\.js)["']"""),
    ".css": re.compile(r"""url\(["']?((?!data:|#)[^"')]+)["']?\)"""),
}


class Failed(Exception):  # noqa: N818 - it is no error of this script
    """What a user would have seen go wrong."""


@dataclass
class Running:
    """A server of the bundle. url: without a slash at its end."""

    process: subprocess.Popen[str]
    url: str

    def get(self, path: str) -> bytes:
        """The body of an answer."""
        return self._ask(Request(urljoin(self.url, path)))

    def api(self, path: str, body: dict[str, Any] | None = None) -> Any:
        """The answer's JSON."""
        data = None if body is None else json.dumps(body).encode()
        request = Request(f"{self.url}/api/{path}", data, {"Content-Type": "application/json"})
        return json.loads(self._ask(request))

    def events(self, session: str, after: int) -> Iterator[dict[str, Any]]:
        """Events of a run as they come."""
        address = f"{self.url}/api/stream/{session}?after={after}"
        with urlopen(self._own(Request(address)), timeout=RUN_SECONDS) as answer:
            for line in answer:
                if line.startswith(b"data: "):
                    yield json.loads(line.removeprefix(b"data: "))

    def until(self, session: str, *types: str, after: int = 0) -> dict[str, Any]:
        """The first event of one of these types."""
        for event in self.events(session, after):
            if event["type"] in types:
                return event
        raise Failed(f"the run said nothing of {' or '.join(types)}")

    def _ask(self, request: Request) -> bytes:
        try:
            with urlopen(self._own(request), timeout=START_SECONDS) as answer:
                return answer.read()
        except HTTPError as error:
            raise Failed(f"{request.full_url}: {error} {error.read()[:500]}") from error

    def _own(self, request: Request) -> Request:
        request.add_header("Authorization", f"Bearer {_TOKEN}")
        return request


def program_of(bundle: Path) -> Path:
    """The bundle's program."""
    inside = bundle / "Contents" / "MacOS" if bundle.suffix == ".app" else bundle
    return inside / f"roundtable{'.exe' if os.name == 'nt' else ''}"


@contextmanager
def moved(bundle: Path) -> Generator[Path]:
    """The bundle in another place, whose name has a space."""
    # Not one that is deleted by itself: where moving back fails, the whole build would be.
    folder = Path(tempfile.mkdtemp(dir=bundle.parent))
    folder.chmod(0o755)  # whoever starts it must get there
    other = folder / "Round table" / bundle.name
    other.parent.mkdir()
    bundle.rename(other)
    try:
        yield other
    finally:
        other.rename(bundle)
        shutil.rmtree(folder)


@contextmanager
def home(weights: Path | None) -> Generator[Path]:
    """A data folder of its own, with these weights."""
    with tempfile.TemporaryDirectory(prefix="roundtable smoke ") as folder:
        data = Path(folder, "data")
        (data / "weights").mkdir(parents=True)
        for file in weights.glob("*.gguf") if weights else ():
            shutil.copy(file, data / "weights")
        if as_nobody():
            for place in (Path(folder), data, *data.rglob("*")):
                os.chown(place, NOBODY, NOBODY)
        yield data


def as_nobody() -> bool:
    """Whether this is root, who starts programs as somebody without rights."""
    return sys.platform == "linux" and os.geteuid() == 0


@dataclass(frozen=True)
class Program:
    """How the program is started. data: its data folder. seen: its path for the program, if another."""

    command: tuple[str, ...]
    data: Path
    seen: str = ""

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        """With nothing in its environment but data folder and token, and what Windows cannot do without."""
        environment = {name: os.environ[name] for name in _WINDOWS_NEEDS if name in os.environ}
        nobody: dict[str, Any] = {"user": NOBODY, "group": NOBODY, "extra_groups": []}
        return subprocess.Popen(
            [*self.command, *arguments],
            cwd=self.data,
            env={**environment, "ROUNDTABLE_HOME": self.seen or str(self.data), "ROUNDTABLE_TOKEN": _TOKEN},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
            creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),
            **(nobody if as_nobody() and not self.seen else {}),
        )

    def say(self, *arguments: str) -> str:
        """What a command prints. Raises Failed where it does not end with 0."""
        with self.start(*arguments) as process:
            text, _ = process.communicate(timeout=RUN_SECONDS)
        if process.returncode != 0:
            raise Failed(f"{' '.join(arguments)} ended with {process.returncode}: {text}")
        return text


def _address(process: subprocess.Popen[str]) -> str:
    """Where a server is, once it says so."""
    text = ""
    late = threading.Timer(START_SECONDS, process.kill)
    late.start()
    try:
        for line in process.stdout or ():
            text += line
            if url := _URL.search(line):
                return url[0]
    finally:
        late.cancel()
    raise Failed(f"the server ended with {process.wait()}, or was after {START_SECONDS:g} s: {text}")


@contextmanager
def serving(program: Program) -> Generator[Running]:
    """A server that is told to end after the block, and must then do so by itself."""
    with program.start("serve", "--port", "0") as process:
        try:
            yield Running(process, _address(process))
            process.send_signal(signal.CTRL_BREAK_EVENT if sys.platform == "win32" else signal.SIGTERM)
            code = process.wait(END_SECONDS)
        finally:
            process.kill()
    if code != 0:
        raise Failed(f"told to end, it ended with {code}")


def load_page(server: Running) -> int:
    """Ask for the page and for every file that it and its files name; how many there are."""
    known, waiting = {"/"}, ["/"]
    while waiting:
        path = waiting.pop()
        body = server.get(path)
        asked = [pattern for end, pattern in _ASKED.items() if path.endswith(end)]
        named = {urljoin(path, found) for pattern in asked for found in pattern.findall(body.decode())}
        waiting += named - known
        known |= named
    return len(known)


def wait_for_agents(server: Running) -> None:
    """Until the agents are loaded."""
    until = time.monotonic() + START_SECONDS
    while (state := server.api("status")["agents"]) == "loading" and time.monotonic() < until:
        time.sleep(0.2)
    if state != "ready":
        raise Failed(f"the agents are {state}")


def scripted_run(server: Running) -> str:
    """From the request to the approval; what was executed."""
    session = server.api("generate", SCRIPTED)["session_id"]
    opened = server.until(session, *GATES)
    gate = server.api(f"status/{session}")["gate"]
    if not gate or gate["verdict"] != "verified":
        raise Failed(f"the scripted run was not verified: {opened}")
    answer = {key: gate[key] for key in ("gate_id", "artifact_hash")}
    server.api("approve", {"session_id": session, "decision": "approve", **answer})
    ended = server.until(session, "run.finished", after=opened["seq"])
    if ended["data"]["status"] != "approved":
        raise Failed(f"the approval did not end the run: {ended}")
    return gate["verdict"]


def real_run(server: Running) -> str:
    """One run on the builtin model, up to its gate; the verdict is the model's luck."""
    session = server.api("generate", REAL)["session_id"]
    opened = server.until(session, *GATES)
    gate = server.api(f"status/{session}")["gate"]
    if not gate:
        raise Failed(f"the model's run did not come to its gate: {opened}")
    return gate["verdict"]


def survivors(bundle: Path) -> list[str]:
    """Processes of the bundle's programs; only Linux tells them without help."""
    found: list[str] = []
    for process in Path("/proc").glob("[0-9]*") if sys.platform == "linux" else ():
        try:
            program = (process / "exe").readlink()
        except OSError:
            continue
        if program.is_relative_to(bundle):
            found.append(f"{process.name} ({program.name})")
    return found


def use(program: Program, place: Path, *, real: bool) -> None:
    """Every step, told with its time. place: below it are the program's files. Raises Failed and OSError."""

    def step(name: str, work: Callable[[], object]) -> None:
        began = time.monotonic()
        result = work()
        print(f"{name}: {result} ({time.monotonic() - began:.1f} s)", flush=True)

    step("version", lambda: program.say("--version").strip())
    step("doctor", lambda: f"{len(program.say('doctor').splitlines())} lines")
    with serving(program) as server:
        step("page", lambda: f"{load_page(server)} files")
        step("agents", lambda: wait_for_agents(server) or "loaded")
        port = server.url.rpartition(":")[2]
        step("health", lambda: program.say("health", "--port", port).strip())
        step("scripted run", lambda: scripted_run(server))
        if real:
            step("run on the builtin model", lambda: real_run(server))
    if left := survivors(place):
        raise Failed(f"still running after the end: {', '.join(left)}")
    print("told to end: ended with 0, nothing is left", flush=True)


def exit_code(trial: Callable[[], object]) -> int:
    """Of a trial; its failure is said."""
    try:
        trial()
    except (Failed, OSError, subprocess.SubprocessError) as error:
        print(f"FAILED: {error}", file=sys.stderr)
        return 1
    return 0


def main() -> int:
    """Do it all, and say what was seen."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("bundle", type=Path)
    parser.add_argument("--weights", type=Path, help="folder with the small model's file; else no real run")
    options = parser.parse_args()

    def trial() -> None:
        with moved(options.bundle.absolute()) as bundle, home(options.weights) as data:
            use(Program((str(program_of(bundle)),), data), bundle, real=options.weights is not None)

    return exit_code(trial)


if __name__ == "__main__":
    sys.exit(main())
