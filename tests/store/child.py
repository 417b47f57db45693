"""Another process on the same database: `python -m tests.store.child COMMAND URL [ARGUMENT...]`."""

from __future__ import annotations

import sys
from itertools import count

from app.domain.claims import Claim
from app.domain.runs import RunState
from app.store.store import SqlStore, open_store
from tests.store.helpers import delta


def append(store: SqlStore, run_id: str, owner: str, times: int | None) -> None:
    """Append under somebody's claim, so often or for ever; print each number once it is committed."""
    claim = Claim(store.run(run_id), RunState(), owner)
    for n in count(1) if times is None else range(times):
        print(store.append(claim, [delta(f"{owner} {n}")])[0].seq, flush=True)


def echo(store: SqlStore, run_id: str, owner: str) -> None:
    """Append one event a line read."""
    claim = Claim(store.run(run_id), RunState(), owner)
    print("ready", flush=True)
    for _ in sys.stdin:
        store.append(claim, [delta()])


def main(command: str, url: str, *args: str) -> None:
    store = open_store(url)
    if command == "append":
        append(store, args[0], args[1], int(args[2]) if args[2:] else None)
    elif command == "echo":
        echo(store, args[0], args[1])
    else:
        sys.exit(f"unknown command {command}")
    store.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
