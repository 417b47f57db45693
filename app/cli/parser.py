"""The commands and their arguments. Imports nothing slow: `--help` and usage errors end here."""

from __future__ import annotations

import argparse
import difflib
import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any, Final, NoReturn

from app.domain.version import VERSION
from app.program import FROZEN, PROGRAM

EXPORTS: Final = ("zip", "md", "json", "html", "capsule")  # ExportFormat, whose import is slow
DECIDE: Final = ("ask", "approve-if-verified", "none")
EXIT_CODES: Final = """\
exit codes: 0 done (a run: approved and verified) | 2 wrong usage or configuration | 3 not verified
            4 rejected, cancelled, or waiting for a decision | 5 failed | 6 blocked (check)"""

_MOST_PORT: Final = 65_535
_Parsers = Any  # argparse names the type of add_subparsers() privately


def build_parser() -> argparse.ArgumentParser:
    """The parser; `command` of its result is a key of `app.cli.entry.COMMANDS`."""
    parser = argparse.ArgumentParser(
        prog=PROGRAM,
        description="Four agents write, check and improve code; you approve exactly what was checked.",
        epilog=EXIT_CODES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"Roundtable {VERSION}")
    parser.add_argument(
        "--browser", action="store_true", help="open the page in the browser (without a command)"
    )
    if not FROZEN:
        parser.add_argument(
            "--install-window",
            action="store_true",
            help="Linux: first install what a window of its own needs (Qt, 250 MB to download)",
        )
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", title="commands")
    for add in (
        _generate,
        _serve,
        _runs,
        _replay,
        _check,
        _models,
        _keys,
        _doctor,
        _health,
        _worker,
        _uninstall,
    ):
        add(commands)
    return parser


def parse(argv: Sequence[str], commands: Iterable[str]) -> argparse.Namespace:
    """Parse; a misspelt command is answered with the nearest one. Exits 2 on errors, 0 after help.

    commands: all there are, e.g. "doctor" and "runs list".
    """
    _refuse_unknown(argv, [command.split() for command in commands])
    return build_parser().parse_args(argv)


def usage_error(message: str) -> NoReturn:
    """End like argparse does."""
    print(f"{PROGRAM}: error: {message}", file=sys.stderr)
    raise SystemExit(2)


def _refuse_unknown(argv: Sequence[str], commands: list[list[str]]) -> None:
    """Python before 3.14 lists all commands but does not say which one was meant."""
    for place, word in enumerate(argv):
        before = list(argv[:place])
        names = {c[place]: None for c in commands if c[:place] == before and len(c) > place}
        if not names or word.startswith("-"):
            return
        if word not in names:
            usage_error(f"there is no command {' '.join([*before, word])!r}. {_did_you_mean(word, names)}")


def _did_you_mean(word: str, names: Iterable[str]) -> str:
    near = difflib.get_close_matches(word, list(names), 1)
    return f"Did you mean {near[0]!r}?" if near else f"There are: {', '.join(names)}."


def _positive(kind: type[int | float]) -> Callable[[str], float]:
    def number(text: str) -> float:
        value = kind(text)
        if not value > 0:
            raise argparse.ArgumentTypeError(f"must be more than 0, not {text}")
        return value

    number.__name__ = "number"  # argparse names the type in its message
    return number


def _add(commands: _Parsers, name: str, text: str, **defaults: object) -> argparse.ArgumentParser:
    parser = commands.add_parser(name, help=text, description=text[0].upper() + text[1:] + ".")
    parser.set_defaults(**defaults)
    return parser


def _deciding(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--decide",
        choices=DECIDE,
        help="who answers at the gate: you, the verdict, nobody yet (default: ask, without a terminal none)",
    )
    parser.add_argument("--out", type=Path, metavar="DIR", help="save the approved files below this folder")
    parser.add_argument("--json", action="store_true", help="one event a line on standard output")


def _generate(commands: _Parsers) -> None:
    parser = _add(commands, "generate", "write code for your requirements")
    parser.add_argument("requirements", metavar="REQUIREMENTS", help="what you want, 10 to 20000 characters")
    parser.add_argument(
        "--language", metavar="L", help="python | javascript | java | go | rust (default: python)"
    )
    _files(parser, "--context", "files as background")
    parser.add_argument(
        "--example", action="append", default=[], metavar="'f(2) == 4'", help="must hold; may be repeated"
    )
    _files(parser, "--test", "test files of yours that must pass")
    parser.add_argument("--provider", metavar="P", help="see `models list` (default: the best one there is)")
    parser.add_argument("--model", metavar="M", help="a model of that provider")
    rounds = "rounds, 1 to 10 (default: as in app.yaml)"
    parser.add_argument("--max-iterations", type=int, metavar="N", help=rounds)
    parser.add_argument("--session", metavar="ID", help="go on from the approved files of this session")
    _deciding(parser)


def _files(parser: argparse.ArgumentParser, name: str, text: str) -> None:
    """An option that takes files and may be repeated."""
    parser.add_argument(name, type=Path, nargs="+", action="extend", default=[], metavar="FILE", help=text)


def _session_command(commands: _Parsers, name: str, text: str) -> argparse.ArgumentParser:
    parser = _add(commands, name, text, command=f"runs {name}")
    parser.add_argument("session", metavar="SESSION", help="id, the beginning of one, or `last`")
    return parser


def _runs(commands: _Parsers) -> None:
    runs = _add(commands, "runs", "list, show, export, resume and change earlier work")
    actions = runs.add_subparsers(dest="action", metavar="ACTION", required=True, title="actions")
    listing = _add(actions, "list", "sessions, the newest first", command="runs list")
    listing.add_argument(
        "--query", default="", metavar="WORDS", help="only those that hold all the words, and where"
    )
    listing.add_argument("--json", action="store_true", help="one object a line")
    show = _session_command(actions, "show", "what was said and done")
    show.add_argument("--json", action="store_true", help="one event a line")
    show.add_argument("--calls", action="store_true", help="model calls; with --json as they were sent")
    export = _session_command(actions, "export", "a session as a file, without keys and other secrets")
    export.add_argument(
        "--format", choices=EXPORTS, default=EXPORTS[0], help="capsule replays without a model (default: zip)"
    )
    export.add_argument("--out", type=Path, metavar="FILE", help="(default: roundtable-SESSION.FORMAT)")
    resume = _session_command(actions, "resume", "go on with a stopped run, decide, or save what is approved")
    _deciding(resume)
    resume.add_argument("--max-tokens", type=_positive(int), metavar="N", help="new bound for the run")
    resume.add_argument("--max-seconds", type=_positive(float), metavar="N", help="new bound for the run")
    for name, text in (
        ("rewind", "go back to the end of a turn (0: the start)"),
        ("fork", "a new session that shares the past up to a turn"),
    ):
        _session_command(actions, name, text).add_argument("turn", type=int, metavar="TURN")
    _session_command(actions, "cancel", "stop the run, wherever it is worked on")
    _session_command(actions, "rename", "change the title").add_argument("title", metavar="TITLE")
    _session_command(actions, "delete", "delete the session with all it holds")


def _replay(commands: _Parsers) -> None:
    parser = _add(commands, "replay", "show an exported run capsule, without a model")
    parser.add_argument("file", type=Path, metavar="FILE.rtcapsule")
    parser.add_argument("--json", action="store_true", help="one event a line")


def _check(commands: _Parsers) -> None:
    parser = _add(commands, "check", "scan and run existing files")
    parser.add_argument("files", type=Path, nargs="+", metavar="FILE")
    shape = parser.add_mutually_exclusive_group()
    shape.add_argument("--json", action="store_true", help="one object")
    shape.add_argument("--sarif", action="store_true", help="a SARIF 2.1.0 log for editors and code hosts")


def _models(commands: _Parsers) -> None:
    models = _add(commands, "models", "list and pull models")
    actions = models.add_subparsers(dest="action", metavar="ACTION", required=True, title="actions")
    listing = _add(actions, "list", "providers and their models", command="models list")
    listing.add_argument("--json", action="store_true", help="one object a line")
    pull = _add(actions, "pull", "download a model", command="models pull")
    pull.add_argument("name", metavar="NAME", help="a name of Ollama's, or builtin:NAME")
    exam = _add(actions, "exam", "find out in two minutes what a model can do here", command="models exam")
    exam.add_argument("name", metavar="[PROVIDER:]MODEL", help="see `models list`")
    exam.add_argument(
        "--seconds", type=_positive(float), default=120.0, metavar="N", help="time it has (default: 120)"
    )
    exam.add_argument("--json", action="store_true", help="one object, with the evidence")


def _keys(commands: _Parsers) -> None:
    keys = _add(commands, "keys", "API keys of providers, kept in the system's keyring")
    actions = keys.add_subparsers(dest="action", metavar="ACTION", required=True, title="actions")
    _add(actions, "list", "which providers have a key, and where", command="keys list")
    store = _add(actions, "set", "store a key; it is asked for, or read from a pipe", command="keys set")
    forget = _add(actions, "delete", "forget a key", command="keys delete")
    for parser in (store, forget):
        parser.add_argument("provider", metavar="PROVIDER")


def _doctor(commands: _Parsers) -> None:
    parser = _add(commands, "doctor", "what was found, what is missing and what to do")
    parser.add_argument("--json", action="store_true", help="one object")
    parser.add_argument(
        "--bundle",
        nargs="?",
        const="",
        metavar="FILE",
        help="write it into a zip to show to others, with versions, settings and the log, without secrets",
    )
    parser.add_argument(
        "--with-session", metavar="SESSION", help="put this session into the zip, with all its texts"
    )


def _serve(commands: _Parsers) -> None:
    parser = _add(commands, "serve", "the page and the HTTP API, for this machine or for a team")
    parser.add_argument("--host", metavar="H", help="address to listen at (default: 127.0.0.1)")
    parser.add_argument("--port", type=_port, metavar="N", help="0 takes any that is free (default: 5011)")


def _health(commands: _Parsers) -> None:
    parser = _add(commands, "health", "whether the server on this machine is well")
    parser.add_argument("--host", metavar="H", help="the address that it listens at (default: 127.0.0.1)")
    parser.add_argument("--port", type=_port, metavar="N", help="where it listens (default: 5011)")


def _port(text: str) -> int:
    port = int(text)
    if not 0 <= port <= _MOST_PORT:
        raise argparse.ArgumentTypeError(f"must be 0 to {_MOST_PORT}, not {text}")
    return port


def _worker(commands: _Parsers) -> None:
    parser = _add(commands, "worker", "work on queued runs until told to stop")
    parser.add_argument("--once", action="store_true", help="end when nothing is left")


def _uninstall(commands: _Parsers) -> None:
    parser = _add(commands, "uninstall", "say what was put on this machine, ask, and remove it")
    parser.add_argument("--keys", action="store_true", help="all keys in the system's keyring")
    parser.add_argument(
        "--data", action="store_true", help="sessions, models, settings, log: all that is kept"
    )
    parser.add_argument("--environment", action="store_true", help="the packages that were installed")
    parser.add_argument("--yes", action="store_true", help="do not ask")
