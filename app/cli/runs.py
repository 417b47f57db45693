"""`runs`: list, show, export and change earlier work."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from app.cli.calls import show_calls
from app.cli.exits import Exit
from app.cli.find import find_session
from app.cli.json_lines import print_json
from app.cli.output_file import write_output
from app.cli.safe_text import safe_line
from app.cli.services import MakeServices
from app.domain.events import Event
from app.domain.runs import Session
from app.domain.search import Hit
from app.program import PROGRAM
from app.session.owners import owner_alive
from app.session.ports import Store

_LISTED = 200


def list_runs(arguments: argparse.Namespace, make: MakeServices) -> int:
    """One session a line; with a query, the places that hold its words below each."""
    store = make({}).store
    if arguments.query:
        store.index()
        for found in store.search(arguments.query, limit=_LISTED):
            _list(found.session, arguments.json, found.hits)
        return Exit.OK
    for session in store.sessions(limit=_LISTED):
        _list(session, arguments.json)
    return Exit.OK


def _list(session: Session, as_json: bool, hits: Sequence[Hit] = ()) -> None:
    if as_json:
        print_json(_entry(session) | ({"hits": [asdict(hit) for hit in hits]} if hits else {}))
        return
    changed = session.updated.astimezone().strftime("%Y-%m-%d %H:%M")
    facts = f"{session.status:<9}  {changed}  {session.language:<10}"
    print(f"{session.id}  {facts}  {safe_line(session.title)}")
    for hit in hits:
        excerpt = "".join(piece.text for piece in hit.excerpt)
        print(f"    {safe_line(f'{_place(hit)}: {excerpt}')}")


def _place(hit: Hit) -> str:
    """E.g. `turn 3, add.py:12`."""
    turn = f"turn {hit.turn}" if hit.turn is not None else "request"
    file = f"{hit.path}:{hit.line}" if hit.line else hit.path
    return f"{turn}, {file or hit.agent if hit.turn is not None or file else hit.kind.value}"


def show(arguments: argparse.Namespace, make: MakeServices) -> int:
    """The session's events as the live view shows them, or as JSON; or its model calls."""
    store = make({}).store
    session_id = find_session(store, arguments.session).id
    if arguments.calls:
        show_calls(store, session_id, as_json=arguments.json)
        return Exit.OK
    events = _events(store, session_id)
    if arguments.json:
        for event in events:
            print_json(event.envelope())
        return Exit.OK
    from app.cli.terminal import Terminal  # noqa: PLC0415 - `runs list` need not wait for rich
    from app.cli.view import View  # noqa: PLC0415

    View(Terminal()).replay(events)
    return Exit.OK


def export(arguments: argparse.Namespace, make: MakeServices) -> int:
    """Write the file and print its path."""
    from app.session.exports.formats import SHAPES, ExportFormat  # noqa: PLC0415 - `runs list` need not wait

    services = make({})
    session = find_session(services.store, arguments.session)
    format_ = ExportFormat(arguments.format)
    suffix = ".zip" if format_ is ExportFormat.ZIP else SHAPES[format_].suffix
    target = arguments.out or Path(f"roundtable-{session.id}{suffix}")
    content = services.service.export(session.id, format_)
    print(write_output(target, content, "Choose another with --out."))
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


def _entry(session: Session) -> dict[str, object]:
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
