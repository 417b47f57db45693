"""`runs`: list, show, export and change earlier work."""

from __future__ import annotations

import argparse
from pathlib import Path

from app.cli.exits import Exit
from app.cli.find import find_session
from app.cli.json_lines import print_json
from app.cli.parser import PROGRAM
from app.cli.safe_text import safe_line
from app.cli.services import MakeServices
from app.domain.events import Event
from app.domain.runs import Session
from app.session.owners import owner_alive
from app.session.ports import Store

_LISTED = 200


def list_runs(arguments: argparse.Namespace, make: MakeServices) -> int:
    """One session a line."""
    for session in make({}).store.sessions(arguments.query, limit=_LISTED):
        if arguments.json:
            print_json(_entry(session))
        else:
            changed = session.updated.astimezone().strftime("%Y-%m-%d %H:%M")
            facts = f"{session.status:<9}  {changed}  {session.language:<10}"
            print(f"{session.id}  {facts}  {safe_line(session.title)}")
    return Exit.OK


def show(arguments: argparse.Namespace, make: MakeServices) -> int:
    """The session's events as the live view shows them, or as JSON."""
    store = make({}).store
    events = _events(store, find_session(store, arguments.session).id)
    if arguments.json:
        for event in events:
            print_json(event.envelope())
        return Exit.OK
    from app.cli.terminal import Terminal  # noqa: PLC0415 - `runs list` need not wait for rich
    from app.cli.view import View  # noqa: PLC0415

    View(Terminal()).replay(events)
    return Exit.OK


def export(arguments: argparse.Namespace, make: MakeServices) -> int:
    """Write the zip and print its path."""
    services = make({})
    session = find_session(services.store, arguments.session)
    target = arguments.out or Path(f"roundtable-{session.id}.zip")
    print(services.service.export(session.id, target))
    return Exit.OK


def rewind(arguments: argparse.Namespace, make: MakeServices) -> int:
    """Back to the end of a turn."""
    services = make({})
    session = find_session(services.store, arguments.session)
    services.service.rewind(session.run_id, arguments.turn)
    print(f"Back at the end of turn {arguments.turn}. Go on with: {PROGRAM} runs resume {session.id}")
    return Exit.OK


def fork(arguments: argparse.Namespace, make: MakeServices) -> int:
    """A new session from the past of this one; prints its id."""
    services = make({})
    session = find_session(services.store, arguments.session)
    run = services.service.fork(session.run_id, arguments.turn)
    print(f"New session {run.session_id}. Go on with: {PROGRAM} runs resume {run.session_id}")
    return Exit.OK


def cancel(arguments: argparse.Namespace, make: MakeServices) -> int:
    """Stop the session's run."""
    services = make({})
    session = find_session(services.store, arguments.session)
    run = services.service.cancel(session.run_id)
    print(
        f"Run {run.number} of session {session.id} "
        + ("is cancelled." if run.status.final else "is being stopped.")
    )
    return Exit.OK


def rename(arguments: argparse.Namespace, make: MakeServices) -> int:
    """Change the title."""
    store = make({}).store
    session = store.rename(find_session(store, arguments.session).id, arguments.title)
    print(f"{session.id}  {safe_line(session.title)}")
    return Exit.OK


def delete(arguments: argparse.Namespace, make: MakeServices) -> int:
    """Delete the session for good."""
    store = make({}).store
    session = find_session(store, arguments.session)
    store.delete(session.id, owner_alive)
    print(f"Deleted {session.id}  {safe_line(session.title)}")
    return Exit.OK


def _entry(session: Session) -> dict[str, str]:
    return {
        "session_id": session.id,
        "run_id": session.run_id,
        "title": session.title,
        "status": session.status.value,
    }


def _events(store: Store, session_id: str) -> list[Event]:
    """All of them; without the service, whose import takes the agents with it."""
    events: list[Event] = []
    while batch := store.events(session_id, events[-1].seq if events else 0):
        events += batch
    return events
