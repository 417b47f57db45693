"""Databases that older programs wrote: each version as one was left behind, opened by this program."""

from __future__ import annotations

import gzip
import sqlite3
import stat
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, create_engine, inspect

from app.domain.decisions import Decision, DecisionKind
from app.domain.runs import RunStatus
from app.errors import ErrorKind
from app.store import backup
from app.store.backup import backup_path
from app.store.database import Database
from app.store.store import SqlStore, open_store
from app.store.versions import STEPS, prepare
from tests.store.helpers import REQUEST, execute, refused

# version_N.db.gz: written by the last program of that version, in two runs of the demo script.
DATA = Path(__file__).with_name("data")
VERSIONS = range(1, 1 + len(STEPS))
ROOT = Path(__file__).parents[2]
_OPENS = "import sys\nfrom app.store.store import open_store\nopen_store(sys.argv[1]).close()\n"
_FULL = (
    "import resource, signal\nsignal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
    "resource.setrlimit(resource.RLIMIT_FSIZE, ({0}, {0}))\n"
)


def old_database(folder: Path, version: int) -> Path:
    path = folder / "store.db"
    path.write_bytes(gzip.decompress((DATA / f"version_{version}.db.gz").read_bytes()))
    return path


def kind_of(column: object) -> str:
    """SQLite has no times: a column called one holds numbers or text, as one called anything else does."""
    name = str(column)
    return "time" if "TIME" in name or name == "NUMERIC" else name


def foreign_keys(conn: Connection, table: str) -> list[Any]:
    """SQLAlchemy does not see what SQLite does on deletion where a key is declared with its column."""
    if conn.dialect.name == "sqlite":
        rows = conn.exec_driver_sql(f"PRAGMA foreign_key_list({table})")
        return sorted((row[2], row[3], row[4], row[6]) for row in rows)
    keys = inspect(conn).get_foreign_keys(table)
    return sorted((k["referred_table"], k["constrained_columns"], str(k.get("options"))) for k in keys)


def shape(conn: Connection) -> dict[str, Any]:
    """Columns, keys and indexes of each table, as the database itself tells them."""
    found = inspect(conn)
    return {
        table: (
            [(c["name"], kind_of(c["type"]), c["nullable"]) for c in found.get_columns(table)],
            found.get_pk_constraint(table)["constrained_columns"],
            foreign_keys(conn, table),
            sorted((i["name"], i["column_names"]) for i in found.get_indexes(table)),
        )
        for table in sorted(found.get_table_names())
    }  # fmt: skip


def shape_of(path: Path) -> dict[str, Any]:
    engine = create_engine(f"sqlite:///{path}")
    with engine.connect() as conn:
        found = shape(conn)
    engine.dispose()
    return found


def content(path: Path) -> dict[str, list[Any]]:
    with closing(sqlite3.connect(path)) as connection:
        tables = ("sessions", "runs", "turns", "events", "gates", "blobs", "blob_uses")
        return {t: connection.execute(f"SELECT * FROM {t} ORDER BY 1, 2").fetchall() for t in tables}


def used(store: SqlStore) -> None:
    """What the old program left is shown, found and gone on with."""
    waiting = [s for s in store.sessions() if s.status is RunStatus.WAITING]
    assert len(waiting) == 2
    for session in waiting:
        events = store.events(session.id)
        assert [e.seq for e in events] == list(range(1, store.last_seq(session.id) + 1))
        gate = store.open_gate(session.run_id)
        assert gate is not None
        assert store.artifact(gate.artifact_hash, session.id).files
        assert store.calls(session.id) == []
        decision = Decision(kind=DecisionKind.REJECT)
        assert store.decide(gate.id, gate.artifact_hash, decision).seq == len(events) + 1
    assert {hit.session.id for hit in store.search("merge_intervals.py")} == {s.id for s in waiting}
    assert store.start_run(REQUEST).session_id


@pytest.mark.parametrize("version", VERSIONS)
def test_a_database_of_each_earlier_version_becomes_as_a_new_one_and_works(
    tmp_path: Path, version: int
) -> None:
    path = old_database(tmp_path, version)
    before = content(path)
    store = open_store(f"sqlite:///{path}")
    new = tmp_path / "new.db"
    open_store(f"sqlite:///{new}").close()
    assert shape_of(path) == shape_of(new)
    assert content(path) == before
    used(store)
    store.close()


@pytest.mark.parametrize("version", VERSIONS)
def test_the_old_database_is_kept_as_it_was_and_only_once(tmp_path: Path, version: int) -> None:
    path = old_database(tmp_path, version)
    before, old_shape = content(path), shape_of(path)
    for _ in range(2):
        store = open_store(f"sqlite:///{path}")
        store.start_run(REQUEST)
        store.close()
    kept = backup_path(path, version)
    assert [p.name for p in tmp_path.iterdir() if p != path] == [f"store.db.version-{version}"]
    assert (content(kept), shape_of(kept)) == (before, old_shape)
    kept.replace(path)  # an older program goes on with it, and a newer one can bring it forward again
    open_store(f"sqlite:///{path}").close()
    assert content(path) == before


@pytest.mark.skipif(sys.platform == "win32", reason="not on this platform: it has no modes")
@pytest.mark.parametrize("mode", [0o600, 0o640])
def test_who_may_not_read_the_database_may_not_read_its_copy(tmp_path: Path, mode: int) -> None:
    path = old_database(tmp_path, 1)
    path.chmod(mode)
    open_store(f"sqlite:///{path}").close()
    assert stat.S_IMODE(backup_path(path, 1).stat().st_mode) == mode


def test_a_new_database_and_one_of_today_have_no_copy(tmp_path: Path) -> None:
    for _ in range(2):
        open_store(f"sqlite:///{tmp_path / 'store.db'}").close()
    assert [p.name for p in tmp_path.iterdir()] == ["store.db"]


def test_without_a_copy_nothing_is_changed(tmp_path: Path) -> None:
    path = old_database(tmp_path, 1)
    before, old_shape = content(path), shape_of(path)
    (backup.backup_path(path, 1).with_name("store.db.version-1.unfinished")).mkdir()
    with refused(ErrorKind.CONFIG, r"store\.db\.version-1 cannot be written"):
        open_store(f"sqlite:///{path}")
    assert (content(path), shape_of(path)) == (before, old_shape)


def test_the_steps_lead_to_the_same_tables_on_each_kind_of_database(url: str) -> None:
    database = Database(url)
    with database.read() as conn:
        new = shape(conn)
    for statement in ("DROP TABLE call_parts", "DROP TABLE calls", "UPDATE schema_version SET version = 1"):
        execute(url, statement)
    with database.write() as conn:
        prepare(conn)
    with database.read() as conn:
        assert shape(conn) == new
    database.close()


def test_a_step_that_fails_leaves_the_version_before_it(tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    database = Database(f"sqlite:///{path}")
    old_shape = shape_of(path)
    steps = [*STEPS, ("ALTER TABLE sessions ADD COLUMN colour TEXT", "UPDATE nowhere SET colour = 'red'")]
    with pytest.raises(Exception, match="no such table"), database.write() as conn:
        prepare(conn, steps)
    database.close()
    assert shape_of(path) == old_shape
    open_store(f"sqlite:///{path}").close()


def test_two_programs_that_bring_an_old_database_forward_at_once(tmp_path: Path) -> None:
    path = old_database(tmp_path, 1)
    before = content(path)
    command = [sys.executable, "-c", _OPENS, f"sqlite:///{path}"]
    both = [subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True) for _ in range(2)]
    assert [(program.communicate(timeout=120)[1], program.returncode) for program in both] == [("", 0)] * 2
    assert content(path) == before
    assert content(backup_path(path, 1)) == before


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no bound on a process's files")
def test_a_full_disk_leaves_the_database_as_it_was_and_no_half_copy(tmp_path: Path) -> None:
    """A program that may write no file longer than a part of the copy; room for the locks is left."""
    path = old_database(tmp_path, 1)
    before, old_shape = content(path), shape_of(path)
    bounded = _FULL.format(path.stat().st_size // 2) + _OPENS
    command = [sys.executable, "-c", bounded, f"sqlite:///{path}"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=120)
    assert "store.db.version-1 cannot be written" in done.stderr
    assert "Make room on the disk" in done.stderr
    assert (content(path), shape_of(path)) == (before, old_shape)
    assert [p.name for p in tmp_path.glob("*version-1*")] == []
