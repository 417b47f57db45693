from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.store.store import SqlStore, open_store
from tests.support.postgres import Cluster, cluster, find_binaries


@pytest.fixture(scope="session")
def postgres() -> Iterator[Cluster]:
    binaries = find_binaries()
    if binaries is None:
        message = "PostgreSQL is not installed (no pg_ctl on PATH, none in /usr/lib/postgresql)"
        if os.environ.get("CI") == "true":
            pytest.fail(message)
        pytest.skip(message)
    with cluster(binaries) as running:
        yield running


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of a new database of each kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'store.db'}"
    return request.getfixturevalue("postgres").new_database()


@pytest.fixture
def store(url: str) -> Iterator[SqlStore]:
    opened = open_store(url)
    yield opened
    opened.close()


@pytest.fixture
def other(url: str) -> Iterator[SqlStore]:
    """A second store on the same database, sharing nothing in memory, as in another process."""
    opened = open_store(url)
    yield opened
    opened.close()
