"""Run capsules (`.rtcapsule`): a session that replays without a model; docs/decisions/0018-capsules.md.

A zip of `capsule.json` (what it is, and the SHA-256 of every other member), `events.jsonl` and
`files/<sha256>`. A capsule comes from anywhere, so opening one trusts nothing in it.
"""

from __future__ import annotations

import io
import json
import re
import zipfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field

from app.domain.artifacts import MAX_FILES, Artifact, SourceFile, sha256_hex
from app.domain.events import Event
from app.domain.version import VERSION
from app.errors import AppError, ErrorKind
from app.session.exports.capsule_facts import check_facts
from app.session.exports.content import Content

FORMAT: Final = "roundtable-capsule"
FORMAT_VERSION: Final = 1
MAX_CAPSULE: Final = 16 * 1024 * 1024  # bytes, as a file
MAX_UNPACKED: Final = 64 * 1024 * 1024
MAX_MEMBERS: Final = 5_000
MAX_EVENTS: Final = 250_000
_MANIFEST: Final = "capsule.json"
_EVENTS: Final = "events.jsonl"
_MEMBER: Final = re.compile(r"capsule\.json|events\.jsonl|files/[0-9a-f]{64}")
_METHODS: Final = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_ENCRYPTED: Final = 0x1
# What the libraries raise for content that is not what it claims to be; ValidationError is a ValueError.
_MALFORMED: Final = (ValueError, RecursionError, EOFError, NotImplementedError, zlib.error)
_Hash = Field(pattern=r"^[0-9a-f]{64}$")


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class CapsuleFile(_Strict):
    """A file of a version. sha256: of its bytes in the capsule."""

    path: str
    sha256: str = _Hash


class CapsuleVersion(_Strict):
    """A version. artifact_hash: as the events name it. redacted: its files have other bytes than it had."""

    artifact_hash: str = _Hash
    redacted: bool
    files: tuple[CapsuleFile, ...] = Field(max_length=MAX_FILES)


class CapsuleSession(_Strict):
    """The session it was made of."""

    id: str = Field(max_length=32, pattern=r"^[0-9a-f]+$")
    title: str = Field(max_length=400)
    language: str = Field(max_length=40)
    created: datetime


class Manifest(_Strict):
    """What `capsule.json` holds. members: SHA-256 of each other member by name. redacted: how often, by kind.

    sha256: of this object as JSON with sorted keys and without this field.
    """

    format: Literal["roundtable-capsule"]
    version: int
    program: str = Field(max_length=100)
    made: datetime
    session: CapsuleSession
    redacted: dict[Literal["key", "secret", "path"], int]
    versions: tuple[CapsuleVersion, ...] = Field(max_length=MAX_MEMBERS)
    members: dict[str, str]
    sha256: str = _Hash

    def digest(self) -> str:
        """What `sha256` must be."""
        return _digest(self.model_dump(mode="json", exclude={"sha256"}))


@dataclass(frozen=True)
class Capsule:
    """An opened capsule, every byte verified. artifacts: by the hash that events name them by."""

    manifest: Manifest
    events: Sequence[Event]
    artifacts: Mapping[str, Artifact]


def as_capsule(content: Content) -> bytes:
    """The capsule of a session. Raises AppError(too_large)."""
    events = "".join(event.model_dump_json() + "\n" for event in content.events).encode()
    members = {_EVENTS: events}
    for artifact in content.artifacts.values():
        members |= {f"files/{file.sha256}": file.content.encode() for file in artifact.files}
    if len(members) >= MAX_MEMBERS or sum(map(len, members.values())) > MAX_UNPACKED:
        raise _too_large(f"over {MAX_UNPACKED // 2**20} MB or {MAX_MEMBERS} files unpacked")
    if len(content.events) > MAX_EVENTS:
        raise _too_large(f"more than {MAX_EVENTS} events")
    fields = {
        "format": FORMAT,
        "version": FORMAT_VERSION,
        "program": VERSION,
        "made": datetime.now(UTC),
        "session": content.session.model_dump(include=set(CapsuleSession.model_fields)),
        "redacted": dict(content.redacted),
        "versions": [_version(hash_, artifact) for hash_, artifact in content.artifacts.items()],
        "members": {name: sha256_hex(data) for name, data in members.items()},
        "sha256": "0" * 64,
    }
    manifest = Manifest.model_validate(fields)
    manifest = manifest.model_copy(update={"sha256": manifest.digest()})
    _check_versions(manifest, members)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(_MANIFEST, manifest.model_dump_json(indent=1))
        for name, data in members.items():
            archive.writestr(name, data)
    if packed.tell() > MAX_CAPSULE:
        raise _too_large(f"over {MAX_CAPSULE // 2**20} MB")
    return packed.getvalue()


def open_capsule(data: bytes) -> Capsule:
    """Raises AppError: invalid_request for what is none, was changed, or is of a newer program; too_large."""
    if len(data) > MAX_CAPSULE:
        raise _too_large(f"over {MAX_CAPSULE // 2**20} MB")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = _unpacked(archive)
        manifest = _manifest(members.pop(_MANIFEST, None))
        _compare(manifest, members)
        _check_versions(manifest, members)
        events = list(_events(members[_EVENTS]))
        return Capsule(manifest, events, dict(_artifacts(manifest, members)))
    except zipfile.BadZipFile as error:
        raise _refused("it is no zip, or a damaged one") from error
    except _MALFORMED as error:
        raise _refused("what it holds is not as a capsule must be") from error


def _version(hash_: str, artifact: Artifact) -> dict[str, Any]:
    files = [{"path": file.path, "sha256": file.sha256} for file in artifact.files]
    return {"artifact_hash": hash_, "redacted": artifact.hash != hash_, "files": files}


def _unpacked(archive: zipfile.ZipFile) -> dict[str, bytes]:
    """Every member by its name, within the bounds whatever the directory says of their sizes."""
    infos = archive.infolist()
    if len(infos) > MAX_MEMBERS:
        raise _too_large(f"more than {MAX_MEMBERS} members")
    members: dict[str, bytes] = {}
    left = MAX_UNPACKED
    for info in infos:
        name = info.orig_filename
        usable = info.compress_type in _METHODS and not info.flag_bits & _ENCRYPTED
        if not _MEMBER.fullmatch(name) or name in members or not usable:
            raise _refused(f"it holds a member {name[:80]!r} that none may hold")
        with archive.open(info) as member:
            members[name] = member.read(left + 1)
        left -= len(members[name])
        if left < 0:
            raise _too_large(f"over {MAX_UNPACKED // 2**20} MB unpacked")
    return members


def _manifest(data: bytes | None) -> Manifest:
    if data is None:
        raise _refused(f"it holds no {_MANIFEST}")
    given = json.loads(data)
    if not isinstance(given, dict) or given.get("format") != FORMAT:  # pyright: ignore[reportUnknownMemberType]
        raise _refused("it does not say that it is one")
    version: object = given.get("version")  # pyright: ignore[reportUnknownVariableType, reportUnknownMemberType]
    if isinstance(version, int) and version > FORMAT_VERSION:
        raise AppError(
            ErrorKind.INVALID_REQUEST,
            f"The capsule has format {version}; this program knows formats up to {FORMAT_VERSION}.",
            "Use a newer program.",
        )
    manifest = Manifest.model_validate_json(data)  # which takes no lone surrogates
    if manifest.version < 1 or manifest.sha256 != manifest.digest():
        raise _changed(_MANIFEST)
    return manifest


def _compare(manifest: Manifest, members: Mapping[str, bytes]) -> None:
    if _EVENTS not in members or set(manifest.members) != set(members):
        raise _changed("the list of its members")
    for name, data in members.items():
        if sha256_hex(data) != manifest.members[name]:
            raise _changed(name)


def _check_versions(manifest: Manifest, members: Mapping[str, bytes]) -> None:
    """Many versions may name the same large file, which each of them then holds."""
    named = (file.sha256 for version in manifest.versions for file in version.files)
    if sum(len(members.get(f"files/{sha256}", b"")) for sha256 in named) > MAX_UNPACKED:
        raise _too_large(f"its versions hold over {MAX_UNPACKED // 2**20} MB")


def _events(data: bytes) -> Iterator[Event]:
    """Numbered from 1 without gaps, all of one session, each as a reader relies on it."""
    session_id = None
    if data.count(b"\n") > MAX_EVENTS:
        raise _too_large(f"more than {MAX_EVENTS} events")
    for number, line in enumerate(data.decode().rstrip("\n").split("\n"), 1):
        event = Event.model_validate_json(line)
        session_id = session_id or event.session_id
        if event.seq != number or event.session_id != session_id:
            raise _refused(f"event {number} is out of its place")
        check_facts(event)
        yield event


def _artifacts(manifest: Manifest, members: Mapping[str, bytes]) -> Iterator[tuple[str, Artifact]]:
    for version in manifest.versions:
        files = [
            SourceFile(path=file.path, content=members[f"files/{file.sha256}"].decode())
            for file in version.files
            if f"files/{file.sha256}" in members
        ]
        artifact = Artifact.of(files)
        if len(files) != len(version.files) or (artifact.hash != version.artifact_hash) != version.redacted:
            raise _changed(f"version {version.artifact_hash}")
        yield version.artifact_hash, artifact


def _digest(fields: Mapping[str, Any]) -> str:
    return sha256_hex(json.dumps(fields, sort_keys=True, separators=(",", ":")).encode())


def _refused(why: str) -> AppError:
    return AppError(
        ErrorKind.INVALID_REQUEST,
        f"The file is not a run capsule: {why}.",
        "Pick a file that was exported as one.",
    )


def _changed(what: str) -> AppError:
    return AppError(
        ErrorKind.INVALID_REQUEST,
        f"The capsule was changed or damaged after it was made: {what} is not what its hash says.",
        "Get it anew from where it was made.",
    )


def _too_large(how: str) -> AppError:
    return AppError(ErrorKind.TOO_LARGE, f"The capsule is too large: {how}.", "Export a shorter session.")
