"""`generate`: the main job."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any, Final

from pydantic import ValidationError

from app.cli.find import find_session
from app.cli.parser import usage_error
from app.cli.ready import make_ready
from app.cli.services import MakeServices
from app.cli.take import Options, all_events, take
from app.cli.terminal import Terminal
from app.domain.runs import ContextFile, RunRequest

# How the fields of a request are called on the command line.
_ARGUMENTS: Final = {
    "requirements": "REQUIREMENTS",
    "language": "--language",
    "context": "--context",
    "examples": "--example",
    "tests": "--test",
    "max_iterations": "--max-iterations",
    "provider": "--provider",
    "model": "--model",
}


def generate(arguments: argparse.Namespace, make: MakeServices) -> int:
    """Start a run and take it as far as it goes."""
    request = request_of(arguments)
    services = make({})
    if arguments.max_iterations is None:
        request = request.model_copy(update={"max_iterations": services.settings.run.max_iterations})
    session_id = find_session(services.store, arguments.session).id if arguments.session else None
    terminal = Terminal(to_stderr=arguments.json)
    make_ready(services, request, terminal)
    with terminal.busy("Getting the agents ready"):
        run = services.service.start_run(request, session_id=session_id)
    told = [e for e in all_events(services.service, run.session_id) if e.run_id != run.id]
    return take(services, run, Options.of(arguments), terminal, told)


def request_of(arguments: argparse.Namespace) -> RunRequest:
    """The request, or the end with a message that names the argument and its bound."""
    given: dict[str, Any] = {
        "requirements": arguments.requirements,
        "language": arguments.language,
        "context": [_given_file("--context", path) for path in arguments.context],
        "tests": [_given_file("--test", path) for path in arguments.test],
        "examples": arguments.example,
        "max_iterations": arguments.max_iterations,
        "provider": arguments.provider,
        "model": arguments.model,
    }
    try:
        return RunRequest.model_validate({k: v for k, v in given.items() if v is not None})
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        problem = first["msg"].removeprefix("Value error, ")
        usage_error(f"argument {_ARGUMENTS[str(first['loc'][0])]}: {problem}")


def _given_file(argument: str, path: Path) -> ContextFile:
    try:
        return ContextFile(name=path.name, content=path.read_text(encoding="utf-8"))
    except OSError as error:
        usage_error(f"argument {argument}: {path}: {error.strerror}")
    except UnicodeDecodeError:
        usage_error(f"argument {argument}: {path}: not text in UTF-8")
