"""`doctor`: what was found, what is missing and what to do."""

from __future__ import annotations

import argparse
import asyncio
import platform
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final, Literal

from app.checks.dependencies.known import edition as known_edition
from app.checks.lint.check import LINTERS
from app.checks.sandbox.base import Program
from app.cli.exits import Exit
from app.cli.json_lines import print_json
from app.cli.output_file import write_output
from app.cli.parser import usage_error
from app.cli.services import MakeServices, Services
from app.cli.terminal import Terminal
from app.domain.runs import LANGUAGES
from app.errors import AppError
from app.models.hardware import Gpu, survey
from app.program import FROZEN
from app.settings import PROGRAM_DIR, read_environment
from app.settings.places import user_config_folder

State = Literal["ok", "missing", "problem"]
_MARKS: Final[dict[State, tuple[str, str]]] = {
    "ok": ("✓", "green"),
    "missing": ("–", "yellow"),
    "problem": ("✗", "red"),
}
_LEAST_DISK: Final = 2 << 30
_LEAST_MEMORY: Final = 2 << 30
_GREETING: Final = "it runs"


@dataclass(frozen=True)
class Diagnosis:
    """One line. missing: the main job can do without. problem: it cannot. remedy: what to do, else empty."""

    name: str
    state: State
    detail: str
    remedy: str = ""


def doctor(arguments: argparse.Namespace, make: MakeServices) -> int:
    """Exit code 0 if the main job can run, else 5; with --bundle 0 once the file is written."""
    if arguments.bundle is not None:
        return _write_bundle(arguments, make)
    if arguments.with_session:
        usage_error("--with-session needs --bundle")
    terminal, found = Terminal(), list[Diagnosis]()
    for diagnosis in examine(make):
        found.append(diagnosis)
        if not arguments.json:
            _print(diagnosis, terminal)
    able = all(d.state != "problem" for d in found)
    if arguments.json:
        print_json({"ok": able, "lines": [asdict(d) for d in found]})
    else:
        terminal.line("The main job can run." if able else "The main job cannot run yet.", "bold")
    return Exit.OK if able else Exit.FAILED


def _write_bundle(arguments: argparse.Namespace, make: MakeServices) -> int:
    from app.cli.bundle import make_bundle  # noqa: PLC0415 - only here, and slow
    from app.cli.find import find_session  # noqa: PLC0415

    made: list[Services] = []

    def once(overrides: Mapping[str, object]) -> Services:
        if not made:
            made.append(make(overrides))
        return made[0]

    wanted = arguments.with_session
    bundle = make_bundle(once, find_session(once({}).store, wanted).id if wanted else None)
    target = Path(arguments.bundle or bundle.name)
    path = write_output(target, bundle.content, "Name another one: --bundle FILE.")
    if arguments.json:
        print_json({"path": str(path), "members": dict(bundle.members)})
        return Exit.OK
    print("Diagnostics, without keys, tokens, folders and names of users:")
    for name, what in bundle.members.items():
        print(f"  {name:<24} {what}")
    print(f"Nothing was sent anywhere. The file is {path}")
    return Exit.OK


def examine(make: MakeServices) -> Iterator[Diagnosis]:
    """Every line as soon as it is known; a part that fails is a line, too."""
    yield from _python()
    try:
        services = make({})
    except AppError as error:
        yield Diagnosis("configuration", "problem", error.message, error.hint)
        return
    for name, look in _LOOKS.items():
        try:
            yield from look(services)
        except AppError as error:
            yield Diagnosis(name, "problem", error.message, error.hint or error.facts.offer)


def _python() -> Iterator[Diagnosis]:
    yield Diagnosis("python", "ok", f"{platform.python_version()} on {platform.platform(terse=True)}")
    own = sys.prefix != sys.base_prefix or FROZEN
    where = sys.prefix if own else "the system's own packages are used"
    yield Diagnosis("environment", "ok" if own else "missing", where)


def _folders(services: Services) -> Iterator[Diagnosis]:
    settings = services.settings
    yield Diagnosis(
        "configuration",
        "ok",
        f"{PROGRAM_DIR / 'config'}, your own in {user_config_folder(read_environment())}",
    )
    yield Diagnosis("data folder", "ok", f"{settings.home} (log: logs/roundtable.log)")
    if not settings.code_safety_enabled:
        yield Diagnosis(
            "code safety", "missing", "switched off: nothing can be verified", "CODE_SAFETY_ENABLED=true"
        )


def _database(services: Services) -> Iterator[Diagnosis]:
    count = len(services.store.sessions(limit=1000))
    yield Diagnosis("database", "ok", f"{count} sessions")


def _machine(services: Services) -> Iterator[Diagnosis]:
    machine = survey(services.settings.home)
    yield _enough("disk", machine.disk_free, _LEAST_DISK, "free", "Free some space, or set ROUNDTABLE_HOME.")
    memory = f"available of {_gb(machine.memory_total)}"
    yield _enough("memory", machine.memory_available, _LEAST_MEMORY, memory, "Close other programs.")
    yield Diagnosis("processor", "ok", f"{machine.cores} cores")
    cards = ", ".join(map(_card, machine.gpus))
    yield Diagnosis(
        "graphics", "ok" if cards else "missing", cards or "none found; models run on the processor"
    )


def _models(services: Services) -> Iterator[Diagnosis]:
    for provider in asyncio.run(services.providers.status()):
        names = ", ".join(
            m.name + ("" if m.installed else " (not downloaded yet)") for m in provider.models[:4]
        )
        bare = [m.name for m in provider.models if not m.template_ok]
        detail = provider.detail + (f"; {names}" if names and provider.usable else "")
        remedy = provider.remedy
        if bare:
            remedy = f"{', '.join(bare)}: bare chat template, expect poor answers; create it with a TEMPLATE."
        yield Diagnosis(provider.id, "ok" if provider.usable else "missing", detail, remedy)


def _choice(services: Services) -> Iterator[Diagnosis]:
    choice = asyncio.run(services.providers.choose(None, None))
    yield Diagnosis("model", "ok", f"{choice.provider} {choice.model} ({choice.why})")


def _keyring(services: Services) -> Iterator[Diagnosis]:
    status = services.keys.status()
    remedy = "" if status.persistent else "Set keys as environment variables instead."
    yield Diagnosis("keyring", "ok" if status.persistent else "missing", status.detail, remedy)


def _sandbox(services: Services) -> Iterator[Diagnosis]:
    """Really runs a line of Python; for the other languages tells what would run them."""
    executor = services.sandboxes.choose("python")
    if executor is None:
        yield Diagnosis("sandbox", "problem", services.sandboxes.why_not("python"), "Run the set-up again.")
        return
    done = executor.run(Program("python", {}, inline=f"print({_GREETING!r})"))
    if done.stdout.strip() == _GREETING:
        yield Diagnosis("sandbox", "ok", f"{executor.probe().detail}; ran a program in {done.ms} ms")
    else:
        yield Diagnosis("sandbox", "problem", f"a program {done.ending}", "Run the set-up again.")
    for language in LANGUAGES[1:]:
        other = services.sandboxes.choose(language)
        if other is None:
            yield Diagnosis(f"run {language}", "missing", services.sandboxes.why_not(language))
        else:
            yield Diagnosis(f"run {language}", "ok", services.sandboxes.describe(other))


def _checks(services: Services) -> Iterator[Diagnosis]:
    """The parts that only read: linters, lists of packages, and the scanner, which has to prove itself."""
    for linter in LINTERS:
        missing = linter.missing()
        state: State = "missing" if missing else "ok"
        yield Diagnosis(f"lint {linter.language}", state, missing or linter.edition)
    yield Diagnosis("package lists", "ok", known_edition())
    problems = services.scanner.prove()
    if problems:
        detail = f"nothing can be approved: {'; '.join(problems)}"
        yield Diagnosis("security scan", "problem", detail, "Run the set-up again.")
    else:
        yield Diagnosis("security scan", "ok", "every engine found what it must find")


_LOOKS: Final[dict[str, Callable[[Services], Iterator[Diagnosis]]]] = {
    "configuration": _folders,
    "database": _database,
    "machine": _machine,
    "providers": _models,
    "model": _choice,
    "keyring": _keyring,
    "sandbox": _sandbox,
    "checks": _checks,
}


def _print(diagnosis: Diagnosis, terminal: Terminal) -> None:
    mark, colour = _MARKS[diagnosis.state]
    terminal.line(
        f"{mark} {diagnosis.name:<18} {diagnosis.detail}", "" if diagnosis.state == "ok" else colour
    )
    if diagnosis.remedy:
        terminal.line(f"{'':<21}{diagnosis.remedy}", "dim")


def _enough(name: str, there: int, least: int, words: str, remedy: str) -> Diagnosis:
    enough = there >= least
    return Diagnosis(name, "ok" if enough else "missing", f"{_gb(there)} {words}", "" if enough else remedy)


def _card(card: Gpu) -> str:
    return f"{card.name} ({_gb(card.memory_total)})"


def _gb(count: int) -> str:
    return f"{count / 1e9:.1f} GB"
