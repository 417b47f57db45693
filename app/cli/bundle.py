"""Makes the diagnostics zip of this machine, also where the settings or the database are broken."""

from __future__ import annotations

import getpass
import importlib.metadata
import platform
import sys
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from app.cli.doctor import Diagnosis, examine
from app.cli.services import MakeServices, Services
from app.domain.version import VERSION
from app.errors import AppError
from app.program import FROZEN
from app.session.exports.diagnostics import (
    Bundle,
    BundleMaker,
    secrets_of,
    sessions_without_texts,
    without_secrets,
)
from app.session.exports.formats import ExportFormat
from app.session.exports.redaction import Redactor
from app.settings import usable_environment
from app.settings.places import data_folder
from app.store.versions import STEPS

_PACKAGES: Final = (
    "autogen-agentchat", "autogen-core", "autogen-ext", "flask", "flask-socketio", "httpx", "keyring",
    "llama-cpp-python", "ollama", "openai", "pydantic", "pywebview", "sqlalchemy", "wasmtime", "werkzeug",
)  # fmt: skip
_LINES: Final = 500
_LINE: Final = 400  # characters
_MOST_SESSIONS: Final = 200
_SETTINGS: Final = "settings without secrets and instructions; addresses that you have set are in it"
# Names of accounts that many machines have say nothing about anybody.
_NOBODY: Final = frozenset({"root", "user", "admin", "localhost", "app"})


def make_bundle(make: MakeServices, session_id: str | None = None) -> Bundle:
    """session_id: a session that goes in whole. Raises AppError of that one only: not_found, too_large."""
    environment = usable_environment()
    try:
        services = make({})
    except AppError:  # `examine` tells
        services = None
    maker = BundleMaker(Redactor(_keys(services, environment), paths=True, names=_names()))
    findings = list(examine(make))
    maker.add_json("about.json", "versions and platform", _about())
    maker.add_json("doctor.json", "what `doctor` found", [asdict(finding) for finding in findings])
    home = services.settings.home if services else data_folder(environment)
    maker.add_text("log.txt", f"the log's last {_LINES} lines", "".join(_last_lines(home)))
    if services is not None:
        maker.add_json("settings.json", _SETTINGS, _settings(services))
        _add_sessions(maker, services, findings)
        if session_id:
            whole = services.service.export(session_id, ExportFormat.CAPSULE)
            maker.add_session(f"session-{session_id}.rtcapsule", whole)
    return maker.finish()


def _add_sessions(maker: BundleMaker, services: Services, findings: Iterable[Diagnosis]) -> None:
    if any(finding.name == "database" and finding.state == "ok" for finding in findings):
        rows = sessions_without_texts(services.store, _MOST_SESSIONS)
        maker.add_json("sessions.json", "sessions without their texts and names", rows)


def _keys(services: Services | None, environment: Mapping[str, str]) -> set[str]:
    known = secrets_of(environment)
    if services is not None:
        server = services.settings.server
        known |= services.keys.all() | set(server.tokens)
        known |= {server.secret_key.get_secret_value()} if server.secret_key else set()
    return known


def _names() -> set[str]:
    """Of the user and of this machine."""
    found = {Path.home().name, platform.node(), platform.node().partition(".")[0]}
    with suppress(OSError, KeyError):  # an id without an account, as in containers
        found.add(getpass.getuser())
    return {name for name in found if name and name.lower() not in _NOBODY}


def _about() -> dict[str, Any]:
    packages: dict[str, str | None] = {}
    for name in _PACKAGES:
        try:
            packages[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            packages[name] = None
    return {
        "made": datetime.now(UTC).isoformat(timespec="seconds"),
        "version": VERSION,
        "bundle": FROZEN,
        "schema": 1 + len(STEPS),
        "python": sys.version,
        "platform": platform.platform(),
        "machine": platform.machine(),
        "packages": packages,
    }


def _settings(services: Services) -> dict[str, Any]:
    shown: dict[str, Any] = without_secrets(services.settings.model_dump(mode="json"))
    # An address may hold a password, and the host says where somebody works.
    shown["database_url"] = services.settings.database_url.partition(":")[0]
    return shown


def _last_lines(home: Path) -> list[str]:
    try:
        with (home / "logs" / "roundtable.log").open(encoding="utf-8", errors="replace") as file:
            lines = file.readlines()[-_LINES:]
    except OSError as error:
        return [f"no log can be read: {error.strerror}\n"]
    return [line if len(line) <= _LINE else f"{line[:_LINE]}…\n" for line in lines]
