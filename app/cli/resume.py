"""`runs resume`: go on with the newest run of a session."""

from __future__ import annotations

import argparse

from app.cli.find import find_session
from app.cli.json_lines import print_json
from app.cli.ready import make_ready
from app.cli.services import MakeServices
from app.cli.take import Options, all_events, finish, take
from app.cli.terminal import Terminal
from app.domain.events import EventType
from app.domain.runs import RunStatus


def resume(arguments: argparse.Namespace, make: MakeServices) -> int:
    """Go on where the run stopped, ask at its gate, or save what was approved before."""
    bounds = {"run.max_tokens": arguments.max_tokens, "run.max_seconds": arguments.max_seconds}
    services, options = make(bounds), Options.of(arguments)
    session = find_session(services.store, arguments.session)
    terminal = Terminal(to_stderr=arguments.json)
    run = services.store.run(session.run_id)
    if run.status is RunStatus.APPROVED and options.out is not None:
        return finish(services, run, run.status, options, terminal)
    run = services.service.resume(run.id)
    told = all_events(services.service, session.id)
    terminal.line(f"{session.title} · after turn {services.store.state(run.id).turn}", "bold")
    if run.status is not RunStatus.WAITING:
        state = services.store.state(run.id)
        started_with = {"provider": state.provider, "model": state.model} if state.provider else {}
        make_ready(services, run.request.model_copy(update=started_with), terminal)
    elif options.json:  # so that the last line tells what it waits for here, too
        print_json([e for e in told if e.type is EventType.GATE_OPENED][-1].envelope())
    return take(services, run, options, terminal, told)
