"""A private PostgreSQL cluster in a temporary folder, reached over a Unix socket, gone with the tests."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

import psycopg
from psycopg import sql

ROLE = "roundtable"


@dataclass
class Cluster:
    """A running server; `folder` holds its socket."""

    folder: Path
    _numbers: count[int] = field(default_factory=lambda: count(1))

    def new_database(self) -> str:
        """The address of an empty place: a schema of its own, which is made ten times faster."""
        name = f"test_{next(self._numbers)}"
        address = f"postgresql://{ROLE}@/postgres?host={self.folder}"
        with psycopg.connect(address, autocommit=True) as conn:
            conn.execute(sql.SQL("CREATE SCHEMA {}").format(sql.Identifier(name)))
        return f"{address}&options=-csearch_path%3D{name}"


def find_binaries() -> Path | None:
    """The folder of `initdb` and `pg_ctl`; None where PostgreSQL is not installed."""
    found = shutil.which("pg_ctl")
    folders = [Path(found).resolve().parent] if found else []
    folders += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    return next((f for f in folders if (f / "initdb").exists() and (f / "pg_ctl").exists()), None)


@contextmanager
def cluster(binaries: Path) -> Generator[Cluster]:
    """Make and start a cluster, and stop and delete it at the end."""
    folder = Path(tempfile.mkdtemp(prefix="rt-pg-"))
    data, log = folder / "data", folder / "log"
    prefix = _give_away(folder)
    options = f"-k {folder} -c listen_addresses='' -c fsync=off -c max_connections=60"

    def run(program: str, *args: str) -> None:
        command = [*prefix, str(binaries / program), "-D", str(data), *args]
        with log.open("ab") as out:
            done = subprocess.run(
                command, cwd=folder, stdin=subprocess.DEVNULL, stdout=out, stderr=out, check=False
            )
        if done.returncode:
            raise RuntimeError(f"{program} failed:\n{log.read_text()}")

    try:
        run("initdb", "-U", ROLE, "-A", "trust", "-E", "UTF8", "--no-locale", "--no-sync")
        run("pg_ctl", "start", "-w", "-s", "-o", options)
        try:
            yield Cluster(folder)
        finally:
            run("pg_ctl", "stop", "-w", "-s", "-m", "immediate")
    finally:
        shutil.rmtree(folder)


def _give_away(folder: Path) -> list[str]:
    """PostgreSQL refuses to run as root: what to put before its commands, the folder being that user's."""
    if os.geteuid() != 0:
        return []
    names = {entry.pw_name for entry in pwd.getpwall()}
    user = "postgres" if "postgres" in names else "nobody"
    shutil.chown(folder, user)
    return ["runuser", "-u", user, "--"]
