"""A zip that says how the program is set up and what it found, to show to others: no secrets, no texts."""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final, cast

from app.domain.artifacts import sha256_hex
from app.session.exports.redaction import Redactor
from app.session.ports import Store

_ID: Final = 12
_LONG: Final = 200  # characters; what is longer may be anything that a user wrote
_TEXTS: Final = ("instruction", "description")  # of agents: also a short one may be the user's
_SECRET: Final = re.compile(r"key|token|secret|passw|credential|authori[sz]ation|headers", re.IGNORECASE)
_HARMLESS: Final = re.compile(r"_tokens$|^token_rate$|^key_env$|^key_optional$")
_HEAD: Final = """\
Diagnostics of Roundtable. Nothing was sent anywhere: you decide who gets this file.

Not in it: {absent}.
Taken out wherever it was found: {taken}.
In it, where you have set them: addresses of servers and names of models.

"""
_ABSENT: Final = "keys, tokens, requirements, code, answers of models, names of sessions"
_ASKED: Final = "keys and tokens; the one session that was asked for is in it with its texts"


@dataclass(frozen=True)
class Bundle:
    """name: of its own, by the time in UTC. content: the zip. members: what each of its files is, by name."""

    name: str
    content: bytes
    members: Mapping[str, str]


class BundleMaker:
    """Collects the parts of a bundle, each cleaned by the redactor as it comes."""

    def __init__(self, redactor: Redactor) -> None:
        self._redactor = redactor
        self._files: dict[str, bytes] = {}
        self._members: dict[str, str] = {}
        self._whole_session = False

    def add_json(self, name: str, what: str, value: Any) -> None:
        """A JSON value."""
        text = json.dumps(self._redactor.value(value), ensure_ascii=False, indent=1, default=str)
        self._add(name, what, text.encode(errors="replace"))

    def add_text(self, name: str, what: str, text: str) -> None:
        """Lines of text."""
        self._add(name, what, self._redactor.text(text).encode(errors="replace"))

    def add_session(self, name: str, capsule: bytes) -> None:
        """A session with its texts, redacted by its own export."""
        self._whole_session = True
        self._add(name, "the session that was asked for, with its texts", capsule)

    def finish(self) -> Bundle:
        """The zip; its README says what is inside."""
        members = {"README.txt": "this list", **self._members}
        head = _HEAD.format(absent=_ASKED if self._whole_session else _ABSENT, taken=self._taken())
        listed = "".join(f"{name:<24} {what}\n" for name, what in members.items())
        whole = io.BytesIO()
        with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("README.txt", head + listed)
            for name, content in self._files.items():
                archive.writestr(name, content)
        name = f"roundtable-diagnostics-{datetime.now(UTC):%Y%m%d-%H%M%S}.zip"
        return Bundle(name, whole.getvalue(), members)

    def _add(self, name: str, what: str, content: bytes) -> None:
        self._files[name], self._members[name] = content, what

    def _taken(self) -> str:
        words = {"key": "known keys", "secret": "texts shaped like secrets", "path": "folders of users"}
        words["name"] = "names of the user and the machine"
        taken = Counter(self._redactor.taken)
        return ", ".join(f"{word} ({taken[kind]})" for kind, word in words.items())


def without_secrets(value: Any, name: str = "") -> Any:
    """Settings as JSON without what may be secret, by its name; of instructions and long texts the length."""
    if value is not None and _SECRET.search(name) and not _HARMLESS.search(name):
        return "[left out]"
    if isinstance(value, dict):
        named = cast(Mapping[str, Any], value)
        return {key: without_secrets(part, key) for key, part in named.items()}
    if isinstance(value, list | tuple):
        return [without_secrets(part) for part in cast(Sequence[Any], value)]
    if isinstance(value, str) and (name in _TEXTS or len(value) > _LONG):
        return f"[{len(value)} characters]"
    return value


def sessions_without_texts(store: Store, limit: int) -> list[dict[str, Any]]:
    """The newest sessions; ids are hashed, so that they tell rows apart and open nothing."""
    return [
        {
            "id": sha256_hex(session.id.encode())[:_ID],
            "created": session.created.isoformat(),
            "updated": session.updated.isoformat(),
            "language": session.language,
            "status": str(session.status),
            "events": store.last_seq(session.id),
        }
        for session in store.sessions(limit=limit)
    ]


def secrets_of(environment: Mapping[str, str], least: int = 8) -> set[str]:
    """Values of variables whose names say that they are secret. least: characters; shorter ones are words."""
    return {value for name, value in environment.items() if _SECRET.search(name) and len(value) >= least}
