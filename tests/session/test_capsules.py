"""A capsule replays as the session was; one that was changed, is newer or hostile is refused."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from app.domain.projection import fold
from app.errors import AppError, ErrorKind
from app.session.exports import capsule as capsules
from app.session.exports.capsule import open_capsule
from app.session.exports.formats import ExportFormat, export
from app.store.store import SqlStore
from tests.session.exports import CODE, KEY, LEAKY, opened, recorded

Members = dict[str, bytes]
RAN = {"name": "examples", "status": "pass"}


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqlStore]:
    made = opened(tmp_path)
    yield made
    made.close()


@pytest.fixture
def data(store: SqlStore) -> bytes:
    return export(store, recorded(store), ExportFormat.CAPSULE, [KEY])


def unpacked(data: bytes) -> Members:
    with zipfile.ZipFile(BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def packed(members: Members, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    target = BytesIO()
    with zipfile.ZipFile(target, "w", method) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return target.getvalue()


def sealed(members: Members, **changes: Any) -> bytes:
    """Packed with hashes that fit, as somebody would who knows the format."""
    manifest = json.loads(members.pop("capsule.json")) | changes
    manifest["members"] = {name: capsules.sha256_hex(content) for name, content in members.items()}
    del manifest["sha256"]
    text = json.dumps(manifest, sort_keys=True, separators=(",", ":"))
    manifest["sha256"] = capsules.sha256_hex(text.encode())
    return packed({"capsule.json": json.dumps(manifest).encode(), **members})


def refused(data: bytes, words: str, kind: ErrorKind = ErrorKind.INVALID_REQUEST) -> None:
    with pytest.raises(AppError, match=words) as caught:
        open_capsule(data)
    assert caught.value.kind is kind


def test_it_replays_as_the_session_was(store: SqlStore) -> None:
    session = recorded(store)
    capsule = open_capsule(export(store, session, ExportFormat.CAPSULE, [KEY]))
    events = store.events(session)
    assert list(capsule.events) == events
    assert fold(capsule.events) == fold(events)
    assert capsule.artifacts == {CODE.hash: CODE}
    assert capsule.manifest.session.title == store.session(session).title
    assert not capsule.manifest.redacted


def test_what_was_taken_out_is_told_and_the_rest_verified(store: SqlStore) -> None:
    capsule = open_capsule(export(store, recorded(store, leaky=True), ExportFormat.CAPSULE, [KEY]))
    assert set(capsule.manifest.redacted) == {"key", "secret", "path"}
    (version,) = capsule.manifest.versions
    assert (version.artifact_hash, version.redacted) == (LEAKY.hash, True)
    assert capsule.artifacts[LEAKY.hash].files[0].content == "KEY = '[key]'\nPATH = '~/projects/x'\n"


def test_every_changed_byte_is_noticed(data: bytes) -> None:
    members = unpacked(data)
    for name in members:
        content = members[name]
        changed = (
            content.replace(b"code_generator", b"code_optimizer")
            if b"code_gen" in content
            else b"x" + content
        )
        words = "not as a capsule must be" if name == "capsule.json" else "changed or damaged"
        refused(packed(members | {name: changed}), words)
    manifest = members["capsule.json"].replace(b'"Add ', b'"Sub ')
    refused(packed(members | {"capsule.json": manifest}), "capsule.json is not what its hash says")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda m: {n: c for n, c in m.items() if n != "events.jsonl"}, "list of its members"),
        (lambda m: {n: c for n, c in m.items() if n != "capsule.json"}, "holds no capsule.json"),
        (lambda m: m | {"../../evil": b"x"}, "a member '../../evil'"),
        (lambda m: m | {"/etc/passwd": b"x"}, "a member"),
        (lambda m: m | {"files\\..\\x": b"x"}, "a member"),
        (lambda m: m | {f"files/{'0' * 64}": b"x"}, "list of its members"),
        (lambda m: m | {"capsule.json": b"{"}, "not as a capsule must be"),
        (lambda m: m | {"capsule.json": b"[" * 200_000}, "not as a capsule must be"),
        (lambda m: m | {"capsule.json": b"[]"}, "does not say that it is one"),
        (lambda m: m | {"capsule.json": b"\xff"}, "not as a capsule must be"),
    ],
)
def test_what_is_no_capsule_is_refused(data: bytes, change: Callable[[Members], Members], words: str) -> None:
    refused(packed(change(unpacked(data))), words)


def test_of_a_newer_program(data: bytes) -> None:
    members = unpacked(data)
    newer = json.loads(members["capsule.json"]) | {"version": 2, "more": True}
    refused(packed(members | {"capsule.json": json.dumps(newer).encode()}), "has format 2; .* up to 1")


@pytest.mark.parametrize(
    ("number", "change"),
    [
        (0, {"seq": 7}),
        (0, {"type": "script.run"}),
        (1, {"session_id": "beef"}),
        (0, {"data": {"requirements": {"toString": 1}, "language": "python"}}),
        (-3, {"type": "check.completed", "data": {"artifact_hash": "x", "result": {}}}),
        (-1, {"data": {}}),
        (0, {"data": {"requirements": "r", "language": "python", "context": [{"content": "no name"}]}}),
        (0, {"data": {"requirements": "r", "language": "python", "agents": None}}),
        (1, {"data": {"provider": {}, "round": 1}}),
        (1, {"type": "note", "data": {"forked_from": "elsewhere"}}),
        (1, {"type": "note", "data": {"kind": "retry", "seconds": None}}),
        (1, {"type": "note", "data": {"kind": "examples", "examples": None}}),
        (1, {"type": "note", "data": {"kind": "examples", "withdrawn": 3}}),
        (1, {"type": "turn.finished", "data": {"seconds": "soon"}}),
        (1, {"type": "usage.recorded", "data": {"cost": {"amount": 1, "currency": "</b>"}}}),
        (1, {"type": "run.finished", "data": {"status": "failed", "error": {"hint": 1}}}),
        (
            1,
            {
                "type": "check.completed",
                "data": {"artifact_hash": "x", "result": RAN | {"data": {"examples": 3}}},
            },
        ),
        (
            1,
            {
                "type": "check.completed",
                "data": {"artifact_hash": "x", "result": RAN | {"data": {"tests": [{}]}}},
            },
        ),
    ],
)
def test_events_that_no_reader_could_rely_on(data: bytes, number: int, change: dict[str, Any]) -> None:
    members = unpacked(data)
    events = [json.loads(line) for line in members["events.jsonl"].decode().strip().split("\n")]
    events[number] |= change
    members["events.jsonl"] = "".join(json.dumps(event) + "\n" for event in events).encode()
    refused(sealed(members), "not a run capsule")


def test_files_that_could_not_be_saved_and_hashes_that_do_not_fit(data: bytes) -> None:
    members = unpacked(data)
    (version,) = json.loads(members["capsule.json"])["versions"]
    evil = version | {"redacted": True, "files": [version["files"][0] | {"path": "../evil.sh"}]}
    refused(sealed(dict(members), versions=[evil]), "not as a capsule must be")
    refused(sealed(dict(members), versions=[version | {"artifact_hash": "0" * 64}]), "version 0000")
    missing = version | {"files": [version["files"][0] | {"sha256": "1" * 64}]}
    refused(sealed(dict(members), versions=[missing]), "changed or damaged")


def test_a_bomb_is_not_unpacked(data: bytes) -> None:
    bomb = packed(unpacked(data) | {f"files/{n:064x}": b"\0" * 2**24 for n in range(5)})
    assert len(bomb) < 2**18
    refused(bomb, "over 64 MB unpacked", ErrorKind.TOO_LARGE)
    many = packed({f"files/{n:064x}": b"" for n in range(capsules.MAX_MEMBERS + 1)}, zipfile.ZIP_STORED)
    refused(many, "more than 5000 members", ErrorKind.TOO_LARGE)
    refused(b"\0" * (capsules.MAX_CAPSULE + 1), "over 16 MB", ErrorKind.TOO_LARGE)


def test_what_is_small_and_grows_is_refused(data: bytes) -> None:
    members = unpacked(data)
    content = b"#" * 190_000
    named = {"path": "a.py", "sha256": capsules.sha256_hex(content)}
    version = {"artifact_hash": "0" * 64, "redacted": True, "files": [named]}
    large = members | {f"files/{named['sha256']}": content}
    refused(
        sealed(dict(large), versions=[version] * 400), "its versions hold over 64 MB", ErrorKind.TOO_LARGE
    )
    many = members | {"events.jsonl": b"{}\n" * (capsules.MAX_EVENTS + 1)}
    refused(sealed(many), "more than 250000 events", ErrorKind.TOO_LARGE)
    refused(sealed(dict(members), versions=[version] * 5001), "not as a capsule must be")


def test_a_title_that_no_page_could_show_is_refused(data: bytes) -> None:
    members = unpacked(data)
    session = json.loads(members["capsule.json"])["session"]
    refused(sealed(members, session=session | {"title": "\ud800"}), "not as a capsule must be")


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_other_ways_of_packing_are_refused(data: bytes, method: int) -> None:
    refused(packed(unpacked(data), method), "a member")


@pytest.mark.parametrize("wrong", [b"", b"no zip at all", b"PK\x03\x04" + b"\0" * 60])
def test_what_is_no_zip_is_refused(wrong: bytes) -> None:
    refused(wrong, "no zip, or a damaged one")


def test_a_damaged_zip_is_refused(data: bytes) -> None:
    for at in range(40, len(data), max(1, len(data) // 40)):
        damaged = data[:at] + bytes([data[at] ^ 0xFF]) + data[at + 1 :]
        try:
            opened_one = open_capsule(damaged)
        except AppError as error:
            assert error.kind is ErrorKind.INVALID_REQUEST  # noqa: PT017 - both ends are right
        else:
            assert opened_one == open_capsule(data)
