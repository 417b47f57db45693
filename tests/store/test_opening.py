from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest
from sqlalchemy import inspect, select

from app.errors import ErrorKind
from app.store.database import Database
from app.store.schema import schema_version
from app.store.store import open_store
from app.store.versions import STEPS, prepare
from tests.store.helpers import REQUEST, execute, refused


def test_a_database_is_opened_again_with_what_it_holds(url: str) -> None:
    first = open_store(url)
    run = first.start_run(REQUEST)
    first.close()
    second = open_store(url)
    assert second.run(run.id) == run
    second.close()


def test_a_new_database_may_be_opened_by_many_at_once(url: str) -> None:
    start = Barrier(8)

    def work(_: int) -> int:
        start.wait()
        opened = open_store(url)
        opened.start_run(REQUEST)
        found = len(opened.sessions())
        opened.close()
        return found

    with ThreadPoolExecutor(8) as pool:
        assert max(pool.map(work, range(8))) == 8


def test_a_database_of_a_newer_program_is_refused(url: str) -> None:
    open_store(url).close()
    execute(url, "UPDATE schema_version SET version = 99")
    with refused(ErrorKind.CONFIG, "version 99"):
        open_store(url)


def test_an_old_database_is_brought_forward_step_by_step(url: str) -> None:
    steps = (
        ("ALTER TABLE sessions ADD COLUMN colour TEXT",),
        ("UPDATE sessions SET colour = 'red'", "ALTER TABLE sessions RENAME COLUMN colour TO hue"),
    )
    database = Database(url)
    for more in (1, 2, 2):
        with database.write() as conn:
            prepare(conn, [*STEPS, *steps[:more]])
            version = conn.execute(select(schema_version.c.version)).scalar_one()
            assert version == 1 + len(STEPS) + more
    with database.read() as conn:
        assert "hue" in {column["name"] for column in inspect(conn).get_columns("sessions")}
    database.close()


def test_a_folder_is_made_for_a_new_file(tmp_path: Path) -> None:
    open_store(f"sqlite:///{tmp_path / 'new' / 'folder' / 'store.db'}").close()
    assert (tmp_path / "new" / "folder" / "store.db").exists()


@pytest.mark.parametrize("url", ["", "nonsense", "mysql://localhost/x", "sqlite://", "sqlite:///:memory:"])
def test_an_address_of_another_kind_is_refused(url: str) -> None:
    with refused(ErrorKind.CONFIG, "cannot be used"):
        open_store(url)


def test_what_cannot_be_opened_is_said_without_the_password(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a database, and long enough to tell", encoding="utf-8")
    with refused(ErrorKind.CONFIG, "cannot be opened"):
        open_store(f"sqlite:///{tmp_path / 'file'}")
    with refused(ErrorKind.CONFIG, "cannot be opened"):
        open_store(f"sqlite:///{tmp_path / 'file' / 'store.db'}")
    with refused(ErrorKind.CONFIG, r"ann:\*\*\*@"):
        open_store(f"postgresql://ann:secret@/none?host={tmp_path}")
